"""Analysed clips of one run to one analysis, camera by camera, on disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture import pipeline
from posture.analysis.kept import stored_settings
from posture.batches.runs import Part, RunJob
from posture.batches.status import StatusFile
from posture.batches.work import State
from posture.drift.types import Status
from posture.errors import PostureError
from posture.opencv import cv2
from posture.report.video.stills import load_stills
from posture.settings import ClipSettings, ReportSettings, RunSettings, Settings
from posture.storage.folder import AnalysisFolder
from tests.batches.test_joining import at, recording, stretch
from tests.rendered import truth_series


def analysed(series, folder: Path, name: str, recorded: str, view: str, speed: float | None = None) -> Part:
    """A clip as a batch leaves it: poses and record in a folder."""
    poses = recording(series, name, recorded)
    place = AnalysisFolder(folder / f"{name}.posture")
    place.claim(name, poses.sha256, force=False)
    poses.save(place.poses)
    settings = Settings(clip=ClipSettings(view=view), run=RunSettings(speed_kmh=speed))
    pipeline.analyze(place.path, settings=settings, overlay=False)
    return Part(name, place.path, speed=speed)


@pytest.fixture(scope="module")
def parts(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Part, ...]:
    """Two side clips, the later one named first, and a front clip that began half a minute after the first."""
    tired, folder = truth_series(videos / "tired.npz"), tmp_path_factory.mktemp("parts")
    return (
        analysed(stretch(tired, 30, 60), folder, "a.mp4", at(20), "left", 10.0),
        analysed(stretch(tired, 0, 30), folder, "b.mp4", at(10), "left", 10.0),
        analysed(stretch(tired, 0, 40), folder, "c.mp4", at(10, 30), "front", 10.0),
    )


def job(parts: tuple[Part, ...], tmp_path: Path, settings: Settings | None = None, *, fresh: bool = False) -> RunJob:
    return RunJob("Anna 1", parts, tmp_path / "run.posture", settings or Settings(), fresh, tmp_path / "status.json")


def do(one: RunJob) -> State:
    return one.do(StatusFile(one.status))


def test_side_and_front_clips_of_one_run_are_one_analysis(parts: tuple[Part, ...], tmp_path: Path) -> None:
    one = job(parts, tmp_path)
    assert do(one) is State.DONE
    record = json.loads((one.folder / "analysis.json").read_text())
    assert record["clip"]["spans"][1][0] == pytest.approx(600.0)
    assert record["drift"]["ear_hip"]["status"] == Status.DRIFT
    assert record["view"]["kind"] == "side"
    front = json.loads((one.folder / "views" / "front" / "analysis.json").read_text())
    unseen = json.loads((parts[0].folder / "analysis.json").read_text())["withheld"]
    taken = [key for key in front["metrics"] if key in unseen]
    assert "lat_lean" in taken
    for key in taken:
        assert record["metrics"][key]["level"] == front["metrics"][key]["level"]
        assert key not in record["withheld"]
    # By the clock of the files the front camera began 30 s after the first side clip.
    assert front["clip"]["spans"][0][0] == pytest.approx(30.0)
    loaded = pipeline.load(one.folder)
    assert (
        loaded.drift["lat_lean"].status == record["drift"]["lat_lean"]["status"] == front["drift"]["lat_lean"]["status"]
    )
    assert len(loaded.findings) == len(record["findings"])
    for folder in (one.folder, one.folder / "views" / "front"):
        assert f"--for {folder} asks" in (folder / "report.html").read_text()


def with_stills(part: Part, folder: Path, times: Sequence[float]) -> Part:
    """A copy of a clip's folder with a grey picture at each time, as wide and high as told."""
    place = AnalysisFolder(folder / part.folder.name)
    shutil.copytree(part.folder, place.path)
    place.stills.mkdir()
    stills = [{"time": time, "file": f"{time:09.3f}.jpg", "box": [10, 20, 100, 200]} for time in times]
    for still in stills:
        cv2.imwrite(str(place.stills / str(still["file"])), np.full((20, 10, 3), 128, np.uint8))
    (place.stills / "index.json").write_text(json.dumps(stills))
    return replace(part, folder=place.path)


