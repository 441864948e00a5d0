"""The sixteen questions, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

#: Option that excludes the others.
NONE = "none"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Urgency(StrEnum):
    """How soon somebody must look at it, the soonest first (method 5.4)."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    CARE = "care"


class Option(_Model):
    """One answer to choose."""

    id: str
    text: str
    flag: Urgency | None = None


class Flag(_Model):
    """Answers that lead to a referral: above a number, or a yes."""

    urgency: Urgency
    above: float | None = None
    yes: Literal[True] | None = Field(None, alias="is")


class Item(_Model):
    """One thing that is asked; with ``only_if`` only where that other item was answered, and with more than no."""

    id: str
    name: str
    only_if: str = ""
    kind: Literal["yes_no", "number", "date", "choice", "choices"]
    text: str
    options: tuple[Option, ...] = ()
    low: float = 0.0
    high: float = 0.0
    unit: str = ""
    flag: Flag | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Item:
        if bool(self.options) != (self.kind in ("choice", "choices")) or (self.kind == "number") != (
            self.high > self.low
        ):
            raise ValueError("a choice needs 'options', a number needs 'low' and 'high'")
        return self


class Question(_Model):
    """A few items that are asked together.

    Attributes
    ----------
    always : bool
        Asked in every conversation, answered or not.
    safety : bool
        Asked of everybody: it may lead to a doctor, or tells that one has been seen.
    with_pain : bool
        Asked only of somebody who hurts.
    """

    number: int
    title: str
    always: bool = False
    safety: bool = False
    with_pain: bool = False
    item: tuple[Item, ...] = Field(min_length=1)


class ReferralText(_Model):
    """What is said first."""

    title: str
    text: str


class ClearanceText(_Model):
    """What is said where somebody has examined the runner and cleared him for running, and which signs that lifts."""

    lifts: tuple[Literal[Urgency.URGENT, Urgency.CARE], ...]
    text: str


class Questions(_Model):
    """All of them, in order."""

    version: int
    language: str
    referral: dict[Urgency, ReferralText]
    clearance: ClearanceText
    question: tuple[Question, ...]

    def asked(self) -> Iterator[tuple[Question, Item]]:
        """Every item with its question, in order."""
        return ((question, item) for question in self.question for item in question.item)

    def item(self, id: str) -> Item:
        """One item; KeyError if there is none of that id."""
        found = next((item for _, item in self.asked() if item.id == id), None)
        if found is None:
            raise KeyError(id)
        return found


@cache
def load_questions() -> Questions:
    """The program's questions.

    Examples
    --------
    >>> load_questions().item("red_flags").text
    'Does any of these apply to you?'
    """
    path = Path(__file__).with_name("questions.toml")
    return Questions.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
