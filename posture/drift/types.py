"""The answer to "what changed, since when, and is it real?", one record per metric."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, nan


class Status(StrEnum):
    """What can be said about a metric's change over the run."""

    DRIFT = "drift"
    EPISODE = "came and went"
    POSSIBLE = "possible"
    STABLE = "stable"
    INCONCLUSIVE = "inconclusive"
    NOT_DECIDABLE = "not decidable"
    NOT_MEASURABLE = "cannot be measured well"
    TOO_SHORT = "too short"
    WITHHELD = "withheld"


class Timing(StrEnum):
    """Whether a pattern came with the run or was there before it."""

    LATE = "late-run change"
    PRE_EXISTING = "there from the start"
    BOTH = "there from the start and growing"
    IMPROVING = "improving"
    NONE = "none"


@dataclass(frozen=True)
class Interval:
    """A closed interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Onset:
    """When a drift began.

    Attributes
    ----------
    time : float
        Seconds of the clip.
    interval : Interval
        Seconds.
    shape : str
        ``ramp`` or ``step``, the better fit.
    """

    time: float
    interval: Interval
    shape: str


@dataclass(frozen=True)
class Pace:
    """What the run's speed has to do with a metric's change.

    Attributes
    ----------
    change : float
        Percent by which speed changed from Baseline to End.
    effect : float
        The most that this is known to do to the metric, in its unit; 0 where the effect was taken out.
    baseline, end : float
        The levels as they were run, where the result's are at the mean speed of the run; NaN where they are not.
    """

    change: float
    effect: float
    baseline: float = nan
    end: float = nan

    @property
    def taken_out(self) -> bool:
        """Whether the result's levels are at the mean speed of the run."""
        return isfinite(self.baseline)

    def share(self, change: float) -> float:
        """Share of a change of the metric, 0 to 1, that speed may explain."""
        return min(self.effect / abs(change), 1.0) if change else 1.0


@dataclass(frozen=True)
class Episode:
    """A stretch of ten strides or more in which a metric left the run's level and came back.

    Attributes
    ----------
    begin, end : float
        Seconds of the clip.
    strides : int
    size : float
        Level of the stretch less that of the rest, in the metric's unit.
    interval : Interval
        90 % interval of the true size, as of ``DriftResult.interval``.
    p : float
        By chance.
    pace : Pace or None
        What speed has to do with it, where that was not taken out.
    """

    begin: float
    end: float
    strides: int
    size: float
    interval: Interval
    p: float
    pace: Pace | None = None


@dataclass(frozen=True)
class DriftResult:
    """What one metric did over the run. Numbers are in the metric's unit; NaN where not estimated.

    Attributes
    ----------
    metric : str
        Metric id.
    status : Status
    reason : str
        One sentence: why this status.
    strides : int
        Number of strides it rests on.
    baseline, end : float
        Levels (trimmed means) of the first and of the last fifth; of what lies before or after a step inside either,
        or after the begin of a ramp inside the last.
    change : float
        ``end - baseline``.
    interval : Interval
        90 % interval of the true change: of ``change``, and further out by what may not be seen of it.
    floor : float
        The metric's floor here (doubled between cameras or for few strides; relative floors resolved).
    mdc : float
        Minimal detectable change: the larger of ``floor`` and what the strides' own noise allows.
    margin : float
        Seen change that must be excluded before the metric may be called stable: behind it may be what is worth a
        flag.
    bound : float
        Largest seen change that cannot be excluded, from baseline to end or of any ten strides and more.
    p, q : float
        Of the test for any change that lasts or comes and goes; ``q`` after false-discovery control over the family.
    p_lasting : float
        Of a change that lasts, beside what came and went; ``p`` where nothing did.
    rate : float
        Theil-Sen slope, unit per minute.
    rate_interval : Interval
        90 % interval of ``rate``, by moving-block bootstrap of residuals; approximate.
    effect : float
        ``change`` over the robust stride SD of the baseline.
    cliff : float
        P(end stride > baseline stride) - P(end stride < baseline stride).
    onset : Onset or None
    timing : Timing
    phases : Interval
        Smallest and largest change between equal gait phases of fresh and of end strides; NaN where the metric is
        no mean over the stride.
    pace : Pace or None
        None where speed is not known, or does nothing to the metric, or did not change.
    episode : Episode or None
        What came and went, where that is beyond chance and the noise floor.
    """

    metric: str
    status: Status
    reason: str
    strides: int
    baseline: float
    end: float
    change: float
    interval: Interval
    floor: float
    mdc: float
    p: float
    q: float
    rate: float
    rate_interval: Interval
    effect: float
    cliff: float
    onset: Onset | None
    timing: Timing
    phases: Interval = Interval(nan, nan)
    pace: Pace | None = None
    margin: float = nan
    bound: float = nan
    p_lasting: float = nan
    episode: Episode | None = None
