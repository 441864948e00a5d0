"""Why a cause is open: answers that are missing, or a recording that cannot tell."""

from __future__ import annotations

from collections.abc import Callable

from posture.rules.logic import Truth
from posture.rules.schema import All, Answer, AnyOf, Cause, Count, Not, Rule, walk


def missing_answers(cause: Cause, truth: Callable[[Rule], Truth], answered: Callable[[str], bool]) -> tuple[str, ...]:
    """Ids of the questions whose answers could still support a cause; none where only the recording could.

    Parameters
    ----------
    cause : Cause
        Open.
    truth : callable
        Of a rule, by what is known.
    answered : callable
        Whether a question was answered, by its id.
    """
    rules = [rule for rule in (cause.when, cause.or_when) if rule is not None]
    within = [rule for rule in rules if _could_be(rule, True, truth)]
    asked = (part.answer for rule in within for _, part in walk(rule) if isinstance(part, Answer))
    return tuple(dict.fromkeys(id for id in asked if not answered(id)))


def _could_be(rule: Rule, wanted: bool, truth: Callable[[Rule], Truth]) -> bool:
    """Whether answers alone could make a rule true (or false), the recording being what it is."""
    match rule:
        case All() | AnyOf() | Count():
            parts, least = _counted(rule)
            needed = least if wanted else len(parts) - least + 1
            return sum(_could_be(part, wanted, truth) for part in parts) >= needed
        case Not():
            return _could_be(rule.no, not wanted, truth)
        case Answer():
            return truth(rule) in (None, wanted)
        case _:
            return truth(rule) is wanted


def _counted(rule: All | AnyOf | Count) -> tuple[tuple[Rule, ...], int]:
    """The parts, and how many of them must hold."""
    match rule:
        case All():
            return rule.all, len(rule.all)
        case AnyOf():
            return rule.any, 1
        case Count():
            return rule.of, rule.at_least
