"""Short gaps are bridged; long ones stay.

The cubic is that of SciPy's ``PchipInterpolator`` but for two things that it cannot be told: a segment ends where the
picture was cut, so that the slope at its first and last point must not look beyond it, and there the slope is that of
the one interval, where SciPy extrapolates through two and may overshoot. Only gaps are computed, all of a landmark at
once.
"""

from __future__ import annotations

import numpy as np

from posture.series import Floats, Ints


def interpolate_over_time(time: Floats, xy: Floats, segment: Ints, longest: float, frame_time: float) -> Floats:
    """Bridge the gaps of one landmark with a shape-preserving cubic (PCHIP).

    Parameters
    ----------
    time : ndarray, shape (T,)
        Seconds.
    xy : ndarray, shape (T, 2)
        Pixels, NaN where missing.
    segment : ndarray of int, shape (T,)
        Nothing is taken from another segment.
    longest : float
        Longest gap to bridge, s: the time between the points on either side less one frame time.
    frame_time : float
        Usual time between frames, s.

    Returns
    -------
    ndarray, shape (T, 2)
        Longer gaps, and those before the first or after the last point of a segment, stay NaN.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(6) * 0.04
    >>> xy = np.column_stack([np.arange(6.0), np.zeros(6)])
    >>> xy[2:4] = np.nan
    >>> interpolate_over_time(time, xy, np.zeros(6, int), longest=0.1, frame_time=0.04)[:, 0]
    array([0., 1., 2., 3., 4., 5.])
    >>> interpolate_over_time(time, xy, np.zeros(6, int), longest=0.05, frame_time=0.04)[:, 0]
    array([ 0.,  1., nan, nan,  4.,  5.])
    """
    known = np.flatnonzero(np.isfinite(xy[:, 0]))
    together = np.diff(segment[known]) == 0
    open_time = np.diff(time[known]) - frame_time
    gaps = np.flatnonzero((np.diff(known) > 1) & (open_time <= longest + frame_time / 4) & together)
    if not gaps.size:
        return xy
    t, x = time[known], xy[known]
    step = np.diff(t)[:, None]
    rate = np.diff(x, axis=0) / step
    before = np.where(np.append(False, together)[gaps], gaps - 1, gaps)
    after = np.where(np.append(together, False)[gaps + 1], gaps + 1, gaps)
    slope_left = _slope(step[before], rate[before], step[gaps], rate[gaps])
    slope_right = _slope(step[gaps], rate[gaps], step[after], rate[after])

    length = known[gaps + 1] - known[gaps] - 1
    of = np.repeat(np.arange(gaps.size), length)
    missing = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length) + known[gaps][of] + 1
    h = step[gaps][of]
    u = (time[missing] - t[gaps][of])[:, None] / h
    left, right = x[gaps][of], x[gaps + 1][of]
    bridged = xy.copy()
    bridged[missing] = (
        (1 + 2 * u) * (1 - u) ** 2 * left
        + u**2 * (3 - 2 * u) * right
        + h * u * (1 - u) * ((1 - u) * slope_left[of] - u * slope_right[of])
    )
    return bridged


def _slope(step0: Floats, rate0: Floats, step1: Floats, rate1: Floats) -> Floats:
    """Slope at the point between two intervals: weighted harmonic mean, 0 at an extremum (Fritsch and Butland)."""
    w0, w1 = 2 * step1 + step0, step1 + 2 * step0
    rising = rate0 * rate1 > 0
    safe0, safe1 = np.where(rising, rate0, 1.0), np.where(rising, rate1, 1.0)
    return np.asarray(np.where(rising, (w0 + w1) / (w0 / safe0 + w1 / safe1), 0.0))
