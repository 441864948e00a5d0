"""Nobody gets in who should not: each way of attacking a server on one's own machine is tried."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from posture.app import guard, pages
from posture.app import sessions as sessions_module
from posture.app.application import App, application
from posture.app.sessions import Sessions
from tests.app.conftest import BASE, HOST, finished


def addresses(app: App) -> list[tuple[str, str]]:
    return [
        (method, route.path.replace("{id}", "0" * 16))
        for route in app.routes()
        if isinstance(route, Route) and route.path not in guard.DOORS
        for method in sorted(route.methods or ())
    ]


def test_without_the_key_nothing_is_answered(app: App, stranger: TestClient) -> None:
    assert len(addresses(app)) > 10
    for method, path in addresses(app):
        answer = stranger.request(method, path, headers={"origin": BASE})
        assert answer.status_code == 403, (method, path)
        assert "posture app" in answer.text or method == "HEAD"


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "ä"])
def test_a_wrong_key_opens_nothing(stranger: TestClient, token: str) -> None:
    answer = stranger.get("/enter", params={"token": token})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert stranger.get("/").status_code == 403


def test_the_key_opens_and_the_cookie_is_for_this_site_alone(app: App, stranger: TestClient) -> None:
    answer = stranger.get("/enter", params={"token": app.doors.sessions.token})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert app.doors.sessions.token.lower() not in cookie
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    stranger.cookies.set(app.doors.cookie, "guessed")
    assert stranger.get("/").status_code == 403


def test_two_apps_have_two_keys() -> None:
    keys = {Sessions().token for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) >= 40 for key in keys)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8123", "127.0.0.1", "127.0.0.1:80", "localhost", ""])
def test_a_name_that_leads_here_from_elsewhere_is_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/enter", "/style.css"):
        assert client.get(path, headers={"host": host}).status_code == 421


def test_two_hosts_are_none(client: TestClient) -> None:
    request = client.build_request("GET", "/")
    request.headers = type(request.headers)([("host", HOST), ("host", "evil.example"), *request.headers.multi_items()])
    assert client.send(request).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1", None])
@pytest.mark.parametrize("path", ["/clips?name=a.mp4", "/runs/0000000000000000/delete", "/warm", "/live", "/live/wish"])
def test_what_another_site_sends_is_not_done(client: TestClient, app: App, origin: str | None, path: str) -> None:
    client.headers.pop("origin")
    answer = client.post(path, content=b"x", headers={"origin": origin} if origin else {})
    assert answer.status_code == 403
    assert app.library.all() == []


def test_another_site_cannot_read_either(client: TestClient) -> None:
    answer = client.get("/", headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "access-control-allow-origin" not in answer.headers


def test_a_session_ends_when_nobody_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(sessions_module.time, "monotonic", lambda: now[0])
    sessions = Sessions()
    session = sessions.begin(100.0)
    for now[0] in (90.0, 180.0):
        assert sessions.knows(session)
    now[0] = 281.0
    assert not sessions.knows(session)
    assert not sessions.knows("")


def test_every_answer_says_what_browsers_may_do(client: TestClient) -> None:
    for path in ("/", "/style.css", "/app.js", "/runs/none", "/nowhere", "/enter"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_pages_bring_no_script_or_style_of_their_own_and_nothing_from_elsewhere() -> None:
    folder = Path(pages.__file__).parent
    for template in (folder / "templates").glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?! src=\"/app\.js\")|javascript:|https?://", text), (
            template
        )
    assert not re.search(r"innerHTML|eval\(|https?://|document\.write", pages.script())
    assert not re.search(r"url\(|@import", pages.style())


@pytest.mark.parametrize("id", ["..%2f..%2fetc", "%2fetc%2fpasswd", "x%00", "..%5c..", "runs", "*"])
def test_an_id_that_is_a_path_leads_nowhere(client: TestClient, id: str) -> None:
    for what in ("", "/report.html", "/overlay.mp4", "/picture.jpg"):
        assert client.get(f"/runs/{id}{what}").status_code == 404


def test_files_of_a_run_beside_its_pages_are_not_served(client: TestClient, app: App, videos: Path) -> None:
    ticket = finished(app, videos)
    assert client.get(f"/runs/{ticket.id}/report.html").status_code == 200
    for name in ("ticket.json", "run.posture/report.html", "analysis.json", "poses.npz", "../../app.json"):
        assert client.get(f"/runs/{ticket.id}/{name}").status_code == 404


def test_websockets_are_refused(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/events"):
        pass


def test_a_fault_is_one_sentence(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("secret path")

    monkeypatch.setattr(pages, "rows", fault)
    with TestClient(application(app, frozenset({HOST})), base_url=BASE, raise_server_exceptions=False) as client:
        answer = client.get("/enter", params={"token": app.doors.sessions.token})
    assert answer.status_code == 500
    assert "ZeroDivisionError" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
