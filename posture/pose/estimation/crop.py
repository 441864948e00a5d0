"""Where to look for the runner in each frame, and whether what was found there is the runner.

Everything here depends on the track and the time only, never on which chunk or thread asks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.landmarks import Landmark
from posture.pose.types import BoxTrack, Follower, Pose, Rgb
from posture.series import Floats, Ints

#: A body swings its legs between two detector passes: the box is the union over this time on both sides, s.
_REACH_S = np.linspace(-1.0, 1.0, 5)
#: Space around that union, in heights of the runner. MediaPipe works on a square 1.25 times as high as the body, around
#: the hips: with this it lies inside the crop, and landmarks are as good as on the whole frame.
MARGIN = 0.4
#: Crops move in steps, so that a runner on a treadmill is seen through one unmoving window, px.
_STEP = 16
#: While nobody is tracked, what lies further from the union than this (in heights) is blanked.
_SEARCH = 0.1
#: A torso outside of the union widened by this (in heights) is somebody else's.
_STRAY = 0.1

_TORSO = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]


@dataclass(frozen=True, eq=False)
class Window:
    """What of one frame is shown to the follower; all numbers are pixels of the upright frame.

    Attributes
    ----------
    crop : ndarray of int, shape (4,)
        x0, y0, x1, y1 of the part that is cut out.
    body : ndarray, shape (4,)
        x0, y0, x1, y1 of the runner's surroundings.
    height : float
        Of the runner.
    """

    crop: Ints
    body: Floats
    height: float

    def cut(self, rgb: Rgb, *, searching: bool) -> Rgb:
        """The crop; while searching, without what is near the runner but not where the runner is."""
        x0, y0, x1, y1 = self.crop
        part = rgb[y0:y1, x0:x1]
        if not searching:
            return part
        a0, b0, a1, b1 = _inside(_widened(self.body, _SEARCH * self.height), (rgb.shape[1], rgb.shape[0]))
        blanked = np.zeros_like(part)
        blanked[b0 - y0 : b1 - y0, a0 - x0 : a1 - x0] = rgb[b0:b1, a0:a1]
        return blanked

    def holds(self, pose: Pose) -> bool:
        """Whether a pose, in pixels of the crop, can be the runner's."""
        x, y = pose.xy[_TORSO].mean(axis=0) + self.crop[:2]
        x0, y0, x1, y1 = _widened(self.body, _STRAY * self.height)
        return bool(x0 <= x <= x1 and y0 <= y <= y1)


def window_at(track: BoxTrack, time: float) -> Window:
    """The window for a frame at a time of the clip."""
    # Beyond the first and the last look the track would only guess.
    near = np.clip(time + _REACH_S, track.time[0], track.time[-1])
    boxes = track.at(np.append(near, time))
    body = np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)])
    height = float(np.median(boxes[:, 3] - boxes[:, 1]))
    return Window(_inside(_widened(body, MARGIN * height), track.size), body, height)


def follow(follower: Follower, window: Window, rgb: Rgb, *, searching: bool) -> tuple[Pose | None, bool]:
    """The runner's pose in pixels of the frame, and whether somebody else was found instead.

    Parameters
    ----------
    follower : Follower
        Forgets whom it followed where that was somebody else.
    window : Window
    rgb : ndarray, shape (H, W, 3)
        The upright frame.
    searching : bool
        Whether nobody is being followed.
    """
    pose = follower(window.cut(rgb, searching=searching))
    if pose is None:
        return None, False
    if not window.holds(pose):
        follower.forget()
        return None, True
    return Pose(pose.xy + window.crop[:2], pose.world, pose.visibility, pose.presence), False


def _widened(box: Floats, by: float) -> Floats:
    return np.asarray(box + by * np.array([-1.0, -1.0, 1.0, 1.0]))


def _inside(box: Floats, size: tuple[int, int]) -> Ints:
    """Outwards to the grid, and clipped to the frame; never empty."""
    low = np.clip(np.floor(box[:2] / _STEP) * _STEP, 0, np.array(size) - _STEP)
    high = np.clip(np.ceil(box[2:] / _STEP) * _STEP, low + _STEP, size)
    return np.concatenate([low, high]).astype(int)
