"""Addresses of the live page: choose a camera, watch, ask for something, end."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from posture.app import forms, pages, views
from posture.app.live.choices import EXAMPLE, LiveChoices
from posture.app.live.session import WISHES, LiveSession
from posture.app.live.watching import Watching
from posture.app.live.worker import LiveJob
from posture.app.plain import plain_reason
from posture.app.tickets import Choices, State, Ticket, read_form
from posture.errors import PostureError
from posture.storage.removal import remove

if TYPE_CHECKING:
    from posture.app.application import App

#: When the app ends, a session gets this long to keep what it saw, s.
_PATIENCE = 10.0
#: Cameras are looked for again after this long, s: some systems open each of them for it.
_LISTED = 20.0
_AT_A_SERVER = (
    "Live looks through a camera of the machine that runs the program, and this is a server: "
    "start posture on the machine beside the treadmill."
)
_DIED = "The coach ended by itself; what it saw until then is worked out."
_DIED_BLIND = "The coach ended by itself before it saw anything; start it again."
_NO_ROOM = "The coach cannot be started on this machine now; close other programs and try again."


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
        self._watching = Watching(app, lambda: self._session)
        self._closing = False
        #: Why the last session saw nothing, and what was chosen for it; anybody inside may read them.
        self._problem, self._said = "", dict[str, str]()
        self._listed = -_LISTED
        self._cameras: tuple[list[tuple[int, str]], str] = ([], "")
        for ticket in app.library.all():
            if ticket.state is State.LIVE and not self._kept(ticket):
                self._forget(ticket)  # killed before it had kept anything

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            Route("/live", self.page),
            Route("/live", self.start, methods=["POST"]),
            Route("/live/here", self.here, methods=["POST"]),
            Route("/live/wish", self.wish, methods=["POST"]),
            Route("/live/picture", self._watching.picture),
            Route("/live/events", self._watching.events),
        ]

    @property
    def possible(self) -> bool:
        """Whether whoever is inside may look through a camera: not through one of a server that stands elsewhere."""
        return not self._app.doors.sessions.password

    def close(self) -> None:
        """End the session; the next app analyses what was kept of it."""
        with self._lock:
            self._closing = True
            session = self._session
        if session is not None:
            session.close(_PATIENCE)

    async def page(self, request: Request) -> Response:
        """The session, or the choice of a camera."""
        if not self.possible:
            return pages.problem(_AT_A_SERVER, 404)
        session = self._session
        if session is not None:
            ticket = self._app.library.get(session.id)
            return pages.page("live.html", runner=(ticket.choices.runner or "") if ticket else "")
        if "look" in request.query_params:
            self._listed = -_LISTED
        return await self._choice(200, self._said, self._problem)

    async def _choice(self, status: int, said: dict[str, str], problem: str) -> Response:
        if time.monotonic() - self._listed >= _LISTED:
            self._cameras, self._listed = await self._app.desk.ask(views.cameras), time.monotonic()
        cameras, silent = self._cameras
        return pages.page(
            "camera.html",
            status,
            cameras=cameras,
            silent=silent,
            names=self._app.library.names(),
            said=said,
            problem=problem,
            about=problem.partition(":")[0] in Choices.model_fields,
            example=EXAMPLE,
        )

    async def start(self, request: Request) -> Response:
        """Begin a session, unless one goes on."""
        if not self.possible:
            return pages.problem(_AT_A_SERVER, 404)
        if self._session is None:
            said = await forms.fields(request)
            try:
                choices = read_form(LiveChoices, said)
                await run_in_threadpool(self._start, choices, said)
            except PostureError as error:
                return await self._choice(422, said, str(error))
        return RedirectResponse("/live", 303)

    def _start(self, choices: LiveChoices, said: dict[str, str]) -> None:
        settings, library = choices.settings(), self._app.library
        with self._lock:
            if self._session is not None or self._closing:
                return
            ticket = library.add(f"Live at {datetime.now():%H:%M}", choices.about, live=True)
            job = LiveJob(choices.source, library.place(ticket), settings, choices.voice, self._app.db)
            try:
                self._session = LiveSession(ticket.id, job, lambda sentence: self._ended(ticket, sentence))
            except (OSError, RuntimeError) as error:
                self._forget(ticket)
                raise PostureError(_NO_ROOM) from error
            self._problem, self._said = "", {**said, "address": choices.public}

    def _ended(self, ticket: Ticket, sentence: str | None) -> None:
        """What becomes of the run of a session that is over."""
        with self._lock:
            if self._closing:
                return
            asked = self._session is not None and self._session.asked
            try:
                self._settle(ticket, sentence, asked=asked)
            finally:
                self._session = None

    def _settle(self, ticket: Ticket, sentence: str | None, *, asked: bool) -> None:
        reason = plain_reason(sentence or "", self._app.library.place(ticket))
        if not self._kept(ticket):
            self._problem = "" if asked else _DIED_BLIND if sentence is None else reason
            self._forget(ticket)
        elif sentence is None:
            self._app.queue.add(ticket.id, reason=_DIED)
        else:
            self._app.queue.note(ticket.id, state=State.FAILED if sentence else State.DONE, reason=reason)

    def _kept(self, ticket: Ticket) -> bool:
        """Whether there are poses of it, or more."""
        folder = self._app.library.analysis(ticket)
        return any(path.is_file() for path in (folder.stream, folder.poses, folder.record))

    def _forget(self, ticket: Ticket) -> None:
        """Leave nothing of a run without poses; what cannot be removed now is when the next app starts."""
        library = self._app.library
        library.take(ticket.id)
        with suppress(PostureError):
            if library.analysis(ticket).is_analysis():
                remove(library.analysis(ticket))
            library.drop(ticket)

    async def here(self, _: Request) -> Response:
        """A page is there, and says so again and again."""
        session = self._session
        if session is not None:
            session.watched()
        return Response(status_code=204)

    async def wish(self, request: Request) -> Response:
        """Pause, snooze, take a new baseline, change the sensitivity, end."""
        wish = (await forms.fields(request)).get("wish", "")
        session = self._session
        if wish not in WISHES:
            raise PostureError("This cannot be asked of a session.")
        if session is not None:
            session.wish(wish)
        return RedirectResponse("/live", 303)
