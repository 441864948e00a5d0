"""Two clips of one runner held against each other through the real command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

import posture
from posture import pipeline
from posture.cli import main
from posture.drift.types import Status
from posture.kinematics import METRICS
from posture.rules import Verdict, load_causes
from tests.clips import cut

pytestmark = pytest.mark.slow

#: Causes that a camera can see.
VISIBLE = {cause.id for cause in load_causes().cause if cause.views or cause.partial_views}


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def record_of(folder: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    return found


def supported(record: Mapping[str, Any]) -> set[str]:
    return {f["cause"] for f in record["findings"] if f["verdict"] == Verdict.SUPPORTED}


@pytest.fixture(scope="module")
def walking(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which an upright and a slouched walk were compared, and what was printed."""
    where = tmp_path_factory.mktemp("walking")
    video = shared / "video"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        done = command("compare", video / "walk_side_normal_4s.mp4", video / "walk_side_slouch_a_5s.mp4")
    assert done.exit_code == 0, done.output
    return where, done.output


def test_an_upright_and_a_slouched_walk_differ_the_right_way_without_a_verdict(walking: tuple[Path, str]) -> None:
    where, said = walking
    names = ("walk_side_normal_4s", "walk_side_slouch_a_5s")
    compared = pipeline.compare(*(where / f"{name}.posture" for name in names))
    changes = {metric: compared.drift[metric].change for metric in ("trunk_lean", "neck_incl", "ear_hip")}
    print({metric: round(change, 1) for metric, change in changes.items()})
    assert max(changes.values()) > METRICS["trunk_lean"].floor
    assert changes["ear_hip"] > 0
    assert {result.status for result in compared.drift.values()} <= {Status.TOO_SHORT, Status.WITHHELD}
    assert not {f.cause for f in compared.findings if f.verdict is Verdict.SUPPORTED} & VISIBLE
    assert "too short" in said
    assert "Head ahead of hips" in said


@pytest.fixture(scope="module")
def held(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The analysis of a walk with still arms, there and back."""
    folder = tmp_path_factory.mktemp("held") / "held.posture"
    clip = shared / "video" / "walk_side_noarmswing_12s.mp4"
    assert command("analyze", clip, "--out", folder, "--no-video").exit_code == 0
    return folder


def test_a_walk_there_and_back_has_strides(held: Path) -> None:
    assert record_of(held)["strides"]["kept"] > 0


def test_a_walk_without_arm_swing_shows_it_and_gets_no_cause_of_running(
    walking: tuple[Path, str], held: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there.posture"
    shutil.copytree(held, there)
    done = command("analyze", there, "--exclude", "6-12")  # where he turns round
    assert done.exit_code == 0, done.output
    still, free = record_of(there), record_of(walking[0] / "walk_side_normal_4s.posture")
    swung = free["metrics"]["upper_arm_amp"]["level"]
    # Two strides at most are seen before a door hides him; where they are too few for a rhythm, nothing is claimed.
    if still["strides"]["kept"]:
        assert still["metrics"]["upper_arm_amp"]["level"] <= 0.5 * swung
    else:
        assert (still["strides"]["gait"], still["metrics"]) == ("none", {})
    assert free["strides"]["gait"] == "walking"
    assert still["strides"]["gait"] in ("walking", "none")
    assert not supported(still) & VISIBLE


@pytest.fixture(scope="module")
def running(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two stretches of one run, and the second one again from a camera that was knocked."""
    where = tmp_path_factory.mktemp("running")
    for name, start, change in (("first", 10.0, None), ("second", 30.0, None), ("knocked", 30.0, _knocked)):
        clip = cut(videos / "fresh.mp4", where / f"{name}.mp4", start, start + 5.0, change)
        posture.analyze(clip, out=where / f"{name}.posture", overlay=False)
    return where


def _knocked(rgb: np.ndarray, _: float) -> np.ndarray:
    height, width = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3.0, 1.08)
    turn[:, 2] += (0.06 * width, -0.04 * height)
    moved: np.ndarray = cv2.warpAffine(rgb, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return moved


@pytest.mark.parametrize(("second", "factor"), [("second", 1.0), ("knocked", 2.0)])
def test_floors_double_unless_the_background_shows_that_the_camera_stood(
    second: str, factor: float, running: Path
) -> None:
    compared = pipeline.compare(running / "first.posture", running / f"{second}.posture")
    assert compared.same_camera is (factor == 1.0)
    assert compared.drift["trunk_lean"].floor == pytest.approx(factor * METRICS["trunk_lean"].floor)
    assert compared.drift["trunk_lean"].status is Status.TOO_SHORT


def test_the_summary_says_whether_the_camera_stood(running: Path) -> None:
    said = {
        second: " ".join(command("compare", running / "first.posture", running / f"{second}.posture").output.split())
        for second in ("second", "knocked")
    }
    from posture.report import text

    assert text.same_camera(same=True) in said["second"]
    assert text.same_camera(same=False) in said["knocked"]
