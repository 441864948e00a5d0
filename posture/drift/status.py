"""What may be said about a metric's change."""

from __future__ import annotations

import math

from posture.drift.types import DriftResult, Status
from posture.kinematics.types import Metric

#: method 3.2.9: a change from this share of the MDC on is worth a "possible".
POSSIBLE_SHARE = 0.7
#: method 3.2.9: seen change over true change below which a metric cannot be measured well, whatever its noise.
MIN_RESPONSE = 0.5
#: The same of what one runner in twenty stays below: that no change is seen of him says nothing (judgement).
LEAST_SEEN = 0.25


def answers(metric: Metric) -> bool:
    """Whether a metric shows true changes so well, in all runners, that its rest means anything.

    Examples
    --------
    >>> from posture.kinematics import METRICS
    >>> answers(METRICS["trunk_lean"]), answers(METRICS["elbow_flex"]), answers(METRICS["shrug_v"])
    (True, False, False)
    """
    return metric.response >= MIN_RESPONSE and metric.least_response >= LEAST_SEEN


def judge(result: DriftResult, *, fdr: float, response: float, least_response: float) -> tuple[Status, str]:
    """Status of a metric that was tested, before its confounders.

    Parameters
    ----------
    result : DriftResult
        With change, MDC, q, bound and margin.
    fdr : float
        Level that q must stay below.
    response : float
        Measured seen change over true change of the metric. NaN (never measured) does not allow "stable"
        either: a metric must have been shown to move before its rest means anything.
    least_response : float
        What of it one runner in twenty stays below.

    Returns
    -------
    Status, str
        And the reason, a sentence.
    """
    size, mdc = abs(result.change), result.mdc
    moved = result.q < fdr
    lasting = moved and result.p_lasting < fdr
    if lasting and size > mdc:
        return Status.DRIFT, "The change is beyond chance and beyond the noise."
    if moved and result.episode:
        return Status.EPISODE, "It left its level and came back, beyond chance and the noise."
    if size > mdc:
        return Status.POSSIBLE, "The change is beyond the noise, but not beyond chance."
    if lasting and size >= POSSIBLE_SHARE * mdc:
        return Status.POSSIBLE, "The change is beyond chance, but still inside the noise."
    if response < MIN_RESPONSE:
        return Status.NOT_MEASURABLE, f"Only {response:.0%} of a true change in this metric is seen."
    if least_response < LEAST_SEEN:
        return Status.NOT_MEASURABLE, "In some runners next to nothing of a true change in this metric is seen."
    if not result.bound < result.margin:
        return Status.INCONCLUSIVE, "No change beyond the noise was shown, and none can be excluded."
    if math.isnan(response):
        return Status.INCONCLUSIVE, "No change was seen, but how well this metric shows one was never measured."
    return Status.STABLE, "A change worth a flag is excluded, for the whole run and for every ten strides of it."
