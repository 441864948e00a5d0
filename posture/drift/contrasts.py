"""The shapes that a run can take instead of staying level, and how well each fits.

Three kinds in one family, so that one calibration holds for all of them: a *step* at any block to another level,
which stays; a *ramp* from any block to the end, or to another level that stays; an *excursion* over any stretch of
blocks, which comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from posture.drift.blocks import BLOCK_STRIDES
from posture.drift.longmemory import whitener, without_level
from posture.drift.shapes import ramps
from posture.series import Floats, Ints

#: Memory that shapes over so many blocks are weighed by. Calibrated under the strongest memory whatever it is: the
#: weaker, the more power for long shapes where memory is short, the stronger, the more for short ones. What is hard to
#: see in a short run is a ramp, in a long one a short excursion. Simulated (AR of 0.3, at the 3 % level): ramps of 4
#: stride SD over 85 strides 0.94, excursions of ten strides in 250 0.93; with 0.05 throughout 0.92 and 0.71, with 0.2
#: throughout 0.8 and 0.93.
WEIGHED_BY = {21: 0.0, 62: 0.2}
#: Most places at which ramps to the end begin, and most between which ramps to another level lie.
_RAMP_BEGINS, _PLATEAU_EDGES = 40, 12


@dataclass(frozen=True, eq=False)
class Fit:
    """The best of one kind of shape in each series of blocks.

    Attributes
    ----------
    correlation : ndarray, shape (...)
        0 to 1, between the series and the shape, both weighed and without their level.
    begin, end : ndarray of int, shape (...)
        Blocks from and up to which an excursion is off the level or a ramp rises; the last is the number of blocks
        for a step.
    ramp : ndarray of bool, shape (...)
    """

    correlation: Floats
    begin: Ints
    end: Ints
    ramp: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """All shapes over a number of blocks.

    Attributes
    ----------
    weights : ndarray, shape (K, K)
        Weighs a series and takes its level out.
    steps : ndarray, shape (K, K + 1)
        Weighed steps, up from each block on; the last is none at all.
    slopes : ndarray, shape (K, C)
        Weighed ramps, of length one.
    slope_begin, slope_end : ndarray of int, shape (C,)
    begin, end : ndarray of int, shape (B,)
        Excursions.
    excursion_length, step_length : ndarray, shape (B,), (K - 1,)
        Length of each weighed shape.
    """

    weights: Floats
    steps: Floats
    slopes: Floats
    slope_begin: Ints
    slope_end: Ints
    begin: Ints
    end: Ints
    excursion_length: Floats
    step_length: Floats

    def lasting(self, blocks: Floats) -> Fit:
        """The best step or ramp, which does not come back: of each series, shape (..., K)."""
        weighed, along = self._weigh(blocks)
        count = blocks.shape[-1]
        sizes = np.abs(np.concatenate([along[..., 1:-1] / self.step_length, weighed @ self.slopes], axis=-1))
        best = sizes.argmax(axis=-1)
        begins = np.concatenate([np.arange(1, count), self.slope_begin])
        ends = np.concatenate([np.full(count - 1, count), self.slope_end])
        return Fit(_best(sizes, best), begins[best], ends[best], best >= count - 1)

    def passing(self, blocks: Floats) -> Fit:
        """The best excursion, which comes back: of each series, shape (..., K)."""
        _, along = self._weigh(blocks)
        sizes = np.abs(along[..., self.begin] - along[..., self.end]) / self.excursion_length
        best = sizes.argmax(axis=-1)
        return Fit(_best(sizes, best), self.begin[best], self.end[best], np.zeros(best.shape, dtype=bool))

    def strongest(self, blocks: Floats) -> Floats:
        """Correlation with the best of all shapes: the statistic that is calibrated, shape (...)."""
        statistic: Floats = np.maximum(self.lasting(blocks).correlation, self.passing(blocks).correlation)
        return statistic

    def best_course(self, blocks: Floats, points: int) -> Floats:
        """The best of all shapes at evenly spaced points of each series, without its level: shape (..., points)."""
        lasting, passing = self.lasting(blocks), self.passing(blocks)
        stays = lasting.correlation > passing.correlation
        begin = np.where(stays, lasting.begin, passing.begin)[..., None]
        end = np.where(stays, lasting.end, passing.end)[..., None]
        place = np.linspace(0.0, blocks.shape[-1], points, endpoint=False)
        rise = np.clip((place - begin) / (end - begin), 0.0, 1.0)
        box = (place >= begin) & (place < end)
        course = np.where((stays & lasting.ramp)[..., None], rise, box)
        centred: Floats = course - course.mean(axis=-1, keepdims=True)
        return centred

    def _weigh(self, blocks: Floats) -> tuple[Floats, Floats]:
        """Weighed series of length one (or zero), and their products with every step."""
        weighed = blocks @ self.weights.T
        length = np.linalg.norm(weighed, axis=-1, keepdims=True)
        scale = np.finfo(float).eps * np.abs(blocks).max(axis=-1, keepdims=True) * blocks.shape[-1]
        weighed = np.where(length > scale, weighed / np.where(length > scale, length, 1.0), 0.0)
        return weighed, weighed @ self.steps


@cache
def contrasts(blocks: int) -> Contrasts:
    """All shapes over so many blocks."""
    memory = round(float(np.interp(np.log(blocks), np.log(list(WEIGHED_BY)), list(WEIGHED_BY.values()))), 3)
    # Of blocks of ten; aggregates of long memory look alike at every length.
    weights = without_level(whitener(blocks, BLOCK_STRIDES, memory))
    place = np.arange(blocks)
    steps = weights @ (place[:, None] >= np.arange(blocks + 1)).astype(float)
    begin, end = np.triu_indices(blocks, 1)
    inside = begin >= 1
    begin, end = begin[inside], end[inside]
    squares = steps.T @ steps
    excursion = np.sqrt(squares[begin, begin] + squares[end, end] - 2.0 * squares[begin, end])
    slopes, slope_begin, slope_end = _slopes(blocks)
    weighed = weights @ slopes.T
    return Contrasts(
        weights=weights,
        steps=steps,
        slopes=weighed / np.linalg.norm(weighed, axis=0),
        slope_begin=slope_begin,
        slope_end=slope_end,
        begin=begin,
        end=end,
        excursion_length=excursion,
        step_length=np.sqrt(np.diag(squares)[1:-1]),
    )


def _slopes(blocks: int) -> tuple[Floats, Ints, Ints]:
    """Ramps to the end and to another level, shape (C, K), and the blocks between which each rises."""
    to_end, begins = ramps(blocks, min(blocks - 1, _RAMP_BEGINS), least=2, to_end=True)
    edges = np.unique(np.linspace(0, blocks - 1, min(blocks, _PLATEAU_EDGES)).astype(int))
    first, second = np.triu_indices(edges.size - 1, 2)
    begin, end = edges[first], edges[second]
    level_off = np.clip((np.arange(blocks) - begin[:, None]) / (end - begin)[:, None], 0.0, 1.0)
    begin_to_end = np.round(begins * (blocks - 1)).astype(int)
    return (
        np.concatenate([to_end, level_off]),
        np.concatenate([begin_to_end, begin]),
        np.concatenate([np.full(begin_to_end.size, blocks), end]),
    )


def _best(sizes: Floats, best: Ints) -> Floats:
    found: Floats = np.take_along_axis(sizes, best[..., None], axis=-1)[..., 0]
    return found
