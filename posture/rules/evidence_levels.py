"""From levels among reference runners to facts with three values.

A level is a fact from three strides on, and holds from the start of the recording: true where a pattern was found or
a metric lies beyond what one runner in a hundred shows, false where it is usual. Between, and where nothing could be
compared, it is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

from posture.drift.types import Timing
from posture.kinematics.types import Metric, Metrics, View
from posture.levels import Level, Levels, Pattern, Place
from posture.levels.reference import REPLACES_BANDS
from posture.levels.shapes import SHAPES
from posture.rules import confidence, wording
from posture.rules.outcome import Basis, Outcome
from posture.rules.schema import Carried
from posture.rules.types import Condition

#: A single metric must lie outside this prediction interval: with 0.95 one runner in twenty would, for each metric.
SELDOM = 0.99
_BASIS = (Basis(1.0, Timing.PRE_EXISTING, None),)


@dataclass(frozen=True, eq=False)
class Seen:
    """What the quality of a level depends on.

    Attributes
    ----------
    levels : Levels
    view : View
    metrics : Metrics
    """

    levels: Levels
    view: View
    metrics: Metrics

    def factors(self, metrics: tuple[str, ...], strides: int, size: float) -> Mapping[str, float]:
        """Of a level's confidence, each 0 to 1."""
        return {
            "view": confidence.view_quality(self.view),
            "landmarks": min(confidence.landmark_quality(self.metrics, id) for id in metrics),
            "strides": confidence.level_quality(strides),
            "level": size,
        }


def carried(rule: Carried, seen: Seen) -> Outcome:
    """Whether the posture is one of these shapes."""
    judged = [seen.levels.patterns[shape] for shape in rule.carried]
    found = max((pattern for pattern in judged if pattern.found), key=lambda pattern: pattern.size, default=None)
    if found is not None:
        return _held(wording.carried((found.shape,)), found, seen)
    unknown = next((pattern for pattern in judged if pattern.found is None), None)
    text = wording.carried(rule.carried)
    if unknown is not None:
        return Outcome(None, {}, (Condition(text, nan, nan, "", None, unknown.reason),))
    line = Condition(text, nan, nan, "", False, f"Held against {seen.levels.reference}: usual.")
    nearest = max(judged, key=lambda pattern: pattern.size)
    sure = confidence.rest_quality(nearest.size)
    return Outcome(False, seen.factors(SHAPES[nearest.shape].metrics, nearest.strides, sure), (line,))


def _held(text: str, found: Pattern, seen: Seen) -> Outcome:
    metrics = SHAPES[found.shape].metrics
    why = f"Held against {seen.levels.reference}: {found.size:.1f} times as far out as the border."
    line = Condition(text, nan, nan, "", True, why, metrics=metrics)
    factors = seen.factors(metrics, found.strides, confidence.change_quality(found.size))
    return Outcome(True, factors, (line,), _BASIS)


def judges(level: Level | None) -> bool:
    """Whether a metric's level is judged by the reference, in the place of the registry's bands."""
    return level is not None and len(level.others) >= REPLACES_BANDS


def placed(metric: Metric, level: Level, sides: tuple[Place, ...], confirmed: bool, text: str, seen: Seen) -> Outcome:
    """Whether one metric's level lies far out on one of these sides.

    Parameters
    ----------
    metric : Metric
    level : Level
    sides : tuple of Place
        ``HIGH``, ``LOW`` or both.
    confirmed : bool
        Whether the runner's own upright level says that running adds to it: then 95 % is enough.
    text : str
        What is asked.
    seen : Seen
    """
    border = level.seldom if not confirmed else level.usual
    limit = border.low if level.place is Place.LOW else border.high
    truth: bool | None = None
    why = level.reason or f"Outside what is usual ({level.beyond:.0%} of runners), which alone is only a note."
    if level.place is Place.USUAL or (level.place is not Place.UNKNOWN and level.place not in sides):
        truth, why = False, f"Held against {seen.levels.reference}: not beyond what is usual."
    elif level.place in sides and (confirmed or level.beyond >= SELDOM):
        truth, why = True, f"Further out than {_passed(level)} of {seen.levels.reference}; there from the start."
    line = Condition(text, level.value, float(limit), metric.unit, truth, why, metrics=(metric.id,))
    if truth is None:
        return Outcome(None, {}, (line,))
    middle = (level.usual.low + level.usual.high) / 2.0
    out = abs(level.value - middle) / (level.usual.high - middle)
    sure = confidence.change_quality(out) if truth else confidence.rest_quality(out)
    return Outcome(truth, seen.factors((metric.id,), level.strides, sure), (line,), _BASIS if truth else ())


def _passed(level: Level) -> str:
    count = level.above if level.place is Place.HIGH else sum(other > level.value for other in level.others)
    return f"{count} of {len(level.others)}"
