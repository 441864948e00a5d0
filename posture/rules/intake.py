"""The runner's answers about what no camera can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Yes or no, a number, one choice, or any number of choices.
Value = bool | float | str | tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """Answers by item id; what was skipped is missing.

    Attributes
    ----------
    answers : mapping of str to bool, float, str or tuple of str
    """

    answers: Mapping[str, Value] = field(default_factory=dict)

    def get(self, item: str) -> Value | None:
        """An answer, or None if it was skipped."""
        return self.answers.get(item)
