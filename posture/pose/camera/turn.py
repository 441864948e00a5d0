"""Points and sizes of frames that are turned by quarter turns."""

from __future__ import annotations

import numpy as np

from posture.series import Floats


def turned(xy: Floats, size: tuple[int, int], turn: int) -> Floats:
    """Points (..., 2) of a frame of `size` in the coordinates of that frame turned clockwise by `turn` degrees."""
    width, height = size
    x, y = xy[..., 0], xy[..., 1]
    if turn == 90:
        return np.stack([height - y, x], axis=-1)
    if turn == 180:
        return np.stack([width - x, height - y], axis=-1)
    if turn == 270:
        return np.stack([y, width - x], axis=-1)
    return xy


def turned_size(size: tuple[int, int], turn: int) -> tuple[int, int]:
    """Width and height after the turn."""
    return (size[1], size[0]) if turn % 180 else size
