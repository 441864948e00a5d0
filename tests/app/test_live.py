"""Live behind its addresses: what may be a camera, one session at once, and what becomes of its run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from posture.app.application import App
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.live import session as session_module
from posture.app.live.choices import LiveChoices
from posture.app.live.session import WISHES
from posture.app.live.teller import Teller
from posture.app.live.told import plain
from posture.app.sessions import Sessions
from posture.app.tickets import Choices, State, read_form
from posture.app.work import RunJob
from posture.batches.status import StatusFile
from posture.drift.measure import without_numbers
from posture.drift.types import Status
from posture.errors import PostureError
from posture.kinematics.types import Headline
from posture.live.coach.events import Event, Kind
from posture.live.coach.setup import check
from posture.live.coach.state import Phase, Reading, Zone
from posture.live.coach.state import State as Coached
from posture.live.session.capture import Shot
from posture.live.session.listener import Wish
from posture.live.session.timing import Pace
from posture.pose.estimation.chunks import Gathered
from posture.pose.types import Pose
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from tests.analytic_runner import side_runner
from tests.app import staged
from tests.app.staged import CAMERA, Stage, begun, over, until

PACE = Pace(14.0, 24.0, 30.0, 100, 0)


stage = staged.stage
desk = staged.desk


# --- what may be a camera ---------------------------------------------------------------------------------------------

NO_CAMERAS = [
    "/etc/passwd",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "concat:http://a/b|file:///etc/passwd",
    "subfile,,start,0,end,9,,:/etc/passwd",
    "http:///etc/passwd",
    "http:/etc/passwd",
    "https://",
    "rtsp://a b/",
    "http://a/\nfile:///etc/passwd",
    "http://a\\..\\c:/x",
    "http://[::1",
    "/dev/video0",
    "0",
    "",
    "C:\\clip.mp4",
    "data:video/mp4;base64,AAAA",
    "crypto+file:///x",
    "pipe:0",
    "a" * 501,
]


@pytest.mark.parametrize("address", NO_CAMERAS)
def test_an_address_that_is_none_of_a_camera_is_refused_in_place(
    client: TestClient, app: App, stage: Stage, address: str
) -> None:
    answer = client.post("/live", data={"camera": "network", "address": address, "runner": "Anna"})
    assert answer.status_code == 422
    assert 'role="alert">address: ' in answer.text
    assert 'value="Anna"' in answer.text
    assert (stage.jobs, app.library.all()) == ([], [])


@pytest.mark.parametrize("camera", ["/dev/video0", "-1", "10000", "clip.mp4", "", "0x1", "network\0"])
def test_a_camera_is_a_number(client: TestClient, stage: Stage, camera: str) -> None:
    assert client.post("/live", data={"camera": camera}).status_code == 422
    assert stage.jobs == []


@example("network", "HTTP://phone:8080/video")  # FFmpeg knows no scheme in capitals
@given(st.sampled_from(["network", "0", "7"]), st.text(max_size=60) | st.text(":/.@ahtpsr0%", max_size=20))
def test_no_text_of_a_form_is_a_path(camera: str, address: str) -> None:
    try:
        source = read_form(LiveChoices, {"camera": camera, "address": address}).source
    except PostureError:
        return
    assert source.isdecimal() or source.startswith(("http://", "https://", "rtsp://", "rtsps://"))


def test_no_address_is_kept_with_the_run() -> None:
    said = {"camera": "network", "address": "rtsp://me:secret@cam/1", "runner": "Anna", "baseline": "30"}
    choices = read_form(LiveChoices, said)
    assert "secret" not in choices.about.model_dump_json()
    assert choices.about.runner == "Anna"
    assert choices.settings().live.baseline_seconds == 30.0
    assert choices.settings().run.runner == "Anna"


# --- one session ------------------------------------------------------------------------------------------------------


def test_a_session_goes_its_way(client: TestClient, app: App, stage: Stage) -> None:
    stage.begins = True
    assert client.post("/live", data=CAMERA).status_code == 303
    (ticket,) = app.library.all()
    assert (ticket.state, ticket.live, ticket.choices.runner) == (State.LIVE, True, "Anna")
    (job,) = stage.jobs
    assert (job.source, job.voice) == ("0", True)
    assert "Live: Anna" in client.get("/live").text
    assert "Live now" in client.get("/").text
    assert client.get(f"/runs/{ticket.id}").headers["location"] == "/live"
    until(lambda: app.live._session.picture == (1, b"a picture"))  # type: ignore[union-attr]
    # A second click, or another device: one session goes on, and is shown.
    again = client.post("/live", data=CAMERA)
    assert (again.status_code, again.headers["location"]) == (303, "/live")
    for what, said in (("delete", "still goes on"), ("answers", "is in work"), ("choices", "is in work")):
        refused = client.post(f"/runs/{ticket.id}/{what}", data={})
        assert (refused.status_code, said in refused.text) == (422, True)
    client.post(f"/runs/{ticket.id}/stop")
    client.post(f"/runs/{ticket.id}/go-on")
    assert client.post("/live/wish", data={"wish": "rm -rf"}).status_code == 422
    for wish in ("pause", "quit"):
        assert client.post("/live/wish", data={"wish": wish}).status_code == 303
    until(lambda: over(app))
    assert stage.wished == ["pause", "quit"]
    assert [each.state for each in app.library.all()] == [State.DONE]
    assert len(stage.jobs) == 1
    page = client.get("/live").text
    assert "A coach beside" in page
    assert '<option value="0" selected>Front &lt;camera&gt;' in page
    assert client.post("/live/wish", data={"wish": "pause"}).status_code == 303
    assert client.get("/live/picture").status_code == 404
    assert client.get("/live/events").text == 'event: ended\ndata: {"where": "/live"}\n\n'


def test_a_camera_that_is_busy_is_one_sentence_in_place_and_no_run(client: TestClient, app: App, stage: Stage) -> None:
    stage.end = "camera 0: gives no pictures; check that no other program uses it."
    client.post("/live", data=CAMERA)
    until(lambda: over(app))
    page = client.get("/live").text
    assert 'role="alert">camera 0: gives no pictures; check' in page
    assert app.library.all() == []
    assert "gives no pictures" in client.get("/live").text  # somebody else may have looked first
    refused = client.post("/live", data={"camera": "x"}).text
    assert 'role="alert">camera: ' in refused
    assert "gives no pictures" in client.get("/live").text
    stage.end, stage.begins = None, True
    client.post("/live", data=CAMERA)
    client.post("/live/wish", data={"wish": "quit"})
    until(lambda: over(app))
    assert "gives no pictures" not in client.get("/live").text


def test_nobody_seen_is_a_run_that_failed_and_says_why_without_the_apps_folders(
    client: TestClient, app: App, stage: Stage
) -> None:
    stage.begins = True
    client.post("/live", data=CAMERA)
    until(lambda: app.live._session.picture[0])  # type: ignore[union-attr]
    stage.end = f"{stage.jobs[0].analysis}: nobody was seen in this session; check the picture."
    until(lambda: over(app))
    (ticket,) = app.library.all()
    assert ticket.state is State.FAILED
    assert ticket.reason == "Nobody was seen in this session; check the picture."
    assert client.post(f"/runs/{ticket.id}/delete").status_code == 303
    assert list((app.library.folder / "runs").iterdir()) == []


def test_a_session_whose_process_dies_is_analysed_from_what_it_kept(client: TestClient, app: App, stage: Stage) -> None:
    stage.begins = True
    client.post("/live", data=CAMERA)
    until(lambda: app.live._session.picture[0])  # type: ignore[union-attr]
    stage.dies = True
    until(lambda: over(app))
    (ticket,) = app.library.all()
    assert (ticket.state, app.queue.place(ticket.id)) == (State.WAITING, 1)


def test_a_session_that_no_page_watches_ends_and_is_kept(
    client: TestClient, app: App, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_module, "GONE_S", 0.0)
    stage.begins = True
    client.post("/live", data=CAMERA)
    until(lambda: over(app))
    assert stage.wished == ["quit"]
    assert [ticket.state for ticket in app.library.all()] == [State.DONE]


def test_the_next_app_goes_on_with_what_an_earlier_one_saw(tmp_path: Path, stage: Stage) -> None:
    library = Library(tmp_path / "app")
    seen, empty = (library.add("Live", Choices(), live=True) for _ in range(2))
    begun(library.analysis(seen))
    library.close()
    again = App(Library(tmp_path / "app"), None, Doors(Sessions(), "x"))
    assert [ticket.id for ticket in again.library.all()] == [seen.id]
    assert again.library.get(empty.id) is None
    assert again.queue.place(seen.id) == 1
    again.close()


def test_an_app_that_ends_keeps_its_session_for_the_next(client: TestClient, app: App, stage: Stage) -> None:
    stage.begins = True
    client.post("/live", data=CAMERA)
    until(lambda: app.live._session.picture[0])  # type: ignore[union-attr]
    app.live.close()
    assert "quit" in stage.wished
    assert [ticket.state for ticket in app.library.all()] == [State.LIVE]


def test_a_server_looks_through_no_camera(app: App, client: TestClient, stage: Stage) -> None:
    app.doors.sessions.password = "a long password"
    assert 'href="/live"' not in client.get("/").text
    for answer in (client.get("/live"), client.post("/live", data=CAMERA)):
        assert answer.status_code == 404
        assert "this is a server" in answer.text
    assert stage.jobs == []


def test_a_session_that_was_killed_is_analysed_with_its_own_baseline_and_what_was_said(tmp_path: Path) -> None:
    place = tmp_path / "run"
    place.mkdir()
    writer = begun(AnalysisFolder(place / "run.posture"))
    series = side_runner(np.arange(0.0, 30.0, 1 / 30))
    piece = Gathered()
    for number, at in enumerate(series.time):
        piece.add(float(at), np.zeros((480, 640, 3), np.uint8), posed(number))
    own = Settings().model_dump(mode="json")
    own["run"]["baseline"] = [1.0, 16.0]
    writer.keep(piece.poses(), settings=own, taken=len(series))
    for runner in ("Anna", "Bea"):  # first from the stream, then again from what was made of it
        settings = Choices(runner=runner, view="front", model="full").settings()
        job = RunJob("Live", place, None, (), settings, 1, tmp_path / "history.sqlite")
        with StatusFile(job.status) as status:
            job.do(status)
        record = json.loads((job.analysis / "analysis.json").read_text())
        assert record["settings"]["run"]["baseline"] == [1.0, 16.0]
        assert record["settings"]["run"]["runner"] == runner
        assert record["settings"]["clip"]["view"] is None
        assert (place / "values.json").is_file()


# --- what the page is told --------------------------------------------------------------------------------------------


def posed(number: int) -> Pose:
    s = side_runner(np.arange(number, number + 2) / 30)
    return Pose(s.xy[0], s.world[0], s.visibility[0], s.presence[0])


def test_what_a_page_may_ask_for_is_what_a_session_understands() -> None:
    assert {wish.value for wish in Wish} == WISHES


def test_a_state_is_plain_and_finite() -> None:
    set_up = Coached(1.0, Phase.SETUP, check(side_runner(np.arange(0.0, 4.0, 1 / 30)), None, 20.0, float("nan")))
    told = plain(set_up, None)
    assert (told["tone"], told["loud"], told["pace"]) == ("warn", False, "")
    assert "dark" in told["text"]
    assert {row["zone"] for row in told["rows"]} <= {"steady", "off", "unknown"}
    unseen = without_numbers("ear_hip", Status.NOT_DECIDABLE, "Not seen.", 0)
    readings = (
        Reading(Headline.HEAD_FORWARD, Zone.UNKNOWN, unseen, "Not seen."),
        Reading(Headline.ARM_HEIGHT, Zone.UNKNOWN, None),
    )
    told = plain(Coached(90.0, Phase.COACHING, set_up.setup, readings=readings), PACE)
    assert [row["number"] for row in told["rows"]] == ["", ""]
    assert told["rows"][0]["note"] == "Not seen."
    assert "30 frames/s" in told["pace"]
    json.dumps(told, allow_nan=False)


@pytest.fixture
def line() -> Iterator[tuple[Connection, Connection]]:
    ours, theirs = Pipe()
    yield ours, theirs
    for end in (ours, theirs):
        end.close()


def test_the_page_hears_and_sees_what_happens_in_order(line: tuple[Connection, Connection]) -> None:
    ours, theirs = line
    teller = Teller(theirs)
    spoken = {"cause": "C4", "spoken": "Run tall"}
    teller.event(Event(Kind.CUE, 70.0, "Run tall  (Upper body slumps. Lift.)", spoken))
    teller.event(Event(Kind.STRIDE, 71.0, "", {}))
    teller.event(Event(Kind.PAUSE, 72.0, "Paused.", {}))
    assert ours.recv() == ("event", {"kind": "cue", "text": "Run tall"})
    assert ours.recv() == ("event", {"kind": "pause", "text": "Paused."})
    teller.picture(Shot(0, 1.0, 1.0, np.zeros((480, 640, 3), np.uint8)), posed(0), None, PACE)
    word, jpeg = ours.recv()
    assert (word, jpeg[:2], jpeg[-2:]) == ("picture", b"\xff\xd8", b"\xff\xd9")
    ours.send("pause")
    ours.send("go on")
    wished: set[Wish] = set()
    until(lambda: wished.update(teller.wishes()) or len(wished) == 2)
    assert wished == {Wish.PAUSE, Wish.GO_ON}
    teller.close()
    teller.close()
    assert ours.recv() == ("over", None)
    ours.close()
    assert teller.wishes() == {Wish.QUIT}


def test_a_page_that_reads_nothing_keeps_no_session_waiting(line: tuple[Connection, Connection]) -> None:
    ours, theirs = line
    teller = Teller(theirs)
    noise = np.random.default_rng(0).integers(0, 255, (720, 960, 3), dtype=np.uint8)
    for number in range(50):  # the pipe holds none of them
        teller.picture(Shot(number, number / 30, number / 30, noise), None, None, PACE)
        teller.event(Event(Kind.PAUSE, 1.0, "Paused.", {}))
    ours.close()
    teller.close()
