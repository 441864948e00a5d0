"""When to speak: one cue at a time, only about what stays, and never a second time too soon.

A state machine on time and names; it knows neither poses nor metrics.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import inf

from posture.settings import LiveSettings


@dataclass
class _Memory:
    """What is remembered of one cause."""

    since: float | None = None
    cued: float = -inf


@dataclass
class CueDirector:
    """Chooses what is said.

    Attributes
    ----------
    settings : LiveSettings
    current : str or None
        What is being said.
    """

    settings: LiveSettings
    current: str | None = None
    _since: float = -inf
    _snoozed_until: float = -inf
    _memory: dict[str, _Memory] = field(default_factory=dict)

    def update(self, now: float, supported: Sequence[str], lasting: Collection[str]) -> str | None:
        """Look again.

        Parameters
        ----------
        now : float
            Seconds of the session, never falling.
        supported : sequence of str
            Causes whose change is there, the most important first.
        lasting : collection of str
            Causes whose change is still there with hysteresis: enough to go on, not to begin.

        Returns
        -------
        str or None
            A cause that is cued from this moment on; None if nothing new is said.
        """
        for cause in {*self._memory, *supported}:
            memory = self._memory.setdefault(cause, _Memory())
            if memory.since is None:
                memory.since = now if cause in supported else None
            elif cause not in supported and cause not in lasting:
                memory.since = None
        shown = now - self._since
        if self.current and (shown >= self.settings.show_seconds or self._memory[self.current].since is None):
            self.current = None
        if self.current or self.snoozed(now) or shown < self.settings.gap_seconds:
            return None
        for cause in supported:
            if self._due(self._memory[cause], now):
                self.current, self._since = cause, now
                self._memory[cause].cued = now
                return cause
        return None

    def snooze(self, now: float) -> None:
        """No cues for a while; asked again, they come back."""
        self._snoozed_until = -inf if self.snoozed(now) else now + self.settings.snooze_seconds
        self.current = None

    def snoozed(self, now: float) -> bool:
        """Whether cues are held back."""
        return now < self._snoozed_until

    def _due(self, memory: _Memory, now: float) -> bool:
        stayed = memory.since is not None and now - memory.since >= self.settings.dwell_seconds
        return stayed and now - memory.cued >= self.settings.cooldown_seconds
