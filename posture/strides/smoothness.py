"""Smoothness of a speed profile: spectral arc length (SPARC, Balasubramanian et al. 2015), per stride."""

from __future__ import annotations

import numpy as np

from posture.series import Floats
from posture.strides.grouping import Grouping

#: Highest frequency looked at, Hz; share of the spectrum's peak that ends it; padding (section 1.4 of the review).
CUTOFF, THRESHOLD, PADDING = 10.0, 0.05, 4
#: Strides transformed at once, to bound memory.
BATCH = 512


def sparc(speed: Floats, group: Grouping, rate: float) -> Floats:
    """Spectral arc length of each stride's speed profile.

    Parameters
    ----------
    speed : ndarray, shape (T,)
        Any unit; gaps count as zero speed, so give strides that are nearly complete.
    group : Grouping
    rate : float
        Frames per second.

    Returns
    -------
    ndarray, shape (S,)
        Negative; nearer to zero is smoother.

    Examples
    --------
    >>> import numpy as np
    >>> from posture.strides.grouping import Grouping
    >>> time = np.arange(60) / 60.0
    >>> one = Grouping(time, np.array([0.0]), np.array([1.0]), np.array([0]), np.array([60]))
    >>> smooth, jerky = np.sin(np.pi * time) ** 2, np.sin(np.pi * time) ** 2 * (1 + 0.5 * np.sin(40.0 * time))
    >>> bool(sparc(smooth, one, 60.0)[0] > sparc(jerky, one, 60.0)[0])
    True
    """
    result = np.full(len(group.count), np.nan)
    if not len(result):
        return result
    width = int(group.count.max())
    size = 2 ** int(np.ceil(np.log2(width)) + PADDING)
    used = int(CUTOFF / rate * size) + 1
    column = np.arange(width)
    # Only the low part of the spectrum is looked at: a matrix product gives it sooner than a whole transform.
    turns = 2 * np.pi / size * np.outer(column, np.arange(used))
    waves = np.hstack([np.cos(turns), np.sin(turns)])
    for begin in range(0, len(result), BATCH):
        rows = slice(begin, begin + BATCH)
        at = np.minimum(group.first[rows, None] + column, len(speed) - 1)
        inside = (column < group.count[rows, None]) & np.isfinite(speed[at])
        parts = np.where(inside, speed[at], 0.0) @ waves
        spectrum = np.sqrt(parts[:, :used] ** 2 + parts[:, used:] ** 2)
        peak = spectrum.max(axis=1, keepdims=True)
        height = spectrum / np.where(peak > 0, peak, 1.0)
        # The spectrum ends where it drops below the threshold for good.
        above = height >= THRESHOLD
        final = used - 1 - np.argmax(above[:, ::-1], axis=1)
        # Frequency is counted in shares of the band in use, so that the arc is one long where the spectrum is flat.
        arc = np.hypot(np.diff(height, axis=1), 1.0 / np.maximum(final, 1)[:, None])
        counted = np.arange(used - 1) < final[:, None]
        result[rows] = np.where(peak[:, 0] > 0, -(arc * counted).sum(axis=1), np.nan)
    return result
