"""Beyond this machine: a phone with a code that works once, a server with a password, sessions that end."""

from __future__ import annotations

import asyncio
import re
import shlex
import socket
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from posture.app import server
from posture.app import sessions as sessions_module
from posture.app.application import App, application
from posture.app.doors import Doors
from posture.app.guard import Guard
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


def test_whoever_sends_for_longer_than_a_session_lasts_stays_inside(now: list[float]) -> None:
    sessions = Sessions(password=PASSWORD)
    session = sessions.begin(AWAY)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def slow(_: Scope, receive: Receive, __: Send) -> None:
        for _ in range(3):
            now[0] += AWAY - 1
            await receive()

    headers = [(b"host", b"clinic.example.org"), (b"cookie", f"posture={session}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/clips", "query_string": b"", "headers": headers}
    guard = Guard(slow, frozenset({"clinic.example.org"}), sessions, "posture")
    asyncio.run(guard(scope, receive, receive))  # type: ignore[arg-type]
    assert sessions.knows(session)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place(host="0.0.0.0"), "password of at least 12"),
        (Place(host="192.168.1.5", password="short"), "password of at least 12"),
        (Place(host="0.0.0.0", password=PASSWORD), "--address"),
        (Place(host="::", password=PASSWORD), "--address"),
        (Place(host="0.0.0.0", password=PASSWORD, address="clinic.example.org"), "write it like"),
        (Place(host="192.168.1.5", password=PASSWORD, lan=True), "--lan and --host"),
        (Place(address="https://clinic.example.org"), "--address https://clinic.example.org: others can reach this"),
        (Place(address="https://clinic.example.org", password=PASSWORD, lan=True), "--lan and --address"),
        (Place(address="https://clinic.example.org:x", password=PASSWORD), "write it like"),
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
    assert "[::1]:8123" in _hosts(Place(host="::1"), 8123, "")
    assert "127.0.0.1" in _hosts(Place(), 80, "")
    named = Place(host="MyBox", password=PASSWORD, address="https://Clinic.example.org:443/")
    assert {"mybox:8000", "clinic.example.org"} <= _hosts(named, 8000, "")


class Served:
    """What :func:`serve` prints and opens where nobody listens."""

    def __init__(self, folder: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        self.said: list[str] = []
        self.opened: list[str] = []
        self.sessions = Sessions()
        monkeypatch.setattr(server, "_listen", lambda *_: socket.socket())
        monkeypatch.setattr(server._Server, "run", lambda *_, **__: None)
        monkeypatch.setattr(server.webbrowser, "open", self.opened.append)
        monkeypatch.setattr(server, "Sessions", self.made)
        server.serve(folder, None, place, browser=True, say=self.said.append)

    def made(self, **keys: str) -> Sessions:
        self.sessions = Sessions(**keys)
        return self.sessions


def key(address: str) -> str:
    return address.partition("token=")[2]


@pytest.mark.parametrize(("host", "shown"), [("localhost", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("::1", "[::1]")])
def test_the_address_that_is_opened_works_once_and_is_that_where_it_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, shown: str
) -> None:
    served = Served(tmp_path, Place(host=host), monkeypatch)
    (opened,) = served.opened
    printed = served.said[0].partition(": ")[2]
    assert opened.partition("/enter")[0] == printed.partition("/enter")[0] == f"http://{shown}:0"
    assert [served.sessions.enter(key(opened)) is not None for _ in range(2)] == [True, False]
    assert [served.sessions.enter(key(printed)) is not None for _ in range(2)] == [True, True]


def test_behind_a_reverse_proxy_there_is_a_password_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served(tmp_path, Place(address="https://clinic.example.org", password=PASSWORD), monkeypatch)
    assert served.opened == []
    assert "Nobody else" not in "".join(served.said)
    assert (served.sessions.token, served.sessions.password) == ("", PASSWORD)


def test_an_address_that_was_opened_ends_with_its_time(now: list[float]) -> None:
    sessions = Sessions()
    opener = sessions.new_opener()
    now[0] += 601
    assert sessions.enter(opener) is None


def test_it_listens_at_an_address_of_version_6() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine knows no IPv6")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6 address")
    with server._listen("::1", 0) as listening:
        assert listening.getsockname()[0] == "::1"


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
