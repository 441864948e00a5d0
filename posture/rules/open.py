"""Why a cause is open: answers that are missing, or a recording that cannot tell; and what it would take."""

from __future__ import annotations

from collections.abc import Iterable

from posture.drift.blocks import MIN_STRIDES
from posture.kinematics.types import View, ViewKind
from posture.rules.evidence import Evidence
from posture.rules.questions import load_questions
from posture.rules.schema import All, Answer, AnyOf, Cause, Count, Not, Rule, walk
from posture.rules.types import Condition, Role
from posture.rules.wording import listed
from posture.strides.types import Strides

_FROM = {
    ViewKind.SIDE: "from the side",
    ViewKind.FRONT: "from the front",
    ViewKind.REAR: "from behind",
}


def missing_answers(cause: Cause, evidence: Evidence) -> tuple[str, ...]:
    """Ids of the questions whose answers could still support a cause; none where only another recording could.

    Parameters
    ----------
    cause : Cause
        Open.
    evidence : Evidence
    """
    rules = [rule for rule in (cause.when, cause.or_when) if rule is not None and _could_be(rule, True, evidence)]
    asked = (part.answer for rule in rules for _, part in walk(rule) if isinstance(part, Answer))
    return tuple(dict.fromkeys(id for id in asked if evidence.intake.get(id) is None))


def _could_be(rule: Rule, wanted: bool, evidence: Evidence) -> bool:
    """Whether answers alone could make a rule true (or false), the recording being what it is."""
    match rule:
        case All() | AnyOf() | Count():
            parts, least = _counted(rule)
            needed = least if wanted else len(parts) - least + 1
            return sum(_could_be(part, wanted, evidence) for part in parts) >= needed
        case Not():
            return _could_be(rule.no, not wanted, evidence)
        case Answer():
            return evidence.ask(rule).truth in (None, wanted)
        case _:
            return evidence.ask(rule).truth is wanted


def _counted(rule: All | AnyOf | Count) -> tuple[tuple[Rule, ...], int]:
    """The parts, and how many of them must hold."""
    match rule:
        case All():
            return rule.all, len(rule.all)
        case AnyOf():
            return rule.any, 1
        case Count():
            return rule.of, rule.at_least


def what_it_takes(cause: Cause, needs: Iterable[str], trace: Iterable[Condition], view: View, strides: Strides) -> str:
    """What would decide an open cause; a sentence.

    Parameters
    ----------
    cause : Cause
    needs : iterable of str
        From :func:`missing_answers`.
    trace : iterable of Condition
    view : View
    strides : Strides
    """
    if asked := topics(needs):
        return f"It needs your answers on: {listed(asked)}."
    if cause.views and view.kind not in cause.views:
        places = [_FROM[kind] for kind in _FROM if kind in cause.views]
        return f"It takes a camera that looks {' or '.join(places)}."
    kept = len(strides.kept)
    if (cause.views or cause.partial_views) and kept < MIN_STRIDES:
        return f"Whether it comes with the run takes a minute or more; this recording has {kept} strides."
    unknown = next((line for line in trace if line.passed is None and line.role is Role.DECIDES), None)
    return f"{unknown.text}: {unknown.why}" if unknown is not None else cause.text.open


def topics(needs: Iterable[str]) -> list[str]:
    """Headings of questions by the ids of their items, each once, in the order in which they are asked."""
    wanted = set(needs)
    titles = (question.title for question, item in load_questions().asked() if item.id in wanted)
    return [title[:1].lower() + title[1:] for title in dict.fromkeys(titles)]
