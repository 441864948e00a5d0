"""Zero-lag low-pass on every uninterrupted run of points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from posture.series import Floats

#: Two passes narrow a second-order Butterworth to this part of its cutoff (Winter).
_TWO_PASSES = 0.802


def cutoff_for(rate: float) -> float:
    """Cutoff by frame rate: 6 Hz below 50 frames/s, 8 Hz from there, always under a quarter of the rate."""
    wanted = 8.0 if rate >= 50 else 6.0
    return min(wanted, 0.249 * rate)


def low_pass(xy: Floats, segment: NDArray[np.integer], rate: float, cutoff: float) -> Floats:
    sos = butter(2, cutoff / _TWO_PASSES, fs=rate, output="sos")
    smooth = xy.copy()
    seen = np.isfinite(xy[:, 0])
    key = np.where(seen, segment, -1)
    starts = np.flatnonzero(np.diff(key, prepend=key[:1] - 1))
    for a, b in zip(starts, np.append(starts[1:], xy.shape[0]), strict=True):
        if seen[a] and b - a > 9:
            smooth[a:b] = sosfiltfilt(sos, xy[a:b], axis=0)
    return smooth
