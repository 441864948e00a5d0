"""Input that nobody would send on purpose: each ends in a result or in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import posture
from posture import PostureError
from posture.landmarks import Landmark
from posture.recording import Recording
from posture.series import PoseSeries
from posture.settings import ClipSettings, RunSettings, Settings, Span
from tests.analytic_runner import side_runner

TIME = np.arange(0.0, 12.0, 1 / 30)


def as_csv(series: PoseSeries, path: Path) -> Path:
    """Poses as another program's table."""
    columns = {"time": series.time}
    for landmark in Landmark:
        columns[f"{landmark.name.lower()}_x"] = series.xy[:, landmark, 0]
        columns[f"{landmark.name.lower()}_y"] = series.xy[:, landmark, 1]
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


@pytest.fixture
def poses(tmp_path: Path) -> Path:
    return as_csv(side_runner(TIME), tmp_path / "run.csv")


@pytest.mark.parametrize("frames", [2, 3, 5, 90])
def test_someone_who_stands_has_a_result_without_strides(frames: int, tmp_path: Path) -> None:
    runner = side_runner(TIME[:frames])
    standing = as_csv(runner.with_xy(np.repeat(runner.xy[:1], frames, axis=0)), tmp_path / "stand.csv")
    analysis = posture.analyze(standing, out=tmp_path / "out")
    assert analysis.strides.empty
    assert (tmp_path / "out" / "report.html").is_file()


@pytest.mark.parametrize("content", [b"", b"not poses", b"PK\x03\x04 cut off"])
def test_damaged_poses_are_made_again_from_the_clip_and_refused_alone(
    content: bytes, poses: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = posture.analyze(poses, out=out)
    (out / "poses.npz").write_bytes(content)
    with pytest.raises(PostureError, match="damaged"):
        posture.analyze(out)
    again = posture.analyze(poses, out=out)
    np.testing.assert_array_equal(again.recording.series.xy, first.recording.series.xy)
    assert Recording.load(out / "poses.npz").key == first.recording.key


def test_times_that_the_user_gives_are_the_players_also_in_slow_motion(tmp_path: Path) -> None:
    time = np.arange(0.0, 70.0, 1 / 30)
    runner = side_runner(time, swing=0.4 - 0.002 * time)
    log = tmp_path / "log.csv"
    pd.DataFrame({"time": [0, 20, 40], "speed": [3.0, 3.5, 3.0]}).to_csv(log, index=False)
    found = []
    for factor in (1.0, 4.0):
        slowed = as_csv(replace(runner, time=factor * time), tmp_path / f"{factor:g}.csv")
        settings = Settings(
            clip=ClipSettings(slow_motion=factor),
            run=RunSettings(baseline=Span(0, 25 * factor), speed_log=log, log_start=10 * factor),
        )
        found.append(posture.analyze(slowed, out=tmp_path / f"{factor:g}", settings=settings).drift)
    for metric, real in found[0].items():
        assert found[1][metric].baseline == pytest.approx(real.baseline, rel=1e-6, nan_ok=True), metric
        assert found[1][metric].change == pytest.approx(real.change, rel=1e-4, abs=1e-9, nan_ok=True), metric
    assert np.isfinite(found[0]["wrist_ap_amp"].change)
