"""Doctor, selftest and forget, through the real command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import posture
from posture.batches import results
from posture.checkup import doctor, selftest
from posture.checkup.truth import Programme, read_programme
from posture.cli import main
from posture.history import History
from posture.kinematics.registry import METRICS
from posture.storage.folder import AnalysisFolder
from tests.analytic_runner import as_csv, side_runner
from tests.history.test_history import record


def shown(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(map(str, arguments)))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


# --- doctor ----------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    code, said = shown("doctor", "--json", "--db", tmp_path / "none.sqlite")
    checks = {check["name"]: check for check in json.loads(said)}
    needed = [name for name, check in checks.items() if check["needed"] and not check["ok"]]
    assert (code, needed) == (0, [])
    assert {"Python", "libraries", "OpenCV", "models", "decoders", "memory", "history", "Dask"} <= checks.keys()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("what", "value", "name", "said"),
    [
        ("_DECODERS", ("h264", "no_such_codec"), "decoders", "no_such_codec"),
        ("packages_distributions", lambda: {"cv2": ["a", "b"]}, "OpenCV", "a, b"),
        ("packages_distributions", dict, "OpenCV", "nowhere"),
        ("_loads", lambda _: False, "EGL and GLES", "libEGL"),
        ("requires", lambda _: ["no-such-library>=1"], "libraries", "no-such-library"),
        ("_DISK", 1e30, "disk", "GB free"),
    ],
)
def test_what_is_missing_says_how_to_mend_it(
    what: str, value: object, name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, what, value)
    check = next(check for check in doctor.examine() if check.name == name)
    assert said in check.said
    assert not check.ok
    assert check.mend


def test_a_limit_of_memory_is_said_before_a_library_crashes(videos: Path, tmp_path: Path) -> None:
    """MediaPipe ends in a segmentation fault where it gets no memory."""
    for limit, said in ((1_000_000, "1.0 GB"), (2_500_000, "2.6 GB")):
        line = f"ulimit -v {limit}; {sys.executable} -m posture analyze {videos / 'fresh.mp4'} --out out"
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        assert f"{said} of memory addresses" in done.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["analyze {clip} --out out", "doctor"])
def test_without_a_folder_for_temporary_files_it_is_said_how_to_name_one(
    command: str, videos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found in [...]")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    code, said = shown(*command.format(clip=videos / "fresh.mp4").split())
    assert code == (1 if command == "doctor" else 2)
    assert "name one with the environment variable TMPDIR" in " ".join(said.split())


def test_a_damaged_history_and_a_folder_that_cannot_be_written_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "h.sqlite").write_text("no database " * 100)
    code, said = shown("doctor", "--db", tmp_path / "h.sqlite")
    assert code == 0  # videos can be analysed all the same
    assert "not a history" in said

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    code, said = shown("doctor", "--db", tmp_path / "h.sqlite")
    assert code == 1
    assert "MEND  writing here" in said


# --- selftest --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_selftest_is_passed_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the runner that is shipped; the accuracy tests analyse those of the checkout."""
    monkeypatch.setattr(selftest, "_CHECKOUT", tmp_path)
    code, said = shown("selftest")
    assert code == 0, said
    assert "within bounds" in said
    assert "times a plain loop" in said


def test_truths_tell_what_was_rendered(videos: Path) -> None:
    assert selftest.clips() == [videos / "fresh.mp4", videos / "tired.mp4"]
    assert read_programme(videos / "fresh.npz") == Programme(164.0, None, frozenset())
    for tiring in (videos / "tired.npz", Path(selftest.__file__).with_name("tiring.npz")):
        assert read_programme(tiring) == Programme(164.0, 20.0, frozenset({"C4", "C5"}))


