"""Glances: a runner looks down at a console or a watch for a moment, and up again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, stats

from posture.kinematics.geometry import rolling_median
from posture.kinematics.registry import METRICS
from posture.series import Floats, Ints

#: How the head is usually held, s: longer than any glance, shorter than a drift.
USUAL = 30.0
#: A glance is a strong change of the head's pitch (method 2.4), and beyond so many robust SD of the pitch.
BEYOND = 3.0
#: What is shorter is the step, what is longer is how the head is carried, s.
SHORTEST, LONGEST = 0.3, 2.0
#: The head nods with every step: the pitch is its mean over one, s.
_STEP = 0.35
#: A break in a glance up to this long is none, s.
_BREAK = 0.1
#: Who looks down for more than this share of the time runs so: nothing is cut out.
HABIT = 0.2


def find_glances(pitch: Floats, time: Floats, segment: Ints) -> list[tuple[int, int]]:
    """First and last frame of each glance.

    Parameters
    ----------
    pitch : ndarray, shape (T,)
        Of the head, degrees, + down; NaN where not seen.
    time : ndarray, shape (T,)
        Seconds of life.
    segment : ndarray of int, shape (T,)

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(0.0, 60.0, 1 / 30)
    >>> pitch = 20.0 + np.sin(9.0 * time) + 25.0 * ((time > 20.0) & (time < 21.0))
    >>> [(first, last)] = find_glances(pitch, time, np.zeros(time.size, dtype=int))
    >>> float(time[first].round(1)), float(time[last].round(1))
    (20.0, 21.0)
    """
    off = _over_a_step(pitch - rolling_median(pitch, time, segment, USUAL), time)
    seen = np.isfinite(off)
    if not seen.any():
        return []
    spread = float(stats.median_abs_deviation(off[seen], scale="normal"))
    down = np.where(seen, off, 0.0) > max(METRICS["head_pitch"].strong, BEYOND * spread)
    runs = [(a, b) for a, b in _runs(down, time) if SHORTEST <= time[b] - time[a] <= LONGEST]
    often = sum(b - a + 1 for a, b in runs) > HABIT * np.count_nonzero(seen)
    return [] if often else runs


def _over_a_step(values: Floats, time: Floats) -> Floats:
    width = _frames(_STEP, time)
    seen = np.isfinite(values)
    total, count = (ndimage.uniform_filter1d(part, width) for part in (np.where(seen, values, 0.0), seen.astype(float)))
    mean: Floats = np.where(seen, total / np.maximum(count, 1.0 / width), np.nan)
    return mean


def _frames(seconds: float, time: Floats) -> int:
    return max(round(seconds / float(np.median(np.diff(time)))), 1) if time.size > 1 else 1


def _runs(marked: NDArray[np.bool_], time: Floats) -> list[tuple[int, int]]:
    width = _frames(_BREAK, time)
    closed = ndimage.binary_closing(marked, np.ones(width + 1, dtype=bool)) | marked
    step = np.diff(np.r_[False, closed, False].astype(int))
    return list(zip(np.flatnonzero(step == 1).tolist(), (np.flatnonzero(step == -1) - 1).tolist(), strict=True))
