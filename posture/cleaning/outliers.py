"""Points that cannot be right: isolated jumps, impossible speeds, impossible lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.cleaning.running import odd_frames, reach, running_median, stretches
from posture.series import Floats, Ints

Mask = NDArray[np.bool_]

#: Width of the Hampel window, s, and its limit in standard deviations (method 4).
_WINDOW, _LIMIT = 0.25, 3.0

#: Ratio of the standard deviation of normal noise to its median and to its 90 % quantile, absolute values.
_FROM_MEDIAN, _FROM_Q90 = 1.4826, 0.6080

#: A stretch ends at a gap of more than this, s.
_BRIDGE = 0.1

#: Speeds, torso lengths/s, that no hand, and no head or trunk, reaches against the body (method 4).
HAND_SPEED, TRUNK_SPEED = 8.0, 4.0
_STEP = 1 / 30

#: Tolerances of segment lengths (method 4).
_TORSO_TOLERANCE, _ARM_TOLERANCE = 0.15, 1.15


def hampel(time: Floats, points: Floats, torso: Floats, segment: Ints, rate: float) -> Mask:
    """Points far from the running median of their track, compared with the usual distance.

    The usual distance is the larger one of the local median and the clip's 90 % quantile, both as standard
    deviations: at the turning points of every swing the median lags the motion, and these must not count
    as outliers. Windows are narrower beside frames that were lost, and then say nothing about what is usual.

    Parameters
    ----------
    points : ndarray, shape (T, 2)
        One track, pixels; NaN where not seen.
    torso : ndarray, shape (T,)
        Torso length, pixels: distances are compared in its unit, as the runner may come nearer.

    Returns
    -------
    ndarray of bool, shape (T,)

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(60) / 30.0
    >>> track = np.column_stack([100.0 + 40.0 * np.sin(4.0 * time), np.zeros(60)])
    >>> track[30] += 60.0
    >>> np.flatnonzero(hampel(time, track, np.full(60, 120.0), np.zeros(60, int), rate=30.0))
    array([30])
    """
    out = np.zeros(time.size, dtype=bool)
    known, number = stretches(time, np.isfinite(points[:, 0]), segment, _BRIDGE + 1 / rate)
    size = odd_frames(_WINDOW, rate)
    if known.size < size:
        return out
    x = points[known]
    rows = reach(time[known], number, size, max(_WINDOW, 2 / rate))
    whole = rows == size // 2
    if not whole.any():
        return out
    distance = np.abs(x - running_median(x, number, size, rows=rows)) / torso[known, None]
    usual = np.maximum(
        _FROM_MEDIAN * running_median(distance, number, size, motion=False),
        _FROM_Q90 * np.quantile(distance[whole], 0.9, axis=0),
    )
    out[known] = (distance > _LIMIT * usual).any(axis=1)
    return out


def too_fast(time: Floats, points: Floats, torso: Floats, segment: Ints, limit: float) -> Mask:
    """Short stretches that can only be reached or left at an impossible speed.

    Parameters
    ----------
    points : ndarray, shape (T, 2)
        One track, pixels, without the motion of the whole body; NaN where not seen.
    torso : ndarray, shape (T,)
        Torso length, pixels.
    limit : float
        Torso lengths per second. Steps shorter than `_STEP` may go as far as in that time, as noise between
        close frames looks like speed.

    Returns
    -------
    ndarray of bool, shape (T,)
        Of two long stretches with a jump between them neither is marked: which one is wrong is unknown.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(60) / 30.0
    >>> track = np.full((60, 2), 100.0)
    >>> track[30:32] += 300.0
    >>> np.flatnonzero(too_fast(time, track, np.full(60, 120.0), np.zeros(60, int), limit=8.0))
    array([30, 31])
    """
    out = np.zeros(time.size, dtype=bool)
    known, number = stretches(time, np.isfinite(points[:, 0]), segment, np.inf)
    if known.size < 2:
        return out
    same = np.diff(number) == 0
    distance = np.linalg.norm(np.diff(points[known], axis=0), axis=1) / torso[known[1:]]
    jump = same & (distance > limit * np.maximum(np.diff(time[known]), _STEP))
    first = np.append(0, np.flatnonzero(jump | ~same) + 1)
    last = np.append(first[1:], known.size) - 1
    reached = np.append(False, jump)[first] | np.append(jump, False)[last]
    wrong = reached & (time[known[last]] - time[known[first]] < _WINDOW)
    out[known] = np.repeat(wrong, last - first + 1)
    return out


def wrong_torso(shoulders: Floats, hips: Floats, torso: Floats) -> Mask:
    """(T,) frames whose torso is more than 15 % longer or shorter than usual around that time.

    Examples
    --------
    >>> import numpy as np
    >>> shoulders, hips = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 125.0], [0.0, 150.0]])
    >>> wrong_torso(shoulders, hips, np.array([120.0, 120.0]))
    array([False,  True])
    """
    length = np.linalg.norm(shoulders - hips, axis=1)
    wrong: Mask = np.abs(length / torso - 1) > _TORSO_TOLERANCE
    return wrong


def long_arm(shoulder: Floats, elbow: Floats, torso: Floats) -> Mask:
    """(T,) frames whose upper arm is longer than it can be: a projection shortens, it never lengthens.

    Examples
    --------
    >>> import numpy as np
    >>> elbow = np.tile([[0.0, 60.0]], (40, 1))
    >>> elbow[7] *= 1.5
    >>> np.flatnonzero(long_arm(np.zeros((40, 2)), elbow, np.full(40, 120.0)))
    array([7])
    """
    length = np.linalg.norm(elbow - shoulder, axis=1) / torso
    if not np.isfinite(length).any():
        return np.zeros(length.size, dtype=bool)
    longer: Mask = length > _ARM_TOLERANCE * np.nanpercentile(length, 95)
    return longer
