"""Whoever tells the page what happens in the session: a listener that never keeps the session waiting."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from posture.app.live.told import plain
from posture.live.coach.events import Event
from posture.live.coach.state import State
from posture.live.display.runner import draw_runner
from posture.live.display.smooth import OneEuro
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener, Wish
from posture.live.session.timing import Pace
from posture.opencv import cv2
from posture.pose.types import Pose

#: Most of a picture that is shown, pixels, and how well it is kept, of 100.
_ROOM, _QUALITY = (960, 720), 80


class Teller(Listener):
    """Sends states and events in order and the newest picture, in a thread of its own, to the process of the page.

    Parameters
    ----------
    line : Connection
        Gets pairs of a word and a value, gives wishes. Once nobody is there any more the session ends.
    """

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._changed = threading.Condition()
        self._words: deque[tuple[str, Any]] = deque()
        self._seen: tuple[Shot, Pose | None] | None = None
        self._pace: Pace | None = None
        self._over = False
        self._smooth = OneEuro()
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)
        self._thread.start()

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Shown as soon as there is time for it, unless a newer one has come."""
        with self._changed:
            self._seen, self._pace = (shot, pose), pace
            self._changed.notify()

    def news(self, state: State) -> None:
        """Values, the cue, the set-up."""
        self._say("state", plain(state, self._pace))

    def event(self, event: Event) -> None:
        """What has a sentence."""
        if event.text:
            # A cue in the form in which it is heard.
            self._say("event", {"kind": event.kind.value, "text": str(event.more.get("spoken") or event.text)})

    def wishes(self) -> set[Wish]:
        """What was pressed on the page."""
        wishes = set()
        try:
            while self._line.poll():
                wishes.add(Wish(self._line.recv()))
        except (EOFError, OSError):
            wishes.add(Wish.QUIT)
        return wishes

    def close(self) -> None:
        """The session is over and kept; what follows is its analysis."""
        with self._changed:
            self._over = True
            self._changed.notify()
        self._thread.join()

    def _say(self, word: str, value: Any) -> None:
        with self._changed:
            self._words.append((word, value))
            self._changed.notify()

    def _run(self) -> None:
        with suppress(OSError):  # nobody listens any more
            while self._tell_next():
                pass
            self._line.send(("over", None))

    def _tell_next(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._words or self._seen or self._over)
            words, seen = list(self._words), self._seen
            self._words.clear()
            self._seen = None
        for word in words:
            self._line.send(word)
        if seen is not None:
            self._line.send(("picture", self._drawn(*seen)))
        return bool(words or seen)

    def _drawn(self, shot: Shot, pose: Pose | None) -> bytes:
        points = None if pose is None else self._smooth(shot.time, pose.xy)
        image = draw_runner(shot.rgb, points, None if pose is None else pose.visibility, _ROOM)
        quality = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
        return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), quality)[1].tobytes()
