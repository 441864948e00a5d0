"""A live session as the server knows it: its process, its newest picture, what was told, and how it ended."""

from __future__ import annotations

import math
import multiprocessing
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
#: A session that no page has watched for this long ends by itself, s: longer than loading a page again takes.
GONE_S = 60.0
_DIED = "The coach ended by itself; what it saw until then is kept."
#: A process that has said how it ended is gone after this long, s.
_LINGERS = 5.0
#: Events that are kept for a page that was away for a moment.
_KEPT = 200


class LiveSession:
    """One session in its own process.

    Parameters
    ----------
    id : str
        Of its run in the library.
    job : LiveJob
    ended : callable
        Is given the sentence at its end, an empty one where all is well, and whether its process died; told by
        another thread.

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
    """

    def __init__(self, id: str, job: LiveJob, ended: Callable[[str, bool], None]) -> None:
        self.id = id
        self.picture, self.over = (0, b""), False
        self.state: dict[str, Any] = {}
        self.events: deque[tuple[int, dict[str, Any]]] = deque(maxlen=_KEPT)
        self._told, self._ended = 0, ended
        self._watched = time.monotonic()
        self._asking = threading.Lock()
        context = multiprocessing.get_context("spawn")
        self._line, other = context.Pipe()
        self._process = context.Process(target=work, args=(job, other), name="posture live", daemon=True)
        self._process.start()
        other.close()
        self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
        self._thread.start()

    def watched(self) -> None:
        """A page is there."""
        self._watched = time.monotonic()

    def wish(self, wish: str) -> None:
        """Ask the session for something; one that is over hears nothing."""
        with self._asking, suppress(OSError):
            self._line.send(wish)

    def close(self, patience: float) -> None:
        """End it, keeping what was seen, but wait for nothing else."""
        self.wish(END)
        deadline = time.monotonic() + patience
        while not self.over and self._process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.05)
        self._process.kill()
        self._thread.join()

    def _listen(self) -> None:
        sentence, died = _DIED, True
        with suppress(EOFError, OSError):
            while True:
                if self._line.poll(1.0):
                    word, value = self._line.recv()
                    if word == "ended":
                        sentence, died = value, False
                        break
                    self._hear(word, value)
                if time.monotonic() - self._watched > GONE_S:
                    self.wish(END)
                    self._watched = math.inf
        # All is written by now: what keeps it from ending is of no more use.
        self._process.join(_LINGERS)
        self._process.kill()
        self.over = True
        self._ended(sentence, died)

    def _hear(self, word: str, value: Any) -> None:
        if word == "picture":
            self.picture = self.picture[0] + 1, value
        elif word == "state":
            self.state = value
        elif word == "event":
            self._told += 1
            self.events.append((self._told, value))
        else:
            self.over = True
