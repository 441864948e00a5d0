"""The ground that proofs stand on must itself be true."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from posture.importers import Camera
from posture.importers.trc import read_trc
from posture.landmarks import L
from tests.proving_ground import Flaws, Runner, load_runner, posture_changes, record
from tests.proving_ground.cast import family, runners

SIDE = Camera(azimuth=90.0, distance=60.0, fov=3.0)


@pytest.fixture(scope="module")
def runner(shared: Path) -> Runner:
    return load_runner(shared / "mocap", "bandainamco_dataset-2_run_exhausted_004")


def inclination(points: np.ndarray, low: int, high: int) -> np.ndarray:
    """Degrees forward from the vertical, of mid-points, in the treadmill room."""
    line = points[:, [high, high + 1]].mean(axis=1) - points[:, [low, low + 1]].mean(axis=1)
    return np.degrees(np.arctan2(line[:, 2], line[:, 1]))


def test_the_cast_has_all_sets_and_plausible_runners(shared: Path) -> None:
    cast = runners(shared / "mocap")
    assert {family(r) for r in cast} == {"cmu", "bandainamco dataset-1", "bandainamco dataset-2", "deepmimic", "hamner"}
    assert len(cast) >= 30
    for r in cast:
        assert 0.55 < r.period < 1.0, r.name
        # Feet stay on the floor, heads above it, and nobody runs away from the treadmill.
        assert abs(np.nanmin(r.points[:, 27:, 1])) < 0.15, r.name
        assert 1.0 < r.points[:, L.NOSE, 1].mean() < 1.9, r.name
        assert np.ptp(r.points[:, [23, 24]].mean(axis=1)[:, 2]) < 0.5, r.name


def test_a_loop_closes(runner: Runner) -> None:
    lap = runner.at(np.array([0.3, 0.3 + runner.strides, 0.3 - runner.strides]))
    np.testing.assert_allclose(lap[1:], lap[:1].repeat(2, axis=0), atol=1e-9)
    # The seam is no jump: the step over it is like the steps beside it.
    steps = np.linalg.norm(np.diff(np.concatenate([runner.points, runner.points[:2]]), axis=0), axis=2)
    assert np.nanmax(steps[-2:]) < 1.5 * np.nanmax(steps[:-2])


def test_contacts_are_where_the_feet_stop_falling(runner: Runner) -> None:
    take = record(runner, SIDE, 20.0, fps=120.0)
    for side, contacts in (("LEFT", take.left), ("RIGHT", take.right)):
        height = take.motion.points[:, [L[f"{side}_HEEL"], L[f"{side}_FOOT_INDEX"]], 1].min(axis=1)
        at = np.interp(contacts, take.motion.time, height)
        before = np.interp(contacts - 0.15, take.motion.time, height)
        assert np.all(at < np.percentile(height, 40))
        assert np.all(before[1:] > at[1:])
        np.testing.assert_allclose(np.diff(contacts), runner.period, rtol=0.05)


def test_cadence_of_the_treadmill_runner_is_the_published_one(shared: Path) -> None:
    assert 120 / load_runner(shared / "mocap", "hamner_subject02_running").period == pytest.approx(174.3, abs=0.5)


def test_looping_keeps_the_posture_of_the_recording(shared: Path) -> None:
    path = shared / "mocap" / "hamner_subject02_running.trc"
    straight = SIDE.project(read_trc(path)).xy
    looped = record(load_runner(path.parent, path.stem), SIDE, 20.0).clean.xy
    lean = [
        np.degrees(np.arctan2(-(s - h)[:, 0], -(s - h)[:, 1])).mean()
        for s, h in ((xy[:, [11, 12]].mean(axis=1), xy[:, [23, 24]].mean(axis=1)) for xy in (straight, looped))
    ]
    assert lean[1] == pytest.approx(lean[0], abs=0.2)


def test_variability_is_as_large_as_said(shared: Path) -> None:
    runner = load_runner(shared / "mocap", "cmu_09_01_run")  # one stride: no variability of its own
    still, alive = (record(runner, SIDE, 60.0, variability=v) for v in (0.0, 1.0))
    assert np.std(np.diff(alive.left)) / runner.period == pytest.approx(0.011, rel=0.5)
    means = []
    for take in (still, alive):
        lean = inclination(take.motion.points, 23, 11)
        frames = np.searchsorted(take.motion.time, take.left)
        means.append(np.array([lean[a:b].mean() for a, b in pairwise(frames)]))
    assert means[1].std() == pytest.approx(1.2, rel=0.35)
    assert means[0].std() < 0.2


def test_noise_is_that_of_the_estimator(runner: Runner) -> None:
    take = record(runner, Camera(azimuth=90.0), 60.0, flaws=Flaws())
    torso = np.median(np.linalg.norm(take.clean.xy[:, 11] - take.clean.xy[:, 23], axis=1))
    spread = (take.series.xy - take.clean.xy).std(axis=(0, 2)) / torso
    assert spread[L.LEFT_EAR] == pytest.approx(0.005, rel=0.1)
    assert spread[L.LEFT_WRIST] == pytest.approx(0.0134, rel=0.1)
    assert spread[L.RIGHT_WRIST] == pytest.approx(0.073, rel=0.1)  # the hidden one
    assert (
        np.median(take.series.visibility[:, L.RIGHT_WRIST]) < 0.5 < np.median(take.series.visibility[:, L.LEFT_WRIST])
    )


def test_swaps_and_drop_outs_come_as_often_as_asked(runner: Runner) -> None:
    take = record(runner, Camera(azimuth=90.0), 120.0, flaws=Flaws(noise=0.0, dropout=0.02, swaps=6.0), seed=4)
    for limb in range(2):
        starts = np.count_nonzero(np.diff(take.swapped[:, limb].astype(int)) == 1)
        assert 6 <= starts <= 12
    lost = ~take.series.seen
    assert 0.005 < lost.mean() < 0.04
    wrong = take.swapped[:, 0] & ~lost
    np.testing.assert_array_equal(take.series.xy[wrong, L.LEFT_WRIST], take.clean.xy[wrong, L.RIGHT_WRIST])
    right = ~take.swapped[:, 0] & ~lost
    np.testing.assert_array_equal(take.series.xy[right, L.LEFT_WRIST], take.clean.xy[right, L.LEFT_WRIST])


def test_a_fade_ends_at_the_other_runner(shared: Path, runner: Runner) -> None:
    fresh = load_runner(shared / "mocap", "bandainamco_dataset-2_run_normal_040")
    take = record(fresh, SIDE, 30.0, other=runner, mix=lambda time: (time > 15) * 1.0)
    lean = inclination(take.motion.points, 23, 11)
    ends = [inclination(r.points, 23, 11).mean() for r in (fresh, runner)]
    assert [lean[:400].mean(), lean[-400:].mean()] == pytest.approx(ends, abs=0.5)


def test_an_orbiting_camera_passes_the_places_of_fixed_ones(runner: Runner) -> None:
    camera = Camera(azimuth=86.0)
    take = record(runner, camera, 10.0, orbit=lambda time: 0.8 * time)
    there = Camera(azimuth=86.0 + 0.8 * take.clean.time[200]).project(take.motion)
    np.testing.assert_allclose(take.clean.xy[200], there.xy[200], atol=0.05)


@pytest.mark.parametrize(
    ("change", "amount", "expected"),
    [
        ("lean", 4.0, (4.0, 4.0)),
        ("slump", 8.0, (None, 8.0)),
        ("protract", 0.02, (None, None)),
        ("head_forward", 0.02, (0.0, None)),
        ("nod", 15.0, (0.0, 0.0)),
        ("shrug", 0.02, (0.0, None)),
    ],
)
def test_posture_changes_do_what_they_say(
    runner: Runner, change: str, amount: float, expected: tuple[float | None, float | None]
) -> None:
    points = runner.points
    moved = getattr(posture_changes, change)(points, amount)
    for (low, high), value in zip(((23, 11), (11, 7)), expected, strict=True):
        if value is not None:
            turned = (inclination(moved, low, high) - inclination(points, low, high)).mean()
            assert turned == pytest.approx(value, abs=0.3)
    # Legs are never touched, and what is not meant to move keeps its shape.
    np.testing.assert_array_equal(moved[:, 23:], points[:, 23:])
    for a, b in ((L.LEFT_SHOULDER, L.LEFT_ELBOW), (L.RIGHT_ELBOW, L.RIGHT_WRIST), (L.NOSE, L.LEFT_EAR)):
        np.testing.assert_allclose(
            np.linalg.norm(moved[:, a] - moved[:, b], axis=1), np.linalg.norm(points[:, a] - points[:, b], axis=1)
        )
