"""What became of a runner over weeks, held against what two recordings of one posture differ by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import copysign, inf, isfinite, nan

import numpy as np

from posture.drift.blocks import MIN_STRIDES
from posture.drift.floor import floor_of
from posture.history.types import Kept, Level
from posture.kinematics.neutral import beyond
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric
from posture.rules import Verdict, load_causes
from posture.settings import DriftSettings


class Step(StrEnum):
    """How the latest recording stands against the first."""

    BETTER = "better"
    WORSE = "worse"
    #: Moved, where no way is known to be the better one, or where both are usual.
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "no change"
    ONE = "one recording so far"


class Help(StrEnum):
    """What became of a cause that was found once."""

    GONE = "no longer found"
    LESS = "still found, but smaller"
    STILL = "still found"
    UNCLEAR = "cannot be told since"
    NEW = "found in the latest recording"


@dataclass(frozen=True, eq=False)
class Course:
    """One metric over the recordings of one camera position. In the metric's unit.

    Attributes
    ----------
    metric : Metric
    kept : tuple of Kept
        The recordings that measured it in strides enough for a verdict, in order of time.
    level : ndarray, shape (n,)
        Median of each recording.
    tiring : ndarray, shape (n,)
        Change within each run in the direction in which the metric gets worse; NaN where it is not known.
    floor : float
        Smallest difference between two recordings that counts.
    step, tiring_step : Step
        Of the level, and of the change within the run.
    best : int or None
        Place of the run with the least change for the worse; None where no run was long enough.
    """

    metric: Metric
    kept: tuple[Kept, ...]
    level: np.ndarray
    tiring: np.ndarray
    floor: float
    step: Step
    tiring_step: Step
    best: int | None

    @property
    def moved(self) -> bool:
        """Whether level or tiring changed beyond the floor."""
        return not {self.step, self.tiring_step} <= {Step.SAME, Step.ONE}


@dataclass(frozen=True)
class Advice:
    """A cause that was found, what was advised, and what became of it.

    Attributes
    ----------
    cause, title, cue : str
    since : Kept
        The first recording in which it was found.
    latest : Kept or None
        The last one that could decide; None if none did after it.
    help : Help
    """

    cause: str
    title: str
    cue: str
    since: Kept
    latest: Kept | None
    help: Help


def cameras(kept: Sequence[Kept]) -> list[tuple[str, str]]:
    """Where cameras stood, that of the most recordings first: levels compare only within one."""
    places: dict[tuple[str, str], int] = {}
    for one in kept:
        places[one.camera] = places.get(one.camera, 0) + 1
    return sorted(places, key=lambda place: -places[place])


def courses(kept: Sequence[Kept], camera: tuple[str, str], settings: DriftSettings) -> list[Course]:
    """Every metric over the recordings of one camera position.

    Parameters
    ----------
    kept : sequence of Kept
        In order of time.
    camera : tuple of str
    settings : DriftSettings
        For the floors between two recordings, whatever settings each was analysed with.
    """
    here = [one for one in kept if one.camera == camera and one.judged]
    found = []
    for metric in METRICS.values():
        measured = ((one, one.levels[metric.id]) for one in here if metric.id in one.levels)
        with_it = [(one, level) for one, level in measured if level.strides >= MIN_STRIDES]
        if with_it:
            found.append(_course(metric, [one for one, _ in with_it], [level for _, level in with_it], settings))
    return found


def advice(kept: Sequence[Kept]) -> list[Advice]:
    """What became of every cause that was found in a recording long enough for a verdict, in order of first finding.

    What stands behind the other causes comes after them. A cue is repeated only where the latest recording's own
    findings may advise.
    """
    found: dict[str, Advice] = {}
    judged = [one for one in kept if one.judged]
    for i, one in enumerate(judged):
        for cause, said in one.findings.items():
            if said.verdict is Verdict.SUPPORTED and cause not in found and not _told_with_another(one, cause):
                later = [other for other in judged[i + 1 :] if cause in other.findings]
                latest = next((o for o in reversed(later) if _decided(o, cause)), None)
                cue = said.cue if _may_advise(kept[-1], cause) else ""
                found[cause] = Advice(cause, said.title, cue, one, latest, _help(cause, one, later, latest))
    behind = _behind()
    return sorted(found.values(), key=lambda one: one.cause in behind)


def _may_advise(latest: Kept, cause: str) -> bool:
    """Whether no sign that belongs to a doctor took the advice away: what is found has a cue, and something is told."""
    supported = {id: said for id, said in latest.findings.items() if said.verdict is Verdict.SUPPORTED}
    if cause in supported:
        return bool(supported[cause].cue)
    # What stands behind the others may have no cue for a reason of its own.
    behind = _behind()
    others = {id: said for id, said in supported.items() if id not in behind} or supported
    return bool(latest.findings) and all(said.cue for said in others.values())


def _told_with_another(kept: Kept, cause: str) -> bool:
    """Whether it is told as a part of another one that stands behind the others."""
    whole = next((one.part_of for one in load_causes().cause if one.id == cause and one.behind), "")
    return whole in kept.findings and kept.findings[whole].verdict is Verdict.SUPPORTED


def _behind() -> set[str]:
    return {cause.id for cause in load_causes().cause if cause.behind}


def _course(metric: Metric, kept: Sequence[Kept], levels: Sequence[Level], settings: DriftSettings) -> Course:
    level = np.array([np.nan if one.trend_only else one.level for one in levels])
    tiring = np.array([_away(metric, one) for one in levels])
    usual = float(np.nanmedian(np.abs(level))) if np.isfinite(level).any() else 0.0
    floor = floor_of(metric, usual, settings, settings.other_camera_factor)
    best = int(np.nanargmin(tiring)) if np.isfinite(tiring).any() else None
    return Course(
        metric, tuple(kept), level, tiring, floor, _step(level, metric.amber or metric.neutral, floor),
        _step(tiring, (-inf, 0.0), floor), best,
    )  # fmt: skip


def _away(metric: Metric, level: Level) -> float:
    """How much further from neutral a run ended than it began, around its median; else by the sign of the flag."""
    if metric.neutral is None:
        return copysign(1.0, metric.flag) * level.change
    start, end = level.level - level.change / 2, level.level + level.change / 2
    return beyond(metric, end) - beyond(metric, start) if isfinite(level.change) else nan


def _step(values: np.ndarray, usual: tuple[float, float] | None, floor: float) -> Step:
    """The last known value against the first: better or worse only by what lies outside of the usual, on one side."""
    known = values[np.isfinite(values)]
    if known.size < 2:
        return Step.ONE
    first, last = float(known[0]), float(known[-1])
    if abs(last - first) <= floor:
        return Step.SAME
    if usual is not None:
        before, after = (value - min(max(value, usual[0]), usual[1]) for value in (first, last))
        if before * after >= 0 and before != after:
            return Step.WORSE if abs(after) > abs(before) else Step.BETTER
    return Step.HIGHER if last > first else Step.LOWER


def _decided(kept: Kept, cause: str) -> bool:
    return not kept.findings[cause].verdict.is_open


def _help(cause: str, since: Kept, later: Sequence[Kept], latest: Kept | None) -> Help:
    if latest is None:
        return Help.UNCLEAR if later else Help.NEW
    now, then = latest.findings[cause], since.findings[cause]
    if now.verdict is Verdict.NOT_SUPPORTED:
        return Help.GONE
    # Effects count minimal detectable changes: less than one between them is noise.
    smaller = isfinite(now.effect) and then.effect - now.effect >= 1.0
    return Help.LESS if smaller else Help.STILL
