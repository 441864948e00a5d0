"""One metric's numbers, before any verdict."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries, block_count, block_medians
from posture.drift.floor import floor_of
from posture.drift.rate import rate
from posture.drift.size import (
    FITTED,
    change_interval,
    cliffs_delta,
    effect_size,
    minimal_detectable_change,
    pooled_sem,
    session_sem,
)
from posture.drift.trend import permutation_p, trend_p
from posture.drift.types import DriftResult, Interval, Status, Timing
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
    floor = floor_of(metric, float(np.median(baseline)), settings, factor)
    return replace(_with_levels(blank, baseline, end), floor=floor, mdc=floor)


def over_run(metric: Metric, series: StrideSeries, first: int, last: int, settings: DriftSettings) -> DriftResult:
    """Numbers of a metric over one run.

    Parameters
    ----------
    metric : Metric
    series : StrideSeries
        At least six blocks of ten strides.
    first, last : int
        Strides in Baseline and in End.
    settings : DriftSettings
    """
    value = series.value
    count = value.size
    blank = without_numbers(metric.id, Status.INCONCLUSIVE, "", count)
    result = _with_levels(blank, value[:first], value[-last:])
    slope, slope_interval = rate(series, settings.resamples, SEED)
    p = float(trend_p(block_medians(value, block_count(count))))
    floor = floor_of(metric, result.baseline, settings)
    freedom = count // BLOCK_STRIDES - FITTED
    sized = _with_noise(result, floor, float(session_sem(value)), freedom)
    return replace(sized, p=p, rate=slope, rate_interval=slope_interval)


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
    first, second = (block_medians(part, block_count(part.size)) for part in (baseline, end))
    floor = floor_of(metric, result.baseline, settings, factor)
    freedom = baseline.size // BLOCK_STRIDES + end.size // BLOCK_STRIDES - 2
    sized = _with_noise(result, floor, pooled_sem(baseline, end), freedom)
    return replace(sized, p=permutation_p(first, second))


def _with_levels(result: DriftResult, baseline: Floats, end: Floats) -> DriftResult:
    first, last = float(np.median(baseline)), float(np.median(end))
    return replace(
        result,
        baseline=first,
        end=last,
        change=last - first,
        effect=effect_size(last - first, baseline),
        cliff=cliffs_delta(baseline, end),
    )


def _with_noise(result: DriftResult, floor: float, sem: float, freedom: int) -> DriftResult:
    return replace(
        result,
        floor=floor,
        mdc=float(minimal_detectable_change(floor, sem)),
        interval=change_interval(result.change, sem, freedom),
    )