def test_a_wrong_result_fails_the_selftest(videos: Path, tmp_path: Path) -> None:
    """Another runner than the rendered one: the truth of nothing that is measured."""
    still = side_runner(np.arange(0.0, 60.0, 1 / 30), swing=0.2)
    analysis = posture.analyze(as_csv(still, tmp_path / "run.csv"), out=tmp_path / "out")
    outcome = {result.name: result for result in selftest.compare(analysis, videos / "tired.npz")}
    for metric in METRICS.values():
        for name, stated in ((metric.label, metric.absolute_error), (f"{metric.label}, change", metric.floor)):
            assert metric.id == "cadence" or name not in outcome or outcome[name].bound == stated
    assert not outcome["Trunk lean, change"].ok
    assert not outcome["Onset of the drift"].ok
    assert not outcome["Cadence"].ok


# --- forget ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path]:
    """Two analyses of Anna's, one of which is Ben's too, and the history."""
    db = tmp_path / "h.sqlite"
    for number, seconds in enumerate((6.0, 7.0)):
        poses = as_csv(side_runner(np.arange(0.0, seconds, 1 / 30)), tmp_path / f"run{number}.csv")
        shown("analyze", poses, "--out", tmp_path / f"run{number}.posture", "--runner", "Anna", "--db", db, "-q")
    shown("analyze", tmp_path / "run1.csv", "--out", tmp_path / "run1.posture", "--runner", "Ben", "--db", db, "-q")
    return tmp_path, db


def test_a_wrong_recording_is_forgotten_everywhere_and_said(kept: tuple[Path, Path]) -> None:
    where, db = kept
    code, said = shown("forget", where / "run1.posture", "--db", db, "--yes")
    assert code == 0, said
    assert not (where / "run1.posture").exists()
    assert (where / "run1.csv").is_file()
    for words in ("run1.posture", "history of Anna", "history of Ben"):
        assert words in said
    with History(db) as history:
        assert history.runners() == {"Anna": 1, "Ben": 0}


def test_a_runner_is_forgotten_everywhere_but_for_what_is_not_theirs(kept: tuple[Path, Path]) -> None:
    where, db = kept
    (where / "run0.posture" / "my notes.txt").write_text("mine")
    shutil.rmtree(where / "run1.posture")
    posture.analyze(where / "run0.csv", out=where / "run1.posture")  # another clip's now
    code, said = shown("forget", "ANNA", "--db", db, "--yes")
    assert code == 0, said
    assert [path.name for path in (where / "run0.posture").iterdir()] == ["my notes.txt"]
    assert AnalysisFolder(where / "run1.posture").record.is_file()
    assert "files of yours stay" in said
    assert "not there any more" in said
    with History(db) as history:
        assert list(history.runners()) == ["Ben"]
    assert b"Anna" not in db.read_bytes()


def test_forgetting_asks_first_and_knows_nobody_else(kept: tuple[Path, Path]) -> None:
    where, db = kept
    done = CliRunner().invoke(main, ["forget", str(where / "run0.posture"), "--db", str(db)], input="n\n")
    assert done.exit_code == 1
    assert (where / "run0.posture" / "analysis.json").is_file()
    code, said = shown("forget", "Cid", "--db", db, "--yes")
    assert code == 2
    assert "nothing is kept about 'Cid'" in said


def test_summaries_that_still_name_a_runner_are_said(tmp_path: Path) -> None:
    db, out = tmp_path / "h.sqlite", tmp_path / "training.batch"
    results.claim(out)
    (out / "summary.csv").write_text("clip,runner\n")
    posture.analyze(as_csv(side_runner(np.arange(0.0, 6.0, 1 / 30)), tmp_path / "a.csv"), out=out / "a.posture")
    with History(db) as history:
        history.add(record(2), "Anna", out / "a.posture")
    _, said = shown("forget", out / "a.posture", "--db", db, "--yes")
    assert f"still names it: {out / 'summary.csv'}" in said.replace("\n", "")
    with History(db) as history:
        assert history.runners() == {"Anna": 0}
