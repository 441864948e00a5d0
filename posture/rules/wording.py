"""The words of conditions, made from the registry and the questions."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from posture.drift.types import DriftResult, Status
from posture.kinematics.head import HeadChange
from posture.kinematics.types import Metric
from posture.levels.types import Shape
from posture.rules.intake import Value
from posture.rules.questions import Item
from posture.rules.schema import Answer, Change, Level
from posture.rules.types import Verdict

_MOVES = {"up": "rises", "down": "falls", "away": "gets more uneven", "any": "changes"}
_SIDES = {"up": "above", "down": "below", "any": "out of"}

#: A verdict on another cause.
VERDICT = {
    Verdict.SUPPORTED: "It is supported.",
    Verdict.NOT_SUPPORTED: "It is not supported.",
    Verdict.NEEDS_ANSWERS: "It needs your answers.",
    Verdict.CANNOT_TELL: "This recording cannot tell.",
}


def change(rule: Change, metric: Metric, result: DriftResult | None = None) -> str:
    """What a metric did where that is known, or the change that is asked for."""
    if result is not None and result.status is Status.DRIFT:
        return f"{metric.label} {_MOVES['up' if result.change > 0 else 'down']}"
    if result is not None and result.status is Status.STABLE:
        return f"{metric.label} stays"
    return f"{metric.label} {_MOVES[rule.direction]}"


def level(rule: Level, metric: Metric) -> str:
    """A level that is asked for."""
    return f"{metric.label} {_SIDES[rule.direction]} its usual band from the start"


def carried(shapes: Sequence[Shape]) -> str:
    """Postures that are asked for, or that were seen."""
    return f"Posture from the start, among reference runners: {_or(shapes)}"


def pattern(patterns: Sequence[HeadChange], *, at_start: bool) -> str:
    """Patterns of trunk, neck and head that are asked for, or that were seen."""
    of = "Start against the upright reference" if at_start else "Change of trunk, neck and head together"
    return f"{of}: {_or(patterns)}"


def seen_patterns(patterns: Sequence[HeadChange], *, certain: bool) -> str:
    """What trunk, neck and head did together, and whether that is beyond doubt.

    Examples
    --------
    >>> seen_patterns([HeadChange.ROUNDED], certain=True)
    'Seen: rounded shoulders.'
    """
    if len(patterns) > 1:
        return f"Seen: either {_or(patterns)}; the neck against the trunk does not tell which."
    return f"Seen: {patterns[0]}." if certain else f"Seen: {patterns[0]}, but not beyond doubt."


def answer(rule: Answer, item: Item) -> str:
    """An answer that counts."""
    return f"What counts is {_wanted(rule, item)}"


def answered(value: Value | None, item: Item) -> str:
    """What was answered, or that nothing was."""
    return f"Not answered: {item.name}" if value is None else f"“{item.text}” {given(value, item)}"


def given(value: Value, item: Item) -> str:
    """An answer that was given."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return f"{value:g} {item.unit}".rstrip()
    if item.kind == "date":
        return str(value)
    return _or([_option(item, id) for id in (value if isinstance(value, tuple) else (value,))], "and")


def _wanted(rule: Answer, item: Item) -> str:
    if rule.equals is not None:
        return given(rule.equals, item)
    if rule.includes:
        return _or([_option(item, id) for id in rule.includes])
    limits = [("at least", rule.at_least), ("at most", rule.at_most)]
    parts = [f"{word} {limit:g}" for word, limit in limits if limit is not None]
    return f"{' and '.join(parts)} {item.unit}".rstrip()


def _option(item: Item, id: str) -> str:
    return next(option.text for option in item.options if option.id == id)


def listed(parts: Sequence[str]) -> str:
    """Several things in one phrase.

    Examples
    --------
    >>> listed(["neck", "shoulders", "arms"]), listed(["neck"])
    ('neck, shoulders and arms', 'neck')
    """
    return _or(parts, "and")


def _or(parts: Sequence[str | StrEnum], word: str = "or") -> str:
    if len(parts) < 2:
        return "".join(parts)
    *first, last = parts
    return f"{', '.join(first)} {word} {last}"
