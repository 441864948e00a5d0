"""Nothing changed, as a claim that needs proof: a fixed size is excluded, for the whole and for every part.

Two one-sided tests (Schuirmann 1987) for the change from Baseline to End and for every window of ten strides and
more against the rest of the run. All must pass, so together they err no more often than the weakest of them alone
(Berger 1982), however many windows there are. Noise makes the claim harder, and so does any shape that the run has:
the standard error is that of all blocks about the run's mean, with nothing taken out.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import stats

from posture.drift.blocks import BLOCK_STRIDES
from posture.drift.noise import spread_along
from posture.kinematics.types import Metric
from posture.series import Floats, Ints

#: Error of each one-sided test.
ERROR = 0.05
#: Most edges between which windows longer than ten strides are tried.
_MOST_EDGES = 200


def margin_of(metric: Metric, baseline: float, floor: float) -> float:
    """Size of a seen change from which on "nothing changed" would be wrong.

    A *true* change that is worth a flag (method 2.4), or that counts as a change at all where that is larger, is
    excluded: of a metric that shows only part of a true change, so much less is allowed to be seen. The part is the
    runners' mean: the bound that is held against the margin is a 95 % limit by itself, and both limits at once would
    ask for what one run in hundreds could hide.

    Parameters
    ----------
    metric : Metric
    baseline : float
    floor : float
        Of the metric here.
    """
    flag = abs(metric.flag) * (abs(baseline) if metric.relative else 1.0)
    return max(flag, floor) * metric.usual_response


def largest_departure(value: Floats) -> float:
    """How far off the rest of the run any ten strides or more may have been: 95 % upper limit.

    Parameters
    ----------
    value : ndarray, shape (n,)
        Twenty strides at least, without outliers.

    Returns
    -------
    float
        In the values' unit.
    """
    count = value.size // BLOCK_STRIDES
    whole = value[: count * BLOCK_STRIDES].reshape(count, BLOCK_STRIDES).mean(axis=1)
    spread = spread_along(value, value.size)
    even = (whole - whole.mean()) / spread_along(value, count)
    sem = float(np.sqrt((even**2).sum() / (count - 1)))
    half = float(stats.t.ppf(1.0 - ERROR, count - 1)) * sem * np.sqrt(count / (count - 1))
    total = np.concatenate([[0.0], np.cumsum(value - value.mean())])
    noisy = np.concatenate([[0.0], np.cumsum(spread)])
    limits = []
    for begin, end in (_short(value.size), _long(value.size)):
        length = end - begin
        # A window's mean less that of the rest; the sum over the run is zero.
        off = np.abs(total[end] - total[begin]) / (length * (1.0 - length / value.size))
        limits.append(float((off + half * (noisy[end] - noisy[begin]) / length).max()))
    return max(limits)


@cache
def _short(strides: int) -> tuple[Ints, Ints]:
    """Every window of ten strides."""
    begin = np.arange(strides - BLOCK_STRIDES + 1)
    return begin, begin + BLOCK_STRIDES


@cache
def _long(strides: int) -> tuple[Ints, Ints]:
    """Longer windows, between edges at every ten strides or, in long runs, further apart."""
    edges = np.linspace(0, strides, min(strides // BLOCK_STRIDES, _MOST_EDGES) + 1).astype(int)
    first, second = np.triu_indices(edges.size, 1)
    begin, end = edges[first], edges[second]
    usable = (end - begin >= BLOCK_STRIDES) & (end - begin <= strides - BLOCK_STRIDES)
    return begin[usable], end[usable]
