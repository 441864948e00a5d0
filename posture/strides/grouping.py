"""Sums, quantiles and two-harmonic fits of every stride at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from posture.series import Floats, Ints

#: Harmonics of the stride frequency that a range of motion is fitted with (section 0.7 of the review).
HARMONICS = 2
#: What is fitted: mean, cosines and sines of the harmonics, as rows of the waves up to twice their number.
BASIS = (*range(HARMONICS + 1), *range(2 * HARMONICS + 1, 3 * HARMONICS + 1))
#: Phases at which a fitted curve is looked at for its peak to peak (error below 0.2 %).
PHASES = 128


@dataclass(frozen=True, eq=False)
class Grouping:
    """Which frames belong to which stride.

    Attributes
    ----------
    time : ndarray, shape (T,)
    start, end : ndarray, shape (S,)
        Seconds; strides follow each other and do not overlap.
    first, last : ndarray of int, shape (S,)
        Frame indices, ``last`` exclusive; at least one frame each.
    """

    time: Floats
    start: Floats
    end: Floats
    first: Ints
    last: Ints

    @cached_property
    def count(self) -> Ints:
        """(S,) frames of each stride."""
        return self.last - self.first

    @cached_property
    def rate(self) -> Floats:
        """(S,) usual frames per second of each stride: a recorder may change it in the middle of a clip."""
        return 1.0 / self.quantile(np.gradient(self.time), 0.5)

    @cached_property
    def offset(self) -> Ints:
        """(S,) position of each stride's first frame among ``frames``."""
        return np.cumsum(self.count) - self.count

    @cached_property
    def owner(self) -> Ints:
        """(F,) stride of each frame that belongs to one."""
        return np.repeat(np.arange(len(self.count)), self.count)

    @cached_property
    def frames(self) -> Ints:
        """(F,) the frames that belong to a stride, stride after stride."""
        return np.arange(self.count.sum()) + np.repeat(self.first - self.offset, self.count)

    @cached_property
    def phase(self) -> Floats:
        """(F,) gait phase of the frames that belong to a stride, 0 to 1."""
        phase: Floats = (self.time[self.frames] - self.start[self.owner]) / (self.end - self.start)[self.owner]
        return phase

    @cached_property
    def _waves(self) -> Floats:
        """(4 * HARMONICS + 1, F) one, cosines, then sines of the multiples 1 ... of the gait phase of each frame."""
        wave = np.exp(2j * np.pi * self.phase)
        powers = np.cumprod(np.broadcast_to(wave, (2 * HARMONICS, len(wave))), axis=0)
        return np.vstack([np.ones(len(wave)), powers.real, powers.imag])

    @cached_property
    def _whole_weight(self) -> Floats:
        return self._between(np.ones(len(self.time)))

    @cached_property
    def _whole_fit(self) -> Floats:
        return self._fit(np.ones(len(self.frames)))

    def total(self, values: Floats) -> Floats:
        """Sum over the frames of each stride; values of shape (..., F) give (..., S)."""
        return np.add.reduceat(values, self.offset, axis=-1) if len(self.count) else np.zeros((*values.shape[:-1], 0))

    def seen(self, values: Floats) -> Floats:
        """(S,) share of each stride's frames in which a ``(T,)`` column has a value."""
        return self.total(np.isfinite(values)[self.frames].astype(float)) / self.count

    def mean(self, values: Floats) -> Floats:
        """(S,) time-weighted mean between the strides' true edges; a frame at an edge counts in part.

        Every frame stands for the time around it, so a stride that ends between two frames takes its part of
        the one at its edge (without that, means ripple with the beat of frame and stride), and a stride whose
        frames are unevenly spaced weighs its phases alike.
        """
        known = np.isfinite(values)
        total = self._between(np.where(known, values, 0.0))
        weight = self._whole_weight if known.all() else self._between(known.astype(float))
        mean: Floats = np.divide(total, weight, out=np.full(len(total), np.nan), where=weight > 0)
        return mean

    def completed(self, values: Floats) -> Floats:
        """(T,) a column with each stride's own two-harmonic fit in its unseen frames, for means over the cycle.

        Without it a stride that misses the lowest point of the bounce has a mean above the truth, and a hand that
        hides the hip at one phase reads as another posture.
        """
        around = self._with_edges
        unseen = np.flatnonzero(~np.isfinite(values[around.frames]))
        if not unseen.size:
            return values
        rows, row = np.unique(around.owner[unseen], return_inverse=True)
        holed = Grouping(self.time, self.start[rows], self.end[rows], around.first[rows], around.last[rows])
        turn = 2 * np.pi * around.phase[unseen, None] * np.arange(1, HARMONICS + 1)
        basis = np.hstack([np.ones((len(turn), 1)), np.cos(turn), np.sin(turn)])
        whole = values.copy()
        whole[around.frames[unseen]] = (basis * holed.harmonics(values)[row]).sum(axis=1)
        return whole

    @cached_property
    def _with_edges(self) -> Grouping:
        """The same strides, each with the frame beside it that reaches into it, where no other stride has it."""
        alone = self.first[1:] > self.last[:-1]
        first = np.maximum(self.first - np.append(True, alone), 0)
        last = np.minimum(self.last + np.append(alone, True), len(self.time))
        return Grouping(self.time, self.start, self.end, first, last)

    def _between(self, values: Floats) -> Floats:
        """(S,) integral of a (T,) column over time, each frame standing for the time around it."""
        sums = np.append(0.0, np.cumsum(values * self._spans))
        reached = np.interp(np.stack((self.start, self.end)), self._borders, sums)
        inside: Floats = reached[1] - reached[0]
        return inside

    @cached_property
    def _borders(self) -> Floats:
        """(T + 1,) times half-way between the frames, s."""
        time = self.time
        return np.concatenate([time[:1], 0.5 * (time[1:] + time[:-1]), time[-1:]])

    @cached_property
    def _spans(self) -> Floats:
        """(T,) the time around each frame, s."""
        return np.diff(self._borders)

    def quantile(self, values: Floats, q: float) -> Floats:
        """(S,) quantile of each stride's values, linear between them, NaN left out."""
        if not len(self.count):
            return np.empty(0)
        column = np.arange(self.count.max())
        inside = column < self.count[:, None]
        at = np.minimum(self.first[:, None] + column, len(values) - 1)
        ordered = np.sort(np.where(inside, values[at], np.nan), axis=1)
        seen = np.isfinite(ordered).sum(axis=1)
        place = q * np.maximum(seen - 1, 0)
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, np.maximum(seen - 1, 0))
        row = np.arange(len(ordered))
        value: Floats = ordered[row, low] + (place - low) * (ordered[row, high] - ordered[row, low])
        return value

    def amplitude(self, values: Floats) -> Floats:
        """(S,) peak to peak of a least-squares fit of two harmonics; noise hardly inflates it, unlike max - min."""
        fitted = self.harmonics(values)
        phase = 2 * np.pi * np.arange(PHASES) / PHASES
        order = np.arange(1, HARMONICS + 1)[:, None] * phase
        curve = fitted[:, 1:] @ np.vstack([np.cos(order), np.sin(order)])
        height: Floats = np.ptp(curve, axis=1)
        return height

    def harmonics(self, values: Floats) -> Floats:
        """Mean, cosine and sine coefficients of two harmonics, shape (S, 5); NaN where a stride has too few frames."""
        column = values[self.frames]
        known = np.isfinite(column)
        column[~known] = 0.0
        # Wave by wave: five columns at once would not stay in the processor's cache.
        right = np.stack([self.total(self._waves[i] * column) for i in BASIS], axis=1)
        fit = self._whole_fit if known.all() else self._fit(known.astype(float))
        return (fit @ right[..., None])[..., 0]

    def _fit(self, weight: Floats) -> Floats:
        """(S, 5, 5) inverse normal matrices; products of waves are sums of waves, so nine sums give all of them."""
        sums = np.stack([self.total(wave * weight) for wave in self._waves], axis=1)
        cosine, sine = sums[:, : 2 * HARMONICS + 1], np.insert(sums[:, 2 * HARMONICS + 1 :], 0, 0.0, axis=1)
        k = np.arange(1, HARMONICS + 1)
        plus, minus = k[:, None] + k, k[:, None] - k
        sign = np.sign(minus)
        gram = np.empty((len(self.count), 2 * HARMONICS + 1, 2 * HARMONICS + 1))
        c, s = slice(1, HARMONICS + 1), slice(HARMONICS + 1, None)
        gram[:, 0, 0] = cosine[:, 0]
        gram[:, 0, c] = gram[:, c, 0] = cosine[:, k]
        gram[:, 0, s] = gram[:, s, 0] = sine[:, k]
        gram[:, c, c] = 0.5 * (cosine[:, np.abs(minus)] + cosine[:, plus])
        gram[:, s, s] = 0.5 * (cosine[:, np.abs(minus)] - cosine[:, plus])
        # cos(a) sin(b) = (sin(a + b) - sin(a - b)) / 2
        cross = 0.5 * (sine[:, plus] - sign * sine[:, np.abs(minus)])
        gram[:, c, s] = cross
        gram[:, s, c] = np.swapaxes(cross, 1, 2)
        few = cosine[:, 0] <= 2 * HARMONICS + 1
        gram[few] = np.eye(2 * HARMONICS + 1)
        fit: Floats = np.linalg.inv(gram)
        fit[few] = np.nan
        return fit

    def levelled(self, values: Floats) -> Floats:
        """A column without the straight drift between each stride's two ends; shape (T,), other frames untouched."""
        ends = at_phases(values, self.time, self.start, self.end, np.array([0.0, 1.0]))
        level = values.copy()
        level[self.frames] -= (ends[:, 1] - ends[:, 0])[self.owner] * self.phase
        return level


