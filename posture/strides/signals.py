"""What strides can be found in: feet first, the body's bounce or a hand if the feet are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from posture.kinematics.body import TORSO_WINDOW
from posture.kinematics.geometry import length, rolling_median
from posture.kinematics.types import View
from posture.landmarks import MIRROR, Landmark
from posture.series import Floats, PoseSeries

#: Values that are enough to judge the extent of a signal.
SAMPLED = 10_000


@dataclass(frozen=True, eq=False)
class Signal:
    """One periodic signal of the body.

    Attributes
    ----------
    name : str
        In plain words.
    values : ndarray, shape (T,)
        In torso lengths; NaN where not seen.
    cycles : int
        Cycles per stride.
    swing : float
        Peak to peak below which nobody walks or runs, torso lengths: above sway, well below slow walking.
    smoothing : float
        Standard deviation of the Gaussian that leaves one peak a cycle, in periods: symmetric, so it moves no period.
        A foot that is lifted twice a stride (heel, then knee) needs more than one that swings to and fro.
    wanders : bool
        Whether it also follows where the runner is in the picture, so that only its changes are periodic.
    """

    name: str
    values: Floats
    cycles: int
    swing: float
    smoothing: float
    wanders: bool = False


def torso_scale(series: PoseSeries) -> Floats:
    """Usual torso length around each frame, pixels, shape (T,); one side stands in for both if it must."""
    each = length(middle(series.xy, Landmark.LEFT_SHOULDER), middle(series.xy, Landmark.LEFT_HIP))
    return rolling_median(each, series.time, series.segment, TORSO_WINDOW)


def candidates(series: PoseSeries, view: View, scale: Floats, frames: slice) -> Iterator[Signal]:
    """The signals of a stretch of frames, the best first, each made when it is asked for.

    Parameters
    ----------
    series : PoseSeries
    view : View
    scale : ndarray, shape (T,)
        Torso length, pixels.
    frames : slice
    """
    part = series.xy[frames]
    unit = scale[frames]
    hip = middle(part, Landmark.LEFT_HIP)
    facing, side, shift = near_side(view, frames)

    def swing(limb: Landmark) -> Floats:
        return facing * (part[:, limb + shift, 0] - hip[:, 0]) / unit

    lifted = (part[:, Landmark.RIGHT_ANKLE, 1] - part[:, Landmark.LEFT_ANKLE, 1]) / unit
    feet = [
        Signal(f"{side} ankle, fore and aft", swing(Landmark.LEFT_ANKLE), 1, 0.15, 0.06),
        Signal("height of the left against the right ankle", lifted, 1, 0.15, 0.14),
    ]
    # Whichever the camera sees more of: fore-aft swing from the side, lifting from the front and behind.
    yield from sorted(feet, key=lambda foot: -_reach(foot.values))
    yield Signal("bounce of the hips", -hip[:, 1] / unit, 2, 0.04, 0.1, wanders=True)
    yield Signal("bounce of the head", -middle(part, Landmark.LEFT_EAR)[:, 1] / unit, 2, 0.04, 0.1, wanders=True)
    yield Signal(f"{side} wrist, fore and aft", swing(Landmark.LEFT_WRIST), 1, 0.2, 0.1)


def near_side(view: View, frames: slice) -> tuple[float, str, int]:
    """Facing (+1 right, -1 left), the near side's name, and what is added to a left landmark to get it."""
    facing = float(np.sign(np.sum(view.frame_facing[frames]))) or float(view.facing) or 1.0
    # A runner who faces the right edge of the picture shows the right side.
    return (facing, "right", 1) if facing > 0 else (facing, "left", 0)


def _reach(values: Floats) -> float:
    """Extent without outliers, scaled by how much of it is seen; 0 if nothing is."""
    values = values[:: max(len(values) // SAMPLED, 1)]
    seen = np.isfinite(values)
    return float(np.ptp(np.nanpercentile(values, [5, 95])) * seen.mean()) if seen.any() else 0.0


def middle(xy: Floats, left: Landmark) -> Floats:
    """Mid-point of a left landmark and its mirror image; one side alone where the other is not seen."""
    a, b = xy[:, left], xy[:, MIRROR[left]]
    mean = 0.5 * (a + b)
    mean = np.where(np.isfinite(mean), mean, a)
    filled: Floats = np.where(np.isfinite(mean), mean, b)
    return filled
