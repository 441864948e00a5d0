"""One metric's change against a rule: the three values, and how sure each is (method 3.2.9 and 5)."""

from __future__ import annotations

from math import isfinite

from posture.drift.types import DriftResult, Status
from posture.kinematics.neutral import Turn, turn
from posture.kinematics.types import Metric
from posture.rules import confidence
from posture.rules.schema import Change

_SIGN = {"up": (1.0,), "down": (-1.0,), "away": (1.0, -1.0), "any": (1.0, -1.0)}
#: Why a change that does not lead away from neutral counts for nothing.
_TURNED = {
    Turn.TOWARDS: "It changed for the better.",
    Turn.WITHIN: "It stays where no change is needed.",
    Turn.ACROSS: "It is about as far from neutral as before.",
}
#: Statuses whose numbers come from a test that nothing objected to.
TESTED = (
    Status.DRIFT,
    Status.EPISODE,
    Status.POSSIBLE,
    Status.STABLE,
    Status.INCONCLUSIVE,
    Status.NOT_MEASURABLE,
)


def limit_of(rule: Change, metric: Metric, result: DriftResult) -> float:
    """Size that the change must have, in the metric's unit."""
    if isinstance(rule.threshold, float):
        return abs(rule.threshold)
    if rule.threshold == "floor":
        return result.mdc
    if rule.threshold == "interval":
        return 0.0
    share = abs(metric.flag if rule.threshold == "flag" else metric.strong)
    return share * abs(result.baseline) if metric.relative else share


def decide(rule: Change, metric: Metric, result: DriftResult, limit: float) -> tuple[bool | None, str]:
    """Whether the metric moved that way, away from neutral and that far, and why it is not known.

    Parameters
    ----------
    rule : Change
        With ``any`` as direction it asks for any movement, be it for the better.
    metric : Metric
        Without neutral levels where only the change means anything.
    result : DriftResult
    limit : float
        As ``limit_of`` gives it.
    """
    if result.status not in TESTED:
        return None, result.reason
    led = Turn.AWAY if rule.direction == "any" else turn(metric, result.baseline, result.end, result.floor)
    if led in (Turn.TOWARDS, Turn.WITHIN) and result.status is Status.DRIFT:
        return False, _TURNED[led]
    if rule.threshold == "interval" and any(sign * _near_end(result, sign) > 0 for sign in _SIGN[rule.direction]):
        return True, "Its interval leaves zero out."
    that_way = any(sign * result.change > 0 for sign in _SIGN[rule.direction])
    if result.status is Status.DRIFT:
        if not that_way:
            return False, "It changed the other way."
        if led is Turn.ACROSS:
            return None, _TURNED[led]
        if abs(result.change) >= limit:
            return True, result.reason
        return None, "It drifted, but by less than is worth a flag."
    if result.status is Status.STABLE:
        furthest = max(sign * _far_end(result, sign) for sign in _SIGN[rule.direction])
        if rule.threshold == "interval" or furthest < max(limit, result.floor):
            return False, result.reason
        return None, "It is stable, but its noise would hide a change of that size."
    return None, result.reason


def _near_end(result: DriftResult, sign: float) -> float:
    return result.interval.low if sign > 0 else result.interval.high


def _far_end(result: DriftResult, sign: float) -> float:
    return result.interval.high if sign > 0 else result.interval.low


def certain_size(result: DriftResult) -> float:
    """Size that the change has at least, in the metric's unit; 0 if its interval holds zero."""
    sign = 1.0 if result.change > 0 else -1.0
    return max(sign * _near_end(result, sign), 0.0)


def rest_of(result: DriftResult) -> float:
    """How surely nothing happened; a drift the other way is judged by its size."""
    if result.status is Status.DRIFT:
        return confidence.change_quality(certain_size(result) / result.mdc)
    return confidence.rest_quality(max(abs(result.interval.low), abs(result.interval.high)) / result.mdc)


def beyond_band(level: float, metric: Metric, direction: str) -> float:
    """How far a level lies beyond the metric's red band on that side, or its amber one where it is in no red one.

    Parameters
    ----------
    level : float
        In the metric's unit.
    metric : Metric
    direction : {'up', 'down', 'any'}
        Side on which it must lie.
    """
    for band in (metric.red, metric.amber):
        over, under = (level - band[1], band[0] - level) if band and isfinite(level) else (0.0, 0.0)
        found = max(over if direction != "down" else 0.0, under if direction != "up" else 0.0, 0.0)
        if found > 0:
            return found
    return 0.0
