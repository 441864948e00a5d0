"""From levels among reference runners to facts with three values.

A level is a fact from three strides on, and holds from the start of the recording: true where a pattern was found or
a metric lies beyond what one runner in a hundred shows, false where it is usual. Between, and where nothing could be
compared, it is unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import nan

from posture.drift.floor import floor_of
from posture.drift.timing import find_timing
from posture.drift.types import Timing
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.levels import Level, Levels, Pattern, Place, Shape
from posture.levels.reference import REPLACES_BANDS
from posture.levels.shapes import SHAPES
from posture.rules import confidence, wording
from posture.rules.changes import beyond_band
from posture.rules.outcome import Basis, Outcome
from posture.rules.schema import Carried
from posture.rules.schema import Level as LevelRule
from posture.rules.types import Condition
from posture.settings import DriftSettings
from posture.strides.types import FEW_STRIDES

#: A single metric must lie outside this prediction interval: with 0.95 one runner in twenty would, for each metric.
SELDOM = 0.99
_SIDES = {"up": (Place.HIGH,), "down": (Place.LOW,), "any": (Place.HIGH, Place.LOW)}
_BASIS = (Basis(1.0, Timing.PRE_EXISTING, None),)


@dataclass(frozen=True, eq=False)
class Seen:
    """What the quality of a level depends on.

    Attributes
    ----------
    levels : Levels
    view : View
    metrics : Metrics
    settings : DriftSettings
        For the floors between recordings.
    """

    levels: Levels
    view: View
    metrics: Metrics
    settings: DriftSettings

    def floor(self, metric: Metric, level: float) -> float:
        """What two recordings of one runner may differ by."""
        return floor_of(metric, level, self.settings, self.settings.other_camera_factor)

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


def judged_by_reference(level: Level) -> bool:
    """Whether enough reference runners judge a metric's level, in the place of the registry's bands."""
    return level.place is not Place.UNKNOWN and len(level.others) >= REPLACES_BANDS


def level_outcome(rule: LevelRule, level: Level, upright: float | None, text: str, seen: Seen) -> Outcome:
    """Whether one metric's level lies far out on the rule's side.

    Parameters
    ----------
    rule : LevelRule
    level : Level
    upright : float or None
        The runner's own upright level: where running adds to it on that side, less is enough.
    text : str
        What is asked.
    seen : Seen
    """
    metric = METRICS[rule.level]
    if judged_by_reference(level):
        return _placed(rule, metric, level, upright, text, seen)
    banded = metric.amber is not None or metric.red is not None
    if not banded or level.strides < FEW_STRIDES or metric.id in seen.metrics.trend_only:
        line = Condition(text, level.value, nan, metric.unit, None, level.reason, metrics=(metric.id,))
        return Outcome(None, {}, (line,))
    return _in_band(rule, metric, level, upright, text, seen)


def _placed(rule: LevelRule, metric: Metric, level: Level, upright: float | None, text: str, seen: Seen) -> Outcome:
    """By the reference runners: usual, seldom, or between, which alone is only a note."""
    sides = _SIDES[rule.direction]
    confirmed = upright is not None and _added(level, upright) > seen.floor(metric, level.value)
    border = level.usual if confirmed else level.seldom
    limit = border.low if level.place is Place.LOW else border.high
    truth: bool | None = None
    why = "It lies outside what is usual, which alone is only a note."
    if level.place not in sides:
        truth, why = False, f"Held against {seen.levels.reference}: not beyond what is usual."
    elif confirmed or level.beyond >= SELDOM:
        truth, why = True, f"Held against {seen.levels.reference}: further out than one in a hundred would be."
    middle = (level.usual.low + level.usual.high) / 2.0
    return _told(truth, why, abs(level.value - middle) / (level.usual.high - middle), limit, level, text, seen)


def _in_band(rule: LevelRule, metric: Metric, level: Level, upright: float | None, text: str, seen: Seen) -> Outcome:
    """By the registry's bands, as for a run that is long enough to drift."""
    floor = seen.floor(metric, level.value)
    timing = find_timing(
        metric,
        drifted=False,
        baseline=level.value,
        change=0.0,
        floor=floor,
        upright=upright,
        upright_floor=floor,
    )
    beyond = beyond_band(level.value, metric, rule.direction)
    truth = beyond > 0 and timing is Timing.PRE_EXISTING
    band = metric.red or metric.amber
    assert band is not None  # asked before
    limit = min(band, key=lambda edge: abs(level.value - edge))
    why = "There from the start." if truth else "Not beyond it, or not confirmed by an upright reference."
    out = 1.0 + beyond / floor_of(metric, level.value, seen.settings) if truth else 0.0
    return _told(truth, why, out, limit, level, text, seen)


def _told(truth: bool | None, why: str, out: float, limit: float, level: Level, text: str, seen: Seen) -> Outcome:
    """``out`` is how far out, 1 at the border."""
    line = Condition(text, level.value, limit, METRICS[level.metric].unit, truth, why, metrics=(level.metric,))
    if truth is None:
        return Outcome(None, {}, (line,))
    sure = confidence.change_quality(out) if truth else confidence.rest_quality(out)
    return Outcome(truth, seen.factors((level.metric,), level.strides, sure), (line,), _BASIS if truth else ())


def _added(level: Level, upright: float) -> float:
    """How far running adds to the upright level, on the level's side."""
    return (upright - level.value) if level.place is Place.LOW else (level.value - upright)


def without(levels: Levels, left_out: Collection[str]) -> Levels:
    """The same levels without some metrics, as if they had not been measured."""
    patterns = {
        shape: replace(pattern, found=None, reason="It rests on what was counted before.")
        if not set(left_out).isdisjoint(SHAPES[shape].metrics)
        else pattern
        for shape, pattern in levels.patterns.items()
    }
    return replace(
        levels, levels={id: each for id, each in levels.levels.items() if id not in left_out}, patterns=patterns
    )


def none_judged(reason: str) -> Levels:
    """Levels of a run that was held against nobody."""
    patterns = {shape: Pattern(shape, None, nan, 0, reason) for shape in Shape}
    return Levels("", False, {}, patterns, reason)
