"""A live session as the server knows it: its process, its newest picture, what was told, and how it ended."""

from __future__ import annotations

import multiprocessing
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from posture.app.live.worker import LiveJob, work

#: What a page may ask for, by the names of ``posture.live.session.listener.Wish``.
END = "quit"
WISHES = frozenset({END, "snooze", "pause", "baseline", "go on", "next person", "sensitivity"})
#: A session ends by itself once there was neither a page nor somebody who runs for this long, s. A phone that goes
#: dark, or leaves the network, says nothing: as long as somebody is coached, nobody needs a page.
GONE_S = 600.0
#: A process that has said how it ended, or was killed, is gone after this long, s.
_LINGERS = 5.0
#: Events that are kept: far more than come between two looks of a page.
_KEPT = 200
#: Wishes that may wait for a session; what comes on top is not heard.
_MOST_WISHES = 20


class LiveSession:
    """One session in its own process.

    Parameters
    ----------
    id : str
        Of its run in the library.
    job : LiveJob
    ended : callable
        Is given the sentence at its end, an empty one where all is well, None where its process died; told by another
        thread.

    Attributes
    ----------
    picture : tuple of int and bytes
        Number of the newest picture, and the picture as JPEG.
    state : dict
        The newest one, as plain values.
    events : deque of (int, dict)
        The last ones, with their numbers.
    over : bool
        Whether the session is over and kept; its analysis follows.
    asked : bool
        Whether its end was asked for.

    Raises
    ------
    OSError, RuntimeError
        If the machine has no room for another process or thread.
    """

    def __init__(self, id: str, job: LiveJob, ended: Callable[[str | None], None]) -> None:
        self.id = id
        self.picture, self.over, self.asked = (0, b""), False, False
        self.state: dict[str, Any] = {}
        self.events: deque[tuple[int, dict[str, Any]]] = deque(maxlen=_KEPT)
        self._told, self._ended = 0, ended
        self._watched = time.monotonic()
        self._wishes: queue.Queue[str | None] = queue.Queue(_MOST_WISHES)
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self._process = context.Process(target=work, args=(job, other), name="posture live", daemon=True)
        self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
        try:
            self._process.start()
            # Whoever reads nothing keeps this thread waiting and nobody else.
            threading.Thread(target=self._ask, name="live wishes", daemon=True).start()
            self._thread.start()
        except BaseException:
            self._line.close()
            raise
        finally:
            other.close()

    def watched(self) -> None:
        """A page is there, or somebody runs."""
        self._watched = time.monotonic()

    def wish(self, wish: str) -> None:
        """Ask the session for something; one that is over hears nothing."""
        self.asked = self.asked or wish == END
        if not self.over:
            with suppress(queue.Full):
                self._wishes.put_nowait(wish)

    def close(self, patience: float) -> None:
        """End it, keeping what was seen, but wait for nothing else."""
        self.wish(END)
        deadline = time.monotonic() + patience
        while not self.over and self._process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._process.kill()
        self._thread.join(_LINGERS)

    def _ask(self) -> None:
        with suppress(OSError):
            while (wish := self._wishes.get()) is not None:
                self._line.send(wish)

    def _listen(self) -> None:
        sentence: str | None = None
        with suppress(EOFError, OSError):
            while True:
                if self._line.poll(1.0):
                    word, value = self._line.recv()
                    if word == "ended":
                        sentence = value
                        break
                    self._hear(word, value)
                if time.monotonic() - self._watched > GONE_S:
                    self.wish(END)
                    self.watched()
        # All is written by now: what keeps it from ending is of no more use.
        self._process.join(_LINGERS)
        self._process.kill()
        self._process.join(1.0)
        self.over = True
        with suppress(queue.Full):  # then the pipe, which is closed at its other end, ends it
            self._wishes.put_nowait(None)
        self._ended(sentence)

    def _hear(self, word: str, value: Any) -> None:
        if word == "picture":
            self.picture = self.picture[0] + 1, value
        elif word == "state":
            self.state = value
            if value["coached"]:
                self.watched()
        elif word == "event":
            self._told += 1
            self.events.append((self._told, value))
        else:
            self.over = True
