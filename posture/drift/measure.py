"""One metric's numbers, before any verdict."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries, level_of
from posture.drift.difference import difference_p
from posture.drift.equivalence import largest_departure, margin_of
from posture.drift.floor import floor_of
from posture.drift.rate import rate
from posture.drift.scan import LIKELY, Scan, Stretch
from posture.drift.size import (
    FITTED,
    change_interval,
    cliffs_delta,
    effect_size,
    minimal_detectable_change,
    of_true_change,
    pooled_sem,
    sem_beside,
    session_sem,
)
from posture.drift.types import DriftResult, Episode, Interval, Status, Timing
from posture.kinematics.types import Metric
from posture.series import Floats
from posture.settings import DriftSettings

UNKNOWN = Interval(nan, nan)
#: Of the bootstraps: the same numbers every time.
SEED = 42


def without_numbers(metric: str, status: Status, reason: str, strides: int) -> DriftResult:
    """A metric that nothing can be said about."""
    return DriftResult(
        metric=metric,
        status=status,
        reason=reason,
        strides=strides,
        baseline=nan,
        end=nan,
        change=nan,
        interval=UNKNOWN,
        floor=nan,
        mdc=nan,
        p=nan,
        q=nan,
        rate=nan,
        rate_interval=UNKNOWN,
        effect=nan,
        cliff=nan,
        onset=None,
        timing=Timing.NONE,
    )


def values_only(
    metric: Metric, baseline: Floats, end: Floats, reason: str, settings: DriftSettings, factor: float
) -> DriftResult:
    """Values and direction from too few strides for a verdict."""
    blank = without_numbers(metric.id, Status.TOO_SHORT, reason, baseline.size + end.size)
    if baseline.size == 0 or end.size == 0:
        return blank
    floor = floor_of(metric, float(level_of(baseline)), settings, factor)
    return replace(_with_levels(blank, baseline, end), floor=floor, mdc=floor)


def over_run(
    metric: Metric, series: StrideSeries, found: Scan, first: int, last: int, settings: DriftSettings
) -> DriftResult:
    """Numbers of a metric over one run.

    Parameters
    ----------
    metric : Metric
    series : StrideSeries
        At least six blocks of ten strides.
    found : Scan
        What happened in it.
    first, last : int
        Strides in Baseline and in End.
    settings : DriftSettings
    """
    value = series.value
    result = _with_levels(without_numbers(metric.id, Status.INCONCLUSIVE, "", value.size), value[:first], value[-last:])
    slope, slope_interval = rate(series, settings.resamples, SEED)
    floor = floor_of(metric, result.baseline, settings)
    freedom = value.size // BLOCK_STRIDES - FITTED
    sem = noise_beside(value, found)
    sized = _with_noise(result, floor, sem, freedom)
    return replace(
        _with_proof(sized, metric, largest_departure(value)),
        p=found.p,
        p_lasting=found.change.p,
        rate=slope,
        rate_interval=slope_interval,
        episode=_episode(series, found.excursion, sem, freedom, sized.mdc, metric.least_response),
    )


def noise_beside(value: Floats, found: Scan) -> float:
    """Standard error of a ten-stride level that what happened does not inflate."""
    if found.excursion:
        if found.change.p > LIKELY:
            return sem_beside(value, found.excursion)
        value = found.excursion.taken_out(value)
    about_ramps = float(session_sem(value))
    return about_ramps if found.change.ramp else min(about_ramps, sem_beside(value, found.change))


def ends_of(change: Stretch, strides: int, first: int, last: int) -> tuple[int, int]:
    """Strides in Baseline and End: no further than a step inside either, or a ramp inside End, that is beyond chance.

    What lasts fewer than ten strides is an event, and a ramp inside Baseline the opening.
    """
    since = strides - change.begin
    if change.p > LIKELY or since < BLOCK_STRIDES:
        return first, last
    return first if change.ramp else min(first, change.begin), min(last, since)


def _episode(
    series: StrideSeries, stretch: Stretch | None, sem: float, freedom: int, mdc: float, least_response: float
) -> Episode | None:
    """What came and went, if it is larger than the noise floor."""
    if stretch is None:
        return None
    if len(stretch) < BLOCK_STRIDES or abs(stretch.size) <= mdc:
        return None
    begin, end = (float(series.time[i]) for i in (stretch.begin, stretch.end - 1))
    interval = of_true_change(change_interval(stretch.size, sem, freedom), least_response)
    return Episode(begin, end, len(stretch), stretch.size, interval, stretch.p)


def between_clips(metric: Metric, baseline: Floats, end: Floats, settings: DriftSettings, factor: float) -> DriftResult:
    """Numbers of a metric of a tired clip against a fresh one (design B).

    Parameters
    ----------
    metric : Metric
    baseline, end : ndarray
        Stride values of either clip, in order of time; at least five blocks of ten each.
    settings : DriftSettings
    factor : float
        On the floor.
    """
    blank = without_numbers(metric.id, Status.INCONCLUSIVE, "", baseline.size + end.size)
    result = _with_levels(blank, baseline, end)
    floor = floor_of(metric, result.baseline, settings, factor)
    freedom = baseline.size // BLOCK_STRIDES + end.size // BLOCK_STRIDES - 2
    sized = _with_noise(result, floor, pooled_sem(baseline, end), freedom)
    p = difference_p(baseline, end)
    # Each clip by itself must have kept its level, too: otherwise which of its levels should be compared?
    departure = max(largest_departure(part) for part in (baseline, end))
    return replace(_with_proof(sized, metric, departure), p=p, p_lasting=p)


def _with_levels(result: DriftResult, baseline: Floats, end: Floats) -> DriftResult:
    first, last = float(level_of(baseline)), float(level_of(end))
    return replace(
        result,
        baseline=first,
        end=last,
        change=last - first,
        effect=effect_size(last - first, baseline),
        cliff=cliffs_delta(baseline, end),
    )


def _with_proof(result: DriftResult, metric: Metric, departure: float) -> DriftResult:
    """With the largest seen change that cannot be excluded, the one that must be, and the interval of the true one."""
    furthest = max(abs(result.interval.low), abs(result.interval.high), departure)
    return replace(
        result,
        bound=furthest,
        margin=margin_of(metric, result.baseline, result.floor),
        interval=_possible(of_true_change(result.interval, metric.least_response), metric, result.baseline),
    )


def _possible(change: Interval, metric: Metric, baseline: float) -> Interval:
    """The same where a swing shrinks: to nothing at most."""
    return Interval(max(change.low, -baseline), change.high) if metric.reduction == "amplitude" else change


def _with_noise(result: DriftResult, floor: float, sem: float, freedom: int) -> DriftResult:
    return replace(
        result,
        floor=floor,
        mdc=float(minimal_detectable_change(floor, sem)),
        interval=change_interval(result.change, sem, freedom),
    )
