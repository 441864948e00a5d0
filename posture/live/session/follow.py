"""Follows one runner through a stream, looking only where the runner has been and not at whoever passes behind."""

from __future__ import annotations

from collections import deque

import numpy as np

from posture.live.session.recognition import AWAY_S, EVERY_S, Recognition, Who
from posture.pose.estimation.crop import follow, window_at
from posture.pose.types import BoxTrack, Follower, Pose, Rgb
from posture.series import Floats

#: Detections that the place of the runner is known by, as far apart as looks are: they hold several swings of arms and
#: legs.
MOST = 12


class StreamFollower:
    """A follower that crops along the runner's own newest track, and knows the runner again.

    Parameters
    ----------
    follower : Follower
    size : tuple of int
        Width and height of the pictures, pixels.

    Attributes
    ----------
    lost : int
        Pictures in which somebody else was found instead.
    learning : bool
        Whether whoever is followed is the runner, to be known again later. Else nobody is refused.
    """

    def __init__(self, follower: Follower, size: tuple[int, int]) -> None:
        self._follower = follower
        self._size = size
        self._detections: deque[tuple[float, Floats]] = deque(maxlen=MOST)
        self._searching = True
        self._recognition = Recognition()
        self.lost = 0
        self.learning = False

    def __call__(self, time: float, rgb: Rgb) -> Pose | None:
        """The runner's pose in pixels of the picture, None where the runner was not found."""
        pose = self._along_the_track(time, rgb) if self._detections else self._follower(rgb)
        if pose is not None and self.learning and not self._is_runner(time, rgb, pose):
            pose = None
        self._searching = pose is None
        if pose is None or self._recognition.doubtful:
            return pose
        if not self._detections or time - self._detections[-1][0] >= EVERY_S:
            self._detections.append((time, box_of(pose)))
        return pose

    def forget_runner(self) -> None:
        """Whoever is found next may be somebody else."""
        self._recognition = Recognition()

    def turn_to(self, time: float, box: Floats) -> None:
        """Follow the person in this box instead.

        Parameters
        ----------
        time : float
            Of the picture in which it was found, s.
        box : ndarray, shape (4,)
            x0, y0, x1, y1, pixels.
        """
        self.forget_runner()
        self._follower.forget()
        self._detections.clear()
        self._detections.append((time, box))
        self._searching = True

    def stranger(self, now: float) -> bool:
        """Whether somebody was found within the last two seconds who is not the runner; ``now`` in s."""
        return now - self._recognition.stranger_at <= AWAY_S

    def _is_runner(self, time: float, rgb: Rgb, pose: Pose) -> bool:
        who = self._recognition.judge(time, rgb, pose, searching=self._searching)
        if who is Who.STRANGER:
            self._follower.forget()
            self.lost += 1
        return who is Who.RUNNER

    def _along_the_track(self, time: float, rgb: Rgb) -> Pose | None:
        times, boxes = (np.array(column) for column in zip(*self._detections, strict=True))
        # Who is known again by the place, too, is waited for there; anywhere else stands somebody else.
        at = min(time, times[-1]) if self.learning and self._searching else time
        window = window_at(BoxTrack(times, boxes, np.ones(times.size, dtype=bool), self._size), at)
        pose, stray = follow(self._follower, window, rgb, searching=self._searching)
        self.lost += stray
        return pose


def box_of(pose: Pose) -> Floats:
    """Around all landmarks, pixels."""
    return np.concatenate([pose.xy.min(axis=0), pose.xy.max(axis=0)])
