"""What the strides say about their own noise: whether it grows, and how far neighbours resemble each other."""

from __future__ import annotations

import numpy as np

from posture.drift.blocks import BLOCK_STRIDES, MIN_BLOCKS, block_means
from posture.drift.contrasts import contrasts
from posture.drift.longmemory import STRONGEST
from posture.series import Floats

#: Strides in a block where strides remember little, and where they remember much.
SHORT_BLOCK, LONG_BLOCK = 4, 8
#: Most blocks: bounds the number of shapes.
MOST_BLOCKS = 160
#: Correlation of neighbouring strides from which blocks of four depend on each other more than long memory makes
#: them. Simulated: of runs of 85 strides none under AR(1) of 0.9, 40 % under 0.6, and 98 % under 0.3 or long memory
#: stay below it.
REMEMBERED = 0.42
#: What remembers that much passes the critical values up to twice as often as long memory does (simulated, AR of 0.9).
COARSE_ODDS = 2.0
#: Long memory of two clips by the correlation of neighbouring strides about the clips' means: the strongest of method
#: 3.1 at least, and up to 0.46 where neighbours resemble each other as that makes them (0.3 to 0.6 in 80 strides).
_APART = {0.2: STRONGEST, 0.38: 0.46}


def growth(value: Floats) -> Floats:
    """Growth of the noise over the run, as the logarithm of the ratio of its SD at the end and at the start.

    Least squares through the logarithms of the steps from stride to stride, which no shape of the level moves.

    Parameters
    ----------
    value : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)
        0 where fewer than twenty steps are any.
    """
    steps = np.abs(np.diff(value, axis=-1))
    some = steps > 0
    count = np.maximum(some.sum(axis=-1, keepdims=True), 1)
    size = np.log(np.where(some, steps, 1.0))
    place = np.where(some, np.linspace(-0.5, 0.5, steps.shape[-1]), 0.0)
    place = np.where(some, place - place.sum(axis=-1, keepdims=True) / count, 0.0)
    along = np.maximum((place**2).sum(axis=-1), np.finfo(float).tiny)
    slope: Floats = np.where(count[..., 0] >= 2 * BLOCK_STRIDES, (place * size).sum(axis=-1) / along, 0.0)
    return slope


def spread_along(value: Floats, points: int) -> Floats:
    """The noise's SD along the run over that of its middle, shape (..., points)."""
    relative: Floats = np.exp(growth(value)[..., None] * np.linspace(-0.5, 0.5, points))
    return relative


def even_blocks(value: Floats, blocks: int) -> Floats:
    """Block means, their noise made as large at either end as in the middle, shape (..., blocks)."""
    means = block_means(value, blocks)
    even: Floats = (means - np.median(means, axis=-1, keepdims=True)) / spread_along(value, blocks)
    return even


def fine_blocks(strides: int) -> int:
    """How many blocks of four strides, where neighbours remember little."""
    return min(strides // SHORT_BLOCK, MOST_BLOCKS)


def coarse_blocks(strides: int) -> int:
    """How many blocks of eight strides, where they remember much."""
    return min(max(strides // LONG_BLOCK, MIN_BLOCKS), MOST_BLOCKS)


def blocks_of(value: Floats) -> int:
    """Into how many blocks a run is cut for its shapes.

    Four strides each; eight where neighbouring strides resemble each other so much, once the best shape is taken out,
    that blocks of four would depend on each other more than the calibration allows for.

    Parameters
    ----------
    value : ndarray, shape (n,)
        60 strides at least.
    """
    fine = fine_blocks(value.size)
    return fine if remembered(value, fine) <= REMEMBERED else coarse_blocks(value.size)


def remembered(value: Floats, blocks: int) -> Floats:
    """Correlation of neighbouring strides about the best shape; 0 where they do not vary.

    Parameters
    ----------
    value : ndarray, shape (..., n)
    blocks : int
        That the shape is sought over.

    Returns
    -------
    ndarray, shape (...)
    """
    shape = contrasts(blocks).best_course(block_means(value, blocks), value.shape[-1])
    rest = value - value.mean(axis=-1, keepdims=True)
    along = np.maximum((shape**2).sum(axis=-1, keepdims=True), np.finfo(float).tiny)
    rest = rest - shape * (rest * shape).sum(axis=-1, keepdims=True) / along
    return _neighbours(rest)


def memory_apart(first: Floats, second: Floats) -> float:
    """Long memory that is reckoned with between two clips, by their strides, shape (n1,) and (n2,)."""
    # A pair of neighbours that is none, across the clips, is one of at least a hundred.
    about_means = np.concatenate([part - part.mean() for part in (first, second)])
    return round(float(np.interp(_neighbours(about_means), list(_APART), list(_APART.values()))), 2)


def _neighbours(rest: Floats) -> Floats:
    """Correlation of neighbours about zero, shape (...); 0 where nothing varies."""
    whole = (rest**2).sum(axis=-1)
    found: Floats = (rest[..., 1:] * rest[..., :-1]).sum(axis=-1) / np.where(whole > 0, whole, 1.0)
    return found
