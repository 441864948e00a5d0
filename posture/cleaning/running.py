"""Running medians along uninterrupted stretches of points."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from posture.series import Floats, Ints


def odd_frames(seconds: float, rate: float) -> int:
    """The odd number of frames, 3 or more, nearest to a time.

    Examples
    --------
    >>> odd_frames(0.25, 30.0), odd_frames(0.25, 60.0), odd_frames(0.01, 30.0)
    (7, 15, 3)
    """
    return max(3, 2 * round((seconds * rate - 1) / 2) + 1)


def stretches(time: Floats, seen: NDArray[np.bool_], segment: Ints, bridge: float) -> tuple[Ints, Ints]:
    """Frames that were seen, and the number of the stretch that each belongs to.

    A new stretch begins at a new segment and after more than ``bridge`` seconds without a point.

    Examples
    --------
    >>> import numpy as np
    >>> seen = np.array([True, True, False, True, False, False, True])
    >>> frames, number = stretches(np.arange(7) / 10.0, seen, np.zeros(7, int), bridge=0.25)
    >>> frames, number
    (array([0, 1, 3, 6]), array([0, 0, 0, 1]))
    """
    known = np.flatnonzero(seen)
    new = (np.diff(time[known]) > bridge) | (np.diff(segment[known]) != 0)
    number: NDArray[np.integer[Any]] = np.concatenate([np.zeros(min(known.size, 1), dtype=int), np.cumsum(new)])
    return known, number


def reach(time: Floats, number: Ints, size: int, width: float) -> Ints:
    """Rows on each side that a window of ``size`` rows may take in without reaching beyond half its width in time.

    Where frames were lost, rows are no measure of time: a fast limb that turns in the hole would look like an outlier.

    Parameters
    ----------
    time, number : ndarray, shape (n,)
        Seconds, and the stretch of each row; another stretch limits nothing.
    size : int
        Odd number of rows.
    width : float
        Seconds.

    Returns
    -------
    ndarray of int, shape (n,)
        At most ``size // 2``.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.array([0.0, 0.1, 0.2, 0.6, 0.7, 0.8])
    >>> reach(time, np.zeros(6, int), size=5, width=0.4)
    array([2, 1, 0, 0, 1, 2])
    """
    rows = np.full(time.size, size // 2)
    for k in range(size // 2, 0, -1):
        far = (time[k:] - time[:-k] > width / 2 * (1 + 1e-6)) & (number[k:] == number[:-k])
        if not far.any():
            break
        rows[:-k][far] = rows[k:][far] = k - 1
    return rows


def running_median(values: Floats, number: Ints, size: int, *, motion: bool = True, rows: Ints | None = None) -> Floats:
    """Running median of each column, within stretches.

    A stretch is continued at its ends by reflection: of a motion through its end point, so that a steady
    motion has no lag there; of other values as in a mirror.

    Parameters
    ----------
    values : ndarray, shape (n, K)
        No NaN.
    number : ndarray of int, shape (n,)
        Stretch of each row: 0, 1, ...
    size : int
        Odd number of rows.
    motion : bool
        Whether the values are places, which go on, or sizes, which stay.
    rows : ndarray of int, shape (n,), optional
        Rows on each side that count, where fewer than ``size`` allows; from :func:`reach`.

    Returns
    -------
    ndarray, shape (n, K)

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([[0.0], [1.0], [9.0], [3.0], [4.0]])
    >>> running_median(values, np.zeros(5, int), 3).ravel()
    array([0., 1., 3., 4., 4.])
    """
    if not len(values):
        return values
    half = size // 2
    first = np.flatnonzero(np.diff(number, prepend=-1))
    last = np.append(first[1:], len(values)) - 1
    place = np.arange(len(values)) + half * (2 * number + 1)
    away = np.minimum(np.arange(1, half + 1), (last - first)[:, None])
    padded = np.empty((len(values) + 2 * half * first.size, values.shape[1]))
    padded[place] = values
    beside = np.arange(1, half + 1)
    for end, inward in ((first, 1), (last, -1)):
        inside = values[end[:, None] + inward * away]
        padded[place[end][:, None] - inward * beside] = 2 * values[end][:, None] - inside if motion else inside
    smooth = np.stack([median_filter(column, size, mode="nearest") for column in padded.T], axis=1)[place]
    if rows is not None:
        for k in np.unique(rows[rows < half]):
            few = rows == k
            smooth[few] = np.sort(padded[place[few][:, None] + np.arange(-k, k + 1)], axis=1)[:, k]
    return np.asarray(smooth)
