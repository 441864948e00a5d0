"""What strides can be found in: feet first, the body's bounce or a hand if the feet are hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.kinematics.types import View, ViewKind
from posture.landmarks import MIRROR, Landmark
from posture.series import Floats, PoseSeries


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
        Peak to peak below which nobody walks or runs, torso lengths: about half of what slow walking shows.
    """

    name: str
    values: Floats
    cycles: int
    swing: float


def torso_scale(series: PoseSeries) -> Floats:
    """Torso length of each frame, pixels: half-second medians, joined by lines (shape (T,))."""
    torso = np.linalg.norm(middle(series.xy, Landmark.LEFT_SHOULDER) - middle(series.xy, Landmark.LEFT_HIP), axis=1)
    step = max(int(0.5 * series.rate), 1) if np.isfinite(series.rate) else 1
    padded = np.pad(torso, (0, -len(torso) % step), constant_values=np.nan).reshape(-1, step)
    seen = np.isfinite(padded).any(axis=1)
    if not seen.any():
        return np.full(len(torso), np.nan)
    at = (np.flatnonzero(seen) + 0.5) * step
    return np.interp(np.arange(len(torso)), at, np.nanmedian(padded[seen], axis=1))


def candidates(series: PoseSeries, view: View, scale: Floats, frames: slice) -> list[Signal]:
    """The signals of a stretch of frames, the best first for its view.

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
    facing = float(np.sign(np.sum(view.frame_facing[frames]))) or float(view.facing) or 1.0
    # A runner who faces the right edge of the picture shows the right side.
    side, shift = ("right", 1) if facing > 0 else ("left", 0)
    ankle = part[:, Landmark.LEFT_ANKLE + shift]
    wrist = part[:, Landmark.LEFT_WRIST + shift]
    both = part[:, Landmark.RIGHT_ANKLE, 1] - part[:, Landmark.LEFT_ANKLE, 1]
    ear = middle(part, Landmark.LEFT_EAR)
    fore_aft = Signal(f"{side} ankle, fore and aft", facing * (ankle[:, 0] - hip[:, 0]) / unit, 1, 0.4)
    heights = Signal("height of the left against the right ankle", both / unit, 1, 0.15)
    kinds = view.frame_kind[frames]
    across = np.mean((kinds == ViewKind.FRONT) | (kinds == ViewKind.REAR)) > 0.5
    feet = [heights, fore_aft] if across else [fore_aft, heights]
    return [
        *feet,
        Signal("bounce of the hips", -hip[:, 1] / unit, 2, 0.04),
        Signal("bounce of the head", -ear[:, 1] / unit, 2, 0.04),
        Signal(f"{side} wrist, fore and aft", facing * (wrist[:, 0] - hip[:, 0]) / unit, 1, 0.2),
    ]


def middle(xy: Floats, left: Landmark) -> Floats:
    """Mid-point of a left landmark and its mirror image; one side alone where the other is not seen."""
    a, b = xy[:, left], xy[:, MIRROR[left]]
    mean = 0.5 * (a + b)
    mean = np.where(np.isfinite(mean), mean, a)
    return np.where(np.isfinite(mean), mean, b)
