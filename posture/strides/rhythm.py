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
from numpy.typing import NDArray

from posture.series import Floats, Ints
from posture.strides.period import parabola

#: Shortest and longest stride searched for, s: from sprinting to tenfold slow motion of a slow jog.
SHORTEST, LONGEST = 0.35, 12.0
#: Step of the periods tried, ratio: a fifth of the width of a spectral line at seven cycles a window.
STEP = 1.03
#: Fewest and most cycles in a window. Fewer than the first and a drift passes for a wave; two cycles must do, of
#: which frames at the ends may be lost.
CYCLES = (1.5, 7.0)
#: Lengths of the windows, s: each fits a third of the range searched, in ratio.
WINDOWS = (1.1, 2.3, 4.8, 10.0, 21.0)
#: Fewest and most samples of a window: twelve for each of seven cycles show the second harmonic.
SAMPLES = 84
#: Windows to a window's length.
OVERLAPPING = 4
#: Share of a window's samples in which a signal must be seen to count.
LEAST_SEEN = 0.5
#: Explained share of the movement from which a window is periodic: half.
PERIODIC = 0.5
#: Where sides are exchanged to and fro only what both sides share can tell; then it must explain so much more.
SHARED_ALONE = 0.85
#: Degree of the polynomial that takes out of the shared signals where the runner is in the picture.
WANDERING = 3
#: Rows solved at once where samples are missing, to bound memory.
BATCH = 512


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


@dataclass(frozen=True, eq=False)
class Rhythm:
    """The period of the stride and how sure it is, sample by sample.

    Attributes
    ----------
    period : ndarray, shape (T,)
        Samples per stride; NaN where nothing is periodic.
    share : ndarray, shape (T,)
        Share of the movement that the period explains, 0 to 1.
    """

    period: Floats
    share: Floats

    @property
    def found(self) -> bool:
        """Whether anything is periodic."""
        return bool(np.isfinite(self.period).any())


def find_rhythm(movement: Movement) -> Rhythm:
    """Follow the period of the stride through one stretch.

    Parameters
    ----------
    movement : Movement

    Returns
    -------
    Rhythm
    """
    count = len(movement.opposed)
    periods = SHORTEST / STEP * STEP ** np.arange(int(np.log(LONGEST / SHORTEST) / np.log(STEP)) + 3)
    hop = max(WINDOWS[0] * movement.rate / OVERLAPPING, 1.0)
    cells = (np.arange(max(int(count / hop), 1)) + 0.5) * min(hop, count)
    share = np.zeros((len(cells), len(periods)))
    for starts, width, tried, explained in _scales(movement, periods):
        for start, row in zip(starts, explained, strict=True):
            inside = slice(*np.searchsorted(cells, (start, start + width)))
            share[inside, tried] = np.maximum(share[inside, tried], row)
    period, height = _ridge(share, periods)
    sure = height >= PERIODIC
    if not sure.any():
        return Rhythm(np.full(count, np.nan), np.zeros(count))
    at = np.arange(count)
    nearest = np.abs(at[:, None] - cells).argmin(axis=1) if len(cells) < 50 else np.searchsorted(cells + hop / 2, at).clip(0, len(cells) - 1)
    followed = np.interp(at, cells[sure], period[sure]) * movement.rate
    return Rhythm(np.where(sure[nearest], followed, np.nan), height[nearest])


