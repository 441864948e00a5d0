"""Made-up drift results, views and strides, for tests of what rules make of them."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import numpy as np
import pandas as pd

from posture.drift.types import DriftResult, Interval, Onset, Status, Timing
from posture.kinematics import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.rules import Finding, Intake, judge, load_causes
from posture.rules.intake import Value
from posture.strides.types import Gait, Strides

#: Levels at which a run is unremarkable, where zero is not.
LEVELS = {
    "elbow_flex": 90.0,
    "wrist_h": 0.45,
    "wrist_h_p95": 0.6,
    "elbow_width": 0.25,
    "wrist_width": 0.55,
    "cross_depth": 0.3,
}
#: Amplitudes and rates whose thresholds are shares of the level.
RELATIVE = {"upper_arm_amp": 50.0, "elbow_rom": 50.0, "wrist_ap_amp": 0.8, "cadence": 170.0, "vert_osc": 0.2}


def result(
    metric: str,
    change: float = 0.0,
    *,
    status: Status | None = None,
    spread: float = 0.1,
    baseline: float | None = None,
    timing: Timing | None = None,
    onset: float = 30.0,
    strides: int = 150,
) -> DriftResult:
    """A drift by ``change``, or a stable metric if there is none; ``spread`` is the interval's half, in MDCs."""
    known = METRICS[metric]
    base = {**LEVELS, **RELATIVE}.get(metric, 0.0) if baseline is None else baseline
    mdc = max(known.floor, known.relative_floor * abs(base))
    status = status or (Status.DRIFT if change else Status.STABLE)
    drift = status is Status.DRIFT
    blank = status in (Status.TOO_SHORT, Status.WITHHELD)
    return DriftResult(
        metric=metric,
        status=status,
        reason=f"Made up as {status}.",
        strides=strides,
        baseline=nan if blank else base,
        end=nan if blank else base + change,
        change=nan if blank else change,
        interval=Interval(nan, nan) if blank else Interval(change - spread * mdc, change + spread * mdc),
        floor=known.floor,
        mdc=mdc,
        p=0.001 if drift else 0.5,
        q=0.001 if drift else 0.5,
        rate=0.0,
        rate_interval=Interval(0.0, 0.0),
        effect=0.0,
        cliff=0.0,
        onset=Onset(onset, Interval(onset - 4, onset + 4), "ramp") if drift else None,
        timing=timing or (Timing.LATE if drift else Timing.NONE),
    )


def run(*results: DriftResult, view: ViewKind = ViewKind.SIDE) -> dict[str, DriftResult]:
    """All metrics of a view stable, but for the given ones."""
    base = {
        m.id: result(m.id) if view in m.views | m.trend_views else result(m.id, status=Status.WITHHELD)
        for m in METRICS.values()
    }
    return base | {r.metric: r for r in results}


def seen_from(kind: ViewKind, yaw: float | None = None, confidence: float = 1.0) -> View:
    """A camera that stands still."""
    usual = {ViewKind.SIDE: 0.0, ViewKind.OBLIQUE: 35.0, ViewKind.FRONT: 90.0, ViewKind.REAR: 90.0}
    yaw = usual.get(kind, nan) if yaw is None else yaw
    sideways = kind in (ViewKind.SIDE, ViewKind.OBLIQUE)
    frames = (np.full(10, kind.value), np.full(10, yaw), np.full(10, int(sideways)))
    return View(kind, yaw, "left" if sideways else None, int(sideways), *frames, confidence)


def some_strides(count: int = 150, gait: Gait = Gait.RUNNING) -> Strides:
    """So many kept strides."""
    table = pd.DataFrame({"kept": np.ones(count, dtype=bool)})
    return Strides(table, gait, "made up", 1.0, {})


def seen(drift: Mapping[str, DriftResult], view: ViewKind, share: float = 1.0) -> Metrics:
    """Metrics of a hundred seconds that were seen in a share of the frames."""
    column = np.where(np.arange(101) < round(share * 101), 0.0, np.nan)
    values = {i: column for i, r in drift.items() if r.status is not Status.WITHHELD}
    trend = frozenset(i for i in values if view in METRICS[i].trend_views)
    return Metrics(np.arange(101.0), values, {}, trend)


def findings(
    *results: DriftResult,
    view: ViewKind = ViewKind.SIDE,
    yaw: float | None = None,
    view_confidence: float = 1.0,
    strides: int = 150,
    gait: Gait = Gait.RUNNING,
    share: float = 1.0,
    upright: Mapping[str, float] | None = None,
    **answers: Value,
) -> dict[str, Finding]:
    """What the program's rules say, by cause."""
    drift = run(*results, view=view)
    found = judge(
        drift,
        seen_from(view, yaw, view_confidence),
        some_strides(strides, gait),
        seen(drift, view, share),
        Intake(answers) if answers else None,
        load_causes(),
        upright=upright,
    )
    return {finding.cause: finding for finding in found}


def slump(size: float = 10.0) -> tuple[DriftResult, ...]:
    """Thoracic flexion by some degrees (planar model, method 1.2)."""
    moves = {"trunk_lean": 0.5, "neck_incl": 1.0, "neck_trunk": 0.5, "ear_hip": 0.66}
    return tuple(result(metric, share * size) for metric, share in moves.items())
