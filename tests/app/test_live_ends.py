"""How live sessions begin and end where something is in the way, and what others on the page may read of them."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from posture.app import views
from posture.app.application import App
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.live import routes
from posture.app.live import session as session_module
from posture.app.sessions import Sessions
from posture.app.tickets import Choices, State
from posture.errors import PostureError
from tests.app import staged
from tests.app.staged import CAMERA, Stage, begun, claimed, over, until
from tests.hang import HANG_S

stage = staged.stage
desk = staged.desk

NETWORK = {"camera": "network", "address": "rtsp://me:secret@cam:554/one?user=me&pwd=hidden", "runner": "Anna"}


def picture(app: App) -> int:
    session = app.live._session
    return session.picture[0] if session is not None else 0


# --- how it ends ------------------------------------------------------------------------------------------------------


def test_a_session_that_dies_before_it_saw_anything_says_so(client: TestClient, app: App, stage: Stage) -> None:
    client.post("/live", data=CAMERA)
    stage.dies = True
    until(lambda: over(app))
    assert 'role="alert">The coach ended by itself before it saw anything; start it again.' in client.get("/live").text
    assert app.library.all() == []


def test_a_session_that_dies_later_says_on_its_run_why_until_that_is_worked_out(
    client: TestClient, app: App, stage: Stage
) -> None:
    stage.begins = True
    client.post("/live", data=CAMERA)
    until(lambda: picture(app))
    stage.dies = True
    until(lambda: over(app))
    (ticket,) = app.library.all()
    said = "The coach ended by itself; what it saw until then is worked out."
    for working in (False, True):
        if working:
            app.queue._next()
        for address in ("/", f"/runs/{ticket.id}"):
            assert said in client.get(address).text
    app.queue._progress.clear()


def test_who_ended_it_before_a_picture_came_is_told_nothing(client: TestClient, app: App, stage: Stage) -> None:
    stage.last = "camera 0: gave no picture; check that it is connected."
    client.post("/live", data=CAMERA)
    client.post("/live/wish", data={"wish": "quit"})
    until(lambda: over(app))
    assert "gave no picture" not in client.get("/live").text
    assert app.library.all() == []


def test_what_cannot_be_removed_keeps_no_other_session_away(
    client: TestClient, app: App, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_: object) -> None:
        raise PostureError("a file is in use.")

    with monkeypatch.context() as held:
        held.setattr(Library, "drop", in_use)
        stage.end = "camera 0: gives no pictures."
        client.post("/live", data=CAMERA)
        until(lambda: over(app))
        app.library.close()
        # It is no obstacle for the next app either, which tries it again.
        App(Library(app.library.folder), None, Doors(Sessions(), "x")).library.close()
    (left,) = (app.library.folder / "runs").iterdir()
    App(Library(app.library.folder), None, Doors(Sessions(), "x")).library.close()
    assert not left.exists()


def test_a_run_without_poses_is_removed_wholly(client: TestClient, app: App, stage: Stage) -> None:
    client.post("/live", data=CAMERA)
    (ticket,) = app.library.all()
    claimed(app.library.analysis(ticket))
    stage.dies = True
    until(lambda: over(app))
    assert (app.library.all(), list((app.library.folder / "runs").iterdir())) == ([], [])


def test_the_next_app_removes_a_run_without_poses_wholly(tmp_path: Path) -> None:
    library = Library(tmp_path / "app")
    seen, blind = (library.add("Live", Choices(), live=True) for _ in range(2))
    begun(library.analysis(seen))
    claimed(library.analysis(blind))
    library.close()
    app = App(Library(tmp_path / "app"), None, Doors(Sessions(), "x"))
    assert [ticket.id for ticket in app.library.all()] == [seen.id]
    assert [place.name for place in (tmp_path / "app" / "runs").iterdir()] == [seen.id]
    app.close()


def test_a_session_that_hears_nothing_keeps_nobody_waiting(
    client: TestClient, app: App, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_PATIENCE", 0.1)
    stage.deaf = True
    client.post("/live", data=CAMERA)
    session = app.live._session
    assert session is not None

    def press() -> None:
        for _ in range(100_000):  # more than a pipe holds
            session.wish("pause")

    for what in (press, app.live.close):
        thread = threading.Thread(target=what, daemon=True)
        thread.start()
        thread.join(HANG_S)
        assert not thread.is_alive()
    assert stage.dies


def test_a_session_ends_without_pages_and_runners_and_not_without_pages(
    client: TestClient, app: App, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now, sleep=lambda _: None)
    monkeypatch.setattr(session_module, "time", clock)
    client.post("/live", data=CAMERA)
    session = app.live._session
    assert session is not None
    almost = session_module.GONE_S - 1.0
    clock.now = almost
    assert client.post("/live/here").status_code == 204
    assert session._watched == almost
    clock.now += almost
    session._hear("state", {"coached": True})
    assert session._watched == 2 * almost
    clock.now += almost
    session._hear("state", {"coached": False})
    assert session._watched == 2 * almost
    assert not session.asked
    clock.now += almost
    until(lambda: over(app))
    assert stage.wished == ["quit"]
    assert client.post("/live/here").status_code == 204


# --- how it begins ----------------------------------------------------------------------------------------------------


def test_a_machine_without_room_says_so_and_keeps_no_run(client: TestClient, app: App, stage: Stage) -> None:
    stage.no_room = True
    refused = client.post("/live", data=CAMERA)
    assert refused.status_code == 422
    assert "The coach cannot be started on this machine now; close other programs and try again." in refused.text
    assert 'value="Anna"' in refused.text
    assert (app.library.all(), list((app.library.folder / "runs").iterdir())) == ([], [])
    assert [end.closed for end in stage.pipes[0]] == [True, True]
    stage.no_room = False
    assert client.post("/live", data=CAMERA).status_code == 303
    assert [ticket.state for ticket in app.library.all()] == [State.LIVE]


def test_a_camera_in_use_is_not_opened_to_list_it(
    client: TestClient, app: App, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(views, "cameras", lambda: (looks.append(1), ([(0, "Front")], ""))[1])
    for address in ("/live", "/live", "/live?look=again"):
        client.get(address)
    assert len(looks) == 2
    assert 'href="/live?look=again"' in client.get("/live").text
    client.post("/live", data=CAMERA)
    app.live._listed = -1e9
    for answer in (client.get("/live?look=again"), client.post("/live", data={"camera": "none"})):
        assert answer.status_code in (200, 303)
    assert len(looks) == 2


def test_a_run_that_is_live_is_not_deleted(client: TestClient, app: App) -> None:
    ticket = app.library.add("Live", Choices(), live=True)
    refused = client.post(f"/runs/{ticket.id}/delete")
    assert (refused.status_code, "end it first" in refused.text) == (422, True)


# --- what others read -------------------------------------------------------------------------------------------------


def test_a_cameras_password_is_shown_to_nobody_else(client: TestClient, app: App, stage: Stage) -> None:
    # Whoever typed it has it back to mend it.
    refused = client.post("/live", data={**NETWORK, "height": "tall"}).text
    assert "secret" in refused
    assert "hidden" in refused
    for shown in (client.get("/live").text, client.post("/live", data={"camera": "x"}).text):
        assert "cam:554" not in shown
        assert 'value="Anna"' not in shown
    stage.end = "cam:554/one: gives no pictures; check the address."
    client.post("/live", data=NETWORK)
    until(lambda: over(app))
    assert stage.jobs[0].source == NETWORK["address"]
    shown = client.get("/live").text
    assert 'value="rtsp://cam:554/one"' in shown
    assert 'value="Anna"' in shown
    assert "secret" not in shown
    assert "hidden" not in shown


def test_the_fold_of_a_field_that_is_wrong_is_open(client: TestClient, stage: Stage) -> None:
    refused = client.post("/live", data={**CAMERA, "height": "tall"}).text
    assert "<details open><summary>Who runs" in refused
    assert "<details><summary>Who runs" in client.post("/live", data={"camera": "x"}).text
    # Whoever takes this machine's camera is not held up by half an address.
    assert 'type="url"' not in refused


def test_no_more_pages_watch_than_may(client: TestClient, app: App, stage: Stage) -> None:
    client.post("/live", data=CAMERA)
    app.live._watching._hearing = app.live._watching._seeing = 8
    assert client.get("/live/events").text == "event: full\ndata: {}\n\n"
    assert client.get("/live/picture").status_code == 404


def test_other_choices_for_a_session_leave_what_cannot_be_changed(client: TestClient, app: App) -> None:
    ticket = app.library.add("Live", Choices(view="front", model="lite", blur=True), live=True)
    begun(app.library.analysis(ticket))
    app.library.change(ticket.id, state=State.DONE)
    form = client.get(f"/runs/{ticket.id}/choices").text
    assert "what the clip says" not in form
    assert "the day of the session" in form
    assert "Remove this run, its report" in client.get("/").text
    client.post(f"/runs/{ticket.id}/choices", data={"runner": "Bea"})
    changed = app.library.get(ticket.id)
    assert changed is not None
    assert changed.choices == Choices(runner="Bea", view="front", model="lite", blur=True)
