"""Short gaps are bridged; long ones stay."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import PchipInterpolator

from posture.series import Floats, Ints


def fill(time: Floats, xy: Floats, segment: Ints, longest: float, frame_time: float) -> Floats:
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
    """
    bridged = xy.copy()
    known = np.flatnonzero(np.isfinite(xy[:, 0]))
    open_frames = time[known[1:]] - time[known[:-1]] - frame_time
    short = (
        (np.diff(known) > 1)
        & (open_frames <= longest + frame_time / 4)
        & (segment[known[1:]] == segment[known[:-1]])
    )
    for number in np.unique(segment[known[:-1]][short]):
        inside = known[segment[known] == number]
        curve = PchipInterpolator(time[inside], xy[inside])
        gaps = np.flatnonzero(short & (segment[known[:-1]] == number))
        steps = np.zeros(time.size + 1, dtype=int)
        np.add.at(steps, known[gaps] + 1, 1)
        np.add.at(steps, known[gaps + 1], -1)
        missing = np.flatnonzero(np.cumsum(steps)[:-1])
        bridged[missing] = curve(time[missing])
    return bridged
