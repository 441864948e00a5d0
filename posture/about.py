"""What a recording's maker knows: who runs, on which day, how tall. Types for what users write about it."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from posture.shown import printable

#: Body heights that can be meant in centimetres: from a child who runs to the tallest people.
_LOWEST, _TALLEST = 80.0, 250.0


def name_of(text: str) -> str:
    """A runner's name as it is kept: composed, with single spaces.

    Raises
    ------
    ValueError
        If it is empty, or holds what cannot be shown.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not name:
        raise ValueError("a runner needs a name")
    if printable(name) != name:
        raise ValueError(f"'{printable(name)}' is no name for a runner: it holds characters that cannot be shown")
    return name


def day_of(text: Any) -> date:
    """A day of the past or of today.

    Raises
    ------
    ValueError
        If it is written in another way than year-month-day, or lies ahead.
    """
    try:
        day = text if isinstance(text, date) else date.fromisoformat(str(text).strip())
    except ValueError:
        raise ValueError(f"'{printable(str(text))}' is not a date; write it like 2026-03-14") from None
    # It may be tomorrow already where the clip was filmed.
    if day > date.today() + timedelta(days=1):
        raise ValueError(f"{day} lies ahead; give the day on which the clip was recorded")
    return day


def height_of(text: Any) -> float:
    """A body height in centimetres.

    Raises
    ------
    ValueError
        If it is no number, or cannot be centimetres.
    """
    try:
        height = float(str(text).strip().replace(",", "."))
    except ValueError:
        height = float("nan")
    if not _LOWEST < height < _TALLEST:
        raise ValueError(f"'{printable(str(text))}' is not a height in centimetres; write it like 180")
    return height


def note_of(text: str) -> str:
    """A note in one line that can be shown anywhere."""
    return printable(" ".join(text.split()))


Name = Annotated[str, AfterValidator(name_of)]
Day = Annotated[date, BeforeValidator(day_of)]
Height = Annotated[float, BeforeValidator(height_of)]
Note = Annotated[str, AfterValidator(note_of)]
