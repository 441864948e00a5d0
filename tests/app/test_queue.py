"""The queue: order, stopping, going on, and nothing lost when the app ends in the middle."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from posture.app.library import Library
from posture.app.queue import Queue
from posture.app.tickets import Choices, State
from posture.batches.run import _died
from posture.batches.work import AS_BEFORE, Outcome
from posture.batches.work import State as Ended
from posture.batches.workers import OneJobProcesses
from posture.errors import PostureError
from posture.storage.files import unwritable
from tests.hang import HANG_S


class Bench:
    """Stands for worker processes: each job is in work until the test lets it end."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.let: dict[str, Outcome] = {}

    def run_jobs(self, jobs, pool, look: Callable) -> Iterator[tuple[int, Outcome]]:
        (job,) = jobs
        self.given.append(job.name)
        while job.name not in self.let:
            look([0])
            time.sleep(0.01)
        yield 0, self.let.pop(job.name)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr("posture.app.queue.run_jobs", made.run_jobs)
    monkeypatch.setattr("posture.app.queue._LANES", 1)
    return made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "app")
    yield made
    made.close()


@pytest.fixture
def queue(library: Library, bench: Bench) -> Iterator[Queue]:
    made = Queue(library)
    made.start()
    yield made
    made.close()


def add(queue: Queue, *names: str) -> list[str]:
    ids = [queue.library.add(name, Choices()).id for name in names]
    for id in ids:
        queue.add(id)
    return ids


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def state(queue: Queue, id: str) -> State | None:
    ticket = queue.library.get(id)
    return ticket.state if ticket else None


def test_one_after_the_other_in_the_order_of_coming(queue: Queue, bench: Bench) -> None:
    first, second, third = add(queue, "a.mp4", "b.mp4", "c.mp4")
    until(lambda: bench.given == ["a.mp4"])
    assert (queue.place(second), queue.place(third)) == (1, 2)
    bench.let["a.mp4"] = Outcome(Ended.DONE)
    until(lambda: bench.given == ["a.mp4", "b.mp4"])
    assert state(queue, first) is State.DONE
    assert state(queue, second) is State.WORKING
    assert queue.place(third) == 1


def test_a_clip_that_fails_says_why_without_the_apps_folders_and_stops_nothing(queue: Queue, bench: Bench) -> None:
    first, second = add(queue, "a.mp4", "b.mp4")
    ticket = queue.library.get(first)
    assert ticket is not None
    path = queue.library.clip(ticket)
    bench.let["a.mp4"] = Outcome(Ended.FAILED, f"{path} holds sound but no pictures: name a file with video.")
    until(lambda: state(queue, second) is State.WORKING)
    failed = queue.library.get(first)
    assert failed is not None
    assert failed.state is State.FAILED
    assert failed.reason == "a.mp4 holds sound but no pictures: name a file with video."


def test_what_is_stopped_stays_and_goes_on(queue: Queue, bench: Bench) -> None:
    first, second = add(queue, "a.mp4", "b.mp4")
    until(lambda: state(queue, first) is State.WORKING)
    queue.stop(second)
    queue.stop(first)
    assert queue.finished(first, within=HANG_S)
    assert [state(queue, id) for id in (first, second)] == [State.STOPPED, State.STOPPED]
    queue.add(first)
    until(lambda: bench.given == ["a.mp4", "a.mp4"])
    bench.let["a.mp4"] = Outcome(Ended.DONE)
    until(lambda: state(queue, first) is State.DONE)
    assert state(queue, second) is State.STOPPED


def test_what_was_in_work_when_the_app_ended_comes_first_in_the_next(tmp_path: Path, bench: Bench) -> None:
    library = Library(tmp_path / "kept")
    ended = Queue(library)
    ended.start()
    first, second = add(ended, "a.mp4", "b.mp4")
    until(lambda: state(ended, first) is State.WORKING)
    # Killed: nothing is written any more.
    killed = [(file, file.read_bytes()) for file in library.folder.glob("runs/*/ticket.json")]
    ended.close()
    library.close()
    for file, content in killed:
        file.write_bytes(content)
    again = Library(tmp_path / "kept")
    assert again.get(first).state is State.WORKING  # type: ignore[union-attr]
    queue = Queue(again)
    queue.start()
    until(lambda: bench.given == ["a.mp4", "a.mp4"])
    assert state(queue, second) is State.WAITING
    queue.close()
    again.close()
    assert state(queue, first) is State.WAITING


