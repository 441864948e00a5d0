"""How fast does it change? Theil-Sen slope with a moving-block bootstrap of the residuals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries, block_medians
from posture.drift.types import Interval
from posture.series import Floats, Ints

#: Points that slopes are taken over. Theil-Sen needs every pair: longer runs enter as the medians of at most
#: this many consecutive groups of strides, which keeps the slope (a monotone thinning) and bounds time and memory.
POINTS = 300
BOOTSTRAP_POINTS = 30
#: Seconds to minutes.
MINUTE = 60.0


def thin(series: StrideSeries, points: int) -> StrideSeries:
    """The series itself, or the medians of consecutive groups if it is longer than ``points``.

    Groups are as good as equal, so that evenly spaced strides stay evenly spaced.
    """
    size = -(-len(series) // points)
    if size <= 1:
        return series
    groups = len(series) // size
    return StrideSeries(block_medians(series.time, groups), block_medians(series.value, groups))


def theil_sen(time: Floats, value: Floats) -> Floats:
    """Median of the slopes of all pairs.

    Parameters
    ----------
    time : ndarray, shape (n,)
    value : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> import numpy as np
    >>> time = np.arange(6.0)
    >>> theil_sen(time, np.array([0.0, 2.0, 4.0, 6.0, 90.0, 10.0]))
    np.float64(2.0)
    """
    first, second = np.triu_indices(time.size, 1)
    slopes = (value[..., second] - value[..., first]) / (time[second] - time[first])
    slope: Floats = np.median(slopes, axis=-1)
    return slope


def resample(strides: int, samples: int, seed: int, length: int) -> Ints:
    """Indices of moving-block bootstrap samples.

    Parameters
    ----------
    strides, samples, seed : int
    length : int
        Strides in a block.

    Returns
    -------
    ndarray of int, shape (samples, strides)
        Blocks of consecutive strides, joined and cut.
    """
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, strides - length + 1, size=(samples, -(-strides // length)))
    joined: NDArray[np.int_] = (starts[:, :, None] + np.arange(length)).reshape(samples, -1)
    return joined[:, :strides]


def block_length(strides: int) -> int:
    """Strides in a bootstrap block: max(10, 2 n^(1/3)) (method 3.2.4)."""
    return max(BLOCK_STRIDES, round(2.0 * float(np.cbrt(strides))))


def rate(series: StrideSeries, samples: int, seed: int) -> tuple[float, Interval]:
    """Theil-Sen slope per minute and its 90 % interval.

    Parameters
    ----------
    series : StrideSeries
    samples : int
        Bootstrap samples.
    seed : int

    Returns
    -------
    float, Interval
        Per minute. The interval resamples the residuals about the trend (resampling the series itself would
        estimate the null); it is approximate and covers too little under long memory.
    """
    points = thin(series, POINTS)
    slope = float(theil_sen(points.time, points.value))
    residual = series.value - slope * series.time
    noise = residual[resample(len(series), samples, seed, block_length(len(series)))]
    count = min(BOOTSTRAP_POINTS, len(series))
    spread = theil_sen(block_medians(series.time, count), block_medians(noise, count))
    low, high = np.quantile(spread, [0.05, 0.95])
    return slope * MINUTE, Interval((slope + float(low)) * MINUTE, (slope + float(high)) * MINUTE)
