"""``posture batch`` on real clips: parallel, kept, resumed, interrupted, killed, and on a cluster."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from posture.storage.recording import Recording
from tests.clips import cut
from tests.hang import HANG_S
from tests.in_process import posture

#: Clips of four seconds in chunks of one: much to interrupt, little to compute.
SETTINGS = '[pose]\nchunk_seconds = 1.0\nmodel = "lite"\n'
LIGHT = ("--no-video", "--settings", "small.toml")
#: What is interrupted and killed.
WORKED = ("a.mp4", "c")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "posture", *map(str, arguments)]


def run(*arguments: object, cwd: Path, timeout: float = HANG_S) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_DATA_HOME": str(cwd / "data")}
    return subprocess.run(
        command(*arguments), cwd=cwd, env=environment, capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture(scope="session")
def clips(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three clips of runners."""
    folder = tmp_path_factory.mktemp("folder") / "clips"
    folder.mkdir()
    for name, source, start in (("a.mp4", "fresh", 5.0), ("b.mp4", "fresh", 20.0), ("c", "tired", 50.0)):
        cut(videos / f"{source}.mp4", folder / "cut.mp4", start, start + 4.0)
        (folder / "cut.mp4").rename(folder / name)
    return folder


@pytest.fixture(scope="session")
def base(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A batch of the clips with what else may lie in a folder, done once and never changed."""
    where = tmp_path_factory.mktemp("batch")
    (where / "small.toml").write_text(SETTINGS)
    folder = shutil.copytree(clips, where / "training")
    (folder / "notes.txt").write_text("Tuesday")
    (folder / "cut off.mp4").write_bytes((folder / "a.mp4").read_bytes()[:900])
    (folder / "m.csv").write_text("file,runner,run\na.mp4,Anna,1\nb.mp4,Anna,1\nc,Bea,\n")
    arguments = ("batch", "training", "--workers", "2", *LIGHT, "--manifest", "training/m.csv", "--db", "h.sqlite")
    return where, run(*arguments, cwd=where)


def stamps(folder: Path, pattern: str) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob(pattern)}


def test_a_broken_clip_is_listed_and_stops_nothing(base) -> None:
    where, done = base
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr == ""
    assert "Traceback" not in done.stdout
    table = pd.read_csv(where / "training.batch" / "summary.csv").set_index("clip")
    states = table["state"].to_dict()
    assert states == dict.fromkeys(("a.mp4", "b.mp4", "c", "Anna 1"), "analysed") | {"cut off.mp4": "failed"}
    assert "cut off.mp4 cannot be opened as a video" in table.loc["cut off.mp4", "reason"]
    assert "cut off.mp4 cannot be opened as a video" in done.stdout
    assert table.loc["a.mp4", "cadence"] == pytest.approx(164, rel=0.02)


def test_the_page_links_to_every_report_and_runs_nothing(base) -> None:
    where, _ = base
    page = (where / "training.batch" / "summary.html").read_text()
    for name in ("runs/Anna-1.posture/report.html", "c.posture/report.html"):
        assert f'href="{name}"' in page
        assert (where / "training.batch" / name).is_file()
    assert "cut off.mp4" in page
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_poses_do_not_depend_on_the_batch(base, clips: Path, tmp_path: Path) -> None:
    where, _ = base
    (tmp_path / "small.toml").write_text(SETTINGS)
    alone = posture("analyze", clips / "a.mp4", *LIGHT, "--out", "a.posture", "--workers", "1", cwd=tmp_path)
    assert alone.returncode == 0
    one = Recording.load(tmp_path / "a.posture" / "poses.npz").series
    other = Recording.load(where / "training.batch" / "a.mp4.posture" / "poses.npz").series
    assert len(one) > 100
    np.testing.assert_array_equal(one.xy, other.xy)


def test_runs_and_single_clips_of_the_manifest_enter_the_history(base) -> None:
    where, _ = base
    done = posture("history", "--db", "h.sqlite", cwd=where)
    assert done.stdout.split("\n")[:2] == ["Anna: 1 analysis", "Bea: 1 analysis"]
    assert "Anna 1" in posture("history", "Anna", "--db", "h.sqlite", cwd=where).stdout


def test_clips_of_one_run_are_joined_with_a_gap_and_doubled_floors(base) -> None:
    where, _ = base
    record = json.loads((where / "training.batch" / "runs" / "Anna-1.posture" / "analysis.json").read_text())
    spans = record["clip"]["spans"]
    assert len(spans) == 2
    assert spans[1][0] - spans[0][1] == pytest.approx(1.0, abs=0.1)
    assert "One run of 2 clips (a.mp4, b.mp4)" in record["clip"]["notes"][0]
    # One scene, one tripod: the background shows it.
    assert "stood still" in record["clip"]["notes"][0]
    assert record["settings"]["drift"]["floor_factor"] == 1.0
    again = posture("analyze", "training.batch/runs/Anna-1.posture", "-q", cwd=where)
    assert again.returncode == 0, again.stderr


def test_what_is_done_is_kept_and_other_settings_are_not_done(base, tmp_path: Path) -> None:
    where = shutil.copytree(base[0], tmp_path / "copy")
    out = where / "training.batch"
    # Who runs is part of a result: without the manifest it would be another one.
    (where / "two.csv").write_text("file,runner\na.mp4,Anna\nb.mp4,Anna\n")
    before = stamps(out, "*.posture/analysis.json")
    arguments = ("batch", "training", "--workers", "1", "--pattern", "[ab].mp4", "--no-video", "--manifest", "two.csv")
    kept = run(*arguments, "--settings", "small.toml", cwd=where)
    assert kept.returncode == 0, kept.stderr
    assert kept.stdout.count(": kept") == 2
    assert stamps(out, "*.posture/analysis.json") == before
    poses = stamps(out, "*.posture/poses.npz")
    (where / "other.toml").write_text(SETTINGS + "[strides]\ntolerance = 0.25\n")
    other = run(*arguments, "--settings", "other.toml", cwd=where)
    assert other.stdout.count(": analysed") == 2
    after = stamps(out, "*.posture/analysis.json")
    assert {name for name in before if after[name] != before[name]} == {
        "a.mp4.posture/analysis.json",
        "b.mp4.posture/analysis.json",
    }
    assert stamps(out, "*.posture/poses.npz") == poses


def test_another_clip_under_an_old_name_is_refused_unless_fresh(base, tmp_path: Path) -> None:
    where = shutil.copytree(base[0], tmp_path / "copy")
    shutil.copy(where / "training" / "b.mp4", where / "training" / "a.mp4")
    arguments = ("batch", "training", "--pattern", "a.mp4", *LIGHT, "--workers", "2")
    refused = run(*arguments, cwd=where)
    assert refused.returncode == 1
    assert "holds the analysis of another clip" in refused.stdout
    assert "--fresh" in refused.stdout
    own = where / "training.batch" / "a.mp4.posture" / "my notes.txt"
    own.write_text("not of this program")
    assert run(*arguments, "--fresh", cwd=where).returncode == 0
    assert own.is_file()


def test_what_a_kill_left_half_written_locks_no_folder(clips: Path, tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SETTINGS)
    folder = tmp_path / "clips.batch" / "a.mp4.posture"
    folder.mkdir(parents=True)
    for name in (".input.99.part.json", ".overlay.mp4.99.part"):
        (folder / name).write_text("half")
    done = run("batch", clips, "--pattern", "a.mp4", *LIGHT, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert not list(folder.glob(".*"))


def test_a_folder_without_clips_and_a_manifest_with_strangers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = posture("batch", "empty", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no clip is here" in done.stderr
    assert not (tmp_path / "empty.batch").exists()
    assert posture("batch", "missing", cwd=tmp_path).returncode == 2


def test_a_scheduler_that_does_not_answer_is_one_sentence(clips: Path, tmp_path: Path) -> None:
    done = run("batch", clips, "--dask", "tcp://127.0.0.1:9", cwd=tmp_path)
    assert done.returncode == 2
    assert "no Dask scheduler answers" in done.stderr
    assert done.stderr.count("\n") == 1


def begin(where: Path, *more: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("batch", "clips", "--workers", "2", *LIGHT, *more),
        cwd=where,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def workers(process: subprocess.Popen[str]) -> list[psutil.Process]:
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def until(condition, seconds: float = HANG_S) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def work(clips: Path, tmp_path: Path) -> Path:
    """Two of the clips: one for each worker."""
    (tmp_path / "clips").mkdir()
    for name in WORKED:
        shutil.copy(clips / name, tmp_path / "clips")
    (tmp_path / "small.toml").write_text(SETTINGS)
    return tmp_path


@pytest.mark.slow
def test_kill_9_where_something_was_just_written_loses_only_the_chunks_in_work(work: Path, base) -> None:
    """Killed at the first chunk, poses and record that were not there before."""
    out = work / "clips.batch"
    seen: dict[str, int] = {}
    for written in ("chunks/0*.npz", "poses.npz", "analysis.json"):
        process = begin(work)
        until(lambda: stamps(out, written).keys() - seen.keys() or process.poll() is not None)  # noqa: B023
        left = workers(process) if process.poll() is None else []
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(left, timeout=HANG_S)
        assert not alive, "workers outlived the batch"
        now = {name: t for p in ("chunks/0*.npz", "poses.npz", "analysis.json") for name, t in stamps(out, p).items()}
        # What was finished once is never done again.
        assert {name: seen[name] for name in seen.keys() & now.keys()} == {
            name: now[name] for name in seen.keys() & now.keys()
        }
        seen |= now
    finished = run("batch", "clips", "--workers", "2", *LIGHT, cwd=work)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for name in WORKED:
        one = Recording.load(out / f"{name}.posture" / "poses.npz").series
        other = Recording.load(base[0] / "training.batch" / f"{name}.posture" / "poses.npz").series
        np.testing.assert_array_equal(one.xy, other.xy)
        assert not (out / f"{name}.posture" / "chunks").exists()


@pytest.mark.slow
def test_a_killed_worker_is_replaced(work: Path) -> None:
    process = begin(work)
    until(lambda: bool(stamps(work / "clips.batch", "chunks/*.npz")))
    workers(process)[0].kill()
    out, errors = process.communicate(timeout=HANG_S)
    assert process.returncode == 0, out + errors
    assert out.count(": analysed") == len(WORKED)


@pytest.mark.slow
def test_ctrl_c_stops_at_once_and_says_how_to_go_on(work: Path) -> None:
    process = begin(work)
    until(lambda: bool(stamps(work / "clips.batch", "chunks/*.npz")))
    left = workers(process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=HANG_S)
    assert process.returncode == 130
    assert errors == "posture: stopped; the same command goes on where it stopped.\n"
    assert not psutil.wait_procs(left, timeout=HANG_S)[1]


@pytest.mark.slow
def test_a_dask_cluster_does_the_same_though_a_worker_is_killed(work: Path, base) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        process = begin(work, "--dask", cluster.scheduler_address)
        until(lambda: bool(stamps(work / "clips.batch", "chunks/*.npz")))
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        out, errors = process.communicate(timeout=HANG_S)
    assert process.returncode == 0, out + errors
    assert out.count(": analysed") == len(WORKED)
    for name in WORKED:
        one = Recording.load(work / "clips.batch" / f"{name}.posture" / "poses.npz").series
        other = Recording.load(base[0] / "training.batch" / f"{name}.posture" / "poses.npz").series
        np.testing.assert_array_equal(one.xy, other.xy)
