"""What is said of a cause that is ruled out although something changed: "it stayed as it was" would not be true."""

from __future__ import annotations

from collections.abc import Iterable

from posture.drift.types import Status
from posture.kinematics.neutral import Turn
from posture.kinematics.registry import METRICS
from posture.rules import wording
from posture.rules.evidence import Evidence
from posture.rules.types import Condition, Role

_HOW = {
    Turn.TOWARDS: "changed for the better",
    Turn.WITHIN: "changed, and stayed where no change is needed",
    Turn.AWAY: "changed the other way",
    Turn.ACROSS: "changed to about as far from neutral as before",
}


def changed_otherwise(trace: Iterable[Condition], evidence: Evidence) -> str:
    """A sentence on the changes that speak against a cause, or nothing where nothing changed.

    Parameters
    ----------
    trace : iterable of Condition
        Of the cause.
    evidence : Evidence
    """
    against = [line for line in trace if line.passed is False and line.role in (Role.DECIDES, Role.SUPPORTS)]
    metrics = dict.fromkeys(m for line in against if not line.negated for m in line.metrics)
    ways: dict[Turn, list[str]] = {}
    for metric in metrics:
        result = evidence.drift.get(metric)
        if result is not None and result.status is Status.DRIFT:
            ways.setdefault(evidence.turn(result), []).append(METRICS[metric].label)
    return " ".join(f"{wording.listed(_lowered(labels))} {_HOW[way]}." for way, labels in ways.items())


def _lowered(labels: list[str]) -> list[str]:
    first, *rest = labels
    return [first, *(label[:1].lower() + label[1:] for label in rest)]
