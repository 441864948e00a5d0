"""Addresses of the live page: choose a camera, watch, ask for something, end."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from posture.app import forms, pages, views
from posture.app.live.choices import EXAMPLE, LiveChoices
from posture.app.live.session import WISHES, LiveSession
from posture.app.live.worker import LiveJob
from posture.app.plain import plain_reason
from posture.app.tickets import State, Ticket, read_form
from posture.errors import PostureError

if TYPE_CHECKING:
    from posture.app.application import App

#: Time between two looks for a new picture, and for news, s.
_PICTURE, _NEWS = 0.02, 0.1
#: Looks without news after which a sign of life is sent.
_QUIET = 100
#: Pages that may watch at the same time.
_WATCHERS = 8
#: When the app ends, a session gets this long to keep what it saw, s.
_PATIENCE = 10.0
_AT_A_SERVER = (
    "Live looks through a camera of the machine that runs the program, and this is a server: "
    "start posture on the machine beside the treadmill."
)


class Live:
    """Looks after the one session that may go on.

    Parameters
    ----------
    app : App
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._session: LiveSession | None = None
        self._watching = 0
        self._closing = False
        self._problem = ""
        self._said: dict[str, str] = {}
        for ticket in app.library.all():
            if ticket.state is State.LIVE and not app.library.analysis(ticket).is_analysis():
                self._forget(ticket)  # killed before its first picture

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            Route("/live", self.page),
            Route("/live", self.start, methods=["POST"]),
            Route("/live/wish", self.wish, methods=["POST"]),
            Route("/live/picture", self.picture),
            Route("/live/events", self.events),
        ]

    @property
    def possible(self) -> bool:
        """Whether whoever is inside may look through a camera: not through one of a server that stands elsewhere."""
        return not self._app.doors.sessions.password

    def require_end(self, id: str) -> None:
        """Refuse what would take a run away from under its session.

        Raises
        ------
        PostureError
            If it is the one that goes on.
        """
        session = self._session
        if session is not None and session.id == id:
            raise PostureError("This session still goes on; end it first.")

    def close(self) -> None:
        """End the session; the next app analyses what was kept of it."""
        with self._lock:
            self._closing = True
            session = self._session
        if session is not None:
            session.close(_PATIENCE)

    async def page(self, _: Request) -> Response:
        """The session, or the choice of a camera."""
        if not self.possible:
            return pages.problem(_AT_A_SERVER, 404)
        session = self._session
        if session is not None:
            ticket = self._app.library.get(session.id)
            return pages.page("live.html", runner=(ticket.choices.runner or "") if ticket else "")
        return await self._choice(200)

    async def _choice(self, status: int) -> Response:
        cameras, silent = await self._app.desk.ask(views.cameras)
        names = sorted({ticket.choices.runner for ticket in self._app.library.all() if ticket.choices.runner})
        problem, self._problem = self._problem, ""
        return pages.page(
            "camera.html",
            status,
            cameras=cameras,
            silent=silent,
            names=names,
            said=self._said,
            problem=problem,
            example=EXAMPLE,
        )

    async def start(self, request: Request) -> Response:
        """Begin a session."""
        if not self.possible:
            return pages.problem(_AT_A_SERVER, 404)
        self._said = await forms.fields(request)
        try:
            choices = read_form(LiveChoices, self._said)
            await run_in_threadpool(self._start, choices)
        except PostureError as error:
            self._problem = str(error)
            return await self._choice(422)
        return RedirectResponse("/live", 303)

    def _start(self, choices: LiveChoices) -> None:
        with self._lock:
            if self._session is not None or self._closing:
                raise PostureError("A live session is going on already; end it first.")
            library = self._app.library
            ticket = library.add(f"Live at {datetime.now():%H:%M}", choices.about, live=True)
            job = LiveJob(choices.source, library.place(ticket), choices.settings(), choices.voice, self._app.db)
            self._session = LiveSession(ticket.id, job, lambda *how: self._ended(ticket, *how))

    def _ended(self, ticket: Ticket, sentence: str, died: bool) -> None:
        """What becomes of the run of a session that is over."""
        with self._lock:
            if self._closing:
                return
            library = self._app.library
            if not library.analysis(ticket).is_analysis():
                self._problem = plain_reason(sentence, library.place(ticket))
                self._forget(ticket)
            elif died:
                self._app.queue.add(ticket.id)
            else:
                state = State.FAILED if sentence else State.DONE
                self._app.queue.note(ticket.id, state=state, reason=plain_reason(sentence, library.place(ticket)))
            self._session = None

    def _forget(self, ticket: Ticket) -> None:
        self._app.library.take(ticket.id)
        self._app.library.drop(ticket)

    async def wish(self, request: Request) -> Response:
        """Pause, snooze, take a new baseline, change the sensitivity, end."""
        wish = (await forms.fields(request)).get("wish", "")
        session = self._session
        if wish not in WISHES:
            raise PostureError("This cannot be asked of a session.")
        if session is not None:
            await run_in_threadpool(session.wish, wish)
        return RedirectResponse("/live", 303)

    async def picture(self, request: Request) -> Response:
        """The camera's picture, as a stream of JPEGs."""
        if self._session is None or self._watching >= _WATCHERS:
            return pages.problem("There is no picture at the moment.", 404)
        return StreamingResponse(
            self._pictures(request, self._session), media_type="multipart/x-mixed-replace; boundary=frame"
        )

    async def _pictures(self, request: Request, session: LiveSession) -> AsyncIterator[bytes]:
        shown = 0
        self._watching += 1
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
            self._watching -= 1

    async def events(self, request: Request) -> Response:
        """Values, cues and the end, as server-sent events."""
        return StreamingResponse(self._news(request), media_type="text/event-stream")

    async def _news(self, request: Request) -> AsyncIterator[str]:
        session = self._session
        if session is None:
            yield _event("ended", {"where": "/live"})
            return
        told: dict[str, Any] = {}
        heard, quiet = session.events[-1][0] if session.events else 0, 0
        while not self._gone(session) and not await request.is_disconnected():
            session.watched()
            quiet += 1
            state = {**session.state, "over": session.over}
            if state != told:
                told, quiet = state, 0
                self._app.doors.stay(request)
                yield _event("state", state)
            for number, event in [each for each in session.events if each[0] > heard]:
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
        return self._session is not session or self._app.events.ending()


def _event(name: str, value: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(value)}\n\n"
