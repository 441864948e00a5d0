"""Is the camera level? What the room's straight lines say.

Walls, doors, floors and treadmills have lines that are level or upright; what most of their length agrees on is the
camera's roll. A camera that is rolled by one degree changes every absolute angle by one degree (method 1.0).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.series import Floats

#: Pictures are made this high before lines are looked for, pixels.
_HEIGHT = 480
#: Shortest line that counts, as a share of that.
_LINE = 0.08
#: Lines further off the picture's axes than this are not meant to be level or upright, degrees.
_WIDEST = 12.0
#: Lines within this of each other agree, degrees; so much of their length must agree, and so many of them.
_AGREE, _SHARE, _LEAST = 1.0, 0.4, 8


def tilt(rgb: Rgb, people: Sequence[Floats] = ()) -> float:
    """How far one picture is turned.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    people : sequence of ndarray, shape (n, 2)
        Points around everyone in it, pixels: lines on people do not count.

    Returns
    -------
    float
        Degrees by which it is turned clockwise as one looks at it; NaN where too few lines agree.
    """
    height, width = rgb.shape[:2]
    scale = _HEIGHT / height
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (max(round(width * scale), 1), _HEIGHT), interpolation=cv2.INTER_AREA)
    for outline in people:
        low = np.clip(scale * np.nanmin(outline, axis=0), 0, None).astype(int)
        high = np.clip(scale * np.nanmax(outline, axis=0), 0, None).astype(int)
        grey[low[1] : high[1] + 1, low[0] : high[0] + 1] = int(grey.mean())
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    return _agreed(np.empty((0, 4)) if found is None else found.reshape(-1, 4).astype(float))


def usual_tilt(each: Floats) -> float:
    """Of a clip, from its looks: the median, where at least half of them know it and agree; NaN else."""
    known = each[np.isfinite(each)]
    if known.size == 0 or known.size < 0.5 * each.size or np.subtract(*np.percentile(known, [75, 25])) > _AGREE:
        return float("nan")
    return float(np.median(known))


def _agreed(lines: Floats) -> float:
    along = lines[:, 2:] - lines[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    off = (np.degrees(np.arctan2(along[:, 1], along[:, 0])) + 45.0) % 90.0 - 45.0
    fits = (length >= _LINE * _HEIGHT) & (np.abs(off) <= _WIDEST)
    off, length = off[fits], length[fits]
    if off.size < _LEAST:
        return float("nan")
    near = np.abs(off[:, None] - off[None, :]) <= _AGREE
    support = near @ length
    best = near[int(np.argmax(support))]
    if support.max() < _SHARE * length.sum() or best.sum() < _LEAST:
        return float("nan")
    return float(np.average(off[best], weights=length[best]))
