"""The thread that reads pictures and keeps the newest one only."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from types import TracebackType

from posture.errors import PostureError
from posture.live.session.sources import Source, SourceGoneError
from posture.pose.types import Rgb

#: Time between two tries to reach a camera that went away: doubled from the first to the last, s.
FIRST_WAIT_S = 0.5
LAST_WAIT_S = 8.0
#: A source that never gave a picture is given up after so many tries: its name is wrong, or another program has it.
FIRST_TRIES = 3


@dataclass(frozen=True, eq=False)
class Shot:
    """One picture.

    Attributes
    ----------
    number : int
        Of the pictures that the source gave, from 0.
    time : float
        Seconds of the session.
    taken : float
        When it came from the source, on the clock of ``time.monotonic``.
    rgb : ndarray of uint8, shape (H, W, 3)
    """

    number: int
    time: float
    taken: float
    rgb: Rgb


class Capture:
    """Reads a source in a thread of its own.

    Only the newest picture waits, so whoever takes it is never behind.
    A camera that goes away is tried again, with longer and longer waits.

    Parameters
    ----------
    source : Source

    Attributes
    ----------
    given : int
        Pictures that the source gave.
    interruptions : int
        How often the source went away and came back.
    away : bool
        Whether the source gives no pictures at the moment.
    ended : bool
        Whether no more will come.
    failure : PostureError or None
        Why, if it is the user's to mend.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._newest: Shot | None = None
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._begun: float | None = None
        self.given = self.interruptions = 0
        self.away, self.ended = True, False
        self.failure: PostureError | None = None

    def __enter__(self) -> Capture:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        # A network camera that is silent at this moment is left to its own timeout.
        self._thread.join(timeout=1.0)

    def newest(self, wait: float) -> Shot | None:
        """The newest picture that nobody took yet, or None if none came within ``wait`` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._newest is not None or self.ended, wait)
            shot, self._newest = self._newest, None
            return shot

    def _run(self) -> None:
        wait, tries = FIRST_WAIT_S, 0
        try:
            while not self._stop.is_set():
                before = self.given
                tries += 1
                try:
                    self._read()
                    return
                except SourceGoneError:
                    if not self._source.endless:
                        return
                    self.away = True
                if not self.given and tries >= FIRST_TRIES:
                    raise PostureError(f"{self._source.name}: gives no pictures; {self._source.advice}.")
                wait = FIRST_WAIT_S if self.given > before else min(2.0 * wait, LAST_WAIT_S)
                self._stop.wait(wait)
        except PostureError as error:
            self.failure = error
        finally:
            with self._changed:
                self.ended = True
                self._changed.notify_all()

    def _read(self) -> None:
        origin: float | None = None
        for at, rgb in self._source.pictures():
            now = time.monotonic()
            if at is not None:
                origin = now - at if origin is None else origin
                if self._stop.wait(max(origin + at - now, 0.0)):
                    return
                now = time.monotonic()
            if self._stop.is_set():
                return
            self._put(rgb, at, now)

    def _put(self, rgb: Rgb, at: float | None, now: float) -> None:
        with self._changed:
            if self._begun is None:
                self._begun = now
            elif self.away:
                self.interruptions += 1
            self.away = False
            self._newest = Shot(self.given, now - self._begun if at is None else at, now, rgb)
            self.given += 1
            self._changed.notify_all()
