"""Is this still the runner? By clothes, size and place, learnt while the baseline is taken."""

from __future__ import annotations

from collections import deque

import numpy as np

from posture.landmarks import L
from posture.opencv import cv2
from posture.pose.types import Pose, Rgb
from posture.series import Floats

#: Looks that the runner is known by, and from which on somebody else can be told: at four a second, 15 s and 5 s.
_KEPT, _ENOUGH = 60, 20
#: Least standard deviations of what is compared: CIELAB units of a colour (2.3 are just noticeable, and folds, shade
#: and a camera's own adjustments make several of it), a share of the size, heights of the torso for the place.
_COLOUR, _SIZE, _PLACE = 5.0, 0.05, 0.3
#: Beyond so many standard deviations of the runner's own looks it is somebody else: in normal noise one look in two
#: million for each of the numbers; of real runners' own looks it is one in 36.
_MOST = 5.0
#: The same for the median of four looks a quarter of a second apart. Of 692 such medians of 24 real runners 4 % are
#: beyond it (none where nothing is drawn over the runner and the camera does not zoom), and of 8 others in the same
#: place 7 are, by the clothes alone; single looks beyond five standard deviations would tell 5 of them.
_MOST_TOGETHER = 3.0
#: Where clothes are looked at: shares of the way from shoulder to hip and from hip to knee.
_SHIRT, _SHORTS = (0.25, 0.5, 0.75), (0.2, 0.4, 0.6)
_NAMES = ("shirt", "shorts")


def look_of(rgb: Rgb, pose: Pose) -> Floats:
    """What somebody looks like in one picture.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
    pose : Pose
        In pixels of the picture.

    Returns
    -------
    ndarray, shape (9,)
        Colours of shirt and shorts (CIELAB), the log of the torso's length and the place of the hips, both in pixels;
        NaN where it lies outside of the picture.
    """
    shoulders, hips, knees = (pose.xy[list(pair)].mean(axis=0) for pair in (_SHOULDERS, _HIPS, _KNEES))
    torso = float(np.hypot(*(hips - shoulders)))
    shirt = _colour(rgb, [shoulders + share * (hips - shoulders) for share in _SHIRT], torso)
    shorts = _colour(rgb, [hips + share * (knees - hips) for share in _SHORTS], torso)
    return np.concatenate([shirt, shorts, [np.log(max(torso, 1.0))], hips])


_SHOULDERS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER)
_HIPS = (L.LEFT_HIP, L.RIGHT_HIP)
_KNEES = (L.LEFT_KNEE, L.RIGHT_KNEE)


def _colour(rgb: Rgb, points: list[Floats], torso: float) -> Floats:
    """Median colour of small squares around the points; arms swing through some of them."""
    high, wide = rgb.shape[:2]
    half = max(round(0.06 * torso), 1)
    squares = []
    for x, y in (np.round(point).astype(int) for point in points):
        if half <= x < wide - half and half <= y < high - half:
            squares.append(rgb[y - half : y + half, x - half : x + half].reshape(-1, 3).mean(axis=0))
    if not squares:
        return np.full(3, np.nan)
    colour = np.median(squares, axis=0).astype(np.float32).reshape(1, 1, 3) / 255.0
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2LAB).reshape(3), dtype=float)


class Likeness:
    """Learns how the runner looks, and tells strangers from the runner."""

    def __init__(self) -> None:
        self._looks: deque[Floats] = deque(maxlen=_KEPT)

    @property
    def known(self) -> bool:
        """Whether enough was seen to tell anybody from the runner."""
        return len(self._looks) >= _ENOUGH

    def learn(self, look: Floats) -> None:
        """One more look at the runner: light and clothes may change slowly."""
        self._looks.append(look)

    def strange(self, look: Floats) -> str:
        """What of a look is not the runner's: ``shirt``, ``shorts``, ``size`` or ``place``; empty for nothing."""
        return self._beyond(look, _MOST)

    def strange_together(self, looks: list[Floats]) -> str:
        """The same of the median of several looks, as narrow as it may be."""
        unseen = np.isnan(looks).all(axis=0)
        middle = np.nanmedian(np.where(unseen, 0.0, looks), axis=0)
        return self._beyond(np.where(unseen, np.nan, middle), _MOST_TOGETHER)

    def _beyond(self, look: Floats, most: float) -> str:
        if not self.known:
            return ""
        looks = np.array(self._looks)
        unseen = np.isnan(looks).all(axis=0)
        looks = np.where(unseen, 0.0, looks)
        level = np.nanmedian(looks, axis=0)
        spread = 1.4826 * np.nanmedian(np.abs(looks - level), axis=0)
        # What was never seen of the runner makes nobody a stranger.
        level[unseen] = np.nan
        torso = float(np.exp(level[6]))
        least = np.array([*[_COLOUR] * 6, _SIZE, _PLACE * torso, _PLACE * torso])
        off = np.abs(look - level) / np.maximum(spread, least)
        for name, part in (("shirt", off[:3]), ("shorts", off[3:6]), ("size", off[6:7]), ("place", off[7:])):
            if np.any(part > most):
                return name
        return ""
