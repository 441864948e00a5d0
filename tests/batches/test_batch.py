"""The parts of a batch: what is a clip, what a manifest says, who does the work, and how long it will take."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.batches.find import find_clips
from posture.batches.forecast import Forecast
from posture.batches.jobs import ABOUT, ClipJob, is_done
from posture.batches.manifest import Entry, check_files, read_manifest
from posture.batches.results import claim, drop_statuses
from posture.batches.run import run_jobs
from posture.batches.stage import Item, Options, _by_run, run_name
from posture.batches.status import Status, StatusFile, read_status
from posture.batches.work import Outcome, State, work
from posture.batches.workers import WorkerPool, processes
from posture.errors import HopelessError, PostureError
from posture.settings import ClipSettings, Settings
from posture.storage.folder import AnalysisFolder
from tests.clips import cut
from tests.hang import HANG_S
from tests.report_run import kept_run


@pytest.fixture(scope="module")
def clip(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cut(videos / "fresh.mp4", tmp_path_factory.mktemp("clip") / "run.mp4", 5.0, 6.0)


def test_clips_are_found_by_content(clip: Path, tmp_path: Path) -> None:
    shutil.copy(clip, tmp_path / "no ending")
    shutil.copy(clip, tmp_path / "table.csv")
    (tmp_path / "notes.txt").write_text("no clip")
    (tmp_path / "promise.MOV").write_text("no clip either")
    cv2.imwrite(str(tmp_path / "photo.png"), np.zeros((60, 80, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "photo.jpg"), np.zeros((60, 80, 3), np.uint8))
    (tmp_path / ".hidden.mp4").write_bytes(clip.read_bytes())
    clips, faults = find_clips(tmp_path)
    assert [found.name for found in clips] == ["no ending", "table.csv"]
    assert [found.seconds for found in clips] == pytest.approx([1.0, 1.0], abs=0.1)
    assert [fault.name for fault in faults] == ["promise.MOV"]
    assert "cannot be opened as a video" in faults[0].reason


def test_folders_are_searched_if_asked_but_never_those_of_analyses(clip: Path, tmp_path: Path) -> None:
    for folder in ("monday", "monday/early", "old.posture", ".trash"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(clip, tmp_path / folder / "overlay.mp4")
    # Another program's file of that name does not make its folder an analysis.
    (tmp_path / "monday" / "input.json").write_text('{"name": "clip", "sha256": "abc"}')
    (tmp_path / "old.posture" / "overlay.mp4").rename(tmp_path / "old.mp4")
    AnalysisFolder(tmp_path / "old.posture").claim("run.mp4", "abc", force=False)
    (tmp_path / "old.mp4").rename(tmp_path / "old.posture" / "overlay.mp4")
    assert find_clips(tmp_path) == ([], [])
    names = [found.name for found in find_clips(tmp_path, recursive=True)[0]]
    assert names == ["monday/overlay.mp4", "monday/early/overlay.mp4"]
    assert find_clips(tmp_path, recursive=True, pattern="*.mov") == ([], [])
    with pytest.raises(PostureError, match="not a folder"):
        find_clips(tmp_path / "missing")


def test_a_manifest_says_what_names_do_not(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("File;Runner;run;minute;side\na.mp4;Anna;1;0;left\nb.mp4; Bea ;;;\n", encoding="utf-8-sig")
    entries = read_manifest(path)
    assert entries["a.mp4"].minute == 0.0
    assert entries["a.mp4"].side == "left"
    assert (entries["b.mp4"].runner, entries["b.mp4"].run, entries["b.mp4"].minute) == ("Bea", "", None)
    path.write_text("file;minute;side\na.mp4;2,5;Left\n")
    assert (read_manifest(path)["a.mp4"].minute, read_manifest(path)["a.mp4"].side) == (2.5, "left")
    path.write_text("file\na.mp4\n")
    assert list(read_manifest(path)) == ["a.mp4"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("clip,runner\na.mp4,Anna\n", "'file'"),
        ("file,side\na.mp4,top\n", "line 2, column 'side'"),
        ("file,minute\na.mp4,1\nb.mp4,soon\n", "line 3, column 'minute'"),
        ("file,speed\na.mp4,nan\n", "'nan'"),
        ("file,colour\na.mp4,red\n", "'colour'"),
        ("file,runner\na.mp4,Anna,1\n", "line 2: has more cells"),
        ("", "'file'"),
        ("file,runner\na.mp4,Anna\na.mp4,Bea\n", "second time"),
        ("file,runner\n", "names no clip"),
    ],
)
def test_a_faulty_manifest_is_refused_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(text)
    with pytest.raises(PostureError) as caught:
        read_manifest(path)
    assert said in str(caught.value)
    assert "m.csv" in str(caught.value)


@dataclass(frozen=True)
class Stub:
    """A job that does what its name says."""

    name: str
    status: Path
    notes: Path

    @property
    def folder(self) -> Path:
        return self.notes / f"{self.name}.posture"

    def do(self, status: StatusFile) -> State:
        with (self.notes / self.name).open("a") as file:
            file.write(f"{os.getpid()}\n")
        if self.name.startswith("dies"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.name.startswith("once") and len((self.notes / self.name).read_text().split()) == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.name.startswith("refuses"):
            raise PostureError(f"{self.name}: no.")
        if self.name.startswith("fails"):
            raise ZeroDivisionError("a fault")
        if self.name.startswith("slow"):
            time.sleep(1.0)
        if self.name.startswith("endless"):
            time.sleep(HANG_S)
        return State.DONE


def done(names: list[str], folder: Path, places: int, watch: Callable[[], None] = lambda: None) -> dict[str, Outcome]:
    jobs = [Stub(name, folder / f"{name}.json", folder) for name in names]
    with processes(places) as pool:
        return {names[i]: outcome for i, outcome in run_jobs(jobs, pool, lambda numbers: watch())}


def test_a_job_that_kills_its_worker_costs_nobody_else_anything(tmp_path: Path) -> None:
    names = ["slow 1", "dies", "slow 2", "once", "refuses", "fails", "fine"]
    outcomes = done(names, tmp_path, 2)
    states = {name: outcome.state for name, outcome in outcomes.items()}
    failed = {"dies", "refuses", "fails"}
    assert states == {name: State.FAILED if name in failed else State.DONE for name in names}
    assert "died on this clip more than once" in outcomes["dies"].reason
    assert outcomes["refuses"].reason == "refuses: no."
    assert "ZeroDivisionError: a fault" in outcomes["fails"].reason
    assert "do(self" not in outcomes["fails"].reason
    assert "Traceback" in outcomes["fails"].fault
    tries = {name: len((tmp_path / name).read_text().split()) for name in names}
    assert tries == {name: 2 if name in ("dies", "once") else 1 for name in names}


def test_processes_work_side_by_side_and_are_kept(tmp_path: Path) -> None:
    done([f"fine {i}" for i in range(6)], tmp_path, 2)
    workers = {(tmp_path / f"fine {i}").read_text() for i in range(6)}
    assert 1 <= len(workers) <= 2


def test_an_interruption_ends_the_workers(tmp_path: Path) -> None:
    """At once, though a job would go on for long."""

    def begun() -> list[int]:
        return [int(text) for path in tmp_path.glob("endless*") if (text := path.read_text())]

    def stop(numbers: object) -> None:
        if len(begun()) == 2:
            raise KeyboardInterrupt

    jobs = [Stub(f"endless {i}", tmp_path / f"{i}.json", tmp_path) for i in range(4)]
    pool: WorkerPool
    with pytest.raises(KeyboardInterrupt), processes(2) as pool:
        list(run_jobs(jobs, pool, stop))
    assert len(list(tmp_path.glob("endless*"))) == 2
    for pid in begun():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_status_is_there_during_the_work_and_gone_after(tmp_path: Path) -> None:
    path = tmp_path / "0.json"
    with StatusFile(path) as status:
        status("Following the runner", 3.0, 10.0)
        assert read_status(path) == Status("Following the runner", 3.0, 10.0)
    assert read_status(path) is None
    path.write_text("half a st")
    assert read_status(path) is None


def test_time_left_counts_work_and_not_what_was_kept() -> None:
    now = [0.0]
    forecast = Forecast([60.0, 60.0, 60.0, 60.0], clock=lambda: now[0])
    assert forecast.left is None
    now[0] = 1.0
    forecast.ended(0, kept=True)
    assert forecast.left is None
    now[0] = 30.0
    forecast.ended(1, kept=False)
    assert forecast.left == pytest.approx(60.0)
    seen = forecast.at(2, Status("Following the runner", 0.0, 60.0))
    half = forecast.at(2, Status("Following the runner", 30.0, 60.0))
    assert 0.3 < half < 0.7
    assert forecast.at(2, Status("Looking for the runner", 0.0, 60.0)) == half
    assert forecast.left == pytest.approx(30.0 * (2 - half) / (1 + half - seen))
    for number in (2, 3):
        forecast.ended(number, kept=False)
    assert (forecast.left, forecast.share, forecast.count) == (0.0, 1.0, 4)


def test_what_was_done_at_an_earlier_time_says_nothing_about_the_speed() -> None:
    now = [0.0]
    forecast = Forecast([60.0], clock=lambda: now[0])
    forecast.at(0, Status("Looking for the runner", 60.0, 60.0))
    forecast.at(0, Status("Following the runner", 30.0, 60.0))
    assert (forecast.left, forecast.gone) == (None, 0.0)
    now[0] = 10.0
    assert forecast.at(0, Status("Following the runner", 40.0, 60.0)) == pytest.approx(0.15 + 0.7 * 2 / 3)
    assert forecast.gone == pytest.approx(0.7 / 6)
    assert forecast.left == pytest.approx(10.0 * (0.85 - 0.7 * 2 / 3) / (0.7 / 6))


def test_a_step_that_passes_between_two_looks_was_done_since_the_first_of_them() -> None:
    forecast = Forecast([60.0], clock=lambda: 0.0)
    forecast.at(0, Status("Looking for the runner", 30.0, 60.0))
    assert forecast.gone == 0.0
    # The rest of that step, all of the next, and nothing of what is there of this.
    forecast.at(0, Status("Drawing the video", 30.0, 60.0))
    assert forecast.gone == pytest.approx(0.85 - 0.075)
    forecast.ended(0, kept=False)
    assert forecast.gone == pytest.approx(1.0 - 0.075 - 0.075)


def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    for text, line in (
        ('file,runner\na.mp4,"Anna\nb.mp4,Ben\n', 2),
        ('file,runner\na.mp4,"Anna\nb.mp4,"Ben"\n', 2),
        ('file,runner\na.mp4,"Anna\nb.mp4,Ben"\nc.mp4,Cid\n', 2),
        ('file,runner\na.mp4,Anna\nb.mp4,"' + 200_000 * "x" + '"\n', 3),
    ):
        file.write_text(text)
        with pytest.raises(PostureError, match=f"line {line}"):
            read_manifest(file)
    file.write_text('file,runner\n"a, b.mp4","Anna ""the hare"" Lee"\n')
    assert read_manifest(file)["a, b.mp4"].runner == 'Anna "the hare" Lee'


@pytest.mark.parametrize("text", ["file,run,Run\na,1,2\n", "\0", "file\0", "\ufeff", "file\n\0\n", '"'])
def test_a_strange_manifest_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(PostureError):
        check_files(list(read_manifest(tmp_path / "m.csv")), [], tmp_path)


@given(*[st.text(min_size=1, max_size=8)] * 4)
def test_runs_of_other_names_have_other_folders(runner: str, run: str, other: str, another: str) -> None:
    assert (run_name(runner, run) == run_name(other, another)) == ((runner, run) == (other, another))
    assert not {"/", "\\", ":", "\0"} & set(run_name(runner, run))
    assert not run_name(runner, run).startswith(".")


def entered(name: str, runner: str, run: str) -> Item:
    return Item(name, Entry(file=name, runner=runner, run=run), Path(name), Outcome(State.DONE))


def test_runs_are_told_apart_by_runner_and_run_and_not_by_their_common_name() -> None:
    items = [
        entered("a", "Anna", "Lee 1"), entered("b", "Anna Lee", "1"), entered("c", "ANNA", "lee  1"),
        entered("d", "", "5/1"), entered("e", "", "5 1"),
    ]  # fmt: skip
    groups = _by_run(items, Options(Path("out.batch"), 1))
    assert [[item.name for item in group] for group in groups.values()] == [["a", "c"], ["b"], ["d"], ["e"]]


def test_a_batch_overwrites_nothing_that_no_batch_wrote(tmp_path: Path) -> None:
    for name in ("summary.csv", "summary.html", "errors.txt", "batch.json"):
        out = tmp_path / name.replace(".", "_")
        out.mkdir()
        (out / name).write_text("mine")
        (out / ".status").mkdir()
        (out / ".status" / "mine.txt").write_text("mine")
        with pytest.raises(PostureError, match="not written by this program"):
            claim(out)
        assert (out / name).read_text() == "mine"
        (out / name).unlink()
        statuses = claim(out)
        (statuses / "000001.json").write_text("of the batch")
        drop_statuses(statuses)
        assert [path.name for path in statuses.iterdir()] == ["mine.txt"]
        (out / "summary.csv").write_text("of the batch")
        claim(out)


def test_a_clip_that_failed_by_itself_is_not_tried_again_until_something_changes(
    clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def hopeless(*_: object, out: Path, **__: object) -> None:
        tried.append(out)
        AnalysisFolder(out).claim("run.mp4", "abc", force=True)
        raise HopelessError("run.mp4: nobody is in it.")

    monkeypatch.setattr("posture.pipeline.analyze", hopeless)
    source = Path(shutil.copy(clip, tmp_path / "run.mp4"))
    job = ClipJob(source, tmp_path / "out", Settings(), 1, False, False, tmp_path / "status.json")
    reasons = [work(job).reason for _ in range(3)]
    assert len(tried) == 1
    assert all("nobody is in it" in reason for reason in reasons)
    assert "--fresh" in reasons[2]
    work(replace(job, settings=Settings(clip=ClipSettings(person=1))))
    work(replace(job, fresh=True))
    with source.open("ab") as file:
        file.write(b"longer")
    work(job)
    assert len(tried) == 4
    monkeypatch.setattr("posture.pipeline.analyze", lambda *_, **__: None)
    AnalysisFolder(tmp_path / "out").drop_chunks()
    assert not (tmp_path / "out" / "failed.json").exists()


def test_another_note_is_no_reason_to_look_at_the_clip_again(videos: Path, tmp_path: Path) -> None:
    kept_run(videos, tmp_path / "run.posture", video=False)
    folder, same = AnalysisFolder(tmp_path / "run.posture"), lambda: "0" * 64
    noted = Settings.model_validate({"run": {"note": "new shoes", "runner": "Anna", "date": "2026-03-14"}})
    assert is_done(folder, Settings(), same)
    assert not is_done(folder, noted, same)
    assert is_done(folder, noted, same, but=ABOUT)
    faster = Settings.model_validate({"run": {"note": "new shoes", "speed_kmh": 12.0}})
    assert not is_done(folder, faster, same, but=ABOUT)