def _ridge(share: Floats, periods: Floats) -> tuple[Floats, Floats]:
    """The best period of each cell and its share; neighbours are heard, so that one window decides nothing alone."""
    padded = np.pad(share, ((1, 1), (0, 0)), mode="edge")
    around = (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4
    best = np.clip(around.argmax(axis=1), 1, len(periods) - 2)
    row = np.arange(len(share))
    offset = parabola(*(around[row, best + k] for k in (-1, 0, 1)))
    return periods[best] * STEP**offset, share[row, best]


def _scales(movement: Movement, periods: Floats) -> Iterator[tuple[Floats, float, slice, Floats]]:
    """Window starts and width in samples, the periods tried, and what each explains in each window, scale by scale."""
    count = len(movement.opposed)
    for seconds in WINDOWS:
        width = min(seconds * movement.rate, float(count))
        thin = max(int(width / SAMPLES), 1)
        samples = int(width / thin)
        length = samples * thin / movement.rate
        tried = slice(*np.searchsorted(periods, (length / CYCLES[1], length / CYCLES[0])))
        if samples >= 5 and tried.stop - tried.start >= 3:
            opposed, shared = (_windows(columns, thin, samples) for columns in (movement.opposed, movement.shared))
            starts = _starts(count // thin, samples) * thin
            phase = np.arange(samples) * thin / movement.rate / periods[tried, None]
            yield starts, samples * thin, tried, _inner(_explained(opposed, shared, phase))
        if width < seconds * movement.rate:
            return


def _starts(count: int, width: int) -> Ints:
    starts = np.arange(0, count - width + 1, max(width // OVERLAPPING, 1))
    return np.append(starts, count - width) if starts[-1] != count - width else starts


def _windows(columns: Floats, thin: int, width: int) -> Floats:
    """(N, K, width) windows of the means of ``thin`` samples."""
    whole = columns[: len(columns) // thin * thin].reshape(-1, thin, columns.shape[1])
    seen = np.isfinite(whole)
    number = seen.sum(axis=1)
    mean = np.where(seen, whole, 0.0).sum(axis=1) / np.where(number, number, np.nan) if thin > 1 else whole[:, 0]
    view = np.lib.stride_tricks.sliding_window_view(mean, width, axis=0)
    windows: Floats = view[_starts(len(mean), width)]
    return windows


def _explained(opposed: Floats, shared: Floats, phase: Floats) -> Floats:
    """(N, P) share of the movement that each period explains."""
    time = np.linspace(-1, 1, phase.shape[1])
    trend = time ** np.arange(WANDERING + 1)[:, None]
    own, all_own = _power(opposed, trend[:1], 2 * np.pi * phase)
    both, all_both = _power(shared, trend, 4 * np.pi * phase)
    whole = np.maximum(all_own + all_both, 1e-12)[:, None]
    together: Floats = (own + both) / whole
    return np.maximum(together, SHARED_ALONE * both / np.maximum(all_both, 1e-12)[:, None])


def _power(windows: Floats, trend: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Squares beyond a trend that one wave explains, (N, P), and all of them, (N,), summed over the signals.

    Parameters
    ----------
    windows : ndarray, shape (N, K, W)
    trend : ndarray, shape (Q, W)
        What is fitted besides.
    angle : ndarray, shape (P, W)
    """
    seen = np.isfinite(windows)
    usable = seen.mean(axis=2) >= LEAST_SEEN
    whole = seen.all(axis=2)
    basis = np.concatenate([np.broadcast_to(trend, (len(angle), *trend.shape)),
                            np.cos(angle)[:, None], np.sin(angle)[:, None]], axis=1)  # fmt: skip
    explained, total = np.zeros((len(windows), len(angle))), np.zeros(len(windows))
    _add_whole(windows, whole, basis, len(trend), explained, total)
    _add_holed(windows, usable & ~whole, basis, len(trend), explained, total)
    return explained, total


def _add_whole(windows: Floats, rows: NDArray[np.bool_], basis: Floats, known: int, explained: Floats, total: Floats) -> None:
    """Signals seen in all samples: the same orthogonal waves for all of them."""
    values = windows[rows]
    if not len(values):
        return
    owner = np.nonzero(rows)[0]
    waves = np.linalg.qr(np.swapaxes(basis, 1, 2))[0]
    rest = values - (values @ waves[0, :, :known]) @ waves[0, :, :known].T
    np.add.at(total, owner, (rest**2).sum(axis=1))
    fitted = rest @ np.concatenate(waves[:, :, known:], axis=1)
    np.add.at(explained, owner, (fitted.reshape(len(values), -1, 2) ** 2).sum(axis=2))


def _add_holed(windows: Floats, rows: NDArray[np.bool_], basis: Floats, known: int, explained: Floats, total: Floats) -> None:
    """Signals with gaps: normal equations of the samples that were seen."""
    owner, column = np.nonzero(rows)
    products = np.einsum("piw,pjw->pijw", basis, basis)
    for begin in range(0, len(owner), BATCH):
        part = slice(begin, begin + BATCH)
        values = windows[owner[part], column[part]]
        mask = np.isfinite(values)
        values = np.where(mask, values, 0.0)
        gram = np.einsum("rw,pijw->rpij", mask.astype(float), products, optimize=True)
        right = np.einsum("rw,piw->rpi", values, basis, optimize=True)
        square = (values**2).sum(axis=1)
        flat = square - _fit(gram[:, 0, :known, :known], right[:, 0, :known])
        np.add.at(total, owner[part], flat)
        np.add.at(explained, owner[part], flat[:, None] - (square[:, None] - _fit(gram, right)))


def _fit(gram: Floats, right: Floats) -> Floats:
    """Squares that a least-squares fit explains; a hair of ridge keeps waves apart that the gaps make alike."""
    size = gram.shape[-1]
    eased = gram + 1e-6 * np.trace(gram, axis1=-2, axis2=-1)[..., None, None] * np.eye(size)
    explained: Floats = (right * np.linalg.solve(eased, right[..., None])[..., 0]).sum(axis=-1)
    return explained


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
