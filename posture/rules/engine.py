"""Judges every cause of a rules file for one run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from posture.drift.types import DriftResult, Timing
from posture.drift.types import Onset as DriftOnset
from posture.kinematics.types import Metrics, View, ViewKind
from posture.rules import confidence
from posture.rules.evidence import Evidence
from posture.rules.intake import Intake
from posture.rules.outcome import Outcome, at_least
from posture.rules.schema import Cause, Causes
from posture.rules.types import Condition, Confidence, Finding, Plan, Role, Verdict
from posture.strides.types import FEW_STRIDES, Gait, Strides

#: Findings that lead a summary.
LEADING = 3
_PLACE = {
    ViewKind.SIDE: "from the side",
    ViewKind.OBLIQUE: "from an oblique camera",
    ViewKind.FRONT: "from the front",
    ViewKind.REAR: "from behind",
    ViewKind.UNKNOWN: "from this camera",
}
_TIMINGS = (Timing.BOTH, Timing.LATE, Timing.PRE_EXISTING, Timing.IMPROVING)


def judge(
    drift: Mapping[str, DriftResult],
    view: View,
    strides: Strides,
    metrics: Metrics,
    intake: Intake | None,
    causes: Causes,
) -> tuple[Finding, ...]:
    """One finding for every cause, in the order of the rules file.

    Parameters
    ----------
    drift : mapping of str to DriftResult
    view : View
    strides : Strides
    metrics : Metrics
    intake : Intake or None
        The runner's answers, where given.
    causes : Causes

    Returns
    -------
    tuple of Finding
        Three-valued (science 3.2.9). Runs that are no running, or have too few strides, decide no cause that a
        camera must see.
    """
    known = {cause.id: cause for cause in causes.cause}
    found: dict[str, Finding] = {}

    def finding(cause: str) -> Finding:
        if cause not in found:
            found[cause] = _judge(known[cause], evidence, _obstacle(known[cause], strides), strides.gait, causes)
        return found[cause]

    time = metrics.time
    extent = (float(time[0]), float(time[-1])) if time.size else (0.0, 0.0)
    evidence = Evidence(drift, view, metrics, extent, intake or Intake(), finding)
    return tuple(finding(cause.id) for cause in causes.cause)


def leading(findings: Iterable[Finding], most: int = LEADING) -> tuple[Finding, ...]:
    """The supported findings that lead a summary, by confidence times effect; those told with another are left out.

    Parameters
    ----------
    findings : iterable of Finding
    most : int
    """
    supported = [f for f in findings if f.verdict is Verdict.SUPPORTED and not f.part_of]
    return tuple(sorted(supported, key=lambda f: -f.confidence * f.effect)[:most])


def _obstacle(cause: Cause, strides: Strides) -> str:
    """Why nothing that a camera sees can be judged, or nothing."""
    if not (cause.views or cause.partial_views):
        return ""
    if strides.gait is Gait.WALKING:
        return "This is walking; the cause is about running."
    if strides.gait is Gait.NONE:
        return "No strides were found."
    kept = len(strides.kept)
    if kept < FEW_STRIDES:
        return f"Only {kept} strides were seen, too few for a verdict."
    return ""


def _judge(cause: Cause, evidence: Evidence, obstacle: str, gait: Gait, causes: Causes) -> Finding:
    if obstacle:
        return _finding(cause, causes, Outcome(None), (), obstacle, Confidence.LOW, {})
    decides = evidence.ask(cause.when)
    supports = evidence.ask(cause.or_when) if cause.or_when is not None else Outcome(False)
    outcome = _decided(decides, supports)
    agrees = [evidence.ask(rule) for rule in cause.agrees]
    doubts = [evidence.ask(doubt.when) for doubt in cause.doubts]
    trace = (
        *decides.trace,
        *_as(supports, Role.SUPPORTS),
        *(line for part in agrees for line in _as(part, Role.CORROBORATES)),
        *(line for part in doubts for line in _as(part, Role.DOUBTS)),
    )
    doubted = [doubt.text for doubt, part in zip(cause.doubts, doubts, strict=True) if part.truth]
    factors = dict(outcome.factors)
    if outcome.truth and cause.agrees:
        factors["corroboration"] = confidence.corroboration(any(part.truth for part in agrees))
    cap = _cap(cause, evidence, outcome, bool(doubted), gait)
    reason = _reason(cause, outcome, trace, evidence.view) + "".join(f" {text}" for text in doubted)
    part = bool(outcome.truth and cause.part_when is not None and evidence.ask(cause.part_when).truth)
    return _finding(cause, causes, outcome, trace, reason, cap, factors, part)


def _decided(decides: Outcome, supports: Outcome) -> Outcome:
    """Supports can make it true, and leaves it as it was else."""
    if supports.truth is True:
        return at_least(1, [decides, supports])
    return decides


def _as(outcome: Outcome, role: Role) -> tuple[Condition, ...]:
    return tuple(replace(line, role=role) for line in outcome.trace)


def _cap(cause: Cause, evidence: Evidence, outcome: Outcome, doubted: bool, gait: Gait) -> Confidence:
    view = evidence.view.kind
    if cause.views or cause.partial_views:
        partial = view not in cause.views or view is ViewKind.OBLIQUE
        if doubted or partial or gait is Gait.UNSURE:
            return Confidence.LOW
    elif doubted:
        return Confidence.LOW
    return cause.cap


def _reason(cause: Cause, outcome: Outcome, trace: Iterable[Condition], view: View) -> str:
    if outcome.truth is not None:
        lines = [line for line in trace if line.passed is outcome.truth and line.role in (Role.DECIDES, Role.SUPPORTS)]
        return "; ".join(dict.fromkeys(line.text for line in lines)) + "."
    if cause.views and view.kind not in cause.views:
        return f"Not decidable {_PLACE[view.kind]}."
    open_lines = [line for line in trace if line.passed is None and line.role is Role.DECIDES]
    return open_lines[0].why if open_lines else cause.text.not_decidable


def _finding(
    cause: Cause,
    causes: Causes,
    outcome: Outcome,
    trace: tuple[Condition, ...],
    reason: str,
    cap: Confidence,
    factors: Mapping[str, float],
    part: bool = False,
) -> Finding:
    verdict = {True: Verdict.SUPPORTED, False: Verdict.NOT_SUPPORTED, None: Verdict.NOT_DECIDABLE}[outcome.truth]
    sentence = {
        Verdict.SUPPORTED: cause.text.supported,
        Verdict.NOT_SUPPORTED: cause.text.not_supported,
        Verdict.NOT_DECIDABLE: cause.text.not_decidable,
    }[verdict]
    sure = min(_product(factors), confidence.CAPS[cap]) if factors else 0.0
    return Finding(
        cause=cause.id,
        title=cause.title,
        verdict=verdict,
        timing=_timing(outcome),
        onset=_first(outcome),
        confidence=sure,
        label=confidence.label(sure),
        factors=dict(factors),
        cap=cap,
        effect=max((basis.effect for basis in outcome.basis), default=0.0),
        trace=trace,
        text=sentence,
        reason=reason,
        part_of=cause.part_of if part else "",
        claim=cause.claim,
        evidence=cause.evidence.text,
        sources=tuple(causes.sources.get(key, key) for key in cause.evidence.sources),
        question=cause.question,
        plan=Plan(**cause.remedy.model_dump()),
    )


def _timing(outcome: Outcome) -> Timing:
    seen = {basis.timing for basis in outcome.basis}
    if {Timing.LATE, Timing.PRE_EXISTING} <= seen:
        return Timing.BOTH
    return next((timing for timing in _TIMINGS if timing in seen), Timing.NONE)


def _first(outcome: Outcome) -> DriftOnset | None:
    onsets = [basis.onset for basis in outcome.basis if basis.onset is not None]
    return min(onsets, key=lambda onset: onset.time, default=None)


def _product(factors: Mapping[str, float]) -> float:
    value = 1.0
    for factor in factors.values():
        value *= factor
    return value
