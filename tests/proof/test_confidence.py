"""How often a finding is right at each confidence: simulated strides and filmed motion capture (``pytest -s``).

A finding is right if the same rules, given the true changes and levels without any noise, come to the same verdict;
a change that is real and too small for the rule counts as wrong. Changes of all sizes are drawn, those around the
thresholds among them, so that low confidence has something to be wrong about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from posture.drift import assess
from posture.drift.blocks import fifths
from posture.drift.timing import find_timing
from posture.drift.types import DriftResult, Interval, Status
from posture.importers import Camera
from posture.kinematics import METRICS
from posture.kinematics.head import JACOBIAN, PATTERN_METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.landmarks import L
from posture.rules import Confidence, Finding, Intake, Verdict, judge, load_causes
from posture.series import Floats, PoseSeries
from posture.settings import DriftSettings
from posture.strides import Strides
from tests.evidence import result, seen_from
from tests.proving_ground import Flaws, Runner, analyse, posture_changes, record
from tests.proving_ground.cast import one_of_each
from tests.simulated import EXPLORATORY, SIDE, noise, ramp, recording

pytestmark = pytest.mark.slow

FEW_SAMPLES = DriftSettings(resamples=100)
LEVELS = {**SIDE, **EXPLORATORY}
#: How strides may remember each other.
NOISES = ("white", "AR .3", "AR .6", "FD .2", "FD .35")
#: Method 5: what "high" must hold.
RIGHT_WHEN_HIGH = 0.90


@pytest.fixture(autouse=True)
def _no_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rate plays no part in any verdict, and takes a third of the time."""
    monkeypatch.setattr("posture.drift.measure.rate", lambda *_: (0.0, Interval(0.0, 0.0)))


def answers(rng: np.random.Generator) -> Intake | None:
    """A hard effort for every other runner, whatever happened: corroboration that means nothing."""
    return Intake({"effort": 9.0}) if rng.random() < 0.5 else None


def true_result(name: str, baseline: float, change: float) -> DriftResult:
    """What can be said of a metric by somebody who knows the truth."""
    metric = METRICS[name]
    floor = max(metric.floor, metric.relative_floor * abs(baseline))
    drifted = abs(change) > floor
    timing = find_timing(metric, drifted=drifted, baseline=baseline, change=change, floor=floor, upright=None)
    status = Status.DRIFT if drifted else Status.STABLE
    return result(name, change, status=status, spread=0.0, baseline=baseline, timing=timing)


def calls(found: Iterable[Finding], true: Iterable[Finding]) -> list[dict[str, object]]:
    """One row for each cause that was decided."""
    return [
        {
            "cause": f.cause,
            "said": str(f.verdict),
            "label": str(f.label),
            "right": f.verdict is t.verdict,
            # The change is there and goes that way, but is smaller than the rule asks for.
            "nearly": f.verdict is t.verdict or t.verdict.is_open,
        }
        for f, t in zip(found, true, strict=True)
        if not f.verdict.is_open
    ]


def show(title: str, rows: pd.DataFrame) -> None:
    table = rows.groupby(["said", "label"])[["right", "nearly"]].mean()
    print(f"\n{title}\n{table.assign(number=rows.groupby(['said', 'label']).size()).round(3)}")


def share_right(rows: pd.DataFrame, label: Confidence) -> float:
    return float(rows.loc[rows["label"] == label, "right"].mean())


