"""Strides to levels: where a run lies among the reference runners, and which patterns that makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, isnan, nan

import numpy as np
import pandas as pd

from posture.drift.types import Interval
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View, ViewKind
from posture.levels.errors import Doubt, camera_error, joint_error, stride_error
from posture.levels.reference import LEAST_RUNNERS, LEAST_STRIDES, LEVELLED, Reference
from posture.levels.shapes import SHAPES, TAIL, Direction
from posture.levels.spread import Along, Spread, along
from posture.levels.types import Level, Levels, Pattern, Place, Shape
from posture.series import Floats

_UNKNOWN = Interval(nan, nan)
_TREND = "From this oblique camera only a change means anything; film square to the runner's side."


@dataclass(frozen=True, eq=False)
class Held:
    """One recording, ready to be held against reference runners.

    Attributes
    ----------
    values : mapping of str to ndarray, each of shape (strides,)
        By metric id; no NaN.
    trend_only : frozenset of str
        Metrics of which only the change means anything here.
    view : ViewKind
    gait : str
        ``running``, ``walking`` or empty.
    doubt : Doubt
    """

    values: Mapping[str, Floats]
    trend_only: frozenset[str]
    view: ViewKind
    gait: str
    doubt: Doubt


def held(strides: pd.DataFrame, metrics: Metrics, view: View, gait: str, roll: float) -> Held:
    """What is held against reference runners.

    Parameters
    ----------
    strides : DataFrame
        Rows of the stride table that count.
    metrics : Metrics
    view : View
    gait : str
        From :func:`posture.levels.reference.gait_of`.
    roll : float
        Degrees that the room's lines show beyond what was taken out; NaN where they show nothing.
    """
    columns = {id: strides[id].to_numpy(float) for id in LEVELLED if id in strides}
    values = {id: column[np.isfinite(column)] for id, column in columns.items()}
    off = view.yaw if view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE) else 90.0 - view.yaw
    return Held(
        {id: column for id, column in values.items() if column.size},
        metrics.trend_only,
        view.kind,
        gait,
        Doubt(roll, off),
    )


def judge_levels(recording: Held, reference: Reference, *, from_start: bool = False, obstacle: str = "") -> Levels:
    """Place every level among the reference runners, and name the patterns.

    Parameters
    ----------
    recording : Held
    reference : Reference
    from_start : bool
        Whether the strides are the fresh part of a longer run.
    obstacle : str
        Why nothing can be compared, from :func:`posture.levels.reference.held_against`.

    Returns
    -------
    Levels
    """
    obstacle = obstacle or _obstacle(recording, reference)
    levels = {id: _level(id, recording, reference, obstacle) for id in recording.values}
    patterns = _patterns(recording, reference, obstacle)
    return Levels(reference.name, from_start, levels, patterns, obstacle)


def _obstacle(recording: Held, reference: Reference) -> str:
    if not recording.gait:
        return "No strides were found."
    if reference.runners(recording.view, recording.gait):
        return ""
    filmed = {clip.view for clip in reference.clip if clip.gait == recording.gait}
    if not filmed:
        return f"{_NOT_HELD} none of the {reference.name} was filmed {recording.gait}."
    return f"{_NOT_HELD} the {reference.name} were filmed {' or '.join(_FROM[v] for v in _FROM if v in filmed)}."


_NOT_HELD = "Your posture is not compared with others here:"
_FROM = {ViewKind.SIDE: "from the side", ViewKind.FRONT: "from the front", ViewKind.REAR: "from behind"}


def _level(metric: str, recording: Held, reference: Reference, obstacle: str) -> Level:
    values = recording.values[metric]
    value = float(np.median(values))
    own = hypot(stride_error(values), camera_error(metric, recording.doubt))
    sem = reference.recording_error(metric, recording.view, recording.gait)
    others = reference.levels((metric,), recording.view, recording.gait)
    reason = obstacle or _why_not((metric,), recording, len(others))
    error = own if isnan(sem) else hypot(own, sem)
    if reason:
        return Level(metric, value, error, values.size, Place.UNKNOWN, 0.0, _UNKNOWN, _UNKNOWN, (), reason)
    spread = Spread.of(others)
    usual, seldom = (_possible(spread.interval(share, own), METRICS[metric]) for share in (0.95, 0.99))
    place, beyond = _place(value, spread, own)
    if place is Place.UNKNOWN:
        reason = "It lies at the edge of what is usual, and is not sure enough here."
    return Level(
        metric, value, error, values.size, place, beyond, usual, seldom, tuple(sorted(others[:, 0].tolist())), reason
    )


def _possible(interval: Interval, metric: Metric) -> Interval:
    """Without what no runner can show: a size is not negative."""
    return Interval(max(interval.low, 0.0), interval.high) if metric.relative else interval


def _place(value: float, spread: Spread, error: float) -> tuple[Place, float]:
    """Usual within the reference's own interval, out beyond the widened one, and not known between."""
    beyond = next((level for level in (0.99, 0.95) if not _within(value, spread.interval(level, error))), 0.0)
    if beyond:
        return (Place.HIGH if value > spread.mean[0] else Place.LOW), beyond
    return (Place.USUAL if _within(value, spread.interval(0.95)) else Place.UNKNOWN), 0.0


