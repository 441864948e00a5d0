"""The runner's answers about what no camera can see: read, checked, kept, and looked through for a doctor's signs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, ValidationError, create_model

from posture.errors import PostureError
from posture.reading import parse_toml, read_text
from posture.rules.questions import NONE, Item, Urgency, load_questions
from posture.storage.files import replacing
from posture.toml_lines import line_of

#: Yes or no, a number, one choice, or any number of choices.
Value = bool | float | str | tuple[str, ...]

_HEAD = "# Answers to `posture intake`. They stay in this file; delete a line to be asked again."


@dataclass(frozen=True)
class Intake:
    """Answers by item id.

    Attributes
    ----------
    answers : mapping of str to bool, float, str or tuple of str
        What was skipped is missing.
    skipped : tuple of str
        Items that were asked and not answered.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()

    def get(self, item: str) -> Value | None:
        """An answer, or None if it was skipped."""
        return self.answers.get(item)

    @property
    def painless(self) -> bool:
        """Whether the runner said that nothing hurts."""
        return self.get("pain_sites") == (NONE,)


@dataclass(frozen=True)
class Referral:
    """What is said before anything else.

    Attributes
    ----------
    urgency : Urgency
        The most urgent of the signs.
    title, text : str
    signs : tuple of str
        What was answered, in the words of the questions.
    """

    urgency: Urgency
    title: str
    text: str
    signs: tuple[str, ...]


def load_intake(path: Path) -> Intake:
    """Read a file of answers.

    Raises
    ------
    PostureError
        If it cannot be read, is not TOML, or holds an answer that does not fit its question; the message names
        the file, the line and the key.
    """
    text = read_text(path, "the file of answers")
    raw = parse_toml(path, text)
    try:
        checked = _file_model().model_validate(raw).model_dump(exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"] if not str(part).startswith("<"))
        fault = first["msg"].removeprefix("Value error, ")
        line = line_of(text, [part for part in first["loc"] if isinstance(part, str | int)])
        raise PostureError(f"{path}: line {line}: '{key}': {fault[:1].lower()}{fault[1:]}.") from error
    answers = checked.get("answers", {})
    for key, value in answers.items():
        if isinstance(value, tuple) and NONE in value and len(value) > 1:
            line = line_of(text, ("answers", key))
            raise PostureError(f"{path}: line {line}: 'answers.{key}': '{NONE}' excludes the other choices.")
    return Intake(answers, tuple(checked.get("skipped", ())))


def save_intake(path: Path, intake: Intake) -> None:
    """Write the answers as TOML, so that the file is whole at every moment.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    lines = [_HEAD, f"version = {load_questions().version}", f"skipped = {_toml(intake.skipped)}", "", "[answers]"]
    lines += [f"{key} = {_toml(value)}" for key, value in intake.answers.items()]
    with replacing(path, option=None) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")


def find_referral(intake: Intake | None) -> Referral | None:
    """What must be said before any advice.

    Parameters
    ----------
    intake : Intake or None

    Returns
    -------
    Referral or None
        The most urgent one, with all signs but those that an examination has lifted.

    Examples
    --------
    >>> referral = find_referral(Intake({"red_flags": ("arm",)}))
    >>> referral.urgency, referral.signs
    (<Urgency.CARE: 'care'>, ('pain that runs into an arm, or an arm that is numb or weak',))
    >>> find_referral(Intake({"red_flags": ("none",)})) is None
    True
    """
    lifted = load_questions().clearance.lifts if clearance(intake) else ()
    signs = [(urgency, sign) for urgency, sign in find_signs(intake) if urgency not in lifted]
    if not signs:
        return None
    urgency = min((flag for flag, _ in signs), key=list(Urgency).index)
    text = load_questions().referral[urgency]
    return Referral(urgency, text.title, text.text, tuple(sign for _, sign in signs))


def find_signs(intake: Intake | None) -> list[tuple[Urgency, str]]:
    """Every sign that was answered, with its urgency, in the words of the questions.

    Examples
    --------
    >>> find_signs(Intake({"red_flags": ("worse",)}))
    [(<Urgency.CARE: 'care'>, 'it gets worse from week to week')]
    """
    answers = intake.answers if intake is not None else {}
    return [
        sign for _, item in load_questions().asked() if item.id in answers for sign in _flags(item, answers[item.id])
    ]


def clearance(intake: Intake | None) -> str:
    """By whom and when the runner was examined and cleared for running, a sentence; empty where nobody did.

    All three answers are needed: by whom, on which day, and that it was for running.

    Examples
    --------
    >>> clearance(Intake({"examined_by": "doctor", "examined_on": "2026-03-14", "cleared": True})).partition(". ")[0]
    'You were examined by a doctor on 2026-03-14 and cleared for running'
    >>> clearance(Intake({"examined_by": "doctor"}))
    ''
    """
    by = intake.get("examined_by") if intake is not None else None
    if intake is None or by in (None, NONE) or intake.get("cleared") is not True:
        return ""
    on = intake.get("examined_on")
    if not isinstance(on, str):
        return ""
    who = next(option.text for option in load_questions().item("examined_by").options if option.id == by)
    return load_questions().clearance.text.format(by=who, on=on)


def past_day(text: str) -> str:
    """A day as it is kept, year first.

    Raises
    ------
    ValueError
        If it is none, or lies in the future.

    Examples
    --------
    >>> past_day(" 2026-03-14 ")
    '2026-03-14'
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("write a day like 2026-03-31") from None
    if day > date.today():
        raise ValueError("this day is still to come")
    return day.isoformat()


def _flags(item: Item, value: Value) -> list[tuple[Urgency, str]]:
    chosen = value if isinstance(value, tuple) else (value,)
    found = [(option.flag, option.text) for option in item.options if option.flag is not None and option.id in chosen]
    flag = item.flag
    if flag is not None and flag.yes and value is True:
        found.append((flag.urgency, item.text))
    if flag is not None and flag.above is not None and isinstance(value, float) and value > flag.above:
        found.append((flag.urgency, f"{item.text} {value:g} {item.unit}"))
    return found


def _toml(value: Value) -> str:
    """A flat value; JSON's strings, numbers and booleans are TOML's, too."""
    if isinstance(value, tuple):
        return "[" + ", ".join(json.dumps(part) for part in value) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value)


@cache
def _file_model() -> type[BaseModel]:
    """What a file of answers may hold, made from the questions."""
    strict = ConfigDict(extra="forbid")
    fields: dict[str, Any] = {item.id: (_kind(item) | None, None) for _, item in load_questions().asked()}
    answers = create_model("Answers", __config__=strict, **fields)
    names = tuple(item.id for _, item in load_questions().asked())
    whole: dict[str, Any] = {
        "version": (Literal[load_questions().version], ...),
        "skipped": (tuple[Literal[names], ...], ()),  # type: ignore[valid-type]
        "answers": (answers, ...),
    }
    return create_model("IntakeFile", __config__=strict, **whole)


def _kind(item: Item) -> Any:
    if item.kind == "yes_no":
        return StrictBool
    if item.kind == "date":
        return Annotated[str, AfterValidator(past_day)]
    if item.kind == "number":
        return Annotated[float, Field(ge=item.low, le=item.high, allow_inf_nan=False, strict=True)]
    ids = tuple(option.id for option in item.options)
    return Literal[ids] if item.kind == "choice" else tuple[Literal[ids], ...]  # type: ignore[valid-type]
