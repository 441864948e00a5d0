"""What is said while somebody runs: the rules on the changes of this moment, told when they have stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

from posture import rules
from posture.analysis.inputs import Beside
from posture.drift.types import DriftResult
from posture.levels import Levels
from posture.live.coach.change import held, weighed
from posture.live.coach.cues import CueDirector, CueEnd
from posture.live.coach.judging import fitting, is_normal
from posture.live.coach.state import Sensitivity
from posture.rules import Finding
from posture.seen import Seen
from posture.settings import Settings

#: How many times larger the rules see a change. The noise floor stays what it is.
_WEIGHT: Mapping[Sensitivity, float] = {
    Sensitivity.LESS: 1 / 1.5,
    Sensitivity.NORMAL: 1.0,
    Sensitivity.MORE: 1.25,
}


@dataclass(frozen=True)
class Advice:
    """What is said at one moment; the fields of :class:`posture.live.coach.state.State` with the same names.

    Attributes
    ----------
    begun, praised, cue, praise : Finding or None
    reminder : bool
    snoozed_until : float
    """

    begun: Finding | None
    praised: Finding | None
    cue: Finding | None
    praise: Finding | None
    reminder: bool
    snoozed_until: float


class Adviser:
    """Judges, and chooses what is said.

    Parameters
    ----------
    settings : Settings
    beside : Beside
    snoozed_until : float
        No cues before, s; NaN for none held back.
    ended : tuple of (str, CueEnd) or None
        What is still to be told as ended.
    """

    def __init__(
        self,
        settings: Settings,
        beside: Beside,
        snoozed_until: float = nan,
        ended: tuple[str, CueEnd] | None = None,
    ) -> None:
        self._settings = settings
        self._beside = beside
        self._causes = beside.causes or rules.load_causes()
        self._director = CueDirector(settings.live, snoozed_until=snoozed_until, ended=ended)
        self._said: dict[str, Finding] = {}

    @property
    def snoozed_until(self) -> float:
        """Until when cues are held back, s; NaN where they are not."""
        return self._director.snoozed_until

    def snooze(self, now: float) -> None:
        """No cues for a while, or cues again."""
        self._director.snooze(now)

    def take_end(self) -> tuple[str, CueEnd] | None:
        """The cause of a cue that has ended, and why it did; told once."""
        return self._director.take_end()

    def advise(
        self,
        now: float,
        changes: Mapping[str, DriftResult],
        seen: Seen,
        levels: Levels | None,
        sensitivity: Sensitivity,
    ) -> tuple[Advice, frozenset[str]]:
        """What is said now, and the metrics that what is found rests on.

        Parameters
        ----------
        now : float
            s.
        changes : mapping of str to DriftResult
            By metric id.
        seen : Seen
            Of the last seconds.
        levels : Levels or None
            Of the baseline.
        sensitivity : Sensitivity
        """
        there = self._fitting(weighed(changes, _WEIGHT[sensitivity]), seen, levels)
        lasting = self._fitting(held(changes), seen, levels)
        found = _to_tell(there, lasting)
        normal = [cause for cause, finding in self._said.items() if is_normal(finding, changes)]
        director = self._director
        begun = director.update(now, [f.cause for f in found], {f.cause for f in lasting}, normal)
        self._said |= {finding.cause: finding for finding in found if finding.cause == begun}
        praised = director.praised(now)
        said = self._said.get(director.current or "")
        advice = Advice(
            begun=said if begun else None,
            praised=self._said[praised] if praised else None,
            cue=said,
            praise=self._said.get(director.praise or ""),
            reminder=director.reminder and said is not None,
            snoozed_until=director.snoozed_until,
        )
        rests_on = {metric for finding in found for line in finding.trace if line.passed for metric in line.metrics}
        return advice, frozenset(rests_on)

    def silence(self, why: CueEnd) -> Advice:
        """Nothing more for now."""
        self._director.silence(why)
        return Advice(None, None, None, None, False, self._director.snoozed_until)

    def _fitting(self, changes: Mapping[str, DriftResult], seen: Seen, levels: Levels | None) -> tuple[Finding, ...]:
        return fitting(changes, seen, self._beside, self._causes, levels, self._settings.drift)


def _to_tell(there: Sequence[Finding], lasting: Sequence[Finding]) -> tuple[Finding, ...]:
    """The most important first; what stands behind the others only where none of them is, or lasts."""
    lead = rules.leading(there, most=len(there))
    return lead or (() if rules.leading(lasting) else rules.trailing(there))
