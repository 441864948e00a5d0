"""What the picture itself tells about the set-up: light on the runner, and whether the camera is level."""

from __future__ import annotations

import cv2
import numpy as np

from posture.pose.estimator import Pose, Rgb
from posture.series import Floats

#: Pictures are made this high before lines are looked for, pixels.
_HEIGHT = 480
#: Shortest line that counts, as a share of that.
_LINE = 0.08
#: Lines further off the picture's axes than this are not meant to be level or upright, degrees.
_WIDEST = 12.0
#: Lines within this of each other agree, degrees; so much of their length must agree, and so many of them.
_AGREE, _SHARE, _LEAST = 1.0, 0.4, 8


def brightness(rgb: Rgb, pose: Pose | None) -> float:
    """Mean grey level of the box around the runner, 0 to 255; of the whole picture where nobody is seen."""
    x0, y0, x1, y1 = _box(rgb, pose) if pose is not None else (0, 0, rgb.shape[1], rgb.shape[0])
    part = np.ascontiguousarray(rgb[y0:y1:4, x0:x1:4])
    return float(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).mean())


def tilt(rgb: Rgb, pose: Pose | None) -> float:
    """Degrees by which the room's straight lines are turned clockwise; NaN where too few agree.

    Walls, doors, floors and treadmills have lines that are level or upright; what most of their length agrees on is
    the camera's roll. Lines on the runner do not count.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    scale = _HEIGHT / grey.shape[0]
    grey = cv2.resize(grey, (round(grey.shape[1] * scale), _HEIGHT), interpolation=cv2.INTER_AREA)
    if pose is not None:
        x0, y0, x1, y1 = (round(v * scale) for v in _box(rgb, pose))
        grey[y0:y1, x0:x1] = int(grey.mean())
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    lines = np.empty((0, 4)) if found is None else found.reshape(-1, 4).astype(float)
    return _agreed(lines)


def _agreed(lines: Floats) -> float:
    along = lines[:, 2:] - lines[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    angle = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    off = (angle + 45.0) % 90.0 - 45.0
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


def _box(rgb: Rgb, pose: Pose) -> tuple[int, int, int, int]:
    high, wide = rgb.shape[:2]
    x0, y0 = np.clip(np.nanmin(pose.xy, axis=0), 0, (wide - 2, high - 2)).astype(int)
    x1, y1 = np.clip(np.nanmax(pose.xy, axis=0), (x0 + 1, y0 + 1), (wide, high)).astype(int)
    return int(x0), int(y0), int(x1), int(y1)
