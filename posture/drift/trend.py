"""Is there a trend? Kendall's tau over blocks, and a hinge contrast for drift that starts late."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np

from posture.drift.hinge import hinge_p
from posture.series import Floats, Ints


def kendall_p(medians: Floats) -> Floats:
    """Two-sided exact p of Kendall's tau between block order and block median.

    Parameters
    ----------
    medians : ndarray, shape (..., K)

    Returns
    -------
    ndarray, shape (...)
        Exact without ties; with ties the untied null distribution is kept, which errs towards no trend.
    """
    count = medians.shape[-1]
    first, second = np.triu_indices(count, 1)
    score = np.sign(medians[..., second] - medians[..., first]).sum(axis=-1)
    p: Floats = _kendall_tail(count)[np.abs(score).astype(int)]
    return p


@cache
def _kendall_tail(count: int) -> Floats:
    """P(|S| >= s) for s = 0 ... K(K-1)/2 over all orders of K values (Kendall's recursion)."""
    ways = np.ones(1)
    for size in range(2, count + 1):
        ways = np.convolve(ways, np.ones(size))
    pairs = count * (count - 1) // 2
    scores = np.abs(pairs - 2 * np.arange(pairs + 1))
    tail = np.array([ways[scores >= s].sum() for s in range(pairs + 1)]) / ways.sum()
    p: Floats = np.minimum(tail, 1.0)
    return p


def trend_p(medians: Floats) -> Floats:
    """P of the trend test: the smaller of Kendall's and the hinge contrast's.

    Not doubled for two looks, because the hinge is calibrated under long memory and so spends almost nothing on
    weaker noise: together they reject 4 % of white and 11 % of long-memory (d = 0.35) runs of 120 strides at
    0.05. What makes a drift is this *and* a size beyond the MDC; the rates of the whole are in the tests.

    Parameters
    ----------
    medians : ndarray, shape (..., K)

    Returns
    -------
    ndarray, shape (...)
    """
    p: Floats = np.minimum(kendall_p(medians), hinge_p(medians))
    return p


def permutation_p(first: Floats, second: Floats) -> float:
    """Two-sided exact p that two groups of block medians differ in their mean.

    Parameters
    ----------
    first, second : ndarray, shape (K1,), (K2,)
        Up to eight blocks each; 5 and 5 reach 0.008 at best.

    Returns
    -------
    float
        Share of all regroupings that differ as much or more.
    """
    pooled = np.concatenate([first, second])
    chosen = _regroupings(pooled.size, first.size)
    total = pooled.sum()
    part = pooled[chosen].sum(axis=1)
    gap = np.abs(part / first.size - (total - part) / second.size)
    return float(np.mean(gap >= abs(first.mean() - second.mean()) - 1e-12 * np.abs(pooled).max()))


@cache
def _regroupings(size: int, first: int) -> Ints:
    return np.array(list(combinations(range(size), first)))
