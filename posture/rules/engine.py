"""Judges every cause of a rules file for one run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from posture.drift.types import DriftResult
from posture.kinematics.types import Metrics, View
from posture.levels import Levels
from posture.levels.reference import LEAST_STRIDES
from posture.rules import confidence, evidence_levels
from posture.rules.advice import advised
from posture.rules.evidence import Evidence
from posture.rules.improved import changed_otherwise
from posture.rules.intake import Intake, find_referral
from posture.rules.open import missing_answers, what_it_takes
from posture.rules.outcome import Outcome
from posture.rules.questions import Urgency
from posture.rules.schema import Cause, Causes, Note
from posture.rules.telling import Judgement, most_to_say, rests_on, tell
from posture.rules.types import Condition, Confidence, Finding, Role, Verdict
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides

#: Findings that lead a summary (method 5).
LEADING = 3


def judge(
    drift: Mapping[str, DriftResult],
    view: View,
    strides: Strides,
    metrics: Metrics,
    intake: Intake | None,
    causes: Causes,
    *,
    upright: Mapping[str, float] | None = None,
    levels: Levels | None = None,
    settings: DriftSettings | None = None,
) -> tuple[Finding, ...]:
    """One finding for every cause, in the order of the rules file.

    Parameters
    ----------
    drift : mapping of str to DriftResult
        By metric id.
    view : View
    strides : Strides
    metrics : Metrics
    intake : Intake or None
        The runner's answers, where given.
    causes : Causes
    upright : mapping of str to float, optional
        The runner's own upright level by metric id, as for drift.
    levels : Levels, optional
        Where the posture lies among reference runners.
    settings : DriftSettings, optional
        As for drift, for the floors between recordings.

    Returns
    -------
    tuple of Finding
        Three-valued (method 3.2.9). A clip that shows no running, or too few strides, decides no cause that a
        camera must see. Only what is supported has a plan, and nothing where an answer asks for a referral; after a
        sign of an emergency nothing is said at all: no finding.
    """
    referral = find_referral(intake)
    if referral is not None and referral.urgency is Urgency.EMERGENCY:
        return ()
    known = {cause.id: cause for cause in causes.cause}
    floors = settings or DriftSettings()
    time = metrics.time
    extent = (float(time[0]), float(time[-1])) if time.size else (0.0, 0.0)

    def evidence_of(seen: Mapping[str, DriftResult], held: Levels) -> Evidence:
        found: dict[str, Finding] = {}

        def finding(id: str) -> Finding:
            if id not in found:
                found[id] = _finding(known[id], evidence, strides, causes.sources)
            return found[id]

        def without(left_out: Collection[str]) -> Evidence:
            kept = {metric: result for metric, result in seen.items() if metric not in left_out}
            return evidence_of(kept, evidence_levels.without(held, left_out))

        evidence = Evidence(
            seen, view, metrics, extent, intake or Intake(), upright or {}, finding, without, held, floors
        )
        return evidence

    evidence = evidence_of(drift, levels or evidence_levels.none_judged("It was held against no reference runners."))
    return advised([evidence.finding(cause.id) for cause in causes.cause], causes, intake)


def _finding(cause: Cause, evidence: Evidence, strides: Strides, sources: Mapping[str, str]) -> Finding:
    obstacle = _obstacle(cause, strides)
    judgement = Judgement(Outcome(None), (), obstacle, Confidence.LOW, {}, "")
    if not obstacle:
        judgement = _judge(cause, evidence, strides)
    return tell(cause, judgement, sources, evidence.view)


def leading(findings: Iterable[Finding], most: int = LEADING) -> tuple[Finding, ...]:
    """The supported findings that lead a summary, by confidence times effect; those that sum others up come last.

    Parameters
    ----------
    findings : iterable of Finding
    most : int
        No more than so many.

    Returns
    -------
    tuple of Finding
        Without those that are told as a part of another one, and those that stand behind the others.
    """
    return _weightiest((finding for finding in findings if not finding.behind), most)


def trailing(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The one supported finding that is told behind those that lead, if there is one; it never leads.

    Parameters
    ----------
    findings : iterable of Finding
    """
    return _weightiest((finding for finding in findings if finding.behind), most=1)


def _weightiest(findings: Iterable[Finding], most: int) -> tuple[Finding, ...]:
    supported = [finding for finding in findings if finding.verdict is Verdict.SUPPORTED and not finding.part_of]
    return tuple(sorted(supported, key=lambda finding: (finding.sums_up, -finding.confidence * finding.effect))[:most])


def _obstacle(cause: Cause, strides: Strides) -> str:
    """Why nothing that a camera sees can be judged, or nothing."""
    if not (cause.views or cause.partial_views):
        return ""
    if strides.gait is Gait.WALKING:
        return "This is walking; the cause is about running."
    if strides.gait is Gait.NONE:
        return "No strides were found."
    kept = len(strides.kept)
    few = f"Only {kept} stride{'' if kept == 1 else 's'} could be measured; a level needs {LEAST_STRIDES}."
    return few if kept < LEAST_STRIDES else ""


def _judge(cause: Cause, evidence: Evidence, strides: Strides) -> Judgement:
    decides = evidence.ask(cause.when)
    supports = evidence.ask(cause.or_when) if cause.or_when is not None else Outcome(False)
    alone = supports.truth is True and decides.truth is not True
    outcome = supports if alone else decides
    if decides.truth is True and supports.truth is True:
        outcome = replace(decides, basis=decides.basis + supports.basis)
    agrees = [evidence.ask(rule) for rule in cause.agrees]
    doubts, doubted = _notes(cause.doubts, evidence)
    noted, notes = _notes(cause.notes, evidence)
    no_cue = any(note.no_cue and one.truth is True for note, one in zip(cause.doubts, doubts, strict=True))
    trace = _trace(
        (Role.DECIDES, [decides]),
        (Role.SUPPORTS, [supports]),
        (Role.CORROBORATES, agrees),
        (Role.DOUBTS, doubts),
        (Role.NOTES, noted),
    )
    factors = dict(outcome.factors)
    if outcome.truth and cause.agrees:
        factors["corroboration"] = confidence.corroboration(any(part.truth for part in agrees))
    cap = most_to_say(cause, evidence, outcome, alone=alone, doubted=bool(doubted), gait=strides.gait)
    needs: tuple[str, ...] = ()
    if outcome.truth is None:
        needs = missing_answers(cause, evidence)
        rests = what_it_takes(cause, needs, trace, evidence.view, strides)
    else:
        rests = rests_on(outcome.truth, trace)
    why = " ".join((rests, *doubted, *notes))
    said = "" if outcome.truth else changed_otherwise(trace, evidence)
    if outcome.truth is None:
        said = next(iter(_notes(cause.undecided, evidence)[1]), "")
    told = outcome.truth is True and cause.part_when is not None and evidence.ask(cause.part_when).truth is True
    return Judgement(outcome, trace, why, cap, factors, cause.part_of if told else "", said, needs, advises=not no_cue)


def _notes(notes: Iterable[Note], evidence: Evidence) -> tuple[list[Outcome], list[str]]:
    """What each note's condition came to, and the sentences of those that hold."""
    asked = [(note, evidence.ask(note.when)) for note in notes]
    return [outcome for _, outcome in asked], [note.text for note, outcome in asked if outcome.truth is True]


def _trace(*roles: tuple[Role, list[Outcome]]) -> tuple[Condition, ...]:
    """Every condition once in each role, in order."""
    lines = (replace(line, role=role) for role, parts in roles for part in parts for line in part.trace)
    return tuple(dict.fromkeys(lines))
