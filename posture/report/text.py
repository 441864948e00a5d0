"""The words of every report that are not a metric's or a cause's own: in one place, so that a language can be added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from posture.drift.types import DriftResult, Status
from posture.kinematics.types import Metric, View, ViewKind
from posture.strides import FEW_STRIDES, Gait, Strides

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: How each unit is written.
UNIT = {
    "deg": "°",
    "torso": "torso lengths",
    "shoulder": "shoulder widths",
    "%": "%",
    "pp": "%",
    "steps/min": "steps/min",
    "MDC": "× floor",
    "SPARC": "SPARC",
}

#: The same, short enough for a table.
SHORT_UNIT = {**UNIT, "torso": "torso", "shoulder": "sh.w."}

#: How the table of metrics is read.
LEGEND = (
    "About: the value with its typical error. Spread: from stride to stride. "
    "Floor: the smallest change that counts as real here."
)

#: Decimals that mean something.
_DECIMALS = {"deg": 1, "torso": 2, "shoulder": 2, "%": 0, "pp": 0, "steps/min": 0, "MDC": 1, "SPARC": 2}


def number(value: float, metric: Metric, *, sign: bool = False) -> str:
    """A value in its unit's decimals, without the unit."""
    text = f"{value:{'+' if sign else ''}.{_DECIMALS[metric.unit]}f}"
    return text.replace("-", "−")


def quantity(value: float, metric: Metric, *, sign: bool = False) -> str:
    """A value with its unit."""
    unit = SHORT_UNIT[metric.unit]
    space = "" if unit in ("°", "%", "") else " "
    return f"{number(value, metric, sign=sign)}{space}{unit}"


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def verdict(drift: DriftResult | None, *, few: bool) -> str:
    """A metric's status in a few words."""
    if few:
        return "few strides: no verdict"
    if drift is None:
        return ""
    if drift.status is Status.DRIFT and drift.onset:
        return f"drift since about {clock(drift.onset.time)}"
    return drift.status.value


def view(view: View) -> str:
    """Where the camera stands."""
    if view.kind is ViewKind.SIDE:
        return f"seen from the runner's {view.near} side"
    if view.kind is ViewKind.OBLIQUE:
        return f"seen at an angle of about {view.yaw:.0f}° off the side"
    if view.kind is ViewKind.UNKNOWN:
        return "camera position unclear"
    return "seen from the front" if view.kind is ViewKind.FRONT else "seen from behind"


def gait(strides: Strides) -> str:
    """What the runner does."""
    if strides.gait is Gait.NONE:
        return "no strides found"
    if strides.gait is Gait.UNSURE:
        return "running or walking: unsure"
    return strides.gait.value


def cautions(analysis: Analysis) -> Iterator[str]:
    """What the user must know before reading any number."""
    strides = analysis.segmented
    if strides.gait is Gait.SLOW_MOTION:
        factor = strides.slow_motion
        about = f"about {factor:.0f} times" if np.isfinite(factor) else "by an unknown factor"
        yield (
            f"This looks like slow motion, {about} slower than life: times and cadence are withheld. "
            f"Give --slow-motion {max(round(factor), 2) if np.isfinite(factor) else 'F'} if you know the factor."
        )
    if strides.gait is Gait.WALKING:
        yield "This is walking: the values are given, but running bands and causes do not apply."
    kept = len(strides.kept)
    if 0 < kept < FEW_STRIDES:
        yield f"Only {kept} strides: values are marked as few strides, floors are doubled and there is no verdict."


def quality(analysis: Analysis) -> Iterator[str]:
    """What was seen, masked, repaired and filled."""
    report = analysis.cleaning
    frames = max(report.frames, 1)
    yield f"runner found in {100 * (1 - report.without_runner / frames):.0f} % of {report.frames} frames"
    swaps = report.arm_swaps + report.leg_swaps
    filled = 100 * float(np.mean(report.filled)) / frames
    outliers = 100 * float(np.mean(report.outliers)) / frames
    yield (
        f"left/right exchanged and put back: {swaps} times "
        f"({report.arm_swap_frames + report.leg_swap_frames} frames); outliers removed: {outliers:.1f} %; "
        f"short gaps filled: {filled:.1f} %"
    )
    if np.isfinite(report.cutoff):
        yield f"smoothed forwards and backwards at {report.cutoff:.1f} Hz, {report.rate:.4g} frames/s"


def same_camera(*, same: bool) -> str:
    """What the backgrounds say about two clips."""
    if same:
        return "The backgrounds show that the camera stood still between the clips: floors are those of one recording."
    return "Nothing shows that the camera stood still between the clips: floors are doubled."
