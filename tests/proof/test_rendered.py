"""The whole program on rendered runners, whose truth is known: accuracy, drift, onset and findings."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

import posture
from posture.analysis import Analysis
from posture.drift.types import Status, Timing
from posture.kinematics.registry import METRICS
from posture.rules import Confidence, Finding, Verdict, leading
from posture.settings import ClipSettings, PoseSettings, Settings, Span
from tests.clips import cut
from tests.rendered import agreement, truth_series

pytestmark = pytest.mark.slow

Analysed = Callable[[str], Analysis]


@pytest.fixture(scope="session")
def analysed(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """Analyse a rendered clip once for all tests."""
    folder = tmp_path_factory.mktemp("rendered")
    done: dict[str, Analysis] = {}

    def analyse(name: str) -> Analysis:
        if name not in done:
            clip = shared / "rendered" / f"{name}.mp4"
            done[name] = posture.analyze(clip, out=folder / f"{name}.posture", overlay=False)
        return done[name]

    return analyse


def finding(analysis: Analysis, cause: str) -> Finding:
    return next(f for f in analysis.findings if f.cause == cause)


def supported(analysis: Analysis) -> set[str]:
    return {f.cause for f in analysis.findings if f.verdict is Verdict.SUPPORTED}


def drifting(analysis: Analysis) -> set[str]:
    return {metric for metric, result in analysis.drift.items() if result.status is Status.DRIFT}


@pytest.mark.parametrize(
    ("name", "trunk", "neck", "ear_hip", "elbow"),
    [("fresh", 0.20, 0.37, 0.19, 0.64), ("steady", 0.21, 0.32, 0.18, 0.59)],
)
def test_stride_values_stay_with_the_truth(
    name: str, trunk: float, neck: float, ear_hip: float, elbow: float, analysed: Analysed, shared: Path
) -> None:
    """RMSE per stride after removing the constant bias, degrees: at most 0.1 above a first try's."""
    analysis = analysed(name)
    found = agreement(analysis, truth_series(shared / "rendered" / f"{name}.npz"))
    assert found["trunk_lean"].rmse <= trunk
    assert found["neck_incl"].rmse <= neck
    assert found["ear_hip"].rmse <= ear_hip
    assert found["elbow_flex"].rmse <= elbow


@pytest.mark.parametrize("name", ["fresh", "steady", "tired", "arms", "weave", "weave_rear", "oblique"])
def test_no_level_is_further_off_than_is_stated(name: str, analysed: Analysed, shared: Path) -> None:
    analysis = analysed(name)
    found = agreement(analysis, truth_series(shared / "rendered" / f"{name}.npz"))
    levels = found.keys() - analysis.measured.trend_only
    assert {id: found[id].bias for id in levels if abs(found[id].bias) > METRICS[id].absolute_error} == {}


def test_changes_of_a_tiring_runner_are_right_to_a_degree(analysed: Analysed, shared: Path) -> None:
    found = agreement(analysed("tired"), truth_series(shared / "rendered" / "tired.npz"))
    for metric in ("trunk_lean", "ear_hip", "neck_incl"):
        assert found[metric].seen_change == pytest.approx(found[metric].true_change, abs=1.0), metric


@pytest.mark.parametrize(("name", "cadence"), [("fresh", 164), ("steady", 172), ("tired", 164), ("weave", 164)])
def test_cadence_within_one_percent(name: str, cadence: float, analysed: Analysed) -> None:
    assert analysed(name).strides["cadence"].median() == pytest.approx(cadence, rel=0.01)


@pytest.mark.parametrize("name", ["fresh", "steady"])
def test_nothing_is_found_where_nothing_changes(name: str, analysed: Analysed) -> None:
    analysis = analysed(name)
    statuses = {metric: result.status for metric, result in analysis.drift.items()}
    assert Status.TOO_SHORT not in statuses.values()
    assert statuses["trunk_lean"] is Status.STABLE
    assert not drifting(analysis)
    assert not supported(analysis)


