from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import posture
from posture.pose.camera.level import tilt, usual_tilt
from posture.report import text
from posture.settings import RunSettings, Settings
from posture.video import frames_at
from tests.analytic_runner import side_runner
from tests.test_odd_input import as_csv
from tests.test_scout_background import RUNNER, warped


@pytest.mark.parametrize("roll", [0.0, 2.0, -4.0])
def test_a_room_shows_how_the_camera_is_rolled(roll: float, videos: Path) -> None:
    looks = [tilt(warped(f.rgb, roll), [RUNNER]) for f in frames_at(videos / "fresh.mp4", np.array([0.0, 7.0, 13.0]))]
    assert usual_tilt(np.array(looks)) == pytest.approx(roll, abs=0.3)


def test_looks_that_disagree_or_mostly_see_no_lines_say_nothing() -> None:
    assert usual_tilt(np.array([1.0, 1.1, 0.9, np.nan])) == 1.0
    assert np.isnan(usual_tilt(np.array([1.0, np.nan, np.nan])))
    assert np.isnan(usual_tilt(np.array([-3.0, 0.0, 3.0, 6.0])))
    assert np.isnan(usual_tilt(np.array([])))


def test_roll_is_told_until_it_is_taken_out_and_said_to_be_unknown_where_it_is(tmp_path: Path) -> None:
    run = as_csv(side_runner(np.arange(0.0, 12.0, 1 / 30)), tmp_path / "run.csv")
    unknown = posture.analyze(run, out=tmp_path / "out")
    level, rolled = (replace(unknown, recording=replace(unknown.recording, tilt=t)) for t in (0.4, -2.04))
    assert any("level is unknown" in line for line in text.quality(unknown))
    assert not any("level is unknown" in line for line in text.quality(level))
    assert not any("--camera-roll" in line for line in text.cautions(level))
    assert any("2.0° anticlockwise" in line and "--camera-roll -2.0" in line for line in text.cautions(rolled))
    corrected = replace(rolled, settings=Settings(run=RunSettings(camera_roll=-2.0)))
    assert not any("--camera-roll" in line for line in text.cautions(corrected))
