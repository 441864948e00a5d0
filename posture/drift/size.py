"""Size of the change, how sure it is, and how large it must be to count."""

from __future__ import annotations

import numpy as np
from scipy import stats

from posture.drift.blocks import BLOCK_STRIDES, MAD_TO_SD, block_levels
from posture.drift.scan import Stretch
from posture.drift.shapes import along, ramps
from posture.drift.types import Interval
from posture.series import Floats

#: method 3.2.5: 1.96 * sqrt(2), the 95 % minimal detectable change in standard errors of measurement.
MDC_FACTOR = 1.96 * np.sqrt(2.0)
#: Level, size, begin and end of the ramp whose residuals give the noise.
FITTED = 4
#: Its begin and end lie on so many steps over the run: enough for a step, and bounded for a long run.
RAMP_STEPS = 40
#: Of filmed runners who show less of a change none was told one, and of 63 changes of arms that were told no less than
#: 0.55 was seen (method 2.3): bounds the interval of one that is told.
_LEAST_TOLD = 0.5


def session_sem(value: Floats) -> Floats:
    """Standard error of measurement of a ten-stride level within this run.

    Residual SD of all ten-stride levels about their best ramp (level, rise, level; four numbers fitted).
    method 3.2.5 takes the scatter inside Baseline and End once both hold three blocks; simulated, that lets a
    drift that begins in the last quarter inflate its own noise floor (power 25 to 57 % where this gives 62 to
    100 %, at 400 strides and without a floor) and misses slow wander between the two ends, so one rule serves
    every length.

    Parameters
    ----------
    value : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)
    """
    levels = block_levels(value, value.shape[-1] // BLOCK_STRIDES)
    count = levels.shape[-1]
    centred = levels - levels.mean(axis=-1, keepdims=True)
    shapes, _ = ramps(count, min(count - 1, RAMP_STEPS), least=1, to_end=False)
    explained = (along(shapes, centred) ** 2).max(axis=-1)
    left = np.maximum((centred**2).sum(axis=-1) - explained, 0.0)
    sem: Floats = np.sqrt(left / (count - FITTED))
    return sem


def sem_beside(value: Floats, stretch: Stretch) -> float:
    """The same about a step or an excursion: level, size and edges are as many numbers."""
    rest = stretch.taken_out(value)
    levels = block_levels(rest, rest.size // BLOCK_STRIDES)
    left = float(((levels - levels.mean()) ** 2).sum())
    return float(np.sqrt(left / (levels.size - FITTED)))


def minimal_detectable_change(floor: float, sem: Floats | float) -> Floats:
    """The larger of the metric's floor and 1.96 * sqrt(2) * SEM.

    Examples
    --------
    >>> float(minimal_detectable_change(2.0, sem=0.3)), float(minimal_detectable_change(2.0, sem=1.0).round(2))
    (2.0, 2.77)
    """
    mdc: Floats = np.maximum(floor, MDC_FACTOR * np.asarray(sem))
    return mdc


def pooled_sem(first: Floats, second: Floats) -> float:
    """The same for two clips: pooled SD of their ten-stride levels about their own means (method 3.2.5)."""
    blocks = [block_levels(part, part.size // BLOCK_STRIDES) for part in (first, second)]
    squares = sum(float(((block - block.mean()) ** 2).sum()) for block in blocks)
    return float(np.sqrt(squares / (blocks[0].size + blocks[1].size - 2)))


def change_interval(change: float, sem: float, freedom: int) -> Interval:
    """90 % interval of a change between two ten-stride levels, by Student's t on the session's SEM.

    Wider than Baseline and End of more than ten strides need on white noise (it covers 98 %), so that it still
    covers 89 % under long memory.
    """
    half = float(stats.t.ppf(0.95, freedom)) * np.sqrt(2.0) * sem
    return Interval(change - half, change + half)


def of_true_change(seen: Interval, least_response: float) -> Interval:
    """Interval of the true change behind a seen one: further from zero by what may not be seen of it.

    Parameters
    ----------
    seen : Interval
    least_response : float
        Share of a true change that is seen at least, above 0 to 1; 0 where next to nothing may be seen.

    Examples
    --------
    >>> of_true_change(Interval(2.0, 4.0), 0.8)
    Interval(low=2.0, high=5.0)
    """
    share = max(least_response, _LEAST_TOLD)
    return Interval(min(seen.low, seen.low / share), max(seen.high, seen.high / share))


def effect_size(change: float, baseline: Floats) -> float:
    """Change over the robust SD (1.4826 MAD) of the baseline strides; NaN where they do not vary.

    Examples
    --------
    >>> import numpy as np
    >>> baseline = np.array([4.0, 5.0, 6.0, 5.0, 4.0, 6.0, 5.0])
    >>> round(effect_size(3.0, baseline), 2)
    2.02
    """
    spread = MAD_TO_SD * float(np.median(np.abs(baseline - np.median(baseline))))
    return change / spread if spread > 0 else float("nan")


def cliffs_delta(baseline: Floats, end: Floats) -> float:
    """P(end stride > baseline stride) - P(end stride < baseline stride).

    Examples
    --------
    >>> import numpy as np
    >>> low, high = np.array([1.0, 2.0]), np.array([4.0, 5.0])
    >>> cliffs_delta(low, high), cliffs_delta(high, low), cliffs_delta(low, low)
    (1.0, -1.0, 0.0)
    """
    return float(np.sign(end[:, None] - baseline[None, :]).mean())
