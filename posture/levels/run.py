"""A run's levels, and what they say about when its posture began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from posture.drift.blocks import MIN_STRIDES
from posture.drift.floor import floor_of
from posture.drift.timing import find_timing
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.levels.reference import REPLACES_BANDS, Reference, gait_of, held_against
from posture.levels.stage import held, judge_levels
from posture.levels.types import Level, Levels, Place
from posture.series import Ints
from posture.settings import DriftSettings
from posture.storage.recording import Recording
from posture.strides.types import Strides


def run_levels(
    recording: Recording,
    strides: Strides,
    view: View,
    metrics: Metrics,
    fresh: Ints,
    reference: Reference,
    *,
    camera_roll: float,
) -> Levels:
    """Levels of a run: of its fresh part where it is long enough to drift, else of all its strides.

    Parameters
    ----------
    recording : Recording
        For what made the poses, and for what the room's lines say about the camera.
    strides : Strides
    view : View
    metrics : Metrics
    fresh : ndarray of int, shape (S,)
        0 for kept strides of the fresh part, from :func:`posture.drift.fresh_and_end`.
    reference : Reference
    camera_roll : float
        Degrees that were taken out already.
    """
    kept = strides.kept
    from_start = len(kept) >= MIN_STRIDES
    counted = kept[fresh == 0] if from_start else kept
    # Who gives the roll knows it.
    recorded = held(counted, metrics, view, gait_of(strides), 0.0 if camera_roll else recording.tilt)
    obstacle = held_against(reference, recording.model, recording.estimator)
    return judge_levels(recorded, reference, from_start=from_start, obstacle=obstacle)


def timed(
    drift: Mapping[str, DriftResult], levels: Levels, upright: Mapping[str, float], settings: DriftSettings
) -> dict[str, DriftResult]:
    """Drift results whose timing rests on the reference runners, where enough of them replace the registry's bands.

    Parameters
    ----------
    drift : mapping of str to DriftResult
    levels : Levels
    upright : mapping of str to float
        The runner's own upright level by metric id.
    settings : DriftSettings
    """
    bands = {id: banded(METRICS[id], levels.levels.get(id)) for id in drift}
    return {
        id: result if bands[id] is METRICS[id] else _timed(result, bands[id], upright.get(id), settings)
        for id, result in drift.items()
    }


def banded(metric: Metric, level: Level | None) -> Metric:
    """A metric with the 95 and 99 % prediction intervals in the place of its bands, where both are known."""
    judged = metric.amber is not None or metric.red is not None
    if not judged or level is None or level.place is Place.UNKNOWN or len(level.others) < REPLACES_BANDS:
        return metric
    usual, seldom = level.usual, level.seldom
    return replace(metric, amber=(usual.low, usual.high), red=(seldom.low, seldom.high))


def _timed(result: DriftResult, metric: Metric, upright: float | None, settings: DriftSettings) -> DriftResult:
    if not np.isfinite(result.p):
        return result
    timing = find_timing(
        metric,
        drifted=result.status is Status.DRIFT,
        baseline=result.baseline,
        change=result.change,
        floor=result.floor,
        upright=upright,
        upright_floor=floor_of(metric, result.baseline, settings, settings.other_camera_factor),
    )
    return replace(result, timing=timing)
