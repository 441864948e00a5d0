"""What is said about a posture held against reference runners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from posture.kinematics.registry import METRICS
from posture.levels import Level, Levels, Place, Shape
from posture.levels.shapes import SHAPES
from posture.report.text.quantities import quantity, span
from posture.report.text.words import WORDS
from posture.rules.types import Finding, Role
from posture.rules.wording import listed

if TYPE_CHECKING:
    from posture.analysis.summary import Row

#: Metrics that hold the runner's left against the right.
SIDED = ("shoulder_obliquity", "lat_lean", "pelvis_obl", "head_tilt", "arm_asym")
#: Metrics that are told with a shape beside those that it is judged by: what a runner can picture.
_WITH: dict[Shape, tuple[str, ...]] = {
    Shape.HEAD_FORWARD: ("neck_incl", "neck_trunk"),
    Shape.SLUMPED: ("trunk_lean", "neck_incl", "ear_hip"),
    Shape.WHOLE_LEAN: ("trunk_lean", "neck_incl"),
    Shape.LEANING_BACK: ("trunk_lean", "ear_hip"),
}


def place(level: Level | None) -> str:
    """Where a level lies, in a few words; nothing where there is none."""
    if level is None:
        return ""
    words = WORDS["place"]
    return str(words[level.place.name.lower()].format(count=_passed(level), all=len(level.others)))


def place_word(level: Level | None) -> str:
    """Where a level lies, in one word."""
    return str(WORDS["place_word"][level.place.name.lower()]) if level is not None else ""


def standing(level: Level) -> str:
    """A level with what is usual, and where it lies."""
    metric = METRICS[level.metric]
    if level.place is Place.UNKNOWN:
        return f"{quantity(level.value, metric)}. {level.reason}"
    usual = span(level.usual, metric, sign=False)
    if level.place is Place.USUAL:
        return f"{quantity(level.value, metric)}, {WORDS['place']['within'].format(range=usual)}"
    return f"{quantity(level.value, metric)}, {WORDS['place']['range'].format(range=usual)}: {place(level)}"


def _passed(level: Level) -> int:
    """Reference runners on whose far side the level lies."""
    return level.above if level.place is Place.HIGH else sum(other > level.value for other in level.others)


def carried(levels: Levels) -> str:
    """The patterns that a run shows from its start, those that are carried in one sentence; empty without any."""
    said = _shapes([pattern.shape.name.lower() for pattern in levels.found])
    return f"{WORDS['place']['start']} {said}" if said and levels.from_start else said


def _shapes(names: Sequence[str]) -> str:
    carry = WORDS["carry"]
    together = [name for name in carry if name in names]
    if len(together) < 2:
        together = []
    sentences = [str(WORDS["shape"][name]) for name in names if name not in together]
    if together:
        sentences.insert(0, carry["said"].format(parts=listed([carry[name] for name in together])))
    return " ".join(sentences)


def behind(shape: Shape, levels: Levels) -> list[Level]:
    """The levels that show a shape."""
    ids = _WITH.get(shape, SHAPES[shape].metrics)
    return [levels.levels[id] for id in ids if id in levels.levels]


def shapes_of(finding: Finding, levels: Levels) -> list[Shape]:
    """The shapes that a finding rests on."""
    rests = {line.metrics for line in finding.trace if line.passed and line.role in (Role.DECIDES, Role.SUPPORTS)}
    return [pattern.shape for pattern in levels.found if SHAPES[pattern.shape].metrics in rests]


def levels_of(finding: Finding, levels: Levels) -> list[Level]:
    """The levels that a finding rests on, by the shapes that it rests on."""
    return [level for shape in shapes_of(finding, levels) for level in behind(shape, levels)]


def left_and_right(rows: Mapping[str, Row]) -> tuple[list[Row], list[Row]]:
    """The rows without a headline: those that hold left against right, and the others."""
    free = [row for row in rows.values() if row.metric.headline is None]
    return [row for row in free if row.metric.id in SIDED], [row for row in free if row.metric.id not in SIDED]


def unremarkable(levels: Levels) -> bool:
    """Whether all that could be judged is as in the reference runners: no pattern found, and none possible."""
    return not levels.reason and all(pattern.found is False for pattern in levels.patterns.values())


def posture(levels: Levels) -> str:
    """The posture in a sentence or two; why nothing can be said, where that is so."""
    if levels.reason:
        return levels.reason
    if said := carried(levels):
        return said
    words = WORDS["place"]
    if unremarkable(levels):
        return str(words["nothing"].format(reference=levels.reference))
    open_ = [pattern for pattern in levels.patterns.values() if pattern.found is None]
    return str(words["open"].format(shapes=listed([str(pattern.shape) for pattern in open_]), why=open_[0].reason))
