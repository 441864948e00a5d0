"""When to speak: one cue at a time, only about what stays, and never a second time too soon.

A state machine on time and names; it knows neither poses nor metrics.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf, nan

from posture.settings import LiveSettings


class CueEnd(StrEnum):
    """Why a cue ends."""

    BETTER = "better"
    SHOWN = "shown"
    STALE = "stale"
    SNOOZED = "snoozed"
    PAUSED = "paused"
    BASELINE = "baseline"


@dataclass
class _Memory:
    """What is remembered of one cause."""

    since: float | None = None
    cued: float = -inf
    better_since: float | None = None
    owed: bool = False


@dataclass
class CueDirector:
    """Chooses what is said.

    Attributes
    ----------
    settings : LiveSettings
    current : str or None
        The cause of the cue that is being given.
    praise : str or None
        The cause whose return to normal is being praised.
    ended : tuple of (str, CueEnd) or None
        What was ended since an end was last taken.
    reminder : bool
        Whether the current cue has been given before.
    """

    settings: LiveSettings
    current: str | None = None
    praise: str | None = None
    ended: tuple[str, CueEnd] | None = None
    reminder: bool = False
    snoozed_until: float = nan
    _since: float = -inf
    _praised: float = -inf
    _memory: dict[str, _Memory] = field(default_factory=dict)

    def update(
        self, now: float, supported: Sequence[str], lasting: Collection[str], normal: Collection[str] = ()
    ) -> str | None:
        """Look again.

        Parameters
        ----------
        now : float
            Seconds of the session, never falling.
        supported : sequence of str
            Causes whose change is there, the most important first.
        lasting : collection of str
            Causes whose change is still there with hysteresis: enough to go on, not to begin.
        normal : collection of str
            Causes of which it is seen that nothing is left of the change; what is not seen is in none of the three.

        Returns
        -------
        str or None
            A cause that is cued from this moment on; None if nothing new is said.
        """
        for cause in {*self._memory, *supported}:
            self._remember(cause, now, cause in supported, cause in supported or cause in lasting, cause in normal)
        self._finish(now)
        if self.current or self.snoozed(now) or now - self._since < self.settings.gap_seconds:
            return None
        for cause in supported:
            if self._due(self._memory[cause], now):
                self.reminder = self._memory[cause].cued > -inf
                self.current, self.praise, self._since = cause, None, now
                self._memory[cause].cued, self._memory[cause].owed = now, True
                return cause
        return None

    def praised(self, now: float) -> str | None:
        """A cause that was cued and has stayed normal since, told once for each cue; None if there is none."""
        if self.current or self.snoozed(now):
            return None
        for cause, memory in self._memory.items():
            stayed = memory.better_since is not None and now - memory.better_since >= self.settings.dwell_seconds
            if memory.owed and stayed:
                memory.owed = False
                self.praise, self._praised = cause, now
                return cause
        return None

    def silence(self, why: CueEnd) -> None:
        """Say nothing more for now; a change has to stay anew before it is told again."""
        self._end(why)
        self.praise = None
        for memory in self._memory.values():
            memory.since = memory.better_since = None

    def snooze(self, now: float) -> None:
        """No cues for a while; asked again, they come back."""
        self.snoozed_until = nan if self.snoozed(now) else now + self.settings.snooze_seconds
        self._end(CueEnd.SNOOZED)
        self.praise = None

    def snoozed(self, now: float) -> bool:
        """Whether cues are held back."""
        return now < self.snoozed_until

    def take_end(self) -> tuple[str, CueEnd] | None:
        """What was ended, told once: a cue may end between two looks."""
        ended, self.ended = self.ended, None
        return ended

    def _end(self, why: CueEnd) -> None:
        if self.current:
            self.ended, self.current = (self.current, why), None

    def _remember(self, cause: str, now: float, there: bool, lasts: bool, normal: bool) -> None:
        memory = self._memory.setdefault(cause, _Memory())
        if memory.since is None:
            memory.since = now if there else None
        elif not lasts:
            memory.since = None
        memory.better_since = (memory.better_since if memory.better_since is not None else now) if normal else None

    def _finish(self, now: float) -> None:
        if self.praise and now - self._praised >= self.settings.praise_seconds:
            self.praise = None
        if self.current is None:
            return
        over = now - self._since >= self.settings.show_seconds
        if over or self._memory[self.current].since is None:
            self._end(CueEnd.SHOWN if over else CueEnd.BETTER)

    def _due(self, memory: _Memory, now: float) -> bool:
        stayed = memory.since is not None and now - memory.since >= self.settings.dwell_seconds
        return stayed and now - memory.cued >= self.settings.cooldown_seconds
