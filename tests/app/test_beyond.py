"""Beyond this machine: a phone with a code that works once, a server with a password, sessions that end."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from posture.app import sessions as sessions_module
from posture.app.application import App, application
from posture.app.doors import Doors
from posture.app.library import Library
from posture.app.server import Place, _hosts, check
from posture.app.sessions import AWAY, Sessions
from posture.cli import main
from posture.errors import PostureError
from tests.conftest import ROOT

LAN = "http://192.168.1.5:8123"
PASSWORD = "correct horse battery"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    time = [1000.0]
    monkeypatch.setattr(sessions_module.time, "monotonic", lambda: time[0])
    return time


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr("posture.app.queue.Queue.start", lambda self: None)
    made = App(Library(tmp_path / "app"), None, Doors(Sessions(), "posture", lan=LAN))
    yield made
    made.close()


def visitor(app: App, base: str = LAN) -> TestClient:
    hosts = frozenset({"192.168.1.5:8123", "clinic.example.org"})
    return TestClient(application(app, hosts), base_url=base, follow_redirects=False, headers={"origin": base})


def test_a_code_lets_one_phone_in_once(app: App) -> None:
    code = app.doors.sessions.new_code()
    phone, other = visitor(app), visitor(app)
    assert phone.get("/pair", params={"code": code}).status_code == 303
    assert phone.get("/").status_code == 200
    assert other.get("/pair", params={"code": code}).status_code == 403
    assert other.get("/").status_code == 403


def test_a_code_ends_with_its_time_with_the_next_one_and_with_wrong_ones(now: list[float]) -> None:
    sessions = Sessions()
    assert sessions.pair("") is None
    code = sessions.new_code()
    assert re.fullmatch(r"\d{8}", code)
    now[0] += 601
    assert sessions.pair(code) is None
    code = sessions.new_code()
    sessions.new_code()
    assert sessions.pair(code) is None
    code = sessions.new_code()
    assert [sessions.pair("guess") for _ in range(5)] == [None] * 5
    assert sessions.pair(code) is None


def test_the_page_for_a_phone_shows_its_code_and_nobody_outside_sees_it(app: App) -> None:
    inside = visitor(app)
    assert inside.get("/phone").status_code == 403
    inside.get("/enter", params={"token": app.doors.sessions.token})
    page = inside.get("/phone").text
    (code,) = re.findall(r"pair\?code=(\d{8})", page)
    assert "data:image/svg+xml" in page
    assert visitor(app).get("/pair", params={"code": code}).status_code == 303


def test_without_lan_there_is_no_code(app: App) -> None:
    app.doors.lan = ""
    inside = visitor(app)
    inside.get("/enter", params={"token": app.doors.sessions.token})
    assert inside.get("/phone").status_code == 404
    assert "Use a phone" not in inside.get("/").text


def test_the_password_lets_in_and_leaving_ends_it(app: App) -> None:
    app.doors.sessions.token, app.doors.sessions.password = "", PASSWORD
    client = visitor(app)
    assert client.get("/").headers["location"] == "/login"
    assert 'type="password"' in client.get("/login").text
    assert client.get("/enter", params={"token": ""}).status_code == 403
    assert client.post("/login", data={"password": "wrong"}).status_code == 403
    assert client.post("/login", data={"password": PASSWORD}).status_code == 303
    assert "Leave" in client.get("/").text
    kept = dict(client.cookies)
    assert client.post("/leave").headers["location"] == "/login"
    for name, value in kept.items():
        client.cookies.set(name, value)
    assert client.get("/").status_code == 303


def test_behind_https_the_cookie_is_for_https_only(app: App) -> None:
    app.doors = Doors(Sessions(password=PASSWORD), "posture", secure=True)
    client = visitor(app, "https://clinic.example.org")
    answer = client.post("/login", data={"password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert client.get("/").status_code == 200


def test_who_guesses_has_to_wait_and_so_has_everybody(now: list[float]) -> None:
    sessions = Sessions(token="", password=PASSWORD)
    assert [sessions.log_in("guess") for _ in range(5)] == [None] * 5
    assert sessions.log_in(PASSWORD) is None
    now[0] += 61
    assert sessions.log_in(PASSWORD) is not None


def test_a_session_from_elsewhere_ends_when_it_is_not_used(now: list[float]) -> None:
    sessions = Sessions(password=PASSWORD)
    phone, clinic, here = sessions.pair(sessions.new_code()), sessions.log_in(PASSWORD), sessions.enter(sessions.token)
    now[0] += AWAY - 1
    assert all(sessions.knows(session) for session in (phone, clinic, here))  # type: ignore[arg-type]
    now[0] += AWAY + 1
    assert [sessions.knows(session) for session in (phone, clinic, here)] == [False, False, True]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(host="0.0.0.0"), "password of at least 12"),
        (Place(host="192.168.1.5", password="short"), "password of at least 12"),
        (Place(host="0.0.0.0", password=PASSWORD), "--address"),
        (Place(host="::", password=PASSWORD), "--address"),
        (Place(host="0.0.0.0", password=PASSWORD, address="clinic.example.org"), "write it like"),
        (Place(host="192.168.1.5", password=PASSWORD, lan=True), "--lan and --host"),
    ],
)
def test_what_should_stay_shut_is_not_opened(place: Place, said: str) -> None:
    with pytest.raises(PostureError, match=re.escape(said)):
        check(place)


def test_what_may_be_opened_is_called_by_its_names_only() -> None:
    clinic = Place(host="0.0.0.0", password=PASSWORD, address="https://clinic.example.org")
    for place in (Place(), Place(lan=True), Place(host="localhost"), Place(host="::1"), clinic):
        check(place)
    assert "clinic.example.org" in _hosts(clinic, 8000, "")
    assert _hosts(Place(), 8123, "") == {"127.0.0.1:8123", "localhost:8123"}
    assert "192.168.1.5:8123" in _hosts(Place(lan=True), 8123, LAN)


def test_the_command_refuses_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTURE_PASSWORD", raising=False)
    (tmp_path / "password").write_text("short\n")
    for more in ([], ["--password-file", str(tmp_path / "password")]):
        done = CliRunner().invoke(main, ["app", "--host", "0.0.0.0", "--folder", str(tmp_path / "app"), *more])
        assert done.exit_code == 2
        assert "at least 12 characters" in done.output
        assert len(done.output.splitlines()) == 1
    assert not (tmp_path / "app").exists()


def test_the_image_runs_as_an_ordinary_user_with_options_that_there_are() -> None:
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    (user,) = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert user not in ("root", "0")
    (start,) = [line.removeprefix("ENTRYPOINT ") for line in lines if line.startswith("ENTRYPOINT ")]
    command = tomllib.loads(f"x = {start}")["x"]
    assert command[:2] == ["posture", "app"]
    context = main.commands["app"].make_context("app", [*command[2:], "--address", "https://clinic.example.org"])
    assert isinstance(context, click.Context)
    assert context.params["host"] == "0.0.0.0"
    assert not context.params["browser"]
    assert shlex.split(" ".join(command))
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "tests", "videos"} <= set(ignored)
