"""What pages get of a session for as long as they look: its picture, its values and words, its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from posture.app import pages
from posture.app.live.session import LiveSession

if TYPE_CHECKING:
    from posture.app.application import App

#: Time between two looks for a new picture, and for news, s.
_PICTURE, _NEWS = 0.02, 0.1
#: Looks without news after which a sign of life is sent.
_QUIET = 100
#: Pages that may watch at the same time.
_WATCHERS = 8


class Watching:
    """Streams of the session that goes on.

    Parameters
    ----------
    app : App
    current : callable
        Gives that session, or None.
    """

    def __init__(self, app: App, current: Callable[[], LiveSession | None]) -> None:
        self._app, self._current = app, current
        self._seeing = self._hearing = 0

    async def picture(self, request: Request) -> Response:
        """The camera's picture, as a stream of JPEGs."""
        session = self._current()
        if session is None or self._seeing >= _WATCHERS:
            return pages.problem("There is no picture at the moment.", 404)
        return StreamingResponse(
            self._pictures(request, session), media_type="multipart/x-mixed-replace; boundary=frame"
        )

    async def _pictures(self, request: Request, session: LiveSession) -> AsyncIterator[bytes]:
        shown = 0
        self._seeing += 1
        try:
            yield b"--frame\r\n"
            while not self._gone(session) and not await request.is_disconnected():
                number, jpeg = session.picture
                if number != shown:
                    shown = number
                    # A browser shows a picture once it has read where the next one begins.
                    yield b"Content-Type: image/jpeg\r\n\r\n" + jpeg + b"\r\n--frame\r\n"
                await asyncio.sleep(_PICTURE)
        finally:
            self._seeing -= 1

    async def events(self, request: Request) -> Response:
        """Values, cues and the end, as server-sent events."""
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        session = self._current()
        if session is None:
            yield _event("ended", {"where": "/live"})
            return
        if self._hearing >= _WATCHERS:
            yield _event("full", {})
            return
        self._hearing += 1
        try:
            async for text in self._news(request, session):
                yield text
        finally:
            self._hearing -= 1

    async def _news(self, request: Request, session: LiveSession) -> AsyncIterator[str]:
        told: dict[str, Any] = {}
        heard, quiet = session.events[-1][0] if session.events else 0, 0
        while not self._gone(session) and not await request.is_disconnected():
            quiet += 1
            state = {**session.state, "over": session.over}
            if state != told:
                told, quiet = state, 0
                self._app.doors.stay(request)
                yield _event("state", state)
            # A copy: another thread adds to them.
            for number, event in tuple(session.events):
                if number > heard:
                    heard = number
                    yield _event("told", event)
            if quiet >= _QUIET:
                quiet = 0
                yield ": still here\n\n"
            await asyncio.sleep(_NEWS)
        if not self._app.events.ending():
            kept = self._app.library.get(session.id) is not None
            yield _event("ended", {"where": f"/runs/{session.id}" if kept else "/live"})

    def _gone(self, session: LiveSession) -> bool:
        return self._current() is not session or self._app.events.ending()


def _event(name: str, value: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"
