"""Nothing that was there is lost, and nothing of two analyses is mixed: killed, refused, in foreign folders."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import posture
from posture import PostureError, pipeline
from posture.analysis.kept import stored_settings
from posture.cli import main
from posture.settings import ClipSettings, Settings
from posture.storage import renewal
from posture.storage.files import part_of, replacing
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import Ledger
from posture.storage.renewal import Renewal, settle
from tests.analytic_runner import as_csv, side_runner

SLOW = Settings(clip=ClipSettings(slow_motion=2.0))


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_csv(side_runner(np.arange(0.0, 8.0, 1 / 30)), tmp_path_factory.mktemp("poses") / "run.csv")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return as_csv(side_runner(np.arange(0.0, 6.0, 1 / 30)), tmp_path_factory.mktemp("poses") / "run.csv")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def content(folder: Path) -> dict[str, str]:
    """Every file below a folder with its checksum."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class _Killed(BaseException):
    """Like SIGKILL, nothing in the program catches it; what it did stays as it is."""


def fell(monkeypatch: pytest.MonkeyPatch, name: str, nth: int) -> None:
    """Let the ``nth`` call of a step of the commit be the last thing that the program does."""
    real, calls = getattr(renewal, name), [0]

    def step(*arguments: object) -> object:
        calls[0] += 1
        if calls[0] == nth:
            raise _Killed
        return real(*arguments)

    monkeypatch.setattr(renewal, name, step)


