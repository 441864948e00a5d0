"""Strides to drift: what changed over a run, since when, and whether it is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from posture.drift.blocks import (
    BLOCK_STRIDES,
    MIN_STRIDES,
    StrideSeries,
    fifths,
    stride_series,
)
from posture.drift.borders import beyond_borders
from posture.drift.confounders import Moved
from posture.drift.floor import FEW_FACTOR, floor_of
from posture.drift.meanwhile import OWN, Meanwhile
from posture.drift.measure import ends_of, over_run, values_only, without_numbers
from posture.drift.onset import find_onset
from posture.drift.phases import Part, matched_phases
from posture.drift.scan import scan
from posture.drift.speed import SpeedLog
from posture.drift.timing import find_timing
from posture.drift.types import DriftResult, Status
from posture.drift.verdict import judge_all
from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.series import CameraMotion, Floats, Ints
from posture.settings import DriftSettings
from posture.strides.types import Strides


@dataclass(frozen=True)
class _Run:
    """The part of a run that is judged: from ``begin`` on; Baseline ends at ``fresh`` or after a fifth."""

    begin: float
    fresh: float | None

    def part(self, series: StrideSeries) -> StrideSeries:
        return series.take(series.time >= self.begin)

    def ends(self, time: Floats) -> tuple[int, int]:
        """Strides in Baseline and in End."""
        count = time.size
        most = min(fifths(count), count // 2)
        if self.fresh is None:
            return most, most
        first = int((time <= self.fresh).sum())
        return first, min(most, count - first)


def assess(
    strides: Strides,
    view: View,
    metrics: Metrics,
    *,
    camera: CameraMotion | None,
    settings: DriftSettings,
    baseline: tuple[float, float] | None = None,
    speed: SpeedLog | None = None,
    upright: Mapping[str, float] | None = None,
) -> dict[str, DriftResult]:
    """What every metric of the registry did over a run (method 3.2).

    Parameters
    ----------
    strides : Strides
    view : View
    metrics : Metrics
        For what is withheld, and for the extent of the clip.
    camera : CameraMotion or None
        Its roll, where measured, is taken to be corrected already.
    settings : DriftSettings
    baseline : tuple of float, optional
        Start and end of the fresh part, s; by default the first fifth behind the warm-up.
    speed : SpeedLog, optional
    upright : mapping of str to float, optional
        The runner's own upright level by metric id.

    Returns
    -------
    dict of str to DriftResult
        One for every metric of the registry.

    Raises
    ------
    PostureError
        If ``baseline`` is not a stretch of the clip.
    """
    run = _run(metrics, settings, baseline)
    kept = strides.kept
    measured: dict[str, DriftResult] = {}
    tested: dict[str, StrideSeries] = {}
    seen: dict[str, Moved] = {}
    during: dict[str, Moved] = {}
    meanwhile = Meanwhile(view.kind, camera, speed)
    for metric in METRICS.values():
        if metric.id in metrics.withheld:
            reason = metrics.withheld[metric.id]
            measured[metric.id] = without_numbers(metric.id, Status.WITHHELD, reason, 0)
            continue
        raw = run.part(stride_series(kept, metric.id))
        series = meanwhile.at_one_speed(metric, raw)
        first, last = run.ends(series.time)
        if len(series) >= MIN_STRIDES and min(first, last) >= 2 * BLOCK_STRIDES:
            found = beyond_borders(scan(series.value, first // 2), series)
            first, last = ends_of(found.change, len(series), first, last)
            result = over_run(metric, series, found, first, last, settings)
            ends = (Part.at(kept, metrics, times) for times in (series.time[:first], series.time[-last:]))
            result = replace(result, phases=matched_phases(result, *ends))
            own = kept.loc[kept[metric.id].notna() & (kept["start"] >= run.begin), list(OWN)]
            beside = meanwhile.beside(result, own, raw, series, (first, last))
            measured[metric.id], seen[metric.id], during[metric.id] = beside
            tested[metric.id] = series
        else:
            measured[metric.id] = _too_few(metric, series, first, last, settings)
    judged = judge_all(measured, seen, settings.fdr, during)
    return {key: _dated(result, tested.get(key), settings, upright or {}, metrics) for key, result in judged.items()}


def fresh_and_end(
    strides: Strides, metrics: Metrics, settings: DriftSettings, baseline: tuple[float, float] | None = None
) -> Ints:
    """Which kept strides are compared: shape (S,), 0 in the fresh part, 1 at the end, -1 between and before.

    Parameters
    ----------
    strides : Strides
    metrics : Metrics
        For the extent of the clip.
    settings : DriftSettings
    baseline : tuple of float, optional
        As in :func:`assess`.
    """
    run = _run(metrics, settings, baseline)
    kept = strides.kept
    time = (kept["start"].to_numpy(float) + kept["end"].to_numpy(float)) / 2.0
    begin = int((time < run.begin).sum())
    first, last = run.ends(time[begin:])
    group = np.full(time.size, -1)
    group[begin : begin + first] = 0
    group[time.size - last :] = 1
    return group


def _run(metrics: Metrics, settings: DriftSettings, baseline: tuple[float, float] | None) -> _Run:
    start, stop = (float(metrics.time[i]) for i in (0, -1)) if metrics.time.size else (0.0, 0.0)
    if baseline is None:
        return _Run(start + min(settings.warmup_seconds, settings.warmup_share * (stop - start)), None)
    if not (baseline[0] < baseline[1] and baseline[1] > start and baseline[0] < stop):
        raise PostureError(
            f"--baseline {baseline[0]:g}-{baseline[1]:g} is not a stretch of this clip ({start:.0f} to {stop:.0f} s)."
        )
    return _Run(*baseline)


def _too_few(metric: Metric, series: StrideSeries, first: int, last: int, settings: DriftSettings) -> DriftResult:
    """What can be told of a metric with too few strides for a verdict."""
    count = len(series)
    reason = f"{count} valid strides after the warm-up; a verdict needs {MIN_STRIDES}, about a minute of running."
    if count >= MIN_STRIDES:
        reason = f"The chosen baseline leaves {first} strides in it and {last} at the end; each needs 20."
    if count < 2 * BLOCK_STRIDES:
        return without_numbers(metric.id, Status.TOO_SHORT, reason, count)
    return replace(
        values_only(metric, series.value[:first], series.value[count - last :], reason, settings, FEW_FACTOR),
        strides=count,
    )


def _dated(
    result: DriftResult,
    series: StrideSeries | None,
    settings: DriftSettings,
    upright: Mapping[str, float],
    metrics: Metrics,
) -> DriftResult:
    """With onset and timing, where the metric was tested."""
    if series is None:
        return result
    metric = METRICS[result.metric]
    drifted = result.status is Status.DRIFT
    if drifted:
        result = replace(result, onset=find_onset(series))
    timing = find_timing(
        metric.without_levels() if result.metric in metrics.trend_only else metric,
        drifted=drifted,
        baseline=result.baseline,
        change=result.change,
        floor=result.floor,
        upright=upright.get(metric.id),
        upright_floor=floor_of(metric, result.baseline, settings, settings.other_camera_factor),
    )
    return replace(result, timing=timing)
