"""Proof against the reference numbers of one treadmill runner (Hamner 2010, subject 02, 3.96 m/s; review, section 6).

The runner's 41 markers are built into joint centres, filmed by virtual cameras from far away (so that perspective
does not change angles) and analysed by the same stages as any clip. Every number of the table was computed
independently, straight from the markers: means over 13 strides, and the mean over strides of peak to peak.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from posture.importers import Camera
from posture.importers.motion import Motion
from posture.importers.trc import read_trc
from posture.landmarks import L
from posture.series import Floats
from tests.proving_ground import Analysed, analyse

DEGREES, LENGTHS = 1.0, 0.02


@pytest.fixture(scope="module")
def motion(shared: Path) -> Motion:
    return read_trc(shared / "mocap" / "hamner_subject02_running.trc")


@pytest.fixture(scope="module")
def seen(motion: Motion) -> dict[str, Analysed]:
    """By the camera's place."""
    places = {"left": 90.0, "right": -90.0, "front": 0.0, "rear": 180.0}
    return {
        place: analyse(Camera(azimuth=azimuth, distance=60.0, fov=3.0).project(motion))
        for place, azimuth in places.items()
    }


def excursion(strides: Analysed, values: Floats) -> float:
    """Mean over the strides of peak to peak. The table took one set of strides, the right foot's, for both arms."""
    rows = strides.kept
    return float(np.mean([np.ptp(values[a:b]) for a, b in zip(rows["first"], rows["last"], strict=True)]))


@pytest.mark.parametrize("place", ["left", "right", "front", "rear"])
def test_cadence_and_number_of_strides(seen: dict[str, Analysed], place: str) -> None:
    kept = seen[place].kept
    assert len(kept) in (13, 14)
    assert kept["cadence"].mean() == pytest.approx(174.3, rel=0.01)


@pytest.mark.parametrize(
    ("place", "metric", "mean", "tolerance"),
    [
        ("left", "trunk_lean", 1.19, DEGREES),
        ("right", "trunk_lean", 1.19, DEGREES),
        ("right", "elbow_flex", 93.5, DEGREES),
        ("left", "elbow_flex", 84.4, DEGREES),
        ("right", "upper_arm", -39.8, DEGREES),
        ("left", "upper_arm", -28.9, DEGREES),
        ("right", "wrist_h", 0.29, LENGTHS),
        ("left", "wrist_h", 0.30, LENGTHS),
        ("left", "shrug_v", 0.32, LENGTHS),
        ("front", "wrist_h", 0.295, LENGTHS),
        ("front", "wrist_width", 0.60, LENGTHS),
        ("front", "elbow_width", 0.235, LENGTHS),
        ("rear", "elbow_width", 0.235, LENGTHS),
        ("front", "cross_frac", 0.0, 0.0),
        ("front", "shoulder_obliquity", -2.7, DEGREES),
        ("rear", "shoulder_obliquity", -2.7, DEGREES),
        ("front", "lat_lean", -1.4, DEGREES),
        ("rear", "lat_lean", -1.4, DEGREES),
    ],
)
def test_stride_means(seen: dict[str, Analysed], place: str, metric: str, mean: float, tolerance: float) -> None:
    assert seen[place].kept[metric].mean() == pytest.approx(mean, abs=tolerance)


@pytest.mark.parametrize(
    ("place", "metric", "excursion_", "tolerance"),
    [
        ("left", "trunk_lean", 4.19, DEGREES),
        ("right", "elbow_flex", 36.3, DEGREES),
        ("left", "elbow_flex", 27.8, DEGREES),
        ("right", "upper_arm", 48.8, DEGREES),
        ("left", "upper_arm", 57.0, DEGREES),
        ("right", "wrist_h", 0.58 - 0.11, LENGTHS),
        ("left", "wrist_h", 0.49 - 0.14, LENGTHS),
        ("right", "wrist_ap_amp", 0.88, LENGTHS),
        ("left", "wrist_ap_amp", 0.86, LENGTHS),
        ("front", "shoulder_obliquity", 4.3, DEGREES),
        ("front", "lat_lean", 2.1, DEGREES),
    ],
)
def test_stride_excursions(
    seen: dict[str, Analysed], place: str, metric: str, excursion_: float, tolerance: float
) -> None:
    values = seen[place].metrics.values[metric]
    assert excursion(seen["right"], values) == pytest.approx(excursion_, abs=tolerance)