def simulated_changes(rng: np.random.Generator) -> dict[str, float]:
    """By how much each metric changes over a run; nothing at all in three of ten."""
    change = dict.fromkeys(LEVELS, 0.0)
    if rng.random() < 0.3:
        return change
    for row in JACOBIAN.values():
        amount = rng.uniform(0.2, 2.5) if rng.random() < 0.2 else 0.0
        for metric, unit in zip(PATTERN_METRICS, row, strict=True):
            change[metric] += amount * unit
    swing = rng.uniform(0.0, 0.5) if rng.random() < 0.3 else 0.0
    for metric in ("upper_arm_amp", "elbow_rom", "wrist_ap_amp"):
        change[metric] -= swing * LEVELS[metric][0]
    for metric, low, high in (
        ("head_pitch", 0.0, 20.0),
        ("wrist_h", -0.05, 0.25),
        ("elbow_flex", -5.0, 20.0),
        ("shrug_v", -0.1, 0.0),
        ("cadence", -10.0, 0.0),
    ):
        change[metric] += rng.uniform(low, high) if rng.random() < 0.2 else 0.0
    return change


def simulated_run(seed: int) -> list[dict[str, object]]:
    rng = np.random.default_rng(seed)
    strides, kind, begin = int(rng.choice([74, 120, 250, 400])), str(rng.choice(NOISES)), rng.choice([0.0, 0.25, 0.5])
    change, shape = simulated_changes(rng), ramp(begin)(np.linspace(0, 1, strides))
    values = {
        metric: level + spread * unit + change[metric] * shape
        for (metric, (level, spread)), unit in zip(
            LEVELS.items(), noise(kind, (len(LEVELS), strides), seed), strict=True
        )
    }
    values["neck_trunk"] = values["neck_incl"] - values["trunk_lean"]
    table, view, metrics = recording(values, np.zeros(strides))
    settings = FEW_SAMPLES.model_copy(update={"warmup_share": 0.0})
    intake, causes = answers(rng), load_causes()
    found = assess(table, view, metrics, camera=None, settings=settings)
    part = fifths(strides)
    first, last = float(np.median(shape[:part])), float(np.median(shape[-part:]))
    true = {
        metric: true_result(metric, LEVELS[metric][0] + change[metric] * first, change[metric] * (last - first))
        if metric in LEVELS
        else result(metric, status=Status.WITHHELD)
        for metric in METRICS
    }
    ideal = seen_from(ViewKind.SIDE)
    return calls(judge(found, view, table, metrics, intake, causes), judge(true, ideal, table, metrics, intake, causes))


def test_high_confidence_is_right_on_simulated_strides() -> None:
    rows = pd.DataFrame([row for seed in range(150) for row in simulated_run(seed)])
    show("Simulated strides, 150 runs", rows)
    assert ((rows["said"] == Verdict.SUPPORTED) & (rows["label"] == Confidence.HIGH)).sum() >= 10
    assert share_right(rows, Confidence.HIGH) >= RIGHT_WHEN_HIGH
    for said in (Verdict.SUPPORTED, Verdict.NOT_SUPPORTED):
        assert share_right(rows[rows["said"] == said], Confidence.HIGH) >= RIGHT_WHEN_HIGH, said


Change = Callable[[Floats, Floats], Floats]


def posture_change(rng: np.random.Generator) -> Change:
    """Up to five changes together, each from a share of the run on; none in three of ten runs."""
    begin = rng.choice([0.0, 0.25, 0.5])
    kinds = (
        (posture_changes.head_forward, 0.01, 0.06),
        (posture_changes.protract, 0.01, 0.06),
        (posture_changes.slump, 3.0, 15.0),
        (posture_changes.lean, 2.0, 8.0),
        (lambda points, amount: posture_changes.raise_arms(points, amount, amount), 5.0, 25.0),
    )
    some = rng.random() < 0.7
    parts = [(kind, rng.uniform(low, high)) for kind, low, high in kinds if some and rng.random() < 0.3]

    def change(share: Floats, points: Floats) -> Floats:
        on = np.clip((share - begin) / (1.0 - begin), 0.0, 1.0)
        for kind, amount in parts:
            points = kind(points, amount * on)
        return points

    return change