def _within(value: float, interval: Interval) -> bool:
    return interval.low <= value <= interval.high


def _why_not(metrics: tuple[str, ...], recording: Held, runners: int) -> str:
    """Why metrics cannot be placed, or nothing."""
    missing = next((id for id in metrics if id not in recording.values), None)
    if missing is not None:
        return f"{METRICS[missing].label} was not measured here."
    if any(id in recording.trend_only for id in metrics):
        return _TREND
    strides = min(recording.values[id].size for id in metrics)
    if strides < LEAST_STRIDES:
        return f"A level needs {LEAST_STRIDES} strides; this has {strides}."
    if runners < LEAST_RUNNERS:
        return f"It takes {LEAST_RUNNERS} reference runners; there are {runners}."
    return ""


def _patterns(recording: Held, reference: Reference, obstacle: str) -> dict[Shape, Pattern]:
    judged: dict[Shape, Pattern] = {}
    sure: dict[Shape, Along] = {}
    plain: dict[Shape, Along] = {}
    for shape, direction in SHAPES.items():
        levels = reference.levels(direction.metrics, recording.view, recording.gait)
        reason = obstacle or _why_not(direction.metrics, recording, len(levels))
        if reason:
            judged[shape] = Pattern(shape, None, nan, 0, reason)
            continue
        sure[shape], plain[shape] = _seen(direction, recording, Spread.of(levels))
    named = _named(sure)
    for shape in sure:
        found, why = _verdict(shape, named, sure[shape], plain[shape])
        strides = min(recording.values[id].size for id in SHAPES[shape].metrics)
        judged[shape] = Pattern(shape, found, sure[shape].size, strides, why)
    return {shape: judged[shape] for shape in SHAPES}


def _seen(direction: Direction, recording: Held, spread: Spread) -> tuple[Along, Along]:
    """With and without this recording's own errors."""
    values = tuple(recording.values[id] for id in direction.metrics)
    level = np.array([np.median(each) for each in values])
    widened = joint_error(direction.metrics, values, recording.doubt)
    return along(level, spread, direction.vector, TAIL, widened), along(level, spread, direction.vector, TAIL)


def _named(seen: Mapping[Shape, Along]) -> set[Shape]:
    """Of the shapes of the same metrics that fit, the one that leaves least over."""
    best: dict[tuple[str, ...], Shape] = {}
    for shape, each in seen.items():
        metrics = SHAPES[shape].metrics
        if each.fits and (metrics not in best or each.off < seen[best[metrics]].off):
            best[metrics] = shape
    return set(best.values())


def _verdict(shape: Shape, named: set[Shape], sure: Along, plain: Along) -> tuple[bool | None, str]:
    if shape in named:
        return True, f"Further out than all but {TAIL:.1%} of runners like the reference's would be."
    others = [other for other in named if SHAPES[other].metrics == SHAPES[shape].metrics]
    if others:
        return False, f"It is told as {others[0]}."
    if sure.size > 1.0:
        return None, "It lies out, but not as this posture would put it."
    if plain.size > 1.0:
        return None, "It may lie out, but is not sure enough here: camera or few strides."
    return False, "Within what is usual."
