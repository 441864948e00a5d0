"""Drift from motion capture before a virtual camera, with noise like an estimator's and a real runner's spread."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture.drift import assess
from posture.drift.effects import yaw_effect
from posture.drift.types import DriftResult, Status, Timing
from posture.importers.camera import Camera
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.series import PoseSeries
from posture.settings import DriftSettings
from tests.proving_ground import Flaws, Runner, Take, analyse, load_runner, record

SIDE = Camera(azimuth=90.0)
CLAIMS = (Status.DRIFT, Status.POSSIBLE)

pytestmark = pytest.mark.slow


def drifts(series: PoseSeries) -> dict[str, DriftResult]:
    seen = analyse(series)
    return assess(seen.strides, seen.view, seen.metrics, camera=None, settings=DriftSettings())


def orbiting(take: Take, degrees: float) -> PoseSeries:
    """The same run from a camera that goes around the runner by so many degrees."""
    steps = np.linspace(0.0, degrees, 33)
    seen = np.stack([replace(SIDE, azimuth=SIDE.azimuth + step).project(take.motion).xy for step in steps])
    at = np.round(np.linspace(0, len(steps) - 1, len(take.series))).astype(int)
    return take.series.with_xy(seen[at, np.arange(len(at))] + take.series.xy - take.clean.xy)


@pytest.fixture(scope="module")
def normal(shared: Path) -> Runner:
    return load_runner(shared / "mocap", "bandainamco_dataset-2_run_normal_023")


def test_a_runner_who_tires_from_the_first_minute_on(normal: Runner, shared: Path) -> None:
    exhausted = load_runner(shared / "mocap", "bandainamco_dataset-2_run_exhausted_003")
    take = record(
        normal,
        SIDE,
        seconds=180,
        flaws=Flaws(),
        variability=1.0,
        other=exhausted,
        mix=lambda time: np.clip((time - 60) / 120, 0, 1),
    )
    found, true = drifts(take.series), drifts(take.clean)
    for name in ("trunk_lean", "ear_hip", "neck_incl"):
        result = found[name]
        assert result.status is Status.DRIFT
        # The tired runner comes upright, which is towards neutral; the neck's own neutral is hidden by its bias.
        assert result.timing is (Timing.LATE if name == "neck_incl" else Timing.IMPROVING)
        assert result.change == pytest.approx(true[name].change, abs=1.0)
        assert result.onset is not None
        print(f"{name}: onset {result.onset.time:.0f} s (true 60), {result.onset.interval}")
        assert abs(result.onset.time - 60.0) < 12.0
        assert result.onset.interval.low <= 60.0 <= result.onset.interval.high


@pytest.mark.parametrize("degrees", [0.0, 8.0, -8.0])
@pytest.mark.parametrize("name", ["bandainamco_dataset-2_run_normal_023", "cmu_09_01_run"])
def test_a_camera_that_creeps_around_the_runner_is_no_drift(shared: Path, name: str, degrees: float) -> None:
    take = record(load_runner(shared / "mocap", name), SIDE, seconds=90, flaws=Flaws(), variability=1.0)
    results = drifts(orbiting(take, degrees))
    assert results["trunk_lean"].status is not Status.TOO_SHORT
    assert [key for key, result in results.items() if result.status in CLAIMS] == []


@pytest.mark.parametrize("name", ["hamner_subject02_running", "cmu_09_01_run", "deepmimic_humanoid3d_jog"])
def test_a_runner_who_slides_past_a_centred_camera_has_no_drift(shared: Path, name: str) -> None:
    """From 9 degrees on one side of square to 9 on the other: 18 degrees, though neither end is further off."""
    runner = load_runner(shared / "mocap", name)
    past = record(runner, SIDE, 80, flaws=Flaws(), variability=1.0, seed=3, orbit=lambda t: -9.0 + 18.0 * t / t[-1])
    assert [key for key, result in drifts(past.series).items() if result.status in CLAIMS] == []


@pytest.mark.parametrize("degrees", [8.0, -8.0])
@pytest.mark.parametrize("name", ["bandainamco_dataset-2_run_normal_023", "cmu_09_01_run", "hamner_subject02_running"])
def test_it_is_known_what_a_turned_camera_does(shared: Path, name: str, degrees: float) -> None:
    """The table of effects is no smaller than any of the three runners shows, from the side."""
    take = record(load_runner(shared / "mocap", name), SIDE, seconds=9)
    turned = replace(SIDE, azimuth=SIDE.azimuth + degrees).project(take.motion)
    first, second = (analyse(series, "left").kept for series in (take.clean, turned))
    for metric in METRICS:
        moved = abs(second[metric].median() - first[metric].median()) / abs(degrees)
        if np.isfinite(moved) and metric != "cadence":
            assert moved <= 1.05 * yaw_effect(metric, ViewKind.SIDE) + 2e-4, metric
