"""What the program sees of known changes in real pixels, against what is true, by metric: rows for tables."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from posture.drift.blocks import fifths
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS
from posture.series import Floats
from tests.proving_ground.composed import COURSES, ONSETS, Take, composed, judged, seen_run
from tests.proving_ground.footage import Footage

#: Strides of a composed run: a little over a minute.
SECONDS = 63.0
#: Verdicts that claim that something happened.
FOUND = (Status.DRIFT, Status.EPISODE)


@dataclass(frozen=True)
class Change:
    """Change of one metric under a bend that is held, against the unbent run: mean over strides, the metric's unit."""

    clip: str
    kind: str
    amount: float
    metric: str
    true: float
    seen: float
    floor: float


def held(footage: Footage, kind: str, seconds: float = 20.0, seed: int = 0) -> list[Change]:
    """How each metric answers to a bend that does not change: no statistics of drift in between."""

    def levels(amount: float) -> tuple[pd.Series, pd.Series]:
        take = composed(footage, kind, lambda place: np.ones(place.size), amount, seconds, seed)
        seen, true = (
            seen_run(series).segmented.kept.reindex(columns=list(METRICS)) for series in (take.seen, take.true)
        )
        return seen.mean(), true.mean()

    at_rest = levels(0.0)
    rows = []
    for amount in footage.amounts(kind)[1:]:
        seen, true = (bent - plain for bent, plain in zip(levels(amount), at_rest, strict=True))
        rows += [
            Change(footage.clip.name, kind, amount, name, float(true[name]), float(seen[name]), floor(name, at_rest[0]))
            for name in METRICS
        ]
    return rows


def floor(metric: str, levels: pd.Series) -> float:
    """The metric's floor at a level."""
    known = METRICS[metric]
    return float(np.fmax(known.floor, known.relative_floor * abs(levels[metric])))


@dataclass(frozen=True)
class Verdict:
    """What was said of one metric of a composed run, and what is true.

    ``late`` is the onset told less the true one, s; ``covered`` whether its interval holds the true one.
    """

    clip: str
    kind: str
    amount: float
    course: str
    seed: int
    metric: str
    status: str
    true: float
    seen: float
    floor: float
    held_by_interval: bool
    late: float = nan
    covered: float = nan

    @property
    def found(self) -> bool:
        return self.status in FOUND


def verdicts(footage: Footage, kind: str, amount: float, course: str, seed: int) -> list[Verdict]:
    """A composed run, through the whole program."""
    take = composed(footage, kind, COURSES[course], amount, SECONDS, seed)
    seen = seen_run(take.seen)
    truth = _true_changes(take, course)
    return [
        _verdict(footage, kind, amount, course, seed, result, truth.get(name, nan))
        for name, result in judged(seen).items()
        if result.strides and np.isfinite(result.p)
    ]


def _true_changes(take: Take, course: str) -> dict[str, float]:
    """End less Baseline of the bent landmarks' own strides; of an episode, it less what lies around it."""
    table = seen_run(take.true).segmented.kept
    count = len(table)
    ends = np.zeros(count)
    ends[: fifths(count)], ends[-fifths(count) :] = -1, 1
    if course == "episode":
        middle = (table["start"] + table["end"]).to_numpy() / 2 / take.true.time[-1]
        ends = 2.0 * COURSES[course](middle) - 1.0
    if course == "step":
        ends = np.sign((table["start"] + table["end"]).to_numpy() / 2 / take.true.time[-1] - ONSETS["step"])
    return {name: _between(table[name].to_numpy(float), ends) for name in METRICS if name in table}


def _between(values: Floats, ends: Floats) -> float:
    with np.errstate(all="ignore"):
        seen = np.isfinite(values)
        if not (seen & (ends > 0)).any() or not (seen & (ends < 0)).any():
            return nan
        return float(np.mean(values[seen & (ends > 0)]) - np.mean(values[seen & (ends < 0)]))


def _verdict(
    footage: Footage, kind: str, amount: float, course: str, seed: int, result: DriftResult, true: float
) -> Verdict:
    onset = SECONDS * ONSETS[course]
    size, interval = result.change, result.interval
    if result.episode is not None and course == "episode":
        size, interval = result.episode.size, result.episode.interval
    late = covered = nan
    if result.onset is not None:
        late = result.onset.time - onset
        covered = float(result.onset.interval.low <= onset <= result.onset.interval.high)
    return Verdict(
        footage.clip.name, kind, amount, course, seed, result.metric, str(result.status), true, size, result.floor,
        interval.low <= true <= interval.high, late, covered,
    )  # fmt: skip