def test_a_joined_run_shows_the_pictures_of_its_clips_on_its_own_clock(parts: tuple[Part, ...], tmp_path: Path) -> None:
    late, early, _ = parts
    one = job((with_stills(late, tmp_path, [10.0, 20.0]), with_stills(early, tmp_path, [5.0, 15.0])), tmp_path)
    assert do(one) is State.DONE
    stills = load_stills(one.folder / "frames")
    begins = json.loads((one.folder / "analysis.json").read_text())["clip"]["spans"][1][0]
    assert [still.time for still in stills] == pytest.approx([5.0, 15.0, begins + 10.0, begins + 20.0])
    assert stills[0].box == (10, 20, 100, 200)
    assert (one.folder / "report.html").read_text().count("data:image/jpeg") >= 4
    assert do(one) is State.KEPT


def test_a_joined_run_that_hides_faces_shows_no_picture_that_does_not(parts: tuple[Part, ...], tmp_path: Path) -> None:
    hiding = Settings(report=ReportSettings(face_blur=True))
    one = job((with_stills(parts[1], tmp_path, [5.0]),), tmp_path, hiding)
    do(one)
    assert load_stills(one.folder / "frames") == []


def test_a_joined_run_is_kept_until_a_clip_comes_or_goes(parts: tuple[Part, ...], tmp_path: Path) -> None:
    assert do(job(parts, tmp_path)) is State.DONE
    assert do(job(parts[::-1], tmp_path)) is State.KEPT
    assert do(job(parts, tmp_path, fresh=True)) is State.DONE
    assert do(job(parts[:2], tmp_path)) is State.DONE
    assert not (tmp_path / "run.posture" / "views").exists()
    assert do(job(parts[:2], tmp_path)) is State.KEPT


def test_floors_are_doubled_and_no_warm_up_of_a_picked_clip_is_left_out(
    parts: tuple[Part, ...], tmp_path: Path
) -> None:
    do(job(parts, tmp_path))
    settings = stored_settings(tmp_path / "run.posture").drift
    assert (settings.floor_factor, settings.warmup_share) == (settings.other_camera_factor, 0.0)
    alone = stored_settings(tmp_path / "run.posture" / "views" / "front").drift
    assert (alone.floor_factor, alone.warmup_share) == (1.0, Settings().drift.warmup_share)


def test_speeds_of_the_clips_become_a_log(parts: tuple[Part, ...], tmp_path: Path) -> None:
    faster = (replace(parts[0], speed=12.0), *parts[1:2])
    do(job(faster, tmp_path))
    run = stored_settings(tmp_path / "run.posture").run
    assert run.speed_kmh is None
    log = np.loadtxt(run.speed_log, delimiter=",", skiprows=1)
    np.testing.assert_allclose(log, [[0, 10], [30, 10], [600, 12], [630, 12]], atol=0.1)
    assert pipeline.load(tmp_path / "run.posture").settings.run.speed_log == run.speed_log


def test_an_incline_stands_in_the_log_of_the_speeds(parts: tuple[Part, ...], tmp_path: Path) -> None:
    """Beside a log it would be refused when the folder is read again."""
    path = AnalysisFolder(parts[1].folder).record
    before = path.read_text()
    record = json.loads(before)
    record["settings"]["run"]["incline"] = 2.0
    try:
        path.write_text(json.dumps(record))
        do(job((replace(parts[0], speed=12.0), *parts[1:2]), tmp_path))
    finally:
        path.write_text(before)
    run = pipeline.load(tmp_path / "run.posture").settings.run
    assert run.incline is None
    assert np.loadtxt(run.speed_log, delimiter=",", skiprows=1)[:, 2] == pytest.approx(2.0)


def test_a_speed_that_is_not_known_of_every_clip_is_not_claimed(parts: tuple[Part, ...], tmp_path: Path) -> None:
    do(job((replace(parts[0], speed=None), parts[1]), tmp_path))
    run = stored_settings(tmp_path / "run.posture").run
    assert (run.speed_kmh, run.speed_log) == (None, None)


def test_what_cannot_be_joined_is_one_sentence(parts: tuple[Part, ...], tmp_path: Path) -> None:
    with pytest.raises(PostureError, match="nothing to join"):
        do(job((Part("x", tmp_path / "missing"),), tmp_path))
    with pytest.raises(PostureError, match="exclude"):
        do(job(parts, tmp_path, Settings(clip=ClipSettings(exclude=((1.0, 2.0),)))))
