"""What may be said about a metric's change."""

from __future__ import annotations

import math

from posture.drift.types import Interval, Status

#: science 3.2.9: a change from this share of the MDC on is worth a "possible".
POSSIBLE_SHARE = 0.7
#: science 3.2.9: seen change over true change below which "stable" cannot be said.
MIN_RESPONSE = 0.7
#: Share of the run after which an onset is late enough for the trend test to be weak (science 3.2.4).
LATE_SHARE = 0.6


def judge(
    *, change: float, interval: Interval, mdc: float, q: float, fdr: float, response: float, onset_share: float
) -> tuple[Status, str]:
    """Status of a metric that was tested and that no confounder explains.

    Parameters
    ----------
    change, mdc : float
        In the metric's unit.
    interval : Interval
        90 % interval of ``change``.
    q : float
        P of the trend after false-discovery control.
    fdr : float
        Level that ``q`` must stay below.
    response : float
        Measured seen change over true change; NaN where it was never measured, and then "stable" is not said:
        a metric must have been shown to move before its rest means anything.
    onset_share : float
        Where in the run the best hinge begins, 0 to 1.

    Returns
    -------
    Status, str
    """
    size = abs(change)
    trend = q < fdr
    if trend and size > mdc:
        return Status.DRIFT, "the trend is beyond chance and the change is beyond the noise floor"
    if size > mdc:
        late = ", late: too little of the run is left to test it" if onset_share >= LATE_SHARE else ""
        return Status.POSSIBLE, f"the change is beyond the noise floor, the trend is not beyond chance{late}"
    if trend and size >= POSSIBLE_SHARE * mdc:
        return Status.POSSIBLE, "the trend is beyond chance, the change is just inside the noise floor"
    if response < MIN_RESPONSE:
        return Status.NOT_MEASURABLE, f"only {response:.0%} of a true change in this metric is seen"
    if not (-mdc < interval.low and interval.high < mdc):
        return Status.INCONCLUSIVE, "no change beyond noise was shown, and none can be excluded"
    if math.isnan(response):
        return Status.INCONCLUSIVE, "inside the noise floor, but how well this metric shows a change was never measured"
    return Status.STABLE, "a change beyond the noise floor is excluded"