def at_phases(values: Floats, time: Floats, start: Floats, end: Floats, phase: Floats) -> Floats:
    """A column at given gait phases of strides, linear between frames.

    Parameters
    ----------
    values, time : ndarray, shape (T,)
    start, end : ndarray, shape (S,)
        Seconds.
    phase : ndarray, shape (P,)
        Gait cycles, 0 to 1.

    Returns
    -------
    ndarray, shape (S, P)
        NaN where a neighbouring frame was not seen.

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(5) / 4.0
    >>> at_phases(10.0 * time, time, np.array([0.0]), np.array([1.0]), np.array([0.0, 0.25, 0.9]))
    array([[0. , 2.5, 9. ]])
    """
    moment = start[:, None] + phase * (end - start)[:, None]
    place = np.interp(moment, time, np.arange(len(time), dtype=float))
    low = np.minimum(place.astype(int), max(len(values) - 2, 0))
    part = place - low
    high = np.minimum(low + 1, len(values) - 1)
    # A weight of zero must not let a neighbour's NaN through.
    between: Floats = np.where(part > 0, values[high] * part + values[low] * (1 - part), values[low])
    return between


def most_frequent(group: Grouping, words: NDArray[np.str_], kinds: Sequence[str]) -> NDArray[np.str_]:
    """(S,) the most frequent word of each stride's frames, out of ``kinds``.

    Examples
    --------
    >>> import numpy as np
    >>> group = Grouping(np.arange(4.0), np.array([0.0]), np.array([4.0]), np.array([0]), np.array([4]))
    >>> most_frequent(group, np.array(["side", "side", "oblique", "side"]), ["side", "oblique"])
    array(['side'], dtype='<U7')
    """
    counts = [group.total((words == kind)[group.frames].astype(float)) for kind in kinds]
    most: NDArray[np.str_] = np.array(kinds)[np.argmax(counts, axis=0)]
    return most
