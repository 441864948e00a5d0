"""From a judgement to the finding that is told: cap, reason, timing and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from posture.drift.types import Onset, Status, Timing
from posture.kinematics.registry import METRICS
from posture.kinematics.types import View
from posture.rules import confidence
from posture.rules.evidence import Evidence
from posture.rules.outcome import Outcome
from posture.rules.schema import MOST_SPOKEN_WORDS, Cause
from posture.rules.types import Condition, Confidence, Finding, Plan, Role, Verdict
from posture.strides.types import Gait

_TIMINGS = (Timing.BOTH, Timing.LATE, Timing.PRE_EXISTING, Timing.IMPROVING)


@dataclass(frozen=True)
class Judgement:
    """What the rules of one cause came to.

    Attributes
    ----------
    outcome : Outcome
    trace : tuple of Condition
    reason : str
    cap : Confidence
    factors : mapping of str to float
    part_of : str
        Cause that it is told with, or empty.
    said : str
        What is told instead of the cause's own sentence, or empty.
    needs : tuple of str
        Questions whose answers could support it, where it is open.
    advises : bool
        Whether its cue may be given.
    """

    outcome: Outcome
    trace: tuple[Condition, ...]
    reason: str
    cap: Confidence
    factors: Mapping[str, float]
    part_of: str
    said: str = ""
    needs: tuple[str, ...] = ()
    advises: bool = True


def most_to_say(
    cause: Cause, evidence: Evidence, outcome: Outcome, *, alone: bool, doubted: bool, gait: Gait
) -> Confidence:
    """The cap of a finding's confidence (method 5).

    Low from a view that shows a trend or a part only, with another explanation at hand, or where running and
    walking could not be told apart; moderate where it rests on levels alone, and where cadence fell, for the runner
    may have slowed.

    Parameters
    ----------
    cause : Cause
    evidence : Evidence
    outcome : Outcome
    alone : bool
        Whether it rests on what can only support.
    doubted : bool
    gait : Gait
    """
    caps = [cause.cap, *((cause.or_cap,) if alone else ())]
    if cause.views or cause.partial_views:
        partial = evidence.view.kind not in cause.views
        caps += [Confidence.LOW] * (partial or gait is Gait.UNSURE)
    caps += [Confidence.LOW] * doubted
    caps += [Confidence.MODERATE] * (_timing(outcome) is Timing.PRE_EXISTING)
    if _slowed(evidence) and any(basis.speed_dependent for basis in outcome.basis):
        caps.append(Confidence.MODERATE)
    order = list(Confidence)
    return order[min(order.index(cap) for cap in caps)]


def _slowed(evidence: Evidence) -> bool:
    cadence = evidence.drift.get("cadence")
    if cadence is None or cadence.status is not Status.DRIFT:
        return False
    slower: bool = cadence.change <= METRICS["cadence"].flag * cadence.baseline
    return slower


def rests_on(truth: bool, trace: Iterable[Condition]) -> str:
    """What a verdict rests on; a sentence."""
    lines = [line for line in trace if line.role in (Role.DECIDES, Role.SUPPORTS)]
    said = [line for line in lines if line.passed is truth]
    # What is asked not to be is told only where nothing else speaks.
    told = dict.fromkeys([line.text for line in said if not line.negated] or [line.text for line in said])
    listed = "; ".join(told)
    return f"It rests on: {listed}." if truth else f"Against it: {listed}."


def tell(cause: Cause, judgement: Judgement, sources: Mapping[str, str], view: View) -> Finding:
    """The finding, with a plan where it is supported.

    Parameters
    ----------
    cause : Cause
    judgement : Judgement
    sources : mapping of str to str
        Of the rules file.
    view : View
    """
    outcome = judgement.outcome
    timing = _timing(outcome)
    still_open = Verdict.NEEDS_ANSWERS if judgement.needs else Verdict.CANNOT_TELL
    verdict = {True: Verdict.SUPPORTED, False: Verdict.NOT_SUPPORTED, None: still_open}[outcome.truth]
    came_along = timing is Timing.PRE_EXISTING and cause.text.from_start
    sentences = {
        Verdict.SUPPORTED: cause.text.from_start if came_along else cause.text.supported,
        Verdict.NOT_SUPPORTED: cause.text.not_supported,
        Verdict.NEEDS_ANSWERS: cause.text.open,
        Verdict.CANNOT_TELL: _undecided(cause, view),
    }
    factors = {name: float(factor) for name, factor in judgement.factors.items()}
    sure = min(prod(factors.values()), confidence.CAPS[judgement.cap]) if factors else 0.0
    return Finding(
        cause=cause.id,
        title=cause.title_from_start if came_along and cause.title_from_start else cause.title,
        verdict=verdict,
        timing=timing,
        onset=_onset(outcome),
        confidence=sure,
        label=confidence.label(sure),
        factors=factors,
        cap=judgement.cap,
        effect=float(max((basis.effect for basis in outcome.basis), default=0.0)),
        trace=judgement.trace,
        text=judgement.said or sentences[verdict],
        reason=judgement.reason,
        part_of=judgement.part_of,
        claim=cause.claim,
        evidence=cause.evidence.text,
        sources=tuple(sources.get(key, key) for key in cause.evidence.sources),
        question=cause.question,
        plan=_plan(cause) if verdict is Verdict.SUPPORTED and judgement.advises else None,
        needs=judgement.needs,
        behind=cause.behind,
    )


def _plan(cause: Cause) -> Plan:
    remedy = cause.remedy
    short = remedy.cue if len(remedy.cue.split()) <= MOST_SPOKEN_WORDS else cause.title
    spoken = remedy.spoken or " ".join(short.split()[:MOST_SPOKEN_WORDS])
    return Plan(**{**remedy.model_dump(), "spoken": spoken})


def _undecided(cause: Cause, view: View) -> str:
    elsewhere = cause.text.film if view.kind not in cause.views else ""
    return f"{cause.text.open} {elsewhere}".rstrip()


def _timing(outcome: Outcome) -> Timing:
    seen = {basis.timing for basis in outcome.basis}
    if {Timing.LATE, Timing.PRE_EXISTING} <= seen:
        return Timing.BOTH
    return next((timing for timing in _TIMINGS if timing in seen), Timing.NONE)


def _onset(outcome: Outcome) -> Onset | None:
    """The middle one, the earlier of two: single metrics date the same change some seconds apart."""
    onsets = sorted({b.onset for b in outcome.basis if b.onset is not None}, key=lambda onset: onset.time)
    return onsets[(len(onsets) - 1) // 2] if onsets else None
