"""Whether two clips differ by more than strides that remember for minutes do by themselves.

Blocks of one clip resemble each other, those of another clip taken later do not; so blocks that are exchanged freely
between clips, as a permutation test does, call every slow wander a difference (33 to 39 % of recordings under long
memory of 0.45). Here the clips' levels are compared by generalised least squares under that memory.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from posture.drift.blocks import BLOCK_STRIDES, block_medians
from posture.drift.longmemory import whitener
from posture.drift.noise import MOST_BLOCKS, memory_apart
from posture.series import Floats

#: method 3.2.3: strides of each clip from which on two can be compared, five blocks of ten.
CLIP_STRIDES = 5 * BLOCK_STRIDES


def difference_p(first: Floats, second: Floats) -> float:
    """Two-sided p that the levels of two clips are equal, by Student's t of the weighed block medians.

    Parameters
    ----------
    first, second : ndarray, shape (n1,), (n2,)
        Strides in order of time; at least two blocks of ten together with one in each.

    Returns
    -------
    float
        1 where nothing varies and nothing differs.
    """
    memory = memory_apart(first, second)
    (one, level), (two, other) = (_weighed(part, memory) for part in (first, second))
    means = [values @ ones / (ones @ ones) for values, ones in ((one, level), (two, other))]
    left = sum(float(((v - m * o) ** 2).sum()) for v, m, o in zip((one, two), means, (level, other), strict=True))
    freedom = one.size + two.size - 2
    error = np.sqrt(left / freedom * (1.0 / (level @ level) + 1.0 / (other @ other)))
    gap = abs(means[1] - means[0])
    if error <= np.finfo(float).eps * max(abs(means[0]), abs(means[1])):
        return float(gap == 0.0)
    return float(2.0 * stats.t.sf(gap / error, freedom))


def _weighed(strides: Floats, memory: float) -> tuple[Floats, Floats]:
    """Block medians of a clip and its level, both weighed."""
    count = min(strides.size // BLOCK_STRIDES, MOST_BLOCKS)
    white = whitener(count, BLOCK_STRIDES, memory)
    return white @ block_medians(strides, count), white.sum(axis=1)
