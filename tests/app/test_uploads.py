"""A clip on its way in: bounded, streamed, whole or gone, and never where its name says."""

from __future__ import annotations

import os
from collections import namedtuple
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from posture.app.application import App
from posture.app.tickets import Choices, State, file_name
from tests.app.conftest import LARGEST


def bring(client: TestClient, content: object = b"a clip", **query: str):
    return client.post("/clips", params={"name": "run.mp4", **query}, content=content)


def left(app: App) -> list[str]:
    return sorted(path.name for path in app.library.incoming.iterdir())


def test_a_clip_waits_in_the_queue_as_it_was_brought(client: TestClient, app: App) -> None:
    content = os.urandom(LARGEST)
    answer = bring(client, content, runner="Anna", view="left", blur="true", height="172,5", date="2026-03-14")
    assert answer.status_code == 201
    ticket = app.library.get(answer.json()["id"])
    assert ticket is not None
    assert app.library.clip(ticket).read_bytes() == content
    assert app.library.clip(ticket).stat().st_mode & 0o077 == 0
    settings = ticket.choices.settings()
    assert settings.run.runner == "Anna"
    assert settings.clip.view == "left"
    assert settings.clip.height_cm == 172.5
    assert settings.report.face_blur
    assert ticket.state is State.WAITING
    assert app.queue.place(ticket.id) == 1
    assert left(app) == []


def test_what_is_too_large_is_refused_before_it_is_read(client: TestClient, app: App) -> None:
    read = []

    def endless() -> Iterator[bytes]:
        read.append(1)
        yield b"x" * LARGEST

    answer = client.post("/clips?name=a.mp4", content=endless(), headers={"content-length": str(LARGEST + 1)})
    assert answer.status_code == 413
    assert "larger than" in answer.json()["problem"]
    assert left(app) == []
    assert app.library.all() == []


def test_the_page_knows_what_is_too_large(client: TestClient, app: App) -> None:
    page = client.get("/").text
    assert f'data-largest="{LARGEST}"' in page
    assert app.uploads.too_large in page.replace("&#39;", "'")


def test_a_folder_that_is_gone_is_said(client: TestClient, app: App) -> None:
    app.library.incoming.rmdir()
    answer = bring(client)
    assert answer.status_code == 507
    assert "cannot be kept" in answer.json()["problem"]


@pytest.mark.parametrize("said", [10, 30])
def test_more_or_less_than_was_announced_is_nothing(client: TestClient, app: App, said: int) -> None:
    answer = client.post("/clips?name=a.mp4", content=iter([b"x" * 20]), headers={"content-length": str(said)})
    assert answer.status_code == 400
    assert left(app) == []
    assert app.library.all() == []


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 411), ({"content-length": "-1"}, 411), ({"content-length": "0"}, 400)]
)
def test_a_size_must_be_said(client: TestClient, app: App, headers: dict[str, str], status: int) -> None:
    assert client.post("/clips?name=a.mp4", content=iter([b"x"]), headers=headers).status_code == status
    assert app.library.all() == []


def test_a_full_disk_is_said_before_it_is_full(client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("posture.app.uploads.shutil.disk_usage", lambda _: usage(10**9, 10**9, 1000))
    answer = bring(client)
    assert answer.status_code == 507
    assert "free some space" in answer.json()["problem"]
    assert app.library.all() == []


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(client: TestClient, app: App, monkeypatch) -> None:
    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("posture.app.uploads.run_in_threadpool", full)
    assert bring(client).status_code == 507
    assert left(app) == []


def test_the_queue_has_an_end(client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posture.app.queue.MOST_WAITING", 2)
    assert [bring(client).status_code for _ in range(3)] == [201, 201, 429]
    assert len(app.library.all()) == 2
    other = app.library.add("a.mp4", Choices())
    app.library.change(other.id, state=State.FAILED)
    for what in ("go-on", "choices", "answers"):
        answer = client.post(f"/runs/{other.id}/{what}", data={})
        assert (answer.status_code, "Too many runs wait" in answer.text) == (422, True)
    assert app.library.get(other.id).state is State.FAILED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "query",
    [
        {"model": "/etc/passwd"},
        {"intake": "/etc/passwd"},
        {"view": "above"},
        {"height": "6000"},
        {"date": "tomorrow"},
        {"runner": "a\x1b[2J"},
        {"note": "x" * 301},
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused_in_a_sentence(client: TestClient, app: App, query) -> None:
    answer = bring(client, **query)
    assert answer.status_code == 422
    (name,) = query
    assert answer.json()["problem"].startswith(f"{name}: ")
    assert app.library.all() == []


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.mp4", "/etc/passwd", "C:\\Windows\\x.mp4", "..", ".", "", "a\0b.mp4", "\u202egpm.exe"],
)
def test_a_name_is_no_place(client: TestClient, app: App, name: str) -> None:
    answer = bring(client, name=name)
    ticket = app.library.get(answer.json()["id"])
    assert ticket is not None
    clip = app.library.clip(ticket)
    assert clip.is_file()
    assert clip.resolve().parent == (app.library.place(ticket) / "clip").resolve()
    assert client.get("/").status_code == 200


@given(st.text(max_size=300))
def test_any_name_makes_a_plain_file_name(name: str) -> None:
    made = file_name(name)
    assert 0 < len(made) <= 90
    assert not set(made) & set('/\\:\0<>|*?" \n')
    assert made[0] not in ".-"
    assert file_name(made) == made


def test_what_a_name_holds_is_text_on_the_page(client: TestClient) -> None:
    bring(client, name="<script>alert(1)</script>.mp4", runner="<b>Anna</b>", note="<img src=x>")
    page = client.get("/").text
    assert "<script>alert" not in page
    assert "<b>Anna" not in page
    assert "&lt;" in page
