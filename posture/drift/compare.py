"""The same statistics between two clips of one runner, a fresh one and a tired one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, nan

import numpy as np
import pandas as pd

from posture.drift.blocks import middles, stride_series
from posture.drift.confounders import Moved, pace_of, percent
from posture.drift.difference import CLIP_STRIDES
from posture.drift.measure import between_clips, values_only, without_numbers
from posture.drift.phases import Part, matched_phases
from posture.drift.speed import SpeedLog
from posture.drift.timing import find_timing
from posture.drift.types import DriftResult, Interval, Status
from posture.drift.verdict import judge_all
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.settings import DriftSettings
from posture.strides.types import Strides


@dataclass(frozen=True, eq=False)
class ClipStrides:
    """What is known of one of the two clips."""

    strides: Strides
    view: View
    metrics: Metrics
    speed: SpeedLog | None = None


def compare(
    fresh: ClipStrides, tired: ClipStrides, *, same_camera: bool, settings: DriftSettings
) -> dict[str, DriftResult]:
    """What every metric did from one clip to another (method 3.2.3, design B).

    No warm-up is left out: whoever picks a clip picks its part. The difference of their levels
    takes the place of a shape; rate and onset have no meaning here.

    Parameters
    ----------
    fresh, tired : ClipStrides
    same_camera : bool
        Whether the background shows that the camera did not move between the clips; floors double if not.
    settings : DriftSettings

    Returns
    -------
    dict of str to DriftResult
        One for every metric of the registry. Clips of fewer than 50 strides get values and direction, and
        no verdict.
    """
    factor = 1.0 if same_camera else settings.other_camera_factor
    measured = {metric.id: _measure(metric, fresh, tired, settings, factor) for metric in METRICS.values()}
    seen = {key: _moved(key, fresh, tired) for key, result in measured.items() if isfinite(result.p)}
    for key, between in seen.items():
        measured[key] = replace(measured[key], pace=pace_of(METRICS[key], measured[key].baseline, between))
    judged = judge_all(measured, seen, settings.fdr)
    return {key: _timed(result, fresh, tired) for key, result in judged.items()}


def _measure(
    metric: Metric, fresh: ClipStrides, tired: ClipStrides, settings: DriftSettings, factor: float
) -> DriftResult:
    for clip, name in ((fresh, "first"), (tired, "second")):
        if metric.id in clip.metrics.withheld:
            reason = f"In the {name} clip: {clip.metrics.withheld[metric.id]}"
            return without_numbers(metric.id, Status.WITHHELD, reason, 0)
    if fresh.view.kind != tired.view.kind or fresh.view.near != tired.view.near:
        reason = "The clips show the runner from different sides; film both from the same side."
        return without_numbers(metric.id, Status.WITHHELD, reason, 0)
    first, second = (stride_series(clip.strides.kept, metric.id).value for clip in (fresh, tired))
    if min(first.size, second.size) >= CLIP_STRIDES:
        result = between_clips(metric, first, second, settings, factor)
        return replace(
            result, phases=matched_phases(result, *(Part(clip.strides.kept, clip.metrics) for clip in (fresh, tired)))
        )
    reason = f"{first.size} and {second.size} valid strides; a verdict needs {CLIP_STRIDES} in each clip."
    return values_only(metric, first, second, reason, settings, factor)


def _moved(metric: str, fresh: ClipStrides, tired: ClipStrides) -> Moved:
    """How far yaw, speed, incline and cadence of a metric's own strides differ.

    Roll and scale between clips are covered by the floors.
    """
    first, second = (clip.strides.kept.dropna(subset=[metric]) for clip in (fresh, tired))
    return Moved(
        tired.view.kind,
        yaw=_typical(second, "yaw") - _typical(first, "yaw"),
        speed=(_speed(first, fresh.speed), _speed(second, tired.speed)),
        incline=_incline(second, tired.speed) - _incline(first, fresh.speed),
        cadence=percent(_typical(first, "cadence"), _typical(second, "cadence")),
    )


def _speed(strides: pd.DataFrame, log: SpeedLog | None) -> float:
    return float(np.median(log.speed_at(middles(strides)))) if log is not None else nan


def _incline(strides: pd.DataFrame, log: SpeedLog | None) -> float:
    if log is None:
        return nan
    time = middles(strides)
    return log.incline_over(Interval(float(time[0]), float(time[-1])))


def _typical(strides: pd.DataFrame, column: str) -> float:
    values = strides[column].dropna()
    return float(values.median()) if len(values) else nan


def _timed(result: DriftResult, fresh: ClipStrides, tired: ClipStrides) -> DriftResult:
    if not np.isfinite(result.p):
        return result
    metric = METRICS[result.metric]
    trend_only = result.metric in fresh.metrics.trend_only | tired.metrics.trend_only
    timing = find_timing(
        metric.without_levels() if trend_only else metric,
        drifted=result.status is Status.DRIFT,
        baseline=result.baseline,
        change=result.change,
        floor=result.floor,
        upright=None,
    )
    return replace(result, timing=timing)
