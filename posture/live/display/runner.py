"""The runner's picture, with the skeleton drawn into it."""

from __future__ import annotations

import numpy as np

from posture.landmarks import BONES
from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.report.drawing import marks
from posture.report.drawing.marks import Image
from posture.series import Floats

#: Bones are drawn between landmarks that the estimator sees rather than guesses.
_VISIBLE = 0.5


def draw_runner(
    rgb: Rgb, points: Floats | None, visible: Floats | None, room: tuple[int, int], *, mirror: bool = False
) -> Image:
    """A picture as large as fits, red first.

    Parameters
    ----------
    rgb : ndarray, shape (H, W, 3)
    points : ndarray, shape (33, 2), or None
        Where to draw the skeleton, pixels of the picture.
    visible : ndarray, shape (33,), or None
        Of each point, 0 to 1.
    room : tuple of int
        Width and height, pixels.
    mirror : bool
    """
    high, wide = rgb.shape[:2]
    scale = min(room[0] / wide, room[1] / high)
    size = (round(wide * scale), round(high * scale))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)
    shown: Image = np.asarray(cv2.flip(small, 1) if mirror else small, np.uint8)
    if points is not None and visible is not None:
        at = points * scale
        if mirror:
            at[:, 0] = size[0] - 1 - at[:, 0]
        bones = [(at[a], at[b]) for a, b in BONES if min(visible[a], visible[b]) >= _VISIBLE]
        marks.outlined_lines(shown, bones, marks.BLUE, 3)
    return shown
