"""Single posture changes injected into motion capture at twice their MDC get their class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from posture.cleaning import clean
from posture.importers import Camera
from posture.kinematics import METRICS, compute, find_view
from posture.kinematics.head import PATTERN_METRICS, HeadChange, classify_head
from posture.series import Floats
from posture.settings import CleaningSettings
from tests.proving_ground import Flaws, load_runner, record
from tests.proving_ground import posture_changes as change
from tests.proving_ground.runner import Runner

pytestmark = pytest.mark.slow

RUNNERS = ("cmu_09_01_run", "bandainamco_dataset-2_run_normal_023", "deepmimic_humanoid3d_run")
MDC = {i: METRICS[i].floor for i in (*PATTERN_METRICS, "head_pitch")}
CHANGES: dict[HeadChange, Callable[[Floats, float], Floats]] = {
    HeadChange.HEAD_FORWARD: lambda points, size: change.head_forward(points, 0.03 * size),
    HeadChange.ROUNDED: lambda points, size: change.protract(points, 0.03 * size),
    HeadChange.SLOUCH: lambda points, size: change.head_forward(change.protract(points, 0.03 * size), 0.03 * size),
    HeadChange.THORACIC_SLOUCH: lambda points, size: change.slump(points, 10 * size),
    HeadChange.WHOLE_LEAN: lambda points, size: change.lean(points, 4 * size),
    HeadChange.LOOKING_DOWN: lambda points, size: change.nod(points, 15 * size),
}


def seen(runner: Runner, pattern: HeadChange | None, size: float, seed: int) -> dict[str, float]:
    """Mean of each metric over 15 s as the program sees it."""
    apply = None if pattern is None else lambda time, points: CHANGES[pattern](points, size)
    take = record(runner, Camera(azimuth=90), seconds=60, flaws=Flaws(), variability=1.0, change=apply, seed=seed)
    series, _ = clean(take.series, CleaningSettings())
    values = compute(series, find_view(series)).values
    return {i: float(np.nanmean(values[i])) for i in MDC}


@pytest.mark.parametrize("name", RUNNERS)
def test_each_change_at_twice_its_mdc_gets_its_class(shared: Path, name: str) -> None:
    runner = load_runner(shared / "mocap", name)
    base = seen(runner, None, 0.0, seed=1)
    for pattern in CHANGES:
        once = seen(runner, pattern, 1.0, seed=1)
        largest = max(abs(once[i] - base[i]) / MDC[i] for i in MDC)
        twice = seen(runner, pattern, 2.0 / largest, seed=2)
        answer = classify_head({i: twice[i] - base[i] for i in MDC}, MDC)
        assert answer.change == pattern, (pattern, answer)
