"""What is said about two clips that are held against each other."""

from __future__ import annotations

import math

from posture.analysis import Comparison
from posture.drift.status import answers
from posture.drift.types import DriftResult, Status
from posture.drift.verdict import CHANGED
from posture.kinematics.registry import CARRIAGE, LEGS, METRICS
from posture.report.text.estimators import not_one_estimator
from posture.report.text.ways import ways
from posture.report.text.words import WORDS
from posture.rules import Referral, find_referral
from posture.rules.wording import listed

#: Differences that one sentence names.
_MOST = 3


def compared(comparison: Comparison) -> list[DriftResult]:
    """What both clips measured, in the registry's order."""
    return [result for id, result in comparison.drift.items() if id in CARRIAGE and not math.isnan(result.change)]


def compared_legs(comparison: Comparison) -> list[DriftResult]:
    """The same of the legs, behind the rest: nothing that is answered is made of them."""
    return [result for id, result in comparison.drift.items() if id in LEGS and not math.isnan(result.change)]


def different(comparison: Comparison) -> list[DriftResult]:
    """What differs by more than two recordings of one posture would, the largest against its noise first."""
    found = [r for r in compared(comparison) if r.status is Status.DRIFT or comparison.apart.get(r.metric)]
    return sorted(found, key=_size)


def sentence(comparison: Comparison) -> str:
    """The answer: what differs, that nothing does where that is shown, or that it cannot be told."""
    words = WORDS["comparison"]
    both = compared(comparison)
    if not both:
        return str(WORDS["apart"]["nothing"])
    if found := different(comparison):
        return str(words["differs"].format(ways=ways(found[:_MOST])))
    if all(result.status is Status.TOO_SHORT for result in both) and not comparison.apart:
        return str(words["short"])
    perhaps = [result for result in both if result.status in CHANGED]
    if perhaps:
        return str(words["possible"].format(ways=ways(sorted(perhaps, key=_size)[:_MOST])))
    told = [r for r in both if METRICS[r.metric].headline and answers(METRICS[r.metric])]
    if told and all(result.status is Status.STABLE for result in told):
        return str(words["same"].format(labels=listed([METRICS[r.metric].label.lower() for r in told])))
    return str(words["open"])


def caution(comparison: Comparison) -> str:
    """That the two clips were not seen by one estimator; empty where they were."""
    clips = (comparison.fresh.recording, comparison.tired.recording)
    return not_one_estimator([(clip.model, clip.estimator) for clip in clips])


def one_sided(comparison: Comparison) -> dict[str, list[str]]:
    """Labels by reason of what one clip measured and the other did not.

    What neither could is not worth a word, but where it is all there is.
    """
    nothing = not compared(comparison)
    found: dict[str, list[str]] = {}
    clips = (comparison.fresh.measured.withheld, comparison.tired.measured.withheld)
    for result in (result for id, result in comparison.drift.items() if id in CARRIAGE):
        if math.isnan(result.change) and (nothing or not all(result.metric in withheld for withheld in clips)):
            found.setdefault(result.reason, []).append(METRICS[result.metric].label.lower())
    return found


def referrals(comparison: Comparison) -> list[Referral]:
    """Signs that belong to a doctor: answers may have been given with either clip."""
    found = (find_referral(clip.intake) for clip in (comparison.fresh, comparison.tired))
    return list(dict.fromkeys(referral for referral in found if referral is not None))


def _size(result: DriftResult) -> float:
    against = result.mdc if result.mdc > 0 else result.floor
    return -abs(result.change) / against if against > 0 else 0.0
