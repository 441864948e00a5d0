"""The runner's size in the picture, and the motion of the runner as a whole."""

from __future__ import annotations

import warnings

import numpy as np

from posture.cleaning.running import odd_frames, running_median, stretches
from posture.landmarks import MIRROR, Landmark
from posture.midpoints import trunk_length
from posture.series import Floats, PoseSeries

L = Landmark

#: Time over which the torso length is taken, s (method 1.0).
_WINDOW = 1.0

_TRUNK_LEFT = np.array([L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_HIP])
_TRUNK = np.concatenate([_TRUNK_LEFT, MIRROR[_TRUNK_LEFT]])


def torso_length(series: PoseSeries) -> Floats:
    """Running median of the distance from mid-shoulder to mid-hip.

    Guessed points count too: the length must be known where the hips are hidden, to judge the arms.

    Returns
    -------
    ndarray, shape (T,)
        Pixels; interpolated where the trunk was not found, NaN throughout where it never was.

    Examples
    --------
    >>> import numpy as np
    >>> from posture.checkup.truth import shipped_runner
    >>> torso = torso_length(shipped_runner())
    >>> bool(np.ptp(torso) < 0.1 * np.median(torso))
    True
    """
    length = trunk_length(series.xy)
    known, number = stretches(series.time, np.isfinite(length), series.segment, _WINDOW)
    if not known.size or not np.isfinite(series.rate):
        return np.full(len(series), np.nan)
    usual = running_median(length[known, None], number, odd_frames(_WINDOW, series.rate), motion=False)[:, 0]
    return np.interp(series.time, series.time[known], usual)


def body_motion(series: PoseSeries) -> Floats:
    """(T, 2) how far the trunk has moved since the first frame, pixels.

    The sum of the median steps of ears, shoulders and hips: a runner who crosses the picture moves as a whole
    faster than any limb may move against the body.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        steps = np.nanmedian(np.diff(series.xy[:, _TRUNK], axis=0, prepend=series.xy[:1, _TRUNK]), axis=1)
    return np.cumsum(np.nan_to_num(steps, nan=0.0), axis=0)
