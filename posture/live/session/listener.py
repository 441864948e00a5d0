"""Whoever shows, tells or keeps what happens in a session: a window, lines of text, a sound, a page in a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from enum import StrEnum

from posture.live.coach.events import Event
from posture.live.coach.state import State
from posture.live.session.capture import Shot
from posture.live.session.timing import Pace
from posture.pose.types import Pose


class Wish(StrEnum):
    """What the user may ask for at any moment, by a key or otherwise."""

    QUIT = "quit"
    SNOOZE = "snooze"
    PAUSE = "pause"
    BASELINE = "baseline"
    GO_ON = "go on"
    NEXT_PERSON = "next person"
    SENSITIVITY = "sensitivity"


class Listener:
    """Does nothing; whoever listens overrides what it wants to hear. Nothing here may take long."""

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """A picture was looked at; told by the session's own thread."""

    def waiting(self, away: bool) -> None:
        """No picture came for a moment; told by the session's own thread."""

    def news(self, state: State) -> None:
        """The coach has looked, or something was asked for; told by one thread at a time."""

    def event(self, event: Event) -> None:
        """Something happened; told by one thread at a time, in the order in which it happened."""

    def wishes(self) -> set[Wish]:
        """What the user asked for since the last call; asked by the session's own thread, twenty times a second."""
        return set()

    def close(self) -> None:
        """The session is over."""


class Listeners(Listener):
    """All of them as one, each told by one thread at a time.

    Parameters
    ----------
    each : iterable of Listener
    """

    def __init__(self, each: Iterable[Listener]) -> None:
        self._each = tuple(each)
        self._telling = threading.Lock()

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Tell all."""
        for listener in self._each:
            listener.picture(shot, pose, state, pace)

    def waiting(self, away: bool) -> None:
        """Tell all."""
        for listener in self._each:
            listener.waiting(away)

    def news(self, state: State) -> None:
        """Tell all."""
        for listener in self._each:
            listener.news(state)

    def event(self, event: Event) -> None:
        """Tell all, whichever thread it comes from."""
        with self._telling:
            for listener in self._each:
                listener.event(event)

    def wishes(self) -> set[Wish]:
        """Of all."""
        return set[Wish]().union(*(listener.wishes() for listener in self._each))
