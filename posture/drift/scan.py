"""What happened over a run: its level changed for good, or was left for a while, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from posture.drift.blocks import BLOCK_STRIDES
from posture.drift.contrasts import Contrasts, Fit, contrasts
from posture.drift.critical import chance
from posture.drift.noise import COARSE_ODDS, blocks_of, even_blocks, fine_blocks
from posture.series import Floats, Ints

#: An excursion has one more edge than a step: what its better fit must be worth, in logarithms of the number of
#: blocks, as the modified BIC of Zhang and Siegmund (2007) asks for an edge at any place.
EDGE_COST = 3.0
#: Events that are taken out of a run before its shape is sought; a run with more is as it is.
_MOST_EVENTS = 3
#: P up to which a shape is taken for real while others are sought beside it.
LIKELY = 0.05
#: What a perfect fit leaves, by the precision of numbers.
_EXACT = 1e-12


@dataclass(frozen=True)
class Stretch:
    """Strides from ``begin`` up to ``end`` that lie off the level of the others.

    Attributes
    ----------
    begin, end : int
        Of a ramp: between which it rises; it stays at its end's level.
    size : float
        How far off, by least squares; at its end if it is a ramp.
    p : float
        Of the shape by chance.
    ramp : bool
        Whether the level moves gradually.
    """

    begin: int
    end: int
    size: float
    p: float
    ramp: bool = False

    def __len__(self) -> int:
        return self.end - self.begin

    def taken_out(self, value: Floats) -> Floats:
        """The run without it: what is left of a stretch lies at the level of the others."""
        rest: Floats = value - self.size * _course(value.size, self.begin, self.end, self.ramp)
        return rest


@dataclass(frozen=True, eq=False)
class Scan:
    """What happened.

    Attributes
    ----------
    p : float
        That the best of all shapes fits as well by chance: one test for the metric.
    change : Stretch
        The best change that lasts to the end; beside the excursion, if that fits better.
    excursion : Stretch or None
        What left the level and came back, where that fits better than any lasting change, or beside one.
    """

    p: float
    change: Stretch
    excursion: Stretch | None


def scan(value: Floats, opening: int) -> Scan:
    """Find the shape of a run.

    What lasts fewer than ten strides is an event, not a shape of the run: it is set back to the level around it.

    Parameters
    ----------
    value : ndarray, shape (n,)
        60 strides at least, without outliers.
    opening : int
        A level that is left within so many strides was the opening's, not the run's: an excursion at the start.
    """
    value = np.array(value, dtype=float)
    for _ in range(_MOST_EVENTS):
        found = _look(value, opening)
        event = found.change if found.excursion is None or found.change.p <= found.excursion.p else found.excursion
        if event.ramp or len(event) >= BLOCK_STRIDES or event.p > LIKELY:
            break
        value = event.taken_out(value)
    return found


def _look(value: Floats, opening: int) -> Scan:
    blocks = blocks_of(value)
    family = contrasts(blocks)
    means = even_blocks(value, blocks)
    lasting, passing = family.lasting(means), family.passing(means)
    p = _p(value, blocks, max(float(lasting.correlation), float(passing.correlation)))
    if _returns(lasting, passing, blocks):
        return _beside(value, _excursion(value, passing, blocks, p), family)
    change = _change(value, lasting, blocks, p)
    if not change.ramp and change.begin <= opening:
        return _beside(value, _stretch(value, 0, change.begin, p), family)
    return Scan(p, change, _within(value, change, family))


def _p(value: Floats, blocks: int, correlation: float) -> float:
    odds = 1.0 if blocks == fine_blocks(value.size) else COARSE_ODDS
    return min(odds * float(chance(blocks, correlation)), 1.0)


def _returns(lasting: Fit, passing: Fit, blocks: int) -> bool:
    """Whether an excursion fits enough better than a lasting change to be worth its second edge."""
    by_change, by_excursion = (max(1.0 - float(fit.correlation) ** 2, _EXACT) for fit in (lasting, passing))
    return blocks * log(by_change / by_excursion) > EDGE_COST * log(blocks)


def _beside(value: Floats, excursion: Stretch, family: Contrasts) -> Scan:
    """An excursion, and the best lasting change once it is taken out."""
    rest = excursion.taken_out(value)
    blocks = family.weights.shape[0]
    lasting = family.lasting(even_blocks(rest, blocks))
    p = _p(value, blocks, float(lasting.correlation))
    return Scan(excursion.p, _change(rest, lasting, blocks, p), excursion)


def _within(value: Floats, change: Stretch, family: Contrasts) -> Stretch | None:
    """What came and went beside a change that lasts, once that is taken out; only where each is beyond chance."""
    if change.p > LIKELY:
        return None
    rest = change.taken_out(value)
    blocks = family.weights.shape[0]
    passing = family.passing(even_blocks(rest, blocks))
    p = _p(rest, blocks, float(passing.correlation))
    found = _excursion(rest, passing, blocks, p)
    return found if p <= LIKELY and len(found) >= BLOCK_STRIDES else None


def _change(value: Floats, fit: Fit, blocks: int, p: float) -> Stretch:
    begin = _edge(int(fit.begin), blocks, value.size)
    if fit.ramp:
        return _stretch(value, begin, _edge(int(fit.end), blocks, value.size), p, ramp=True)
    reach = -(-value.size // blocks)
    edges = np.arange(max(begin - reach, 1), min(begin + reach, value.size - 1) + 1)
    gain = _gains(value, edges, np.array([value.size]))[:, 0]
    return _stretch(value, int(edges[gain.argmax()]), value.size, p)


def _excursion(value: Floats, fit: Fit, blocks: int, p: float) -> Stretch:
    """To the stride, within a block of where it was found."""
    reach = -(-value.size // blocks)
    begin, end = (_edge(int(edge), blocks, value.size) for edge in (fit.begin, fit.end))
    begins = np.arange(max(begin - reach, 0), begin + reach + 1)
    ends = np.arange(end - reach, min(end + reach, value.size) + 1)
    gains = _gains(value, begins, ends)
    i, j = np.unravel_index(int(gains.argmax()), gains.shape)
    return _stretch(value, int(begins[i]), int(ends[j]), p)


def _stretch(value: Floats, begin: int, end: int, p: float, *, ramp: bool = False) -> Stretch:
    course = _course(value.size, begin, end, ramp)
    course = course - course.mean()
    return Stretch(begin, end, float(course @ value / (course @ course)), p, ramp)


def _course(strides: int, begin: int, end: int, ramp: bool) -> Floats:
    """A stretch of size one, shape (strides,)."""
    place = np.arange(strides)
    if ramp:
        rise: Floats = np.clip((place - begin) / (end - begin), 0.0, 1.0)
        return rise
    return 1.0 * ((place >= begin) & (place < end))


def _gains(value: Floats, begins: Ints, ends: Ints) -> Floats:
    """What a box explains of the sum of squares, for every begin and end, shape (begins, ends)."""
    total = np.concatenate([[0.0], np.cumsum(value - value.mean())])
    length = ends[None, :] - begins[:, None]
    usable = (length > 0) & (length < value.size)
    length = np.where(usable, length, 1)
    gains: Floats = (total[ends][None, :] - total[begins][:, None]) ** 2 / (length * (1.0 - length / value.size))
    return np.where(usable, gains, -1.0)


def _edge(block: int, blocks: int, strides: int) -> int:
    """First stride of a block, as ``array_split`` cuts."""
    size, larger = divmod(strides, blocks)
    return block * size + min(block, larger)