def biased(series: PoseSeries, towards: float) -> PoseSeries:
    """With MediaPipe's constant error: shoulders a tenth of a torso too high, ears 0.07 too far forward."""
    xy = series.xy.copy()
    shoulders, hips = ([L[f"LEFT_{part}"], L[f"RIGHT_{part}"]] for part in ("SHOULDER", "HIP"))
    torso = float(np.nanmedian(np.linalg.norm(xy[:, shoulders].mean(axis=1) - xy[:, hips].mean(axis=1), axis=1)))
    xy[:, shoulders, 1] -= 0.10 * torso
    xy[:, [L.LEFT_EAR, L.RIGHT_EAR], 0] += towards * 0.07 * torso
    return series.with_xy(xy)


def filmed(
    runner: Runner, change: Change, azimuth: float, seed: int, rng: np.random.Generator
) -> tuple[Strides, View, Metrics]:
    """From up to 15 degrees off the side; a camera that creeps around the runner in three of ten runs."""
    seconds = float(rng.choice([90.0, 150.0, 240.0]))
    orbit = rng.uniform(-8.0, 8.0) if rng.random() < 0.3 else 0.0
    take = record(
        runner,
        Camera(azimuth=azimuth + rng.uniform(-15.0, 15.0)),
        seconds,
        flaws=Flaws(noise=rng.uniform(0.5, 2.0)),
        variability=1.0,
        change=lambda time, points: change(time / seconds, points),
        orbit=(lambda time: orbit * time / seconds) if orbit else None,
        seed=seed,
    )
    # The runner seen from the left (azimuth 90) runs to the image's left.
    series = biased(take.series, -np.sign(azimuth)) if rng.random() < 0.5 else take.series
    seen = analyse(series)
    return seen.strides, seen.view, seen.metrics


def truth(runner: Runner, change: Change, azimuth: float) -> tuple[Mapping[str, DriftResult], View, Strides, Metrics]:
    """The runner before a perfect camera and a perfect estimator, every stride like the other but for the change."""
    seconds = 90.0
    take = record(runner, Camera(azimuth=azimuth), seconds, change=lambda time, points: change(time / seconds, points))
    seen = analyse(take.clean)
    kept = seen.kept[seen.kept["start"] > FEW_SAMPLES.warmup_share * seconds]
    part, found = len(kept) // 5, {}
    for metric in METRICS:
        values = kept[metric].dropna() if metric in kept else pd.Series(dtype=float)
        if metric in seen.metrics.withheld or values.empty:
            found[metric] = result(metric, status=Status.WITHHELD)
            continue
        first, last = float(kept[metric].iloc[:part].median()), float(kept[metric].iloc[-part:].median())
        found[metric] = true_result(metric, first, last - first)
    return found, seen.view, seen.strides, seen.metrics


def filmed_run(number: int, cast: tuple[Runner, ...]) -> list[dict[str, object]]:
    rng = np.random.default_rng(number)
    runner, change, azimuth = cast[number % len(cast)], posture_change(rng), float(rng.choice([90.0, -90.0]))
    intake, causes = answers(rng), load_causes()
    strides, view, metrics = filmed(runner, change, azimuth, number, rng)
    found = assess(strides, view, metrics, camera=None, settings=FEW_SAMPLES)
    true, true_view, true_strides, true_metrics = truth(runner, change, azimuth)
    return calls(
        judge(found, view, strides, metrics, intake, causes),
        judge(true, true_view, true_strides, true_metrics, intake, causes),
    )


def test_high_confidence_is_right_on_filmed_motion_capture(shared: Path) -> None:
    cast = one_of_each(shared / "mocap")
    rows = pd.DataFrame([row for number in range(40) for row in filmed_run(number, cast)])
    show("Motion capture before a camera, 40 runs", rows)
    # High is rare: intervals reach as far as a change of which only a part is seen.
    assert (rows["label"] == Confidence.HIGH).sum() >= 5
    assert share_right(rows, Confidence.HIGH) >= RIGHT_WHEN_HIGH
