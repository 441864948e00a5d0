"""Stride values to ordered blocks: what every statistic of this room rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from posture.kinematics.geometry import nan_median
from posture.series import Floats

#: method 3.2.1: window and threshold of the Hampel identifier on the stride series.
HAMPEL_WINDOW = 11
HAMPEL_K = 3.5
#: method 3.2.2: strides in the smallest block, and how many blocks a verdict needs.
BLOCK_STRIDES = 10
MIN_BLOCKS = 6
BLOCKS = 8
#: method 4: a drift needs 60 valid strides.
MIN_STRIDES = MIN_BLOCKS * BLOCK_STRIDES
#: Share of the strides that a level leaves out at either end (Wilcox 2012 recommends a fifth).
TRIMMED = 0.2
#: MAD to SD under a normal distribution.
MAD_TO_SD = 1.4826


@dataclass(frozen=True, eq=False)
class StrideSeries:
    """One metric's valid strides in order of time.

    Attributes
    ----------
    time : ndarray, shape (n,)
        Mid-time of each stride, seconds of the clip.
    value : ndarray, shape (n,)
        In the metric's unit; no NaN.
    """

    time: Floats
    value: Floats

    def __len__(self) -> int:
        return int(self.value.shape[0])

    def take(self, chosen: NDArray[np.bool_]) -> StrideSeries:
        """The strides marked True."""
        return StrideSeries(self.time[chosen], self.value[chosen])


def stride_series(kept: pd.DataFrame, metric: str) -> StrideSeries:
    """The valid strides of one metric, outliers dropped.

    Parameters
    ----------
    kept : DataFrame
        Rows of the stride table that count.
    metric : str
        Column.
    """
    if metric not in kept:
        return StrideSeries(np.empty(0), np.empty(0))
    time = middles(kept)
    value = kept[metric].to_numpy(float)
    valid = np.isfinite(value)
    series = StrideSeries(time[valid], value[valid])
    return series.take(~outliers(series.value))


def middles(kept: pd.DataFrame) -> Floats:
    """Mid-time of each stride, s."""
    middle: Floats = (kept["start"].to_numpy(float) + kept["end"].to_numpy(float)) / 2.0
    return middle


def outliers(value: Floats) -> NDArray[np.bool_]:
    """Hampel identifier: further than 3.5 robust SD from the median of the 11 strides around.

    Parameters
    ----------
    value : ndarray, shape (..., n)

    Returns
    -------
    ndarray of bool, shape (..., n)
        The window shrinks at the edges. A stretch without spread (a reading held still) marks nothing.
    """
    half = HAMPEL_WINDOW // 2
    if value.shape[-1] <= half:
        return np.zeros(value.shape, dtype=bool)
    edges = [(0, 0)] * (value.ndim - 1) + [(half, half)]
    padded = np.pad(value.astype(float), edges, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, HAMPEL_WINDOW, axis=-1)
    median = nan_median(windows)
    spread = MAD_TO_SD * nan_median(np.abs(windows - median[..., None]))
    marked: NDArray[np.bool_] = (np.abs(value - median) > HAMPEL_K * spread) & (spread > 0)
    return marked


def level_of(value: Floats) -> Floats:
    """What a stretch of strides is summed up by: their mean without the lowest and the highest fifth.

    Of two stretches of 17 strides the difference has the error of 1.05 times that of means where strides are normal
    (medians: 1.24), of 0.9 to 1.02 times that of medians where every tenth stride or a block of three is far off, and
    of 0.6 times that of medians where strides have two humps, over which a median steps (simulated). On eight real
    runners it scatters by a quarter less than that of medians, with the same response.

    Parameters
    ----------
    value : ndarray, shape (..., n)

    Returns
    -------
    ndarray, shape (...)
    """
    return np.asarray(stats.trim_mean(value, TRIMMED, axis=-1))


def block_levels(value: Floats, count: int) -> Floats:
    """Levels of ``count`` consecutive blocks of (nearly) equal numbers of strides, shape (..., count)."""
    return np.concatenate([level_of(part) for part in _cut(value, count)], axis=-1)


def block_count(strides: int) -> int:
    """How many equal-stride blocks a series supports: up to 8, each of at least 10 strides."""
    return min(BLOCKS, strides // BLOCK_STRIDES)


def block_medians(value: Floats, count: int) -> Floats:
    """Medians of ``count`` consecutive blocks of (nearly) equal numbers of strides.

    Parameters
    ----------
    value : ndarray, shape (..., n)
    count : int

    Returns
    -------
    ndarray, shape (..., count)
    """
    return np.concatenate([np.median(part, axis=-1) for part in _cut(value, count)], axis=-1)


def block_means(value: Floats, count: int) -> Floats:
    """The same of means, which tell more where outliers are dropped already."""
    return np.concatenate([part.mean(axis=-1) for part in _cut(value, count)], axis=-1)


def _cut(value: Floats, count: int) -> list[Floats]:
    """Blocks as ``array_split`` cuts them: those one longer, if any, and the others, each (..., blocks, strides)."""
    size, longer = divmod(value.shape[-1], count)
    border = longer * (size + 1)
    first, rest = value[..., :border], value[..., border:]
    shape = value.shape[:-1]
    longer_ones = [first.reshape(*shape, longer, size + 1)] if longer else []
    return [*longer_ones, rest.reshape(*shape, count - longer, size)]


def fifths(strides: int) -> int:
    """Strides in Baseline and in End: a fifth of the run each, at least two blocks of ten.

    method 3.2.3. Two blocks of ten strides rather than two of the up to eight longer blocks, so that
    a long run keeps a fifth and a late drift is not diluted.
    """
    return max(round(strides / 5), 2 * BLOCK_STRIDES)