def test_a_fault_of_the_program_costs_one_run(queue: Queue, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = queue._job

    def fault(ticket):
        if ticket.name == "a.mp4":
            raise ZeroDivisionError
        return whole(ticket)

    monkeypatch.setattr(queue, "_job", fault)
    first, second = add(queue, "a.mp4", "b.mp4")
    until(lambda: state(queue, second) is State.WORKING)
    assert state(queue, first) is State.FAILED


def test_what_an_earlier_worker_said_is_not_shown(queue: Queue, bench: Bench) -> None:
    ticket = queue.library.add("a.mp4", Choices())
    status = queue.library.place(ticket) / "status.json"
    status.write_text('["Drawing the video", 59, 60]')
    queue.add(ticket.id)
    until(lambda: bench.given == ["a.mp4"])
    assert not status.exists()


def test_a_try_that_was_asked_for_is_one_after_a_stop_and_a_new_start(queue: Queue, bench: Bench) -> None:
    ticket = queue.library.add("a.mp4", Choices())
    queue.add(ticket.id, again=True)
    until(lambda: state(queue, ticket.id) is State.WORKING)
    queue.stop(ticket.id)
    assert queue.finished(ticket.id, within=HANG_S)
    (kept,) = queue.library._kept()
    assert kept.again
    queue.add(ticket.id)
    until(lambda: bench.given == ["a.mp4", "a.mp4"])
    bench.let["a.mp4"] = Outcome(Ended.DONE)
    until(lambda: state(queue, ticket.id) is State.DONE)
    assert not queue.library.get(ticket.id).again  # type: ignore[union-attr]


def test_no_reason_names_an_option_of_a_command_line(queue: Queue, bench: Bench) -> None:
    full_disk = unwritable(Path("run.posture"), OSError(errno.ENOSPC, "full"))
    for name, said in (
        ("a.mp4", f"It failed{AS_BEFORE}"),
        ("b.mp4", _died(SimpleNamespace(name="b.mp4")).reason),
        ("c.mp4", full_disk),
    ):
        (id,) = add(queue, name)
        bench.let[name] = Outcome(Ended.FAILED, said)
        until(lambda id=id: state(queue, id) is State.FAILED)  # type: ignore[misc]
        assert not re.search("--(?!folder)", queue.library.get(id).reason)  # type: ignore[union-attr]


def full(*_: object) -> None:
    raise PostureError("the disk is full")


def test_a_full_disk_stops_neither_the_queue_nor_whoever_waits(
    queue: Queue, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (queue.library.add(name, Choices()).id for name in ("a.mp4", "b.mp4"))
    monkeypatch.setattr(Library, "_write", full)
    bench.let["a.mp4"] = Outcome(Ended.DONE)
    queue.add(first)
    queue.add(second)
    until(lambda: state(queue, second) is State.WORKING)
    assert state(queue, first) is State.DONE
    queue.stop(second)
    assert queue.finished(second, within=HANG_S)
    monkeypatch.undo()


def test_a_run_that_cannot_be_written_leaves_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = library.incoming / "1234.part"
    clip.write_bytes(b"a clip")
    monkeypatch.setattr(Library, "_write", full)
    with pytest.raises(PostureError, match="the disk is full"):
        library.add("a.mp4", Choices(), clip=clip)
    assert library.all() == []
    assert list((library.folder / "runs").iterdir()) == []


def test_a_run_is_free_only_when_its_worker_is_dead(
    queue: Queue, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_work: list[bool] = []
    (only,) = add(queue, "a.mp4")
    monkeypatch.setattr(OneJobProcesses, "kill", lambda _: in_work.append(queue.progress(only) is not None))
    until(lambda: state(queue, only) is State.WORKING)
    queue.stop(only)
    assert queue.finished(only, within=HANG_S)
    assert in_work == [True]


def test_what_is_being_removed_cannot_be_queued_again(queue: Queue, bench: Bench) -> None:
    (only,) = add(queue, "a.mp4")
    until(lambda: state(queue, only) is State.WORKING)
    with pytest.raises(PostureError, match="still being worked on"):
        queue.take(only, within=0.0)
    queue.stop(only)
    assert queue.take(only, within=HANG_S) is not None
    queue.add(only)
    assert queue.place(only) == 0
    assert queue.take(only, within=0.0) is None


def test_a_run_whose_clip_was_deleted_meanwhile_says_so(queue: Queue, bench: Bench) -> None:
    first, second = add(queue, "a.mp4", "b.mp4")
    joined = queue.library.add("both", Choices(), parts=(first, second))
    queue.add(joined.id)
    queue.stop(second)
    queue.library.drop(queue.library.take(second))  # type: ignore[arg-type]
    bench.let["a.mp4"] = Outcome(Ended.DONE)
    until(lambda: state(queue, joined.id) is State.FAILED)
    assert queue.library.get(joined.id).reason == (  # type: ignore[union-attr]
        "both: one of its clips was deleted; join those that are left."
    )


def test_no_two_apps_work_in_one_folder(tmp_path: Path) -> None:
    first = Library(tmp_path / "app")
    coming = first.incoming / "1234.part"
    coming.write_bytes(b"half a clip")
    with pytest.raises(PostureError, match="another posture app"):
        Library(tmp_path / "app")
    assert coming.is_file()
    first.close()
    Library(tmp_path / "app").close()
    assert not coming.exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(PostureError, match="holds other files"):
        Library(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_ticket_that_names_another_place_is_none(library: Library, tmp_path: Path) -> None:
    ticket = library.add("a.mp4", Choices())
    file = library.place(ticket) / "ticket.json"
    file.write_text(file.read_text().replace(ticket.id, "../../../etc"))
    library.close()
    again = Library(library.folder)
    assert again.all() == []
    again.close()


def test_many_add_at_once_and_none_is_lost(queue: Queue) -> None:
    threads = [threading.Thread(target=add, args=(queue, f"{n}.mp4")) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tickets = queue.library.all()
    assert len({ticket.order for ticket in tickets}) == len(tickets) == 20


def test_the_server_loads_nothing_heavy() -> None:
    program = (
        "import sys; import posture.app.server, posture.app.pages; posture.app.pages._environment(); "
        "heavy = {'numpy', 'pandas', 'scipy', 'cv2', 'mediapipe', 'matplotlib', 'av'} & set(sys.modules); "
        "print(*sorted(heavy), end='')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
