"""How the session went, for the folder: cues, snoozes, pauses, baselines and what was in their way."""

from __future__ import annotations

import threading
from typing import Any

from posture.live.coach.events import KEPT, Event, Kind
from posture.live.coach.state import Pause
from posture.live.session.listener import Listener
from posture.settings import Span


class Journal(Listener):
    """A listener that keeps what the folder keeps."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._lock = threading.Lock()

    def event(self, event: Event) -> None:
        """Keep it, if it is of the kind."""
        if event.kind in KEPT:
            with self._lock:
                self._events.append(event)

    def events(self) -> tuple[dict[str, Any], ...]:
        """All so far, in order."""
        with self._lock:
            return tuple(event.plain() for event in self._events)

    def pauses(self, now: float) -> tuple[Span, ...]:
        """When the session was paused by hand, s; a pause that lasts ends now."""
        spans: list[Span] = []
        since: float | None = None
        with self._lock:
            pauses = [event for event in self._events if event.kind is Kind.PAUSE]
        for event in pauses:
            if since is not None:
                spans.append(Span(since, event.time))
            since = event.time if event.more["on"] and event.more["why"] == Pause.KEY else None
        if since is not None:
            spans.append(Span(since, now))
        return tuple(span for span in spans if span.stop > span.start)
