"""The app: which address leads where. Ids are looked up; nothing of a request becomes part of a path."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from posture.app import pages
from posture.app.desk import Desk
from posture.app.doors import Doors
from posture.app.events import Events
from posture.app.guard import FRAMED, Guard
from posture.app.library import Library
from posture.app.live.routes import Live
from posture.app.queue import FULL, Queue
from posture.app.results import Results
from posture.app.tickets import Choices, State, Ticket, read_form
from posture.app.uploads import LARGEST, RefusedError, Uploads
from posture.app.work import forget, keep
from posture.errors import PostureError

#: Nobody waits longer for a worker to end, s.
_PATIENCE = 20.0


class App:
    """Everything behind the door.

    Parameters
    ----------
    library : Library
    db : Path or None
        The history file.
    doors : Doors
    largest : int
        Bytes of a clip.
    """

    def __init__(self, library: Library, db: Path | None, doors: Doors, largest: int = LARGEST) -> None:
        self.library, self.db, self.doors = library, db, doors
        self.live = Live(self)
        self.queue, self.desk = Queue(library, db), Desk()
        self.uploads = Uploads(library.incoming, largest)
        self.events = Events(library, self.queue, doors.stay)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """From the first to the last request."""
        self.queue.start()
        yield
        await run_in_threadpool(self.close)

    def close(self) -> None:
        """End all work, so that the next app goes on from there."""
        self.live.close()
        self.queue.close()
        self.desk.close()
        self.library.close()

    async def home(self, _: Request) -> Response:
        """The library."""
        tickets = await run_in_threadpool(self.library.all)
        rows = await run_in_threadpool(pages.rows, self.library, self.queue, tickets)
        done = [row for row in rows if row["state"] == State.DONE]
        names = sorted({row["runner"] for row in done}, key=lambda name: (not name, name.casefold()))
        runners = [(name, [row for row in done if row["runner"] == name]) for name in names]
        begun = {ticket.id: number for number, ticket in enumerate(self.library.waiting())}
        at_work = sorted((row for row in rows if row not in done), key=lambda row: begun.get(row["id"], len(begun)))
        return pages.page(
            "home.html",
            at_work=at_work,
            runners=runners,
            names=names,
            done=len(done),
            doors=self.doors,
            uploads=self.uploads,
            live=self.live.possible,
        )

    async def warm(self, _: Request) -> Response:
        """Somebody is about to choose a clip."""
        self.queue.warm()
        return Response(status_code=204)

    async def upload(self, request: Request) -> Response:
        """Take a clip, and put it in the queue."""
        form = dict(request.query_params)
        name = form.pop("name", "")[:1000]
        try:
            choices = read_form(Choices, form)
            if self.queue.full:
                raise RefusedError(429, FULL)
            self.queue.warm()
            clip = await self.uploads.take(request)
            try:
                ticket = await run_in_threadpool(self.library.add, name, choices, clip=clip)
            finally:
                clip.unlink(missing_ok=True)
        except RefusedError as refused:
            return JSONResponse({"problem": refused.sentence}, refused.status, {"connection": "close"})
        except PostureError as error:
            return JSONResponse({"problem": str(error)}, 422, {"connection": "close"})
        self.queue.add(ticket.id)
        return JSONResponse({"id": ticket.id}, 201)

    async def run(self, request: Request) -> Response:
        """One run: its report, or how far it is."""
        ticket = self.ticket(request)
        if ticket.state is State.LIVE:
            return RedirectResponse("/live", 303)
        row = await run_in_threadpool(pages.row, self.library, self.queue, ticket)
        return pages.page("run.html", row=row, joined=bool(ticket.parts))

    async def report(self, request: Request) -> Response:
        """The report of a run."""
        return self._file(self.library.analysis(self.ticket(request)).page, "text/html")

    async def video(self, request: Request) -> Response:
        """The annotated video; browsers ask for stretches of it."""
        return self._file(self.library.analysis(self.ticket(request)).overlay, "video/mp4")

    async def picture(self, request: Request) -> Response:
        """The first real frame that the report shows."""
        stills = sorted(self.library.analysis(self.ticket(request)).stills.glob("*.jpg"))
        return self._file(stills[0] if stills else None, "image/jpeg")

    def _file(self, path: Path | None, kind: str) -> Response:
        if path is None or not path.is_file():
            return pages.problem("This is not there (any more).", 404)
        return FileResponse(path, headers={"content-security-policy": FRAMED}, media_type=kind)

    async def stop(self, request: Request) -> Response:
        """Stop a run; it can go on later."""
        self.queue.stop(self.ticket(request).id)
        return RedirectResponse("/", 303)

    async def go_on(self, request: Request) -> Response:
        """Go on with a run that was stopped, or try one again that failed."""
        ticket = self.ticket(request)
        if not ticket.open:
            self.queue.require_room()
            self.queue.add(ticket.id, again=ticket.state is State.FAILED)
        return RedirectResponse("/", 303)

    async def delete(self, request: Request) -> Response:
        """Remove a run with all that is kept of it."""
        ticket = self.ticket(request)
        if ticket.state is State.LIVE:
            raise PostureError("This session still goes on; end it first.")
        id = ticket.id
        self.queue.stop(id)
        taken = await run_in_threadpool(self.queue.take, id, within=_PATIENCE)
        if taken is None:
            raise MissingError
        try:
            await self.desk.ask(forget, self.library.analysis(taken).path, self.db)
            for part in self.library.freed(taken):
                runner = part.choices.runner
                await self.desk.ask(keep, self.library.analysis(part).path, runner, self.db, but=())
            await run_in_threadpool(self.library.drop, taken)
        except BaseException:
            self.library.put_back(taken)
            raise
        return RedirectResponse("/", 303)

    async def static_style(self, _: Request) -> Response:
        """The style of every page of the app."""
        return Response(pages.style(), media_type="text/css")

    async def static_script(self, _: Request) -> Response:
        """The script of every page of the app."""
        return Response(pages.script(), media_type="text/javascript")

    def ticket(self, request: Request) -> Ticket:
        """The run that an address names."""
        ticket = self.library.get(request.path_params["id"])
        if ticket is None:
            raise MissingError
        return ticket

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            *self.doors.routes(),
            Route("/", self.home),
            Route("/style.css", self.static_style),
            Route("/app.js", self.static_script),
            Route("/events", self.events.answer),
            Route("/warm", self.warm, methods=["POST"]),
            Route("/clips", self.upload, methods=["POST"]),
            *Results(self).routes(),
            *self.live.routes(),
            Route("/runs/{id}", self.run),
            Route("/runs/{id}/report.html", self.report),
            Route("/runs/{id}/overlay.mp4", self.video),
            Route("/runs/{id}/picture.jpg", self.picture),
            Route("/runs/{id}/stop", self.stop, methods=["POST"]),
            Route("/runs/{id}/go-on", self.go_on, methods=["POST"]),
            Route("/runs/{id}/delete", self.delete, methods=["POST"]),
        ]


class MissingError(Exception):
    """There is no run of this id."""


async def _missing(_: Request, __: Exception) -> Response:
    return pages.problem("This run is not there (any more).", 404)


async def _nowhere(_: Request, __: Exception) -> Response:
    return pages.problem("There is no such page.", 404)


async def _told(_: Request, error: Exception) -> Response:
    return pages.problem(str(error), 422)


async def _fault(_: Request, error: Exception) -> Response:
    return pages.problem(f"The program failed here ({type(error).__name__}); please report it.", 500)


def application(app: App, hosts: frozenset[str]) -> ASGIApp:
    """The app behind its guard.

    Parameters
    ----------
    app : App
    hosts : frozenset of str
        By which it may be called, each with its port.
    """
    handlers = {MissingError: _missing, 404: _nowhere, PostureError: _told, Exception: _fault}
    inner = Starlette(routes=app.routes(), lifespan=app.lifespan, exception_handlers=handlers)
    return Guard(inner, hosts, app.doors.sessions, app.doors.cookie)
