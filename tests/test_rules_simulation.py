"""Simulated runs with known causes: how often a finding is right, by its confidence (``pytest -s`` prints it)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from posture.drift.hinge import fractional_noise
from posture.drift.stage import assess
from posture.kinematics import METRICS
from posture.kinematics.head import JACOBIAN, PATTERN_METRICS, HeadChange
from posture.kinematics.types import Metrics, ViewKind
from posture.rules import Intake, Verdict, judge, load_causes
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides
from tests.evidence import seen_from

#: Stride-to-stride SD of each metric (method 2.3), and its level.
SPREAD = {"trunk_lean": 1.2, "neck_incl": 1.6, "ear_hip": 0.8, "wrist_h": 0.02, "head_pitch": 2.0, "elbow_flex": 2.1}
LEVEL = {"trunk_lean": 5.0, "neck_incl": 18.0, "ear_hip": 8.0, "wrist_h": 0.3, "head_pitch": 20.0, "elbow_flex": 90.0}
#: What a runner may do, and the findings that are then right.
RIGHT = {
    HeadChange.HEAD_FORWARD: {"C5"},
    HeadChange.ROUNDED: {"C4"},
    HeadChange.SLOUCH: {"C4", "C5"},
    HeadChange.THORACIC_SLOUCH: {"C4", "C5"},
    HeadChange.WHOLE_LEAN: set(),
    HeadChange.LOOKING_DOWN: set(),
    HeadChange.NONE: set(),
}
RUNS, STRIDES, STRIDE_TIME = 240, 400, 0.7


def a_run(rng: np.random.Generator, change: HeadChange, raised: bool) -> tuple[Strides, Metrics]:
    """Strides with long memory; the change comes as a ramp from a random moment on, of random size."""
    time = np.arange(STRIDES) * STRIDE_TIME
    onset = rng.uniform(0.2, 0.6)
    ramp = np.clip((np.arange(STRIDES) / STRIDES - onset) / (0.9 - onset), 0.0, 1.0)
    sizes = dict(zip(PATTERN_METRICS, rng.uniform(0.3, 2.0) * np.array(JACOBIAN.get(change, (0.0,) * 4)), strict=True))
    sizes |= {"wrist_h": rng.uniform(0.02, 0.2) * raised}
    sizes |= {"head_pitch": rng.uniform(8, 20) * (change is HeadChange.LOOKING_DOWN)}
    noise = fractional_noise(rng, len(SPREAD), STRIDES, 0.35)
    columns = {
        metric: LEVEL[metric] + SPREAD[metric] * noise[row] + sizes.get(metric, 0.0) * ramp
        for row, metric in enumerate(SPREAD)
    }
    columns["neck_trunk"] = columns["neck_incl"] - columns["trunk_lean"]
    rows = {"start": time, "end": time + STRIDE_TIME, "kept": True, "view": "side", "yaw": 0.0, "cadence": np.nan}
    table = pd.DataFrame({**dict.fromkeys(METRICS, np.nan), **rows, **columns})
    frames = np.arange(0.0, STRIDES * STRIDE_TIME, 1 / 30)
    metrics = Metrics(frames, {metric: np.zeros(frames.size) for metric in columns}, {}, frozenset())
    return Strides(table, Gait.RUNNING, "simulated", 1.0, {}), metrics


@pytest.mark.slow
def test_high_confidence_is_right_in_nine_of_ten() -> None:
    rng, settings, view = np.random.default_rng(8), DriftSettings(resamples=100), seen_from(ViewKind.SIDE)
    counts = {label: [0, 0] for label in ("low", "moderate", "high")}
    missed = shown = 0
    for index in range(RUNS):
        change, raised = list(RIGHT)[index % len(RIGHT)], bool(rng.integers(2))
        strides, metrics = a_run(rng, change, raised)
        drift = assess(strides, view, metrics, camera=None, settings=settings)
        found = judge(drift, view, strides, metrics, Intake({"effort": 9.0}), load_causes())
        right = RIGHT[change] | ({"C7"} if raised else set())
        for finding in found:
            if finding.cause in ("C4", "C5", "C7"):
                supported = finding.verdict is Verdict.SUPPORTED
                shown += finding.cause in right
                missed += finding.cause in right and finding.verdict is Verdict.NOT_SUPPORTED
                if supported:
                    counts[finding.label][finding.cause not in right] += 1
    print("\nright and wrong by confidence:", counts, f"; there and called not supported: {missed} of {shown}")
    hits, wrong = counts["high"]
    assert hits >= 30
    assert hits / (hits + wrong) >= 0.9
    assert sum(right for right, _ in counts.values()) / sum(map(sum, counts.values())) >= 0.9
