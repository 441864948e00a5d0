"""Landmarks in space, as motion capture gives them, before a virtual camera looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture import landmarks
from posture.errors import PostureError
from posture.landmarks import L
from posture.midpoints import midpoint
from posture.series import Floats

UP = np.array([0.0, 1.0, 0.0])

#: Width of the window over which the runner's path and heading are followed, s: longer than a stride.
_FOLLOW = 1.0
#: Metres from the origin: a marathon.
_FARTHEST = 5e4


@dataclass(frozen=True, eq=False)
class Motion:
    """A runner's landmarks in space.

    Attributes
    ----------
    time : ndarray, shape (T,)
        Seconds, strictly increasing.
    points : ndarray, shape (T, 33, 3)
        Metres in a right-handed room whose y axis points up; NaN where the source has no such point.
    """

    time: Floats
    points: Floats

    def __post_init__(self) -> None:
        if self.points.shape != (self.time.shape[0], landmarks.COUNT, 3):
            raise ValueError(f"points has shape {self.points.shape} for {self.time.shape[0]} times")

    @property
    def hips(self) -> Floats:
        """(T, 3) middle of the hips."""
        return midpoint(self.points, L.LEFT_HIP)

    @property
    def across(self) -> Floats:
        """(T, 3) horizontally from the right hip to the left; NaN where one is not seen, or neither tells a side."""
        across = (self.points[:, L.LEFT_HIP] - self.points[:, L.RIGHT_HIP]) * np.array([1.0, 0.0, 1.0])
        return np.where((across == 0).all(axis=1, keepdims=True), np.nan, across)

    def path(self) -> tuple[Floats, Floats]:
        """Where the runner is and heads, without the strides' own bounce and twist.

        Returns
        -------
        place : ndarray, shape (T, 3)
            Metres, on the height of the origin.
        heading : ndarray, shape (T, 3)
            Horizontal unit vectors, forward as the pelvis faces.
        """
        step = float(np.median(np.diff(self.time))) if self.time.size > 1 else 1.0
        level = np.array([1.0, 0.0, 1.0])
        heading = _follow(np.cross(self.across, UP), step)
        return _follow(self.hips * level, step), heading / np.linalg.norm(heading, axis=1, keepdims=True)

    def floor(self) -> float:
        """Height of the lowest points of the feet, metres (2nd percentile, so that one outlier does not dig a hole)."""
        feet = self.points[:, L.LEFT_ANKLE :, 1]
        return float(np.nanpercentile(feet, 2.0))


def check_places(path: Path, motion: Motion) -> None:
    """Refuse motion in which the runner cannot be found.

    Raises
    ------
    PostureError
        If no frame shows both hips, side by side, or a point is farther away than any room is wide.
    """
    if not np.isfinite(motion.across).all(axis=1).any():
        raise PostureError(f"{path}: no frame shows both hips, side by side; export the whole trial.")
    if (np.abs(motion.points) > _FARTHEST).any():
        raise PostureError(f"{path}: some of its points are many kilometres away; check the file, and its unit.")


def _follow(values: Floats, step: float) -> Floats:
    """Low-pass along time; point reflection at the ends keeps a straight path straight."""
    known = _bridge(values)
    pad = int(4 * _FOLLOW / step) + 1
    padded = np.pad(known, ((pad, pad), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(gaussian_filter1d(padded, _FOLLOW / step, axis=0)[pad:-pad])


def _bridge(values: Floats) -> Floats:
    """Join gaps by straight lines: where the runner is between two sightings."""
    frame = np.arange(len(values))
    seen = np.isfinite(values).all(axis=1)
    return np.stack([np.interp(frame, frame[seen], column[seen]) for column in values.T], axis=1)