def test_twenty_seconds_are_too_short_for_drift(analysed: Analysed, tmp_path: Path) -> None:
    folder = shutil.copytree(analysed("fresh").folder, tmp_path / "short.posture")
    but = ClipSettings(exclude=(Span(0.0, 10.0), Span(30.0, 99.0)))
    analysis = posture.analyze(folder, settings=Settings(clip=but), overlay=False)
    assert 20 < len(analysis.strides) < 30
    assert analysis.drift["trunk_lean"].status is Status.TOO_SHORT
    assert not supported(analysis)


def test_tired_head_and_slouch_come_late(analysed: Analysed) -> None:
    analysis = analysed("tired")
    assert {"C4", "C5"} <= supported(analysis)
    for cause in ("C4", "C5"):
        found = finding(analysis, cause)
        assert found.timing is Timing.LATE
        assert found.onset is not None
        assert found.onset.time == pytest.approx(20.0, abs=8.0)
    assert {f.cause for f in leading(analysis.findings)} >= {"C5"} or {f.cause for f in leading(analysis.findings)} >= {
        "C4"
    }


def test_arms_go_high_and_tense_without_a_word_about_the_head(analysed: Analysed) -> None:
    analysis = analysed("arms")
    assert {"C7", "C10"} <= supported(analysis)
    assert not {"C4", "C5"} & supported(analysis)
    assert finding(analysis, "C8").verdict is Verdict.CANNOT_TELL
    assert "from the front" in finding(analysis, "C8").reason


def test_weaving_hands_and_a_leaning_trunk_from_the_front(analysed: Analysed) -> None:
    analysis = analysed("weave")
    assert {"C9", "C14", "C7"} <= supported(analysis)


def test_from_behind_the_lean_is_found_and_crossing_is_not_decidable(analysed: Analysed) -> None:
    analysis = analysed("weave_rear")
    assert "C14" in supported(analysis)
    assert finding(analysis, "C9").verdict is Verdict.CANNOT_TELL


def test_oblique_camera_gives_trends_at_low_confidence(analysed: Analysed) -> None:
    analysis = analysed("oblique")
    assert {"trunk_lean", "ear_hip"} <= analysis.measured.trend_only
    for metric in ("trunk_lean", "ear_hip", "neck_incl"):
        assert analysis.drift[metric].change > 0
    for cause in ("C4", "C5"):
        found = finding(analysis, cause)
        assert found.verdict.is_open or found.label is Confidence.LOW


def _rolled(rgb: np.ndarray, share: float) -> np.ndarray:
    return _warped(rgb, 4.0 * share, 1.0, 0.0)


def _zoomed(rgb: np.ndarray, share: float) -> np.ndarray:
    return _warped(rgb, 0.0, 1.0 + 0.1 * share, 0.0)


def _shifted(rgb: np.ndarray, share: float) -> np.ndarray:
    return _warped(rgb, 0.0, 1.0, 0.05 * share)


def _warped(rgb: np.ndarray, roll: float, scale: float, shift: float) -> np.ndarray:
    """At half the size, which the runner fills as before."""
    rgb = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -roll, scale)
    turn[0, 2] += shift * width
    return cv2.warpAffine(rgb, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("warp", [_rolled, _zoomed, _shifted], ids=lambda f: f.__name__[1:])
def test_a_camera_that_slowly_moves_is_no_fatigue(warp: Callable, videos: Path, tmp_path: Path) -> None:
    clip = cut(videos / "fresh.mp4", tmp_path / "moved.mp4", 0.0, 60.0, lambda rgb, t: warp(rgb, t / 60.0))
    small = Settings(pose=PoseSettings(model="lite"))
    analysis = posture.analyze(clip, out=tmp_path / "moved.posture", settings=small, overlay=False)
    assert not supported(analysis)
    assert len(analysis.strides) > 70
    if warp is not _shifted:  # five percent of the width is the smallest shift worth a word
        assert any("camera" in note for note in analysis.recording.notes)
