"""A live session without a process, a camera or a coach: a thread that plays what the test says."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

import pytest

from posture.app import views
from posture.app.application import App
from posture.app.desk import Desk
from posture.app.live import session as session_module
from posture.pose.estimation.chunks import Gathered
from posture.pose.stream import Stream, StreamWriter
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from tests.hang import HANG_S

CAMERA = {"camera": "0", "runner": "Anna", "voice": "true"}


class Stage:
    """Stands for the process of a session: a thread that does what the test says."""

    def __init__(self) -> None:
        self.jobs: list[Any] = []
        self.wished: list[str] = []
        self.end: str | None = None
        self.last = ""
        self.dies = self.begins = self.deaf = False
        self.no_room = False
        self.line: Connection | None = None
        self.pipes: list[tuple[Connection, Connection]] = []

    def get_context(self, _: str) -> SimpleNamespace:
        return SimpleNamespace(Pipe=self.pipe, Process=self.process)

    def pipe(self) -> tuple[Connection, Connection]:
        self.pipes.append(Pipe())
        return self.pipes[-1]

    def process(self, *, args: tuple[Any, Connection], **_: object) -> SimpleNamespace:
        job, line = args
        self.jobs.append(job)
        # A copy, as another process has it.
        self.line = Connection(os.dup(line.fileno()))
        thread = threading.Thread(target=self._play, args=(job, self.line), daemon=True)
        start = self._refused if self.no_room else thread.start
        return SimpleNamespace(start=start, join=thread.join, is_alive=thread.is_alive, kill=self._killed)

    def _refused(self) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    def _killed(self) -> None:
        self.dies = True

    def _play(self, job: Any, line: Connection) -> None:
        if self.begins:
            begun(AnalysisFolder(job.analysis))
            line.send(("picture", b"a picture"))
        while not self.dies and self.end is None:
            if self.deaf:
                time.sleep(0.01)
                continue
            with suppress(EOFError, OSError):
                while line.poll(0.01):
                    self.wished.append(line.recv())
            if "quit" in self.wished:
                line.send(("over", None))
                self.end = self.last
        if not self.dies:
            line.send(("ended", self.end))
        line.close()


def claimed(folder: AnalysisFolder) -> StreamWriter:
    """A session that has had its first picture and kept nothing yet."""
    folder.claim("camera 0", "abc", force=False)
    stream = Stream("camera 0", "abc", "film 1", "lite", (640, 480), Settings().model_dump(mode="json"))
    return StreamWriter(folder, stream)


def begun(folder: AnalysisFolder) -> StreamWriter:
    """A session that has kept its first piece."""
    writer = claimed(folder)
    writer.keep(Gathered().poses())
    return writer


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a process of its own, and with a camera."""

    async def ask(_: Desk, what: Callable[..., Any], *args: Any, **more: Any) -> Any:
        return what(*args, **more)

    monkeypatch.setattr(Desk, "ask", ask)
    monkeypatch.setattr(views, "cameras", lambda: ([(0, "Front <camera>")], ""))


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, desk: None) -> Stage:
    made = Stage()
    monkeypatch.setattr(session_module, "multiprocessing", made)
    return made


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def over(app: App) -> bool:
    return app.live._session is None