@pytest.mark.parametrize("metric", ["elbow_rom", "upper_arm_amp", "wrist_ap_amp"])
@pytest.mark.parametrize("place", ["left", "right"])
def test_two_harmonics_hold_nearly_all_of_an_arm_swing(seen: dict[str, Analysed], place: str, metric: str) -> None:
    """The programme's amplitude leaves out what is faster than two swings a stride: up to a tenth of the elbow's."""
    whole = excursion(seen[place], seen[place].metrics.values[metric])
    assert 0.88 < seen[place].kept[metric].mean() / whole < 1.03


def test_bounce_of_the_hips(seen: dict[str, Analysed], motion: Motion) -> None:
    torso = np.median(
        np.linalg.norm(motion.points[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=1) - motion.hips, axis=1)
    )
    for analysed in seen.values():
        assert excursion(analysed, analysed.metrics.values["vert_osc"]) * torso == pytest.approx(
            0.083, abs=0.02 * torso
        )


def test_the_joint_centres_themselves(seen: dict[str, Analysed], motion: Motion) -> None:
    """Three-dimensional angles, which no camera sees: they hold the built joint centres to the reference."""
    points = motion.points
    for side, mean, swing in (("RIGHT", 97.0, 42.3), ("LEFT", 90.1, 29.5)):
        upper = points[:, L[f"{side}_SHOULDER"]] - points[:, L[f"{side}_ELBOW"]]
        fore = points[:, L[f"{side}_WRIST"]] - points[:, L[f"{side}_ELBOW"]]
        cosine = np.sum(upper * fore, axis=1) / np.linalg.norm(upper, axis=1) / np.linalg.norm(fore, axis=1)
        flexion = 180.0 - np.degrees(np.arccos(cosine))
        strides = seen[side.lower()]
        rows = strides.kept
        means = [flexion[a:b].mean() for a, b in zip(rows["first"], rows["last"], strict=True)]
        assert np.mean(means) == pytest.approx(mean, abs=DEGREES)
        assert excursion(strides, flexion) == pytest.approx(swing, abs=DEGREES)
    for left, right, yaw in ((L.LEFT_SHOULDER, L.RIGHT_SHOULDER, 29.6), (L.LEFT_HIP, L.RIGHT_HIP, 5.7)):
        across = points[:, right] - points[:, left]
        # The room of this recording: x forward, z to the right.
        turned = np.degrees(np.arctan2(across[:, 0], across[:, 2]))
        assert excursion(seen["right"], turned) == pytest.approx(yaw, abs=DEGREES)
    # Hands from the midline, each arm by itself: the programme gives the mean of both.
    wide = np.median(np.linalg.norm(points[:, L.RIGHT_SHOULDER] - points[:, L.LEFT_SHOULDER], axis=1))
    for wrist, sign, mean, swing in ((L.RIGHT_WRIST, 1, 0.63, 0.30), (L.LEFT_WRIST, -1, 0.57, 0.36)):
        middle = points[:, [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]].mean(axis=1)
        trunk = middle - motion.hips
        at_height = motion.hips[:, 2] + trunk[:, 2] * (points[:, wrist, 1] - motion.hips[:, 1]) / trunk[:, 1]
        out = sign * (points[:, wrist, 2] - at_height) / wide
        rows = seen["right"].kept
        means = [out[a:b].mean() for a, b in zip(rows["first"], rows["last"], strict=True)]
        assert np.mean(means) == pytest.approx(mean, abs=LENGTHS)
        assert excursion(seen["right"], out) == pytest.approx(swing, abs=LENGTHS)
