"""Who may ask: by the right host, from the right origin, through the door; and what every answer tells browsers."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from posture.app.sessions import Sessions

#: Of the app's own pages. A report brings its own, which is stricter, in its head.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Of a report, which is shown in a frame of the app.
FRAMED = "frame-ancestors 'self'"
_SAFE = frozenset({"GET", "HEAD"})
#: Ways in, for whoever has no session yet, and what they look like.
DOORS = frozenset({"/enter", "/pair", "/login", "/style.css"})


class Guard:
    """Refuses what does not come from the app's own pages, before anything looks at it.

    A name that leads to this machine from elsewhere (DNS rebinding) is refused by its host; a page of another site by
    its origin and by the cookie, which browsers send to no request that another site made.

    Parameters
    ----------
    app : ASGI application
    hosts : frozenset of str
        Hosts with port by which the app may be called.
    sessions : Sessions
    cookie : str
        Name of the cookie: of another one on each port, since cookies do not know ports.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str], sessions: Sessions, cookie: str) -> None:
        self._app, self._hosts, self._sessions, self._cookie = app, hosts, sessions, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the app answer."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request = Request(scope)
        refusal = self._refusal(request)
        if refusal is None:
            receive = self._staying(request, receive)
        await (refusal or self._app)(scope, receive, _with_headers(send))

    def _staying(self, request: Request, receive: Receive) -> Receive:
        """Lengthen the session with all that comes: a clip may take longer than a session without use."""

        async def receiving() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._sessions.knows(request.cookies.get(self._cookie, ""))
            return message

        return receiving

    def _refusal(self, request: Request) -> Response | None:
        headers = request.headers
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return PlainTextResponse("This app does not answer by this name.", 421)
        if not _own_origin(headers, request.method, headers["host"]):
            return PlainTextResponse("This came from another site and was not done.", 403)
        if request.url.path in DOORS or self._sessions.knows(request.cookies.get(self._cookie, "")):
            return None
        if self._sessions.password and request.method in _SAFE:
            return RedirectResponse("/login", 303)
        return PlainTextResponse("Open the address that 'posture app' printed: it holds the key to this page.", 403)


def _own_origin(headers: Headers, method: str, host: str) -> bool:
    """Whether a request comes from a page of the app; one that changes nothing may also come from nowhere."""
    origin = headers.get("origin")
    if origin is not None:
        return origin in (f"http://{host}", f"https://{host}")
    return method in _SAFE


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("content-security-policy", POLICY)
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending


_ALWAYS: dict[str, Any] = {
    "x-content-type-options": "nosniff",
    # Without any referrer browsers would not say the origin of a form either.
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
