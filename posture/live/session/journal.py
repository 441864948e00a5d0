"""How the session went, for the folder: cues, snoozes, pauses, baselines and what was in their way."""

from __future__ import annotations

import threading
from typing import Any

from posture.live.coach.events import KEPT, Event
from posture.live.session.listener import Listener


class Journal(Listener):
    """A listener that keeps what the folder keeps."""

    def __init__(self) -> None:
        self._events: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def event(self, event: Event) -> None:
        """Keep it, if it is of the kind."""
        if event.kind in KEPT:
            with self._lock:
                self._events.append(event.plain())

    def events(self) -> tuple[dict[str, Any], ...]:
        """All so far, in order."""
        with self._lock:
            return tuple(self._events)
