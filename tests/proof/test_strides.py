"""Proof of the strides against foot contacts found in the motion capture itself, by foot height and speed."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from posture.importers import Camera, load
from posture.series import Floats
from posture.strides import Gait
from tests.proving_ground import Analysed, Flaws, Runner, Take, analyse, load_runner, record
from tests.proving_ground.cast import family, runners

pytestmark = pytest.mark.slow

#: A mark fits a contact that it misses by less than this share of a stride.
FITS = 0.15


def match(analysed: Analysed, take: Take) -> tuple[int, int, int, Floats]:
    """Kept strides, true strides, pairs of them, and by how much each pair differs in duration (share).

    A stride may be cut at another event than the contact, but always at the same: the median lag is taken off.
    """
    kept = analysed.kept
    contacts = take.left
    period = float(np.median(np.diff(contacts)))
    start, end = kept["start"].to_numpy(), kept["end"].to_numpy()
    # The lag as a circular mean, since it may lie at the seam of the cycle.
    cycle = np.interp(start, contacts, np.arange(len(contacts)), left=np.nan, right=np.nan)
    angle = np.exp(2j * np.pi * cycle[np.isfinite(cycle)])
    lag = (np.angle(angle.mean()) / (2 * np.pi)) % 1.0
    marks = np.interp(np.arange(len(contacts) - 1) + lag, np.arange(len(contacts)), contacts)
    # A true stride counts if it lies wholly within the clip; one that ends on its last frames may be cut off.
    true_start, true_end = marks[:-1], marks[1:]
    nearest = np.abs(start[:, None] - true_start).argmin(axis=1)
    hit = (np.abs(start - true_start[nearest]) < FITS * period) & (np.abs(end - true_end[nearest]) < FITS * period)
    # Strides that begin before the first contact of the truth can be neither right nor wrong.
    judged = (start > true_start[0] - FITS * period) & (end < true_end[-1] + FITS * period)
    error = (end - start)[hit] / (true_end - true_start)[nearest[hit]] - 1
    return int(judged.sum()), len(true_start), len(np.unique(nearest[hit & judged])), error


#: Azimuths of two cameras, of which the runners take turns.
PLACES = {"side": (90, -80), "oblique": (50, -130), "front": (0, 15), "rear": (180, -165)}


@cache
def filmed(mocap: Path, place: str) -> tuple[tuple[Runner, Take, Analysed], ...]:
    """Everybody for a minute from one place."""
    takes = []
    for number, runner in enumerate(runners(mocap)):
        camera = Camera(azimuth=PLACES[place][number % 2])
        take = record(runner, camera, 60.0, flaws=Flaws(swaps=4), variability=1.0, seed=number)
        takes.append((runner, take, analyse(take.series)))
    return tuple(takes)


@pytest.mark.parametrize("place", PLACES)
def test_strides_are_those_of_the_feet(shared: Path, place: str) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    biases, errors = [], []
    for runner, take, analysed in filmed(shared / "mocap", place):
        found, true, both, error = match(analysed, take)
        for name in (family(runner), "all"):
            counts[name] = [a + b for a, b in zip(counts[name], (found, true, both), strict=True)]
        if both < 0.97 * max(true, found):
            print(f"  {place} {runner.name}: {found=} {true=} {both=} {analysed.strides.rejected}")
        biases.append(abs(error.mean()))
        errors.append(error.std())
    scores = {name: (both / found, both / true) for name, (found, true, both) in counts.items()}
    print(place, {name: np.round(both, 4) for name, both in scores.items()})
    print(f"{place}: period error of a runner {np.max(biases):.4f} at most, of a stride {np.mean(errors):.4f} (SD)")
    precision, recall = scores["all"]
    assert precision >= 0.98, scores
    assert recall >= 0.98, scores
    assert max(biases) < 0.01


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_frame_rate_changes_nothing_beyond_sampling(shared: Path, fps: float) -> None:
    runner = load_runner(shared / "mocap", "hamner_subject02_running")
    take = record(runner, Camera(azimuth=90), 60.0, fps=fps, variability=1.0)
    found, true, both, error = match(analyse(take.series), take)
    assert (both / found, both / true) == (1.0, pytest.approx(1.0, abs=0.02))
    assert abs(error.mean()) < 0.002


@pytest.mark.parametrize(
    "name",
    ["cmu_02_01_walk", "cmu_07_01_walk", "cmu_08_01_walk", "bandainamco_dataset-1_walk_normal_001",
     "bandainamco_dataset-2_walk_normal_020", "bandainamco_dataset-2_walk_exhausted_002", "deepmimic_humanoid3d_walk",
     "rajagopal_motion_capture_walk"],
)  # fmt: skip
@pytest.mark.parametrize("azimuth", [90, 0])
def test_a_walk_is_never_called_a_run(shared: Path, name: str, azimuth: float) -> None:
    take = record(load_runner(shared / "mocap", name), Camera(azimuth=azimuth), 60.0, flaws=Flaws(), variability=1.0)
    assert analyse(take.series).strides.gait != Gait.RUNNING


@pytest.mark.parametrize("name", ["pfnn_LocomotionFlat04_000", "pfnn_LocomotionFlat09_000"])
@pytest.mark.parametrize(("azimuth", "view"), [(90, "side"), (0, "front"), (180, "rear")])
def test_somebody_who_wanders_about_is_no_runner(shared: Path, name: str, azimuth: float, view: str) -> None:
    """PFNN's recordings: steps, stops and turns at up to 1.1 m/s, the camera going along."""
    result = analyse(load(shared / "mocap" / f"{name}.bvh", camera=Camera(azimuth=azimuth)))
    assert result.view.kind == view
    assert result.strides.gait != Gait.RUNNING


@pytest.mark.parametrize("place", ["side", "front", "rear"])
def test_runs_are_called_runs(shared: Path, place: str) -> None:
    called = {runner.name: analysed.strides.gait for runner, _, analysed in filmed(shared / "mocap", place)}
    print(place, {name: gait for name, gait in called.items() if gait != Gait.RUNNING})
    gaits = list(called.values())
    assert gaits.count(Gait.WALKING) + gaits.count(Gait.SLOW_MOTION) == 0
    assert gaits.count(Gait.RUNNING) / len(gaits) >= 0.9
