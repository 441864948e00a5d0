"""Hard cuts: where one shot ends and another begins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from posture.series import Floats

_SIDE = 16


def signature(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Reduce a frame to a small grey thumbnail."""
    small = cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32).reshape(-1)


def find_cuts(signatures: NDArray[np.float32], time: Floats) -> NDArray[np.bool_]:
    """Tell the first frame after each hard cut."""
    change = np.abs(np.diff(signatures, axis=0)).mean(axis=1)
    cuts = np.zeros(len(time), dtype=bool)
    around = np.array([np.median(change[max(0, i - 5) : i + 6]) for i in range(change.size)])
    cuts[1:] = (change > 15) & (change > 5 * around)
    return cuts
