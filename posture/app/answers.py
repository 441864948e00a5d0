"""The intake as a form: the questions' own data and checks; this runs in a worker process."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from posture.errors import PostureError
from posture.rules.intake import Intake, Value, find_referral, load_intake, save_intake
from posture.rules.questions import Item, load_questions

#: What a sentence about a file of answers begins with, of no use to somebody before a form.
_WHERE = re.compile(r"^.*'(?:answers\.)?(?P<item>\w+)(?:\.\d+)?': ")


def questions(kept: Path | None, analysis: Path | None) -> list[dict[str, Any]]:
    """Every question with what was answered; ``asked`` where it is asked of everybody or this run needs it.

    Parameters
    ----------
    kept : Path or None
        The answers so far.
    analysis : Path or None
        What the run leaves open.

    Raises
    ------
    PostureError
        If the answers or the analysis cannot be read.
    """
    intake = load_intake(kept) if kept is not None else Intake()
    needed = _needed(analysis, intake) if analysis is not None else ()
    return [
        {
            "title": question.title,
            "asked": question.always or question.safety or any(item.id in needed for item in question.item),
            "items": [_item(item, intake.get(item.id)) for item in question.item],
        }
        for question in load_questions().question
    ]


def _needed(analysis: Path, intake: Intake) -> Collection[str]:
    from posture import pipeline

    findings = pipeline.judged_with(pipeline.load(analysis), intake)
    return {id for finding in findings for id in finding.needs} | set(intake.answers)


def _item(item: Item, value: Value | None) -> dict[str, Any]:
    chosen = value if isinstance(value, tuple) else () if value is None else (value,)
    if isinstance(value, bool):
        chosen = ("yes" if value else "no",)
    options = [(option.id, option.text) for option in item.options]
    return {
        "id": item.id,
        "kind": item.kind,
        "text": item.text,
        "unit": item.unit,
        "low": item.low,
        "high": item.high,
        "options": options or [("yes", "yes"), ("no", "no")],
        "chosen": [f"{part:g}" if isinstance(part, float) else str(part) for part in chosen],
    }


def keep(target: Path, form: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Write the answers of a form; a field that is empty was skipped.

    Returns
    -------
    tuple of str or None
        Title and text of the referral, if a sign belongs to a doctor.

    Raises
    ------
    PostureError
        If an answer does not fit its question.
    """
    intake = Intake(
        {item.id: value for _, item in load_questions().asked() if (value := _value(item, form)) is not None}
    )
    save_intake(target, intake)
    try:
        load_intake(target)
    except PostureError as error:
        target.unlink(missing_ok=True)
        found = _WHERE.match(str(error))
        text = load_questions().item(found["item"]).text if found else ""
        raise PostureError(f"{text} {str(error)[found.end() :]}" if found else str(error)) from error
    referral = find_referral(intake)
    return None if referral is None else (referral.title, referral.text)


def _value(item: Item, form: Sequence[tuple[str, str]]) -> Value | None:
    said = tuple(dict.fromkeys(value.strip() for key, value in form if key == item.id and value.strip()))
    if not said:
        return None
    if item.kind == "choices":
        return said
    if item.kind == "yes_no":
        return said[-1] == "yes"
    return _number(said[-1]) if item.kind == "number" else said[-1]


def _number(said: str) -> float:
    try:
        return float(said.replace(",", "."))
    except ValueError:
        return float("inf")  # refused as what lies outside
