"""How long a stride takes, told by everything that swings with it.

A body that runs has two kinds of signal. What lies left against right (feet, knees, hands) changes its sign after half
a stride, so its first harmonic has the period of the stride; what both sides share (the bounce of hips and head, the
distance of the feet whichever is in front) has the period of a step. A period is weighed by the share of the movement
that one wave a stride in the first kind and two in the second explain together (a periodogram by least squares, as
Lomb's and Scargle's: gaps do no harm). Half the period, its double, and its third or threefold leave the strongest
wave of one kind unexplained, so they cannot win; a sum of harmonics, or the autocorrelation of one foot, can be
deceived by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from posture.series import Floats, Ints
from posture.strides.period import parabola
from posture.strides.periodogram import explained_shares, waves

#: Shortest and longest stride searched for, s: from sprinting to tenfold slow motion of a slow jog.
SHORTEST, LONGEST = 0.2, 12.0
#: Step of the periods tried, ratio: a fifth of the width of a spectral line at seven cycles a window.
STEP = 1.03
#: The periods tried, s; one more at each end, as a period is a peak among its neighbours.
PERIODS = SHORTEST / STEP * STEP ** np.arange(int(np.log(LONGEST / SHORTEST) / np.log(STEP)) + 3)
#: Fewest and most cycles in a window. Fewer than the first and a drift passes for a wave; two cycles must do, of
#: which frames at the ends may be lost.
CYCLES = (1.5, 7.0)
#: Lengths of the windows, s: each fits a third of the range searched, in ratio.
WINDOWS = (1.1, 2.3, 4.8, 10.0, 21.0)
#: Most samples of a window: twelve for each of seven cycles show the second harmonic.
SAMPLES = 84
#: Windows to a window's length.
OVERLAPPING = 4
#: Share of the movement from which a window is periodic. What a window of c cycles leaves unexplained counts
#: c / (c - 1) times, as a cycle's worth of freedom is spent on the fit: in a second, any two steps look like a rhythm.
PERIODIC = 0.4
#: A pause in the rhythm is bridged for so many strides between two paces within this ratio.
BRIDGED, SAME = 2.0, 1.1


@dataclass(frozen=True, eq=False)
class Movement:
    """All that swings, sampled evenly.

    Attributes
    ----------
    rate : float
        Samples per second.
    opposed : ndarray, shape (T, K)
        Signals that change sign after half a stride, over their noise; NaN where not seen.
    shared : ndarray, shape (T, M)
        Signals that repeat every step, over their noise.
    """

    rate: float
    opposed: Floats
    shared: Floats


def find_rhythm(movement: Movement, overlapping: int = OVERLAPPING) -> Floats:
    """Follow the period of the stride through one stretch.

    Parameters
    ----------
    movement : Movement
    overlapping : int
        Windows to a window's length.

    Returns
    -------
    ndarray, shape (T,)
        Samples per stride; NaN where nothing is periodic.
    """
    count = len(movement.opposed)
    hop = max(WINDOWS[0] * movement.rate / OVERLAPPING, 1.0)
    cells = (np.arange(max(int(count / hop), 1)) + 0.5) * min(hop, count)
    share = np.zeros((len(cells), len(PERIODS)))
    for starts, width, tried, explained in _scales(movement, overlapping):
        for start, row in zip(starts, explained, strict=True):
            inside = slice(*np.searchsorted(cells, (start, start + width)))
            share[inside, tried] = np.maximum(share[inside, tried], row)
    period, height = _ridge(share)
    period = _bridged(np.where(height >= PERIODIC, period, np.nan), hop / movement.rate)
    nearest = np.searchsorted(cells[:-1] + hop / 2, np.arange(count))
    followed: Floats = period[nearest] * movement.rate
    return followed


def _bridged(period: Floats, step: float) -> Floats:
    """Cells without a rhythm, for at most two strides between two of the same pace, have that pace."""
    known = np.flatnonzero(np.isfinite(period))
    if len(known) < 2:
        return period
    before, after = known[:-1], known[1:]
    same = np.abs(np.log(period[after] / period[before])) <= np.log(SAME)
    short = (after - before - 1) * step <= BRIDGED * period[before]
    filled = period.copy()
    for a, b in zip(before[same & short], after[same & short], strict=True):
        filled[a : b + 1] = np.linspace(period[a], period[b], b - a + 1)
    return filled


def _ridge(share: Floats) -> tuple[Floats, Floats]:
    """The best period of each cell and its share; neighbours are heard, so that one window decides nothing alone."""
    padded = np.pad(share, ((1, 1), (0, 0)), mode="edge")
    around = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    best = np.clip(around.argmax(axis=1), 1, len(PERIODS) - 2)
    row = np.arange(len(share))
    offset = parabola(*(around[row, best + k] for k in (-1, 0, 1)))
    return PERIODS[best] * STEP**offset, share[row, best]


def _scales(movement: Movement, overlapping: int) -> Iterator[tuple[Ints, int, slice, Floats]]:
    """Window starts and width in samples, the periods tried, and what each explains in each window, scale by scale."""
    count = len(movement.opposed)
    for seconds in WINDOWS:
        width = min(seconds * movement.rate, float(count))
        thin = max(int(width / SAMPLES), 1)
        samples = int(width / thin)
        length = samples * thin / movement.rate
        tried = slice(*np.searchsorted(PERIODS, (length / CYCLES[1], length / CYCLES[0])))
        if samples >= 5 and tried.stop - tried.start >= 3:
            opposed, shared = (
                _windows(columns, thin, samples, overlapping) for columns in (movement.opposed, movement.shared)
            )
            starts = _starts(count // thin, samples, overlapping) * thin
            fitted = waves(samples, length, tuple(PERIODS[tried].tolist()))
            cycles = length / PERIODS[tried]
            left = 1 - _inner(explained_shares(opposed, shared, *fitted))
            yield starts, samples * thin, tried, 1 - left * cycles / (cycles - 1)
        if width < seconds * movement.rate:
            return


def _starts(count: int, width: int, overlapping: int) -> Ints:
    starts = np.arange(0, count - width + 1, max(width // overlapping, 1))
    return np.append(starts, count - width) if starts[-1] != count - width else starts


def _windows(columns: Floats, thin: int, width: int, overlapping: int) -> Floats:
    """(N, K, width) windows of the means of ``thin`` samples."""
    whole = columns[: len(columns) // thin * thin].reshape(-1, thin, columns.shape[1])
    seen = np.isfinite(whole)
    number = seen.sum(axis=1)
    mean = np.where(seen, whole, 0.0).sum(axis=1) / np.where(number, number, np.nan) if thin > 1 else whole[:, 0]
    view = np.lib.stride_tricks.sliding_window_view(mean, width, axis=0)
    windows: Floats = view[_starts(len(mean), width, overlapping)]
    return windows


def _inner(explained: Floats) -> Floats:
    """Without the slopes at both ends of the periods tried: a period is a peak, not the edge of a range."""
    rising = np.diff(explained, axis=1) > 0
    # From the short end: what falls from the edge on. From the long end: what rises up to it.
    before = np.logical_and.accumulate(~rising, axis=1)
    after = np.logical_and.accumulate(rising[:, ::-1], axis=1)[:, ::-1]
    slope = np.zeros(explained.shape, dtype=bool)
    slope[:, :-1] |= before
    slope[:, 1:] |= after
    return np.where(slope, 0.0, explained)
