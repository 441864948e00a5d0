"""What strides can be found in: feet first, the body's bounce or a hand if the feet are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from posture.kinematics.body import TORSO_WINDOW
from posture.kinematics.geometry import rolling_median
from posture.kinematics.types import View
from posture.landmarks import MIRROR, Landmark
from posture.midpoints import midpoint, trunk_length
from posture.series import Floats, PoseSeries
from posture.strides.rhythm import Movement

#: Frames that are closer than this to even times, in steps, are taken to be even: a clock that rounds to a millisecond.
EVEN = 0.1
#: Values that are enough to judge the extent of a signal.
SAMPLED = 10_000

#: Noise of each landmark from frame to frame, torso lengths (MediaPipe's full model on the rendered runners); the
#: head's is doubled, as it also nods.
NOISE = MappingProxyType({"ankle": 0.03, "knee": 0.02, "wrist": 0.012, "hip": 0.012, "head": 0.009})
#: Share of a side's frames that must show the other side, too, for their difference to be used.
PAIRED = 0.5
#: A gap in time beyond which nothing is interpolated, s: what begins a new segment of the poses.
HOLE = 0.3


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
    return rolling_median(trunk_length(series.xy, alone=True), series.time, series.segment, TORSO_WINDOW)


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
    hip = midpoint(part, Landmark.LEFT_HIP, alone=True)
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
    head = midpoint(part, Landmark.LEFT_EAR, alone=True)
    yield Signal("bounce of the hips", -descent(hip[:, 1], unit), 2, 0.04, 0.1, wanders=True)
    yield Signal("bounce of the head", -descent(head[:, 1], unit), 2, 0.04, 0.1, wanders=True)
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


def movement(series: PoseSeries, scale: Floats, frames: slice, rate: float) -> Movement:
    """All that swings in a stretch of frames, at even times, over its noise.

    Parameters
    ----------
    series : PoseSeries
    scale : ndarray, shape (T,)
        Torso length, pixels.
    frames : slice
    rate : float
        Frames per second.
    """
    part, unit = series.xy[frames], scale[frames, None]
    hip, shoulder = midpoint(part, Landmark.LEFT_HIP, alone=True), midpoint(part, Landmark.LEFT_SHOULDER, alone=True)
    feet = _apart(part, Landmark.LEFT_ANKLE, hip) / unit / NOISE["ankle"]
    knees = _apart(part, Landmark.LEFT_KNEE, hip) / unit / NOISE["knee"]
    hands = _apart(part, Landmark.LEFT_WRIST, shoulder) / unit / NOISE["wrist"]
    head = midpoint(part, Landmark.LEFT_EAR, alone=True)
    heights = np.stack(
        [
            descent(hip[:, 1], unit[:, 0]) / NOISE["hip"],
            descent(head[:, 1], unit[:, 0]) / NOISE["head"],
        ],
        axis=1,
    )
    opposed, shared = np.hstack([feet, knees, hands]), np.hstack([np.abs(feet), heights])
    time = series.time[frames]
    return Movement(rate, evenly(opposed, time, rate), evenly(shared, time, rate))


def descent(height: Floats, scale: Floats) -> Floats:
    """Way down from the first frame, torso lengths, as the sum of its steps, each over the torso length at its time.

    A position over a torso length that changes, as of somebody who runs away from the camera, would move with the
    distance to the picture's edge.

    Parameters
    ----------
    height : ndarray, shape (T,)
        Pixels, y down; NaN where not seen.
    scale : ndarray, shape (T,)
        Torso length, pixels.

    Returns
    -------
    ndarray, shape (T,)
        NaN where either is NaN; what happened there counts in the frame after.

    Examples
    --------
    >>> descent(np.array([100.0, 110.0, np.nan, 115.0]), np.array([10.0, 10.0, 10.0, 5.0]))
    array([0.        , 1.        ,        nan, 1.66666667])
    """
    seen = np.flatnonzero(np.isfinite(height) & np.isfinite(scale))
    travelled = np.full(len(height), np.nan)
    if seen.size:
        between = (scale[seen[1:]] + scale[seen[:-1]]) / 2
        travelled[seen] = np.r_[0.0, np.cumsum(np.diff(height[seen]) / between)]
    return travelled


def evenly(columns: Floats, time: Floats, rate: float) -> Floats:
    """Columns (T, K) at even times from the first frame to the last; NaN beside what was not seen, and in holes.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.array([0.0, 0.1, 0.3, 0.4])
    >>> evenly(time[:, None], time, rate=10.0).ravel().round(2)
    array([0. , 0.1, 0.2, 0.3, 0.4])
    """
    even = time[0] + np.arange(round((time[-1] - time[0]) * rate) + 1) / rate
    if len(even) == len(time) and np.abs(even - time).max() * rate < EVEN:
        return columns
    resampled = np.stack([np.interp(even, time, column) for column in columns.T], axis=1)
    inside = np.clip(np.searchsorted(time, even) - 1, 0, len(time) - 2)
    return np.where((np.diff(time)[inside] > HOLE)[:, None], np.nan, resampled)


def _apart(part: Floats, left: Landmark, body: Floats) -> Floats:
    """(T, 2) left less right; if one side is mostly hidden, the other against the body."""
    a, b = part[:, left], part[:, MIRROR[left]]
    seen = [np.isfinite(side[:, 0]).sum() for side in (a, b, a + b)]
    if seen[2] >= PAIRED * max(seen):
        return a - b
    return (a if seen[0] > seen[1] else b) - body
