"""Strides to drift: what changed over a run, or between two clips."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
from scipy import stats

from posture.drift.blocks import (
    MIN_BLOCKS,
    MIN_STRIDES,
    StrideSeries,
    block_count,
    block_medians,
    fifths,
    stride_series,
)
from posture.drift.rate import rate
from posture.drift.size import (
    change_interval,
    cliffs_delta,
    effect_size,
    levels,
    minimal_detectable_change,
    session_sem,
)
from posture.drift.status import judge
from posture.drift.trend import trend_p
from posture.drift.types import DriftResult, Interval, Status, Timing
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.series import CameraMotion
from posture.settings import DriftSettings
from posture.strides.types import Strides

UNKNOWN = Interval(nan, nan)
SEED = 20_240_117


def assess(
    strides: Strides,
    view: View,
    metrics: Metrics,
    *,
    camera: CameraMotion | None,
    settings: DriftSettings,
    baseline: tuple[float, float] | None = None,
    speed: None = None,
) -> dict[str, DriftResult]:
    """What every metric of the registry did over a run."""
    kept = strides.kept
    measured: dict[str, DriftResult] = {}
    for metric in METRICS.values():
        if metric.id in metrics.withheld:
            measured[metric.id] = _without_numbers(metric, Status.WITHHELD, metrics.withheld[metric.id], 0)
            continue
        measured[metric.id] = _measure(metric, stride_series(kept, metric.id), settings)
    return _judge_all(measured, settings)


def _measure(metric: Metric, series: StrideSeries, settings: DriftSettings) -> DriftResult:
    count = len(series)
    if count < MIN_STRIDES or block_count(count) < MIN_BLOCKS:
        return _without_numbers(
            metric, Status.TOO_SHORT, f"{count} valid strides, a verdict needs {MIN_STRIDES}", count
        )
    first, last = (float(level) for level in levels(series.value))
    change = last - first
    floor = max(settings.floors.get(metric.id, metric.floor), metric.relative_floor * abs(first))
    sem = float(session_sem(series.value))
    part = fifths(count)
    slope, slope_interval = rate(series, settings.resamples, SEED)
    return DriftResult(
        metric=metric.id,
        status=Status.INCONCLUSIVE,
        reason="",
        strides=count,
        baseline=first,
        end=last,
        change=change,
        interval=change_interval(change, sem, count),
        floor=floor,
        mdc=float(minimal_detectable_change(floor, sem)),
        p=float(trend_p(block_medians(series.value, block_count(count)))),
        q=nan,
        rate=slope,
        rate_interval=slope_interval,
        effect=effect_size(change, series.value[:part]),
        cliff=cliffs_delta(series.value[:part], series.value[-part:]),
        onset=None,
        timing=Timing.NONE,
    )


def _judge_all(measured: dict[str, DriftResult], settings: DriftSettings) -> dict[str, DriftResult]:
    tested = [key for key, result in measured.items() if np.isfinite(result.p)]
    judged = dict(measured)
    for exploratory in (False, True):
        family = [key for key in tested if (METRICS[key].family == "exploratory") == exploratory]
        if not family:
            continue
        qs = stats.false_discovery_control([measured[key].p for key in family])
        for key, q in zip(family, qs, strict=True):
            result = measured[key]
            status, reason = judge(
                change=result.change,
                interval=result.interval,
                mdc=result.mdc,
                q=float(q),
                fdr=settings.fdr,
                response=METRICS[key].response,
                onset_share=0.0,
            )
            judged[key] = replace(result, q=float(q), status=status, reason=reason)
    return judged


def _without_numbers(metric: Metric, status: Status, reason: str, strides: int) -> DriftResult:
    return DriftResult(
        metric.id,
        status,
        reason,
        strides,
        nan,
        nan,
        nan,
        UNKNOWN,
        nan,
        nan,
        nan,
        nan,
        nan,
        UNKNOWN,
        nan,
        nan,
        None,
        Timing.NONE,
    )
