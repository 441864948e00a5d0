"""When did it begin? Every begin that the strides do not contradict, whatever shape the change took after it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries, block_count, block_means
from posture.drift.longmemory import whitener, without_level
from posture.drift.noise import fine_blocks, remembered
from posture.drift.size import FITTED
from posture.drift.types import Interval, Onset
from posture.series import Floats, Ints

#: Most blocks: begins are told to a sixtieth of the run.
MOST_POINTS = 60
#: A rise over less than this share of the run is a step.
STEP_SHARE = 0.1
#: Power by which an accelerating change grows from its begin.
ACCELERATING = 2.0
#: Memory that blocks are weighed by.
MEMORY = 0.2
#: Twice the loss in log-likelihood that a begin in the 90 % interval may have: chi-squared of one number.
ALLOWED = float(stats.chi2.ppf(0.9, 1))
#: Beyond it, nothing can be told of a begin anyway.
MOST_REMEMBERED = 0.95
#: Widest interval that still tells something, as a share of the run.
WIDEST = 0.6


@dataclass(frozen=True, eq=False)
class _Begins:
    """Shapes of a change over some blocks, weighed, without level, of length one.

    Attributes
    ----------
    weights : ndarray, shape (K, K)
    shapes : ndarray, shape (C, K)
    begin, end : ndarray of int, shape (C,)
        Block in which each begins to rise, and up to which it rises.
    """

    weights: Floats
    shapes: Floats
    begin: Ints
    end: Ints


def find_onset(series: StrideSeries) -> Onset | None:
    """When a drift began.

    The run is level and then rises: evenly, to its end or to another level (at once: a step), or ever faster. Of
    every begin the best of these shapes is fitted, by least squares for noise that remembers; the interval holds
    all begins that are not significantly worse than the best one (profile likelihood). A mean-shift detector
    would put a ramp's onset in the ramp's middle (method 3.2.10). The less a stride tells beside its neighbours,
    the more begins are left.

    Parameters
    ----------
    series : StrideSeries

    Returns
    -------
    Onset or None
        With a 90 % interval that is never narrower than a block of strides. None where so much of the run fits as
        well that nothing is told. Simulated (85 strides on; AR of 0.3 and 0.9, long memory of 0.35): 85 to 100 % of
        the intervals told hold the truth; of accelerating changes, which begin unseen, 68 % over a minute, where one
        in five is told, and 84 to 98 % over three.
    """
    count = min(fine_blocks(len(series)), MOST_POINTS)
    family = _begins(count)
    value = family.weights @ block_means(series.value, count)
    left = np.maximum(value @ value - (family.shapes @ value) ** 2, np.finfo(float).tiny)
    best = int(left.argmin())
    near = family.begin[(count - FITTED) * np.log(left / left[best]) <= ALLOWED * _repeated(series.value, count)]
    block = 1.0 / block_count(len(series))
    began = family.begin[best] / count
    low, high = (
        min((near.min() - 0.5) / count, began - block / 2.0),
        max((near.max() + 0.5) / count, began + block / 2.0),
    )
    if high - low > WIDEST:
        return None
    # Ends of the run included, which the middle of the first thinned group is not.
    time, edge, other = np.interp([began, low, high], np.linspace(0.0, 1.0, len(series)), series.time)
    step = family.end[best] - family.begin[best] < STEP_SHARE * count
    return Onset(float(time), Interval(float(edge), float(other)), "step" if step else "ramp")


def _repeated(value: Floats, count: int) -> float:
    """How many strides tell as much as one that remembers nothing (Bayley and Hammersley 1946)."""
    kept = float(np.clip(remembered(value, count), 0.0, MOST_REMEMBERED))
    return (1.0 + kept) / (1.0 - kept)


@cache
def _begins(count: int) -> _Begins:
    weights = without_level(whitener(count, BLOCK_STRIDES, MEMORY))
    begin, end = np.triu_indices(count + 1)
    usable = begin < count - 1
    begin, end = begin[usable], end[usable]
    middle = np.arange(count) + 0.5
    # A step is a rise within half a block.
    rise = np.clip((middle - begin[:, None]) / np.maximum(end - begin, 0.5)[:, None], 0.0, 1.0)
    to_end = end == count
    shapes = np.concatenate([rise, rise[to_end] ** ACCELERATING]) @ weights.T
    length = np.linalg.norm(shapes, axis=1)
    kept = length > 1e-9
    return _Begins(
        weights,
        shapes[kept] / length[kept, None],
        np.concatenate([begin, begin[to_end]])[kept],
        np.concatenate([end, end[to_end]])[kept],
    )
