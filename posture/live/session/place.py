"""What depends on the pictures' size and on where the camera stands."""

from __future__ import annotations

import numpy as np

from posture.live.coach.recent import RecentPoses
from posture.live.session.capture import Shot
from posture.live.session.follow import StreamFollower
from posture.live.session.framing import Framing
from posture.pose.types import Follower


class Place:
    """Framing, follower and newest poses.

    Parameters
    ----------
    follower : Follower
    shot : Shot
        The first one.

    Attributes
    ----------
    ready : float
        Pictures count from this moment on, s.
    """

    def __init__(self, follower: Follower, shot: Shot) -> None:
        self._follower = follower
        self.framing = Framing((shot.rgb.shape[1], shot.rgb.shape[0]))
        self.ready = -np.inf
        self.follow = StreamFollower(follower, self.framing.size)
        self.poses = RecentPoses(self.framing.size)

    def begin_anew(self, ready: float) -> None:
        """Another part of the room is seen; pictures count from this moment on, s."""
        self._follower.forget()
        lost = self.follow.lost
        self.follow = StreamFollower(self._follower, self.framing.size)
        self.follow.lost = lost
        self.poses.clear()
        self.ready = ready
