"""Short gaps are bridged; long ones stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from posture.series import Floats


def fill(time: Floats, xy: Floats, segment: NDArray[np.integer], longest: float) -> Floats:
    """Bridge the gaps of one landmark with a shape-preserving cubic (PCHIP).

    Parameters
    ----------
    time : ndarray, shape (T,)
        Seconds.
    xy : ndarray, shape (T, 2)
        Pixels, NaN where missing.
    segment : ndarray of int, shape (T,)
        Gaps across the edge of a segment are never bridged.
    longest : float
        Longest missing stretch to fill, s: the missing frames times the usual frame time.

    Returns
    -------
    ndarray, shape (T, 2)
        Filled points; gaps that are longer, or that lie before the first or after the last point, stay NaN.
    """
    seen = np.isfinite(xy[:, 0])
    known = np.flatnonzero(seen)
    if known.size < 2:
        return xy
    missing = np.flatnonzero(~seen)
    after = np.searchsorted(known, missing)
    inside = (after > 0) & (after < known.size)
    missing, after = missing[inside], after[inside]
    left, right = known[after - 1], known[after]
    frame = np.median(np.diff(time))
    short = (time[right] - time[left] - frame <= longest * (1 + 1e-6)) & (segment[left] == segment[right])
    bridged = xy.copy()
    if short.any():
        bridged[missing[short]] = PchipInterpolator(time[known], xy[known])(time[missing[short]])
    return bridged
