"""What the library and a run's page show, and what they serve."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from posture.app import sessions
from posture.app.application import App
from posture.app.desk import Desk
from posture.app.tickets import Choices, State
from posture.errors import PostureError
from tests.app.conftest import finished


def test_an_empty_library_says_what_to_do(client: TestClient) -> None:
    page = client.get("/").text
    assert "Drop clips here" in page
    assert "Nothing here yet" in page


def test_a_finished_run_shows_its_answer_and_its_pages(client: TestClient, app: App, videos: Path) -> None:
    ticket = finished(app, videos, runner="Anna", date="2026-03-14", note="new shoes")
    home = client.get("/").text
    values = app.library.values(ticket)
    assert values["sentence"].split("; ")[0] in home.replace("&#39;", "'")
    assert len(values["headlines"]) == 4
    for said in ("Anna", "2026-03-14", "new shoes", f"/runs/{ticket.id}/picture.jpg"):
        assert said in home
    assert f'src="/runs/{ticket.id}/report.html"' in client.get(f"/runs/{ticket.id}").text
    report = client.get(f"/runs/{ticket.id}/report.html")
    assert report.text == app.library.analysis(ticket).page.read_text(encoding="utf-8")
    assert report.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert client.get(f"/runs/{ticket.id}/picture.jpg").content[:2] == b"\xff\xd8"


def test_the_video_comes_in_stretches(client: TestClient, app: App, videos: Path) -> None:
    ticket = finished(app, videos)
    whole = app.library.analysis(ticket).overlay.read_bytes()
    answer = client.get(f"/runs/{ticket.id}/overlay.mp4", headers={"range": "bytes=1000-1999"})
    assert answer.status_code == 206
    assert answer.headers["content-range"] == f"bytes 1000-1999/{len(whole)}"
    assert answer.content == whole[1000:2000]
    assert client.get(f"/runs/{ticket.id}/overlay.mp4", headers={"range": "bytes=99999999999-"}).status_code == 416


def test_a_broken_clip_says_its_sentence_in_its_place(client: TestClient, app: App) -> None:
    ticket = app.library.add("a.mp4", Choices())
    app.library.change(ticket.id, state=State.FAILED, reason="a.mp4 is no video: record it again.")
    for path in ("/", f"/runs/{ticket.id}"):
        page = client.get(path).text
        assert "a.mp4 is no video: record it again." in page
        assert "Try again" in page


def test_deleting_removes_what_the_app_wrote_and_nothing_else(client: TestClient, app: App, videos: Path) -> None:
    ticket, other = finished(app, videos), app.library.add("b.mp4", Choices())
    place = app.library.place(ticket)
    assert client.post(f"/runs/{ticket.id}/delete").status_code == 303
    assert app.library.get(ticket.id) is None
    assert not place.exists()
    assert app.library.place(other).is_dir()
    assert client.get(f"/runs/{ticket.id}/report.html").status_code == 404
    kept = app.library.place(other) / "mine.txt"
    kept.write_text("mine")
    client.post(f"/runs/{other.id}/delete")
    assert kept.read_text() == "mine"
    assert app.library.all() == []


def test_a_run_that_is_deleted_twice_or_while_it_is_shown_is_no_fault(
    client: TestClient, app: App, videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = finished(app, videos)
    while_it_goes: list[int] = []

    def gone_meanwhile(_: Desk, *__: object) -> None:
        for method, path in (("POST", "delete"), ("POST", "go-on"), ("GET", "choices")):
            while_it_goes.append(client.request(method, f"/runs/{ticket.id}/{path}").status_code)

    monkeypatch.setattr(Desk, "_ask", gone_meanwhile)
    assert client.post(f"/runs/{ticket.id}/delete").status_code == 303
    assert while_it_goes == [404, 404, 404]
    monkeypatch.setattr(app.library, "all", lambda: [ticket])
    assert client.get("/").status_code == 200


def test_a_damaged_file_costs_its_line_not_the_page(client: TestClient, app: App, videos: Path) -> None:
    ticket = finished(app, videos)
    (app.library.place(ticket) / "values.json").write_text("{")
    assert ticket.name in client.get("/").text


def test_what_cannot_be_removed_stays(client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PostureError("this place cannot be written")

    monkeypatch.setattr(Desk, "_ask", refused)
    ticket = app.library.add("a.mp4", Choices())
    assert client.post(f"/runs/{ticket.id}/delete").status_code == 422
    assert app.library.get(ticket.id) is not None


def test_pages_hear_of_every_run(client: TestClient, app: App) -> None:
    waiting = app.library.add("a.mp4", Choices())
    app.queue.add(waiting.id)
    looks = iter([False, True])
    app.events.ending = lambda: next(looks)
    with client.stream("GET", "/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        (line,) = [line for line in answer.iter_lines() if line.startswith("data: ")]
    (told,) = json.loads(line.removeprefix("data: "))
    assert told == {
        "id": waiting.id, "state": "waiting", "said": "Next in the queue", "share": 0.0, "sentence": ""
    }  # fmt: skip


def test_whoever_watches_a_run_stays_inside(client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    now, turn = [0.0], iter(range(4))
    monkeypatch.setattr(sessions.time, "monotonic", lambda: now[0])
    monkeypatch.setattr("posture.app.events._LOOK", 0.0)
    client.cookies.clear()
    client.cookies.set(app.doors.cookie, app.doors.sessions.begin(sessions.AWAY))
    ticket = app.library.add("a.mp4", Choices())

    def news() -> bool:
        now[0] += sessions.AWAY - 1
        app.library.change(ticket.id, state=State.STOPPED if next(turn) % 2 else State.WAITING)
        return now[0] > 3 * sessions.AWAY

    app.events.ending = news
    assert client.get("/events").status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("action", "before", "after"), [
    ("stop", State.WAITING, State.STOPPED),
    ("go-on", State.STOPPED, State.WAITING),
    ("go-on", State.FAILED, State.WAITING),
])  # fmt: skip
def test_a_run_is_stopped_and_goes_on(client: TestClient, app: App, action: str, before: State, after: State) -> None:
    ticket = app.library.add("a.mp4", Choices())
    app.queue.add(ticket.id)
    if before is not State.WAITING:
        app.queue.stop(ticket.id)
        app.library.change(ticket.id, state=before)
    assert client.post(f"/runs/{ticket.id}/{action}").status_code == 303
    assert app.library.get(ticket.id).state is after  # type: ignore[union-attr]
