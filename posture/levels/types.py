"""The answer to "how is this runner's posture, held against others?": one record a metric, one a pattern."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from posture.drift.types import Interval


class Place(StrEnum):
    """Where a level lies among the reference runners."""

    USUAL = "usual"
    HIGH = "high"
    LOW = "low"
    UNKNOWN = "cannot tell"


class Shape(StrEnum):
    """A posture that is told by its levels together."""

    HEAD_FORWARD = "head forward"
    SLUMPED = "slumped"
    WHOLE_LEAN = "whole-body lean"
    LEANING_BACK = "leaning back"
    HANDS_HIGH = "hands high"
    ELBOWS_TIGHT = "elbows tight"
    ELBOWS_STRETCHED = "elbows stretched"


@dataclass(frozen=True)
class Level:
    """One metric's level, and its place among the reference runners. Numbers are in the metric's unit.

    Attributes
    ----------
    metric : str
        Metric id.
    value : float
        Median over the strides.
    error : float
        Standard error of ``value``: its strides, the recording (where the reference knows it), the camera's roll
        and yaw.
    strides : int
        Strides it rests on.
    place : Place
    beyond : float
        0.95 or 0.99 where the level lies outside that prediction interval, else 0.
    usual : Interval
        95 % prediction interval for one more runner, widened by what is not sure about this recording.
    seldom : Interval
        The same for 99 %.
    others : tuple of float
        Levels of the reference runners, rising.
    reason : str
        Why the place is not known; empty where it is.
    """

    metric: str
    value: float
    error: float
    strides: int
    place: Place
    beyond: float
    usual: Interval
    seldom: Interval
    others: tuple[float, ...]
    reason: str = ""

    @property
    def above(self) -> int:
        """How many reference runners have a lower level."""
        return sum(other < self.value for other in self.others)


@dataclass(frozen=True)
class Pattern:
    """Whether a run shows one of the shapes.

    Attributes
    ----------
    shape : Shape
    found : bool or None
        None where it cannot be told.
    size : float
        How far out along the shape's direction: Student's t over its critical value; 1 is the border. NaN where
        it was not judged.
    strides : int
        Strides of the metric that has fewest.
    reason : str
        A sentence: what was seen, or why it cannot be told.
    """

    shape: Shape
    found: bool | None
    size: float
    strides: int
    reason: str


@dataclass(frozen=True)
class Levels:
    """Every level of a run, and what they make together.

    Attributes
    ----------
    reference : str
        Name of the reference, for people.
    from_start : bool
        Whether they are those of the fresh part of a longer run; else of all its strides.
    levels : mapping of str to Level
        By metric id; those with a value.
    patterns : mapping of Shape to Pattern
        One for each shape.
    reason : str
        Why nothing can be held against the reference; empty where something can.
    """

    reference: str
    from_start: bool
    levels: Mapping[str, Level]
    patterns: Mapping[Shape, Pattern]
    reason: str = ""

    @property
    def found(self) -> tuple[Pattern, ...]:
        """The patterns that the run shows, the furthest out first."""
        found = (pattern for pattern in self.patterns.values() if pattern.found)
        return tuple(sorted(found, key=lambda pattern: -pattern.size))
