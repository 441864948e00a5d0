"""What the picture itself tells about the set-up: light on the runner."""

from __future__ import annotations

import numpy as np

from posture.opencv import cv2
from posture.pose.types import Pose, Rgb


def brightness(rgb: Rgb, pose: Pose | None) -> float:
    """Mean grey level of the box around the runner, 0 to 255; of the whole picture where nobody is seen."""
    x0, y0, x1, y1 = _box(rgb, pose) if pose is not None else (0, 0, rgb.shape[1], rgb.shape[0])
    part = np.ascontiguousarray(rgb[y0:y1:4, x0:x1:4])
    return float(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).mean())


def _box(rgb: Rgb, pose: Pose) -> tuple[int, int, int, int]:
    high, wide = rgb.shape[:2]
    x0, y0 = np.clip(np.nanmin(pose.xy, axis=0), 0, (wide - 2, high - 2)).astype(int)
    x1, y1 = np.clip(np.nanmax(pose.xy, axis=0), (x0 + 1, y0 + 1), (wide, high)).astype(int)
    return int(x0), int(y0), int(x1), int(y1)