# --- killed ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "nth"), [("_remove", 1), *(("put", n) for n in range(1, 8)), ("_gone", 1)])
def test_killed_at_any_step_of_the_change_the_next_one_to_look_finds_the_whole_new_analysis(
    name: str, nth: int, poses: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posture.analyze(poses, out=out)
    with monkeypatch.context() as dying:
        fell(dying, name, nth)
        with pytest.raises(_Killed):
            posture.analyze(out, settings=SLOW)
    record = AnalysisFolder(out).record
    if record.is_file():  # whatever stands there is of one analysis
        assert (json.loads(record.read_text())["settings"]["clip"]["slow_motion"] == 1.0) is (name == "_remove")
    assert stored_settings(out).clip.slow_motion == 2.0
    assert pd.read_csv(out / "strides.csv")["end"].max() < 5
    assert not list(out.glob(".*"))
    assert {path.name for path in out.iterdir()} == {*AnalysisFolder(out).ledger().files}


@pytest.mark.parametrize("step", ["posture.report.page.write_page", "posture.report.tables.write_tables"])
def test_killed_before_the_change_the_old_analysis_is_untouched(
    step: str, poses: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posture.analyze(poses, out=out)
    before = content(out)

    def die(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as dying:
        dying.setattr(step, die)
        with pytest.raises(_Killed):
            posture.analyze(out, settings=SLOW)
    after = content(out)
    assert {name: after[name] for name in before} == before
    assert stored_settings(out).clip.slow_motion == 1.0
    posture.analyze(out, settings=SLOW)
    assert stored_settings(out).clip.slow_motion == 2.0
    assert not list(out.glob(".*"))


def test_kill_9_while_a_file_is_new_leaves_one_whole_analysis(poses: Path, out: Path) -> None:
    """Numbers of strides.csv belong to the settings in the record, whichever file was just begun."""
    posture.analyze(poses, out=out)
    script = (
        "import sys, posture; from posture.settings import ClipSettings, Settings; print('go', flush=True)\n"
        "for f in (2.0, 1.0) * 500:\n"
        "    posture.analyze(sys.argv[1], settings=Settings(clip=ClipSettings(slow_motion=f)))"
    )
    for written in ("report", "strides", "analysis", "commit"):
        with subprocess.Popen([sys.executable, "-c", script, str(out)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            while not list(out.glob(f".next-*/*{written}*")):
                assert process.poll() is None
                time.sleep(0.001)
            process.kill()
        slow = stored_settings(out).clip.slow_motion
        assert pd.read_csv(out / "strides.csv")["end"].max() == pytest.approx(7.5 / slow, abs=0.5)
        assert pd.read_parquet(out / "frames.parquet")["time"].max() == pytest.approx(7.97 / slow, abs=0.05)
        assert not list(out.glob(".next-*/.commit.json"))


def test_poses_of_a_try_that_was_killed_are_taken_up(poses: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise _Killed

    with monkeypatch.context() as dying:
        dying.setattr("posture.report.tables.write_tables", die)
        with pytest.raises(_Killed):
            posture.analyze(poses, out=out)
    assert not AnalysisFolder(out).record.exists()
    (kept,) = out.glob(".next-*/poses.npz")
    stamp = kept.stat().st_mtime_ns
    posture.analyze(poses, out=out)
    assert (out / "poses.npz").stat().st_mtime_ns == stamp


def test_what_another_program_is_writing_is_left_to_it(out: Path) -> None:
    with Renewal(AnalysisFolder(out)) as first:
        first.begin("run", "abc")
        first.staged.poses.write_bytes(b"of the first")
        with Renewal(AnalysisFolder(out)) as second:
            second.begin("run", "abc")
            assert second.staged.path != first.staged.path
            second.staged.poses.write_bytes(b"of the second")
            second.commit()
        assert first.staged.poses.read_bytes() == b"of the first"
        first.commit()
    assert (out / "poses.npz").read_bytes() == b"of the first"


def test_pictures_that_show_the_face_do_not_outlive_the_wish_to_blur_it(videos: Path, tmp_path: Path) -> None:
    """Whatever stands in the folder when a blurred analysis is made, is not in it afterwards."""
    from tests.report_run import kept_run

    run = kept_run(videos, tmp_path / "run.posture")
    folder = AnalysisFolder(run.folder)
    with Renewal(folder) as new:
        new.begin("tired.mp4", "abc", force=True)
        (new.staged.stills).mkdir()
        (new.staged.stills / "00001.000.jpg").write_bytes(b"sharp, of a try that was killed")
        new.staged.poses.write_bytes(b"poses")
        new._hold.release()  # as when the program dies
        with Renewal(folder) as again:
            again.begin("tired.mp4", "abc", force=True)
            assert not again.staged.stills.exists()
            again.commit()
    assert not folder.stills.exists()
    assert not folder.overlay.exists()


# --- refused ---------------------------------------------------------------------------------------------------------


def test_a_clip_with_nobody_in_it_replaces_nothing_even_by_force(poses: Path, out: Path, tmp_path: Path) -> None:
    posture.analyze(poses, out=out)
    before = content(out)
    nobody = pd.read_csv(poses)
    nobody.iloc[:, 1:] = np.nan
    nobody.to_csv(tmp_path / "nobody.csv", index=False)
    with pytest.raises(PostureError):
        posture.analyze(tmp_path / "nobody.csv", out=out, force=True)
    assert content(out) == before
    assert pipeline.load(out).recording.name == "run.csv"


def test_force_replaces_the_whole_analysis_and_keeps_the_notes_beside_it(poses: Path, others: Path, out: Path) -> None:
    posture.analyze(poses, out=out)
    (out / "my notes.txt").write_text("knee hurt")
    posture.analyze(others, out=out, force=True)
    assert AnalysisFolder(out).ledger().sha256 == json.loads((out / "analysis.json").read_text())["clip"]["sha256"]
    assert (out / "my notes.txt").read_text() == "knee hurt"


def test_clips_of_equal_names_are_compared(
    poses: Path, others: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        done = CliRunner().invoke(main, ["compare", str(poses), str(others)])
        assert done.exit_code == 0, done.output
        folders = sorted(path.name for path in tmp_path.iterdir())
        assert len(folders) == 2
        assert folders[1] == "run.posture"
        assert folders[0].startswith("run-")


# --- foreign ---------------------------------------------------------------------------------------------------------

FOREIGN = {
    "input.json": '{"name": "experiment 4", "sha256": "unknown", "files": ["frames/1.jpg"]}',
    "frames/1.jpg": "a picture",
    "views/front/data.csv": "1,2,3",
    "upright/pose.txt": "x",
    "chunks/000000.bin": "y",
    "stream.json": "{}",
}


def test_a_foreign_folder_is_refused_without_advice_that_would_destroy_it(poses: Path, out: Path) -> None:
    for name, text in FOREIGN.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    before = content(out)
    for force in (False, True):
        with pytest.raises(PostureError, match="holds other files") as refused:
            posture.analyze(poses, out=out, force=force)
        assert "--force" not in str(refused.value)
    assert content(out) == before


@pytest.mark.parametrize("name", ["overlay.mp4", "report.html", "frames/index.json", "frames.parquet"])
def test_a_file_of_somebody_else_in_the_folder_is_not_overwritten(name: str, poses: Path, out: Path) -> None:
    posture.analyze(poses, out=out)
    ledger = AnalysisFolder(out).ledger()
    Ledger(ledger.name, ledger.sha256, ledger.files - {name}).write(out / "input.json")
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("mine")
    if name == "frames/index.json":  # poses have no pictures: nothing is in the way
        posture.analyze(poses, out=out)
    else:
        with pytest.raises(PostureError, match="not written by this program"):
            posture.analyze(poses, out=out)
    assert (out / name).read_text() == "mine"


def test_files_of_others_in_the_folders_of_an_analysis_stay(poses: Path, others: Path, out: Path) -> None:
    posture.analyze(poses, out=out)
    mine = [".film.mkv.part", ".film.mkv.12.part", "chunks/000000.txt", "frames/x.jpg", "views/front/y", "upright/z"]
    for name in mine:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text("mine")
    posture.analyze(others, out=out, force=True)
    assert all((out / name).read_text() == "mine" for name in mine)


def test_pictures_where_a_link_leads_are_not_deleted(videos: Path, tmp_path: Path) -> None:
    from tests.report_run import kept_run

    run = kept_run(videos, tmp_path / "run.posture")
    folder = AnalysisFolder(run.folder)
    album = tmp_path / "album"
    folder.stills.rename(album)
    (album / "holiday.jpg").write_bytes(b"mine")
    folder.stills.symlink_to(album)
    with Renewal(folder) as new:
        new.begin("other", "abc", force=True)
        new.commit()
    assert [path.name for path in album.iterdir()] == ["holiday.jpg"]
    assert folder.stills.is_symlink()


def test_a_ledger_that_was_tampered_with_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text('{"posture": "1", "files": ["../x", "/etc/passwd", "a/../../b", "ok.txt", 3]}')
    assert Ledger.read(tmp_path / "input.json").files == {"ok.txt"}


@pytest.mark.parametrize("name", [".film.mkv.part", ".film.part.mkv", "film.12.part", ".part", ".12.part"])
def test_halves_of_other_programs_are_not_taken_for_own(name: str) -> None:
    assert part_of(Path(name)) is None


# --- seen by others --------------------------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_results_are_their_owners_alone(poses: Path, out: Path, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        done = CliRunner().invoke(
            main, ["analyze", str(poses), "--out", str(out), "--runner", "Anna", "--db", str(tmp_path / "h" / "h.db")]
        )
        assert done.exit_code == 0, done.output
        everything = [out, *out.rglob("*"), *(tmp_path / "h").rglob("*"), tmp_path / "h"]
        assert {mode(path) for path in everything if path.is_dir()} == {0o700}
        assert {mode(path) for path in everything if path.is_file()} == {0o600}
        (out / "strides.csv").chmod(0o640)
        out.chmod(0o750)
        posture.analyze(out)
        assert (mode(out), mode(out / "strides.csv"), mode(out / "report.html")) == (0o750, 0o640, 0o600)
    finally:
        os.umask(before)


def test_a_file_that_is_written_again_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / "table.csv").write_text("old")
    (shelf / "table.csv").chmod(0o604)
    (tmp_path / "table.csv").symlink_to(shelf / "table.csv")
    with replacing(tmp_path / "table.csv") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "table.csv").is_symlink()
    assert (shelf / "table.csv").read_text() == "new"
    assert mode(shelf / "table.csv") == 0o604
    assert [path.name for path in shelf.iterdir()] == ["table.csv"]


def test_an_analysis_file_behind_a_link_is_renewed_there(poses: Path, out: Path, tmp_path: Path) -> None:
    posture.analyze(poses, out=out)
    (out / "report.html").rename(tmp_path / "elsewhere.html")
    (out / "report.html").symlink_to(tmp_path / "elsewhere.html")
    stamp = (tmp_path / "elsewhere.html").stat().st_mtime_ns
    posture.analyze(out, settings=SLOW)
    settle(AnalysisFolder(out))
    assert (out / "report.html").is_symlink()
    assert (tmp_path / "elsewhere.html").stat().st_mtime_ns > stamp
