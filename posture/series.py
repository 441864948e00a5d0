"""Types that travel between the stages: what was seen, and when.

Conventions that hold everywhere: times are seconds of the clip, strictly increasing; image points are
pixels of the upright frame, x to the right and y down; NaN is "not seen" and never zero.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture import landmarks

Floats = NDArray[np.floating[Any]]
Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class PoseSeries:
    """All poses of one runner in one clip.

    Attributes
    ----------
    time : ndarray, shape (T,)
        Seconds, strictly increasing: the true time of each frame.
    xy : ndarray, shape (T, 33, 2)
        Pixels of the upright frame; NaN where the landmark was not seen.
    world : ndarray, shape (T, 33, 3)
        MediaPipe's metres, origin at mid-hip. Not rigid and not measured: used only to find the view.
    visibility : ndarray, shape (T, 33)
        0 to 1: inside the frame and not hidden.
    presence : ndarray, shape (T, 33)
        0 to 1: inside the frame.
    segment : ndarray of int, shape (T,)
        Number of the uninterrupted stretch that a frame belongs to, non-decreasing. A cut, a jump in time,
        an excluded stretch or a sampling window starts a new one; nothing is filtered, filled or
        segmented into strides across its edge.
    size : tuple of int
        Width and height of the upright frame, pixels.

    Notes
    -----
    ``xy``, ``visibility`` and ``presence`` lie in memory landmark by landmark (Fortran order): every formula reads a
    landmark's whole column, which is then one block instead of a few bytes of every frame.
    """

    time: Floats
    xy: Floats
    world: Floats
    visibility: Floats
    presence: Floats
    segment: Ints
    size: tuple[int, int]

    def __post_init__(self) -> None:
        n = self.time.shape[0]
        expected = {
            "time": (n,),
            "xy": (n, landmarks.COUNT, 2),
            "world": (n, landmarks.COUNT, 3),
            "visibility": (n, landmarks.COUNT),
            "presence": (n, landmarks.COUNT),
            "segment": (n,),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, expected {shape}")
        if not np.all(np.isfinite(self.time)) or np.any(np.diff(self.time) <= 0):
            raise ValueError("time must be finite and strictly increasing")
        if np.any(np.diff(self.segment) < 0):
            raise ValueError("segment numbers must not decrease")
        for name in ("xy", "visibility", "presence"):
            object.__setattr__(self, name, np.asfortranarray(getattr(self, name)))

    def __len__(self) -> int:
        return int(self.time.shape[0])

    @cached_property
    def rate(self) -> float:
        """Frames per second within segments (NaN below two frames): so many, however unevenly they come."""
        steps = np.diff(self.time)[np.diff(self.segment) == 0]
        return float(steps.size / steps.sum()) if steps.size else float("nan")

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """(T,) frames in which the runner was found."""
        return np.asarray(np.isfinite(self.xy[:, :, 0]).any(axis=1))

    def with_xy(self, xy: Floats) -> PoseSeries:
        """The same series with other image points."""
        return replace(self, xy=xy)

    def take(self, frames: NDArray[np.bool_]) -> PoseSeries:
        """The frames marked True; a new segment starts wherever some were left out.

        Parameters
        ----------
        frames : ndarray of bool, shape (T,)

        Returns
        -------
        PoseSeries

        Examples
        --------
        >>> from posture.checkup.truth import shipped_runner
        >>> series = shipped_runner()
        >>> part = series.take((series.time < 10.0) | (series.time >= 50.0))
        >>> len(part), np.unique(part.segment)
        (600, array([0, 1]))
        """
        left_out_before = np.cumsum(~frames)[frames]
        jump = np.diff(left_out_before, prepend=left_out_before[:1]) > 0
        broken = np.diff(self.segment[frames], prepend=self.segment[frames][:1]) > 0
        per_frame: Callable[[Any], Any] = lambda a: a[frames]  # noqa: E731
        return PoseSeries(
            per_frame(self.time),
            per_frame(self.xy),
            per_frame(self.world),
            per_frame(self.visibility),
            per_frame(self.presence),
            np.cumsum(jump | broken),
            self.size,
        )


@dataclass(frozen=True, eq=False)
class CameraMotion:
    """How the picture of the background moved, against the first frame of each segment.

    A point of the background at ``p`` in the segment's first frame lies at
    ``scale * R(roll) @ (p - centre) + centre + shift`` later, with ``centre`` the middle of the frame.

    Attributes
    ----------
    time : ndarray, shape (S,)
        Seconds; a few samples a second are enough.
    shift : ndarray, shape (S, 2)
        Pixels, x to the right and y down.
    roll : ndarray, shape (S,)
        Degrees by which the picture turned clockwise as one looks at it.
    scale : ndarray, shape (S,)
        Ratio of lengths; above 1 is zoomed in or nearer.
    measured : ndarray of bool, shape (S,)
        False where too little background was recognised: the values there are NaN.
    size : tuple of int
        Width and height of the upright frame, pixels.
    """

    time: Floats
    shift: Floats
    roll: Floats
    scale: Floats
    measured: NDArray[np.bool_]
    size: tuple[int, int]

    @classmethod
    def unknown(cls, size: tuple[int, int]) -> CameraMotion:
        """For poses that came without pictures."""
        return cls(np.empty(0), np.empty((0, 2)), np.empty(0), np.empty(0), np.empty(0, dtype=bool), size)
