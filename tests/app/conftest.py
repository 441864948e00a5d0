"""An app without a socket, and somebody who came in by its door."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("httpx2", reason="httpx2, of the dev extra, is not installed")

from starlette.testclient import TestClient

from posture.app.application import App, application
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.sessions import Sessions
from posture.app.tickets import Choices, State, Ticket
from posture.app.values import write_values
from tests.report_run import kept_run

HOST = "127.0.0.1:8123"
BASE = f"http://{HOST}"
#: Bytes; far below what a clip has.
LARGEST = 50_000


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Its workers never begin."""
    monkeypatch.setattr("posture.app.queue.Queue.start", lambda self: None)
    made = App(Library(tmp_path / "app"), tmp_path / "history.sqlite", Doors(Sessions(), "posture-8123"), LARGEST)
    yield made
    made.close()


@pytest.fixture
def stranger(app: App) -> Iterator[TestClient]:
    """Somebody without a session."""
    with TestClient(
        application(app, frozenset({HOST})), base_url=BASE, follow_redirects=False, raise_server_exceptions=False
    ) as client:
        yield client


@pytest.fixture
def client(app: App, stranger: TestClient) -> TestClient:
    """Somebody who came in, on a page of the app."""
    assert stranger.get("/enter", params={"token": app.doors.sessions.token}).status_code == 303
    stranger.headers["origin"] = BASE
    return stranger


@cache
def _model(videos: Path, clip: str) -> Path:
    """A run that others are copies of; removed when the tests end."""
    place = Path(tempfile.mkdtemp(prefix="posture-app-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    write_values(place / "values.json", kept_run(videos, place / "run.posture", clip=clip))
    return place


def finished(app: App, videos: Path, clip: str = "tired", **choices: object) -> Ticket:
    """A run of the library that is done."""
    ticket = app.library.add(f"{clip}.mp4", Choices.model_validate(choices))
    shutil.copytree(_model(videos, clip), app.library.place(ticket), dirs_exist_ok=True)
    changed = app.library.change(ticket.id, state=State.DONE)
    assert changed is not None
    return changed
