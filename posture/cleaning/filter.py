"""Zero-lag low-pass of every uninterrupted run of points, at the true times of its frames."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfiltfilt

from posture.cleaning.running import stretches
from posture.series import Floats, Ints

#: Two passes of a second-order Butterworth filter reach -3 dB at this part of its own cutoff (Winter).
_TWO_PASSES = 0.802

#: The cutoff stays below this part of the frame rate (method 4: below a quarter).
_OF_RATE = 0.249

#: Frames of point-reflected padding at each end of a run, as scipy would choose for one section.
_PADDING = 9

#: Shorter runs cannot be told from noise and are left out.
_SHORTEST = 4

#: Frame times that differ by less than this part count as even: a millisecond of rounding at 30 frames/s.
_EVEN = 0.04


def cutoff_for(rate: float, wanted: float | None = None) -> float:
    """Cutoff in Hz: as wanted, else 6 below 50 frames/s and 8 from there; always under a quarter of the rate.

    Examples
    --------
    >>> cutoff_for(30.0), cutoff_for(60.0), cutoff_for(60.0, wanted=10.0), cutoff_for(10.0)
    (6.0, 8.0, 10.0, 2.49)
    """
    return min(wanted or (8.0 if rate >= 50 else 6.0), _OF_RATE * rate)


def low_pass(time: Floats, xy: Floats, segment: Ints, rate: float, cutoff: float) -> Floats:
    """Low-pass one landmark with a Butterworth filter of effectively fourth order and no lag.

    Every run of points without a gap is filtered by itself, so a gap stays as long as it is. Frames at
    uneven times are carried to an even grid over the run and back, by cubics through four points.

    Parameters
    ----------
    time : ndarray, shape (T,)
        Seconds.
    xy : ndarray, shape (T, 2)
        Pixels, NaN where missing.
    segment : ndarray of int, shape (T,)
        A run ends where its segment ends.
    rate : float
        Frames per second.
    cutoff : float
        -3 dB frequency of both passes together, Hz.

    Returns
    -------
    ndarray, shape (T, 2)
        Runs of fewer than four points become NaN. Runs shorter than the usual padding are padded less.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(120) / 60.0
    >>> stride, noise = np.sin(2 * np.pi * 1.5 * time), 0.1 * np.sin(2 * np.pi * 25.0 * time)
    >>> noisy = np.stack([stride + noise, stride], axis=1)
    >>> smooth = low_pass(time, noisy, np.zeros(120, int), rate=60.0, cutoff=8.0)
    >>> bool(np.abs(smooth[30:90, 0] - stride[30:90]).max() < 0.01)
    True
    """
    smooth = np.full(xy.shape, np.nan)
    seen = np.isfinite(xy[:, 0])
    known, number = stretches(np.arange(time.size, dtype=float), seen, segment, 1)
    long_enough = np.bincount(number, minlength=1)[number] >= _SHORTEST
    known, number = known[long_enough], number[long_enough]
    if not known.size:
        return smooth
    sos = _sections(cutoff, rate)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    length = np.diff(first, append=known.size)
    t, x = time[known], xy[known]
    joined = np.diff(number) == 0
    if (np.abs(np.diff(t)[joined] * rate - 1) < _EVEN).all():
        smooth[known] = _per_run(sos, x, first, length)
        return smooth
    duration = t[first + length - 1] - t[first]
    grid_length = np.maximum(np.rint(duration * rate).astype(int) + 1, _SHORTEST)
    grid_first = np.cumsum(grid_length) - grid_length
    place = np.arange(grid_length.sum()) - np.repeat(grid_first, grid_length)
    grid = np.repeat(t[first], grid_length) + place * np.repeat(duration / (grid_length - 1), grid_length)
    even = _cubic(t, x, first, length, grid, np.repeat(np.arange(first.size), grid_length))
    even = _per_run(sos, even, grid_first, grid_length)
    smooth[known] = _cubic(grid, even, grid_first, grid_length, t, np.repeat(np.arange(first.size), length))
    return smooth


@lru_cache(maxsize=8)
def _sections(cutoff: float, rate: float) -> Floats:
    """All landmarks of a clip share one; designing it costs as much as filtering seconds of poses."""
    return np.asarray(butter(2, cutoff / _TWO_PASSES, fs=rate, output="sos"))


def _per_run(sos: Floats, x: Floats, first: Ints, length: Ints) -> Floats:
    """Filter runs that lie one behind the other; runs of one length together, however many there are."""
    smooth = np.empty_like(x)
    for n in np.unique(length):
        rows = first[length == n][:, None] + np.arange(n)
        smooth[rows] = sosfiltfilt(sos, x[rows], axis=1, padlen=min(_PADDING, n - 1))
    return smooth


def _cubic(t: Floats, x: Floats, first: Ints, length: Ints, at: Floats, run: Ints) -> Floats:
    """Values at other times from the cubic through the four nearest points of the same run."""
    low, high = first[run], first[run] + length[run] - 4
    start = np.clip(np.searchsorted(t, at) - 2, low, high)
    nodes = t[start[:, None] + np.arange(4)]
    values = np.zeros((at.size, x.shape[1]))
    for j in range(4):
        others = [k for k in range(4) if k != j]
        weight = np.prod((at[:, None] - nodes[:, others]) / (nodes[:, [j]] - nodes[:, others]), axis=1)
        values += weight[:, None] * x[start + j]
    return values
