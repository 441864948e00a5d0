"""Input that nobody would send on purpose: each ends in a result or in one sentence."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import posture
from posture import PostureError
from posture.cleaning import clean
from posture.cli import main
from posture.pose.estimation.models import find_model
from posture.report.video.overlay import Painter
from posture.settings import CleaningSettings, ClipSettings, RunSettings, Sampling, Settings, Span
from posture.storage.recording import Recording
from tests.analytic_runner import as_csv, side_runner

TIME = np.arange(0.0, 12.0, 1 / 30)


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


def test_angles_are_drawn_on_their_own_frame_and_not_where_a_stretch_was_left_out(
    poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(clip=ClipSettings(exclude=(Span(2.0, 5.0),), slow_motion=2.0))
    analysis = posture.analyze(poses, out=tmp_path / "out", settings=settings)
    drawn: list[float] = []
    angles = Painter._angles

    def noted(self: Painter, image: np.ndarray, points: np.ndarray, index: int) -> object:
        drawn.append(2.0 * float(analysis.measured.time[index]))
        return angles(self, image, points, index)

    monkeypatch.setattr(Painter, "_angles", noted)
    painter, size = Painter(analysis), analysis.recording.series.size
    for time in (1.0, 3.0, 6.0, float(TIME[-1])):
        painter.paint(np.zeros((size[1], size[0], 3), np.uint8), time)
    assert drawn == pytest.approx([1.0, 6.0, TIME[-1]])


def test_windows_of_imported_poses_are_segments_of_their_own(tmp_path: Path) -> None:
    run = as_csv(side_runner(np.arange(0, 60, 1 / 30)), tmp_path / "run.csv")
    settings = Settings(clip=ClipSettings(start=5.0, sample=Sampling(length=10.0, every=20.0)))
    analysis = posture.analyze(run, out=tmp_path / "out", settings=settings)
    assert analysis.recording.spans == (Span(5.0, 15.0), Span(25.0, 35.0), Span(45.0, 55.0))
    assert np.unique(analysis.cleaned.segment).size == 3
    assert len(analysis.cleaned) == 900
    inside = [(analysis.strides["start"] >= a) & (analysis.strides["end"] <= b) for a, b in analysis.recording.spans]
    assert np.any(inside, axis=0).all()
    assert analysis.strides["cadence"].median() == pytest.approx(120 / 0.7, rel=0.01)


def test_one_pose_is_no_run(tmp_path: Path) -> None:
    one = tmp_path / "one.json"
    one.write_text(json.dumps([{"image_id": "1.jpg", "keypoints": [5.0] * 51}]))
    with pytest.raises(PostureError, match="single pose"):
        posture.analyze(one, out=tmp_path / "out", settings=Settings(clip=ClipSettings(fps=30)))


def test_another_folder_for_an_analysis_is_refused_and_not_ignored(poses: Path, tmp_path: Path) -> None:
    posture.analyze(poses, out=tmp_path / "out")
    with pytest.raises(PostureError, match="--out"):
        posture.analyze(tmp_path / "out", out=tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("option", "value", "code"),
    [
        ("--sample", "./2min", 2),
        ("--sample", "20s", 2),
        ("--sample", "1s/20s", 2),
        ("--sample", "20s/10s", 2),
        ("--sample", "5s/10s", 0),
        ("--sample", "0.1min/1min", 0),
        ("--person", "0", 2),
        ("--start", "-1", 2),
        ("--start", "0:05", 0),
        ("--end", "nan", 2),
        ("--exclude", "5", 2),
        ("--exclude", "0:02-0:04.5", 0),
        ("--slow-motion", "0.5", 2),
    ],
)
def test_options_that_make_no_sense_are_refused(
    option: str, value: str, code: int, poses: Path, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, ["analyze", str(poses), "--out", str(tmp_path / "out"), "-q", f"{option}={value}"])
    assert done.exit_code == code, done.output
    assert code == 0 or "Traceback" not in done.output


def test_auto_takes_back_what_a_settings_file_says(poses: Path, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('[clip]\nperson = 2\nview = "front"\n')
    arguments = ["analyze", str(poses), "--out", str(tmp_path / "out"), "-q", "--settings", str(tmp_path / "s.toml")]
    done = CliRunner().invoke(main, [*arguments, "--person", "auto", "--view", "auto"])
    assert done.exit_code == 0, done.output
    clip = json.loads((tmp_path / "out" / "analysis.json").read_text())["settings"]["clip"]
    assert (clip["person"], clip["view"]) == (None, None)


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"settings": {"clip": {"of_another_version": 1}}}'])
def test_a_record_of_another_version_names_the_way_on(record: str, poses: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    posture.analyze(poses, out=out)
    (out / "analysis.json").write_text(record)
    with pytest.raises(PostureError, match="another version"):
        posture.analyze(out)
    posture.analyze(poses, out=out)
    assert json.loads((out / "analysis.json").read_text())["clip"]["name"] == poses.name


@pytest.mark.parametrize("owner", ["", "[]", "null", '{"sha256": 3}'])
def test_a_folder_whose_owner_is_unknown_is_another_clips(owner: str, poses: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    posture.analyze(poses, out=out)
    (out / "input.json").write_text(owner)
    with pytest.raises(PostureError, match="--force"):
        posture.analyze(poses, out=out)
    assert not posture.analyze(poses, out=out, force=True).strides.empty


@pytest.mark.parametrize("arguments", [["x" * 300 + ".mp4"], ["run.csv", "--out", "x" * 300]])
def test_a_path_that_the_system_refuses_is_one_sentence(
    arguments: list[str], poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["analyze", *arguments])
    assert done.exit_code == 2
    assert len(done.output.strip().splitlines()) == 1
    assert "ile name too long" in done.output


def test_slow_motion_is_said_and_its_cadence_told_as_vaguely_as_the_factor(tmp_path: Path) -> None:
    runner = side_runner(np.arange(0, 8, 1 / 240))
    slowed = as_csv(replace(runner, time=8.0 * runner.time), tmp_path / "run.csv")
    arguments = ["analyze", str(slowed), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert re.search(r"slow motion, about (7\.[5-9]|8(\.[0-5])?) times \(6\.\d to 9(\.\d)?\) slower than life", said), (
        said
    )
    assert re.search(
        r"running in slow motion, \d+ strides, about 1[67]\d steps/min in life \(1[45]\d to 1[89]\d\)", said
    ), said
    result = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert "cadence" not in result["metrics"]
    assert "slower than life" in result["withheld"]["cadence"]
    table = pd.read_csv(tmp_path / "out" / "strides.csv")
    assert table["cadence"].isna().all()
    assert table["vert_osc"].median() == pytest.approx(0.18, abs=0.01)
    done = CliRunner().invoke(main, [*arguments, "--slow-motion", "8"])
    assert "171 steps/min" in done.output
    table = pd.read_csv(tmp_path / "out" / "strides.csv")
    assert table["vert_osc"].median() == pytest.approx(0.18, abs=0.01)


@pytest.mark.parametrize("option", ["--intake", "--rules", "--speed-log", "--upright"])
def test_what_is_missing_is_said_before_any_pose_is_estimated(option: str, videos: Path, tmp_path: Path) -> None:
    missing, out = tmp_path / "missing.csv", tmp_path / "out"
    done = CliRunner().invoke(main, ["analyze", str(videos / "fresh.mp4"), "--out", str(out), option, str(missing)])
    assert done.exit_code == 2
    assert str(missing) in done.output
    assert not out.exists()


def test_an_analysis_is_repeated_from_any_folder(poses: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pd.DataFrame({"time": [0, 12], "speed": [3.0, 3.0]}).to_csv(tmp_path / "log.csv", index=False)
    monkeypatch.chdir(tmp_path)
    posture.analyze("run.csv", out="out", settings=Settings(run=RunSettings(speed_log=Path("log.csv"))))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert not posture.analyze("../out").strides.empty


def test_the_home_of_nobody_is_no_model() -> None:
    with pytest.raises(PostureError, match="neither the name of a model"):
        find_model("~nobody-of-this-name/x.task")


def test_a_series_that_is_not_filtered_has_no_cutoff() -> None:
    one, report = clean(side_runner(TIME[:1]), CleaningSettings())
    assert len(one) == 1
    assert np.isnan(report.cutoff)
