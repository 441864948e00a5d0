"""Confounders: a change that the camera or the speed explains is not the runner's.

A confounder explains a metric's change only when it moved beyond its own floor between Baseline and End of that
metric's own strides *and* its known effect is at least half of the change (method 3.2.7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from posture.drift.blocks import middles
from posture.drift.effects import INCLINE_EFFECT, ROLL_EFFECT, SCALE_EFFECT, speed_effect, yaw_effect
from posture.drift.speed import SpeedLog
from posture.drift.types import DriftResult, Interval, Pace
from posture.kinematics.types import Metric, ViewKind
from posture.series import CameraMotion, Floats

#: method 3.2.7: how far a confounder may move before it counts.
YAW_FLOOR = 3.0  # degrees
ROLL_FLOOR = 1.0  # degrees
SCALE_FLOOR = 5.0  # %
SPEED_FLOOR = 2.0  # %
CADENCE_FLOOR = 3.0  # %
#: Percentage points of grade; not in the review, the size of one setting of a treadmill.
INCLINE_FLOOR = 1.0
#: method 3.2.7: share of a change that a known effect must explain.
EXPLAINED = 0.5
#: Share of a window in which the background must have been recognised to speak for it.
MEASURED = 0.5


@dataclass(frozen=True)
class Moved:
    """How far each confounder moved from Baseline to End; NaN where it is not known.

    Attributes
    ----------
    view : ViewKind
    yaw : float
        Degrees that the camera went around the runner, + towards the front.
    uncorrected_roll : float
        Degrees of camera roll that could not be taken out.
    corrected_roll : float
        Degrees of camera roll that were measured on the background and taken out.
    scale : float
        Percent by which the background grew.
    speed : tuple of float
        m/s at Baseline and at End, from a log.
    incline : float
        Percentage points of grade, from a log.
    cadence : float
        Percent.
    """

    view: ViewKind
    yaw: float = nan
    uncorrected_roll: float = nan
    corrected_roll: float = nan
    scale: float = nan
    speed: tuple[float, float] = (nan, nan)
    incline: float = nan
    cadence: float = nan


@dataclass(frozen=True)
class Explanation:
    """What a confounder would do to a metric.

    Attributes
    ----------
    effect : float
        Largest change that it is known to make, in the metric's unit; infinite where it cannot be bounded.
    sentence : str
    """

    effect: float
    sentence: str = field(compare=False)


def moved(
    own: pd.DataFrame,
    baseline: Interval,
    end: Interval,
    *,
    view: ViewKind,
    camera: CameraMotion | None,
    speed: SpeedLog | None,
) -> Moved:
    """How far the confounders moved between two windows of a run.

    Parameters
    ----------
    own : DataFrame
        Strides that count and in which the metric was measured: where it was not, nothing moved it.
    baseline, end : Interval
        Seconds of the clip, of the strides' middles.
    view : ViewKind
    camera : CameraMotion or None
    speed : SpeedLog or None
    """
    time = middles(own)
    first, last = _inside(time, baseline), _inside(time, end)
    yaw = own["yaw"].to_numpy(float)
    cadence = own["cadence"].to_numpy(float)
    corrected, uncorrected, scale = _camera(camera, baseline, end)
    return Moved(
        view,
        yaw=_median(yaw[last]) - _median(yaw[first]),
        uncorrected_roll=uncorrected,
        corrected_roll=corrected,
        scale=scale,
        speed=(nan, nan)
        if speed is None
        else (_median(speed.speed_at(time[first])), _median(speed.speed_at(time[last]))),
        incline=nan if speed is None else speed.incline_over(end) - speed.incline_over(baseline),
        cadence=percent(_median(cadence[first]), _median(cadence[last])),
    )


def objection_to(metric: Metric, result: DriftResult, seen: Moved) -> str | None:
    """Why a metric's change cannot be told from a confounder's, or None."""
    for explanation in explanations(metric, result, seen):
        if explanation.effect >= EXPLAINED * abs(result.change):
            return explanation.sentence
    return None


def explanations(metric: Metric, result: DriftResult, seen: Moved) -> Iterable[Explanation]:
    """What each confounder that moved beyond its floor would do to a metric.

    Without a speed log a rising cadence says that the speed may have changed, and nothing bounds its effect.
    """
    if abs(seen.yaw) >= YAW_FLOOR:
        yield Explanation(
            yaw_effect(metric.id, seen.view) * abs(seen.yaw),
            f"the camera's angle to the runner changed by {abs(seen.yaw):.0f} degrees, which alone can do this",
        )
    if abs(seen.uncorrected_roll) >= ROLL_FLOOR:
        yield Explanation(
            ROLL_EFFECT.get(metric.id, 0.0) * abs(seen.uncorrected_roll),
            f"the camera tilted by {abs(seen.uncorrected_roll):.1f} degrees where the background was not recognised",
        )
    if abs(seen.scale) >= SCALE_FLOOR:
        yield Explanation(
            SCALE_EFFECT * result.floor * abs(seen.scale), f"the picture's scale changed by {abs(seen.scale):.0f} %"
        )
    if abs(seen.incline) >= INCLINE_FLOOR:
        yield Explanation(
            INCLINE_EFFECT.get(metric.id, 0.0) * abs(seen.incline),
            f"the incline changed by {seen.incline:+.1f} points",
        )
    pace = result.pace
    if pace is not None:
        yield Explanation(
            pace.effect, f"speed changed by {pace.change:+.1f} % along with it: this cannot be told from tiredness"
        )
    elif metric.speed_dependent and not isfinite(seen.speed[0]) and seen.cadence >= CADENCE_FLOOR:
        yield Explanation(
            np.inf, f"cadence rose by {seen.cadence:.1f} %: speed may have changed, give --speed if it did not"
        )


def pace_of(metric: Metric, baseline: float, seen: Moved) -> Pace | None:
    """What the change of speed can do to a metric; None where it does nothing or did not change by more than its floor.

    Parameters
    ----------
    metric : Metric
    baseline : float
        Level of the fresh part, in the metric's unit.
    seen : Moved
    """
    change = percent(*seen.speed)
    if not (metric.speed_dependent and abs(change) >= SPEED_FLOOR):
        return None
    return Pace(change, speed_effect(metric.id, baseline, *seen.speed))


def percent(first: float, last: float) -> float:
    """Change in percent of the first; NaN where that is zero."""
    return 100.0 * (last / first - 1.0) if first else nan


def _camera(camera: CameraMotion | None, baseline: Interval, end: Interval) -> tuple[float, float, float]:
    """Roll that was taken out, roll that was not, and scale in percent, from Baseline to End.

    Kinematics takes out the roll where the background was recognised and holds the nearest value elsewhere; so
    a window that was hardly recognised leaves as much roll as was seen at all.
    """
    if camera is None or not camera.measured.any():
        return nan, nan, nan
    windows = [_inside(camera.time, window) for window in (baseline, end)]
    known = [window & camera.measured for window in windows]
    if any(good.sum() < max(MEASURED * window.sum(), 1) for good, window in zip(known, windows, strict=True)):
        return 0.0, float(np.ptp(camera.roll[camera.measured])), nan
    first, last = known
    roll = _median(camera.roll[last]) - _median(camera.roll[first])
    return roll, 0.0, percent(_median(camera.scale[first]), _median(camera.scale[last]))


def _inside(time: Floats, window: Interval) -> NDArray[np.bool_]:
    return (time >= window.low) & (time <= window.high)


def _median(values: Floats) -> float:
    good = values[np.isfinite(values)]
    return float(np.median(good)) if good.size else nan
