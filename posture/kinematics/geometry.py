"""Angles, mid-points and rolling medians on arrays: no loop over frames, NaN stays where it is.

Points are ``(T, 2)`` with the first coordinate forward (or to the runner's right) and the second up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.series import Floats, Ints

#: Time between the centres of rolling windows, s; the medians are interpolated in between.
HOP = 0.25
#: A window's median is taken over at most about this many of its frames, evenly spaced: 120 frames/s say no
#: more about a second than 60 do.
ENOUGH = 60


def inclination(a: Floats, b: Floats) -> Floats:
    """Inclination of the line from ``a`` up to ``b`` against the vertical (method 1.0).

    Parameters
    ----------
    a, b : ndarray, shape (T, 2)

    Returns
    -------
    ndarray, shape (T,)
        Degrees, + towards the first coordinate, 0 if ``b`` is straight above ``a``.

    Examples
    --------
    >>> import numpy as np
    >>> hip, shoulder = np.array([[0.0, 0.0]]), np.array([[0.05, 0.5]])
    >>> inclination(hip, shoulder).round(1)
    array([5.7])
    """
    d = b - a
    angle: Floats = np.degrees(np.arctan2(d[:, 0], d[:, 1]))
    return angle


def bend(a: Floats, joint: Floats, b: Floats) -> Floats:
    """Flexion of a joint: 180 degrees minus the angle between its two segments.

    Parameters
    ----------
    a, joint, b : ndarray, shape (T, 2)

    Returns
    -------
    ndarray, shape (T,)
        Degrees, 0 is straight; the same on either side of the line.

    Examples
    --------
    >>> import numpy as np
    >>> shoulder, elbow, wrist = (np.array([point]) for point in ([0.0, 0.3], [0.0, 0.0], [0.25, 0.0]))
    >>> bend(shoulder, elbow, wrist)
    array([90.])
    """
    u, v = joint - a, b - joint
    cross = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    angle: Floats = np.degrees(np.abs(np.arctan2(cross, _dot(u, v))))
    return angle


def length(a: Floats, b: Floats) -> Floats:
    """Distance between two points, shape (T,).

    Examples
    --------
    >>> import numpy as np
    >>> length(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]))
    array([5.])
    """
    return _norm(b - a)


def _norm(d: Floats) -> Floats:
    """(T,) lengths; pixels neither overflow nor underflow, which is what ``hypot`` takes four times as long for."""
    norm: Floats = np.sqrt(d[:, 0] * d[:, 0] + d[:, 1] * d[:, 1])
    return norm


def _dot(u: Floats, v: Floats) -> Floats:
    product: Floats = u[:, 0] * v[:, 0] + u[:, 1] * v[:, 1]
    return product


def beside(point: Floats, a: Floats, b: Floats) -> Floats:
    """Perpendicular distance of a point from the line ``a`` to ``b``, + towards the first coordinate.

    Parameters
    ----------
    point, a, b : ndarray, shape (T, 2)
        ``b`` above ``a``.

    Returns
    -------
    ndarray, shape (T,)

    Examples
    --------
    >>> import numpy as np
    >>> hip, shoulder, ear = (np.array([point]) for point in ([0.0, 0.0], [0.0, 0.5], [0.1, 0.7]))
    >>> beside(ear, hip, shoulder)
    array([0.1])
    """
    d, p = b - a, point - a
    offset: Floats = (p[:, 0] * d[:, 1] - p[:, 1] * d[:, 0]) / _norm(d)
    return offset


def along(point: Floats, a: Floats, b: Floats) -> Floats:
    """Position of a point along the line ``a`` to ``b``, in the line's own length units, 0 at ``a``; shape (T,).

    Examples
    --------
    >>> import numpy as np
    >>> hip, shoulder, wrist = (np.array([point]) for point in ([0.0, 0.0], [0.0, 0.5], [0.2, 0.1]))
    >>> along(wrist, hip, shoulder)
    array([0.1])
    """
    d, p = b - a, point - a
    position: Floats = _dot(p, d) / _norm(d)
    return position


def to_segment(point: Floats, a: Floats, b: Floats) -> Floats:
    """Distance of a point from the segment between ``a`` and ``b``; shape (T,).

    Examples
    --------
    >>> import numpy as np
    >>> rail = np.array([[0.0, 0.0]]), np.array([[1.0, 0.0]])
    >>> to_segment(np.array([[0.5, 0.2]]), *rail), to_segment(np.array([[4.0, 4.0]]), *rail)
    (array([0.2]), array([5.]))
    """
    d, p = b - a, point - a
    share = np.clip(_dot(p, d) / _dot(d, d), 0.0, 1.0)
    return length(a + share[:, None] * d, point)


def nan_median(values: Floats) -> Floats:
    """Median along the last axis that ignores NaN, without NumPy's per-row fallback.

    Parameters
    ----------
    values : ndarray, shape (..., W)

    Returns
    -------
    ndarray, shape (...)
        NaN where a row holds nothing but NaN.

    Examples
    --------
    >>> import numpy as np
    >>> nan_median(np.array([[1.0, np.nan, 3.0, 9.0], [np.nan] * 4]))
    array([ 3., nan])
    """
    ordered = np.sort(values, axis=-1)
    count = np.isfinite(ordered).sum(axis=-1)
    low = np.maximum((count - 1) // 2, 0)[..., None]
    high = (count // 2)[..., None]
    pair = np.take_along_axis(ordered, low, -1) + np.take_along_axis(ordered, high, -1)
    result: Floats = 0.5 * pair[..., 0]
    return result


def rolling_median(values: Floats, time: Floats, segment: Ints, width: float) -> Floats:
    """Median over a centred window, ignoring NaN, at a fixed grid of times and linear in between.

    The grid lies at whole multiples of ``HOP`` of the clip's clock, so that a stretch of a clip gets the same
    values as the whole clip, half a window inside its edges. Windows do not cross segments.

    Parameters
    ----------
    values : ndarray, shape (..., T)
        Columns given together share the search for their windows.
    time, segment : ndarray, shape (T,)
    width : float
        Seconds.

    Returns
    -------
    ndarray, shape (..., T)
        NaN where the window holds no value.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(0.0, 3.0, 0.25)
    >>> jump = np.where(time == 1.0, 9.0, 2.0)
    >>> rolling_median(jump, time, np.zeros(time.size, int), width=1.0)
    array([2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2., 2.])
    """
    result = np.full(values.shape, np.nan)
    edges = np.flatnonzero(np.diff(segment)) + 1
    for first, last in zip(np.r_[0, edges], np.r_[edges, len(time)], strict=True):
        if last > first:
            result[..., first:last] = _windows(values[..., first:last], time[first:last], width)
    return result


def _windows(values: Floats, time: Floats, width: float) -> Floats:
    centres = HOP * np.arange(np.floor(time[0] / HOP), np.ceil(time[-1] / HOP) + 1)
    low = np.searchsorted(time, centres - width / 2)
    high = np.searchsorted(time, centres + width / 2, side="right")
    longest = max(int((high - low).max()), 1)
    frames = low[:, None] + np.arange(0, longest, max(longest // ENOUGH, 1))
    outside = frames >= high[:, None]
    frames = np.minimum(frames, len(time) - 1)
    result = np.empty(values.shape)
    for column in np.ndindex(values.shape[:-1]):
        sampled = values[column][frames]
        sampled[outside] = np.nan
        result[column] = _between(nan_median(sampled), centres, time)
    return result


def _between(medians: Floats, centres: Floats, time: Floats) -> Floats:
    """Medians of windows at each frame's time; NaN where the nearest window holds no value."""
    usable = np.isfinite(medians)
    if not usable.any():
        return np.full(time.shape, np.nan)
    filled: Floats = np.interp(time, centres[usable], medians[usable])
    if not usable.all():
        filled[~usable[np.clip(np.rint((time - centres[0]) / HOP).astype(int), 0, len(centres) - 1)]] = np.nan
    return filled


def steady(lengths: Floats, reference: Floats, tolerance: float) -> NDArray[np.bool_]:
    """(T,) frames in which a length stays within ``tolerance`` (a fraction) of its reference.

    Examples
    --------
    >>> import numpy as np
    >>> steady(np.array([100.0, 130.0, np.nan]), np.array([105.0, 105.0, 105.0]), tolerance=0.15)
    array([ True, False, False])
    """
    with np.errstate(invalid="ignore"):
        kept: NDArray[np.bool_] = np.abs(lengths / reference - 1.0) <= tolerance
    return kept
