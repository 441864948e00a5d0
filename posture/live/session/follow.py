"""Follows one runner through a stream, looking only where the runner has been and not at whoever passes behind."""

from __future__ import annotations

from collections import deque

import numpy as np

from posture.pose.estimation.crop import follow, window_at
from posture.pose.types import BoxTrack, Follower, Pose, Rgb
from posture.series import Floats

#: Detections that the place of the runner is known by: this far apart, and so many, s. Together they hold several
#: swings of arms and legs.
EVERY_S, MOST = 0.25, 12


class StreamFollower:
    """A follower that crops along the runner's own newest track.

    Parameters
    ----------
    follower : Follower
    size : tuple of int
        Width and height of the pictures, pixels.

    Attributes
    ----------
    lost : int
        Pictures in which somebody else was found instead.
    """

    def __init__(self, follower: Follower, size: tuple[int, int]) -> None:
        self._follower = follower
        self._size = size
        self._detections: deque[tuple[float, Floats]] = deque(maxlen=MOST)
        self._searching = True
        self.lost = 0

    def __call__(self, time: float, rgb: Rgb) -> Pose | None:
        """The runner's pose in pixels of the picture, None where the runner was not found."""
        pose = self._along_the_track(time, rgb) if self._detections else self._follower(rgb)
        self._searching = pose is None
        if pose is not None and (not self._detections or time - self._detections[-1][0] >= EVERY_S):
            box = np.concatenate([pose.xy.min(axis=0), pose.xy.max(axis=0)])
            self._detections.append((time, box))
        return pose

    def _along_the_track(self, time: float, rgb: Rgb) -> Pose | None:
        times, boxes = (np.array(column) for column in zip(*self._detections, strict=True))
        window = window_at(BoxTrack(times, boxes, np.ones(times.size, dtype=bool), self._size), time)
        pose, stray = follow(self._follower, window, rgb, searching=self._searching)
        self.lost += stray
        return pose
