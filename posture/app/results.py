"""What is made of runs that are done: two held against each other, several as one, weeks of one runner, answers."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from posture.app import forms, pages, views
from posture.app.guard import FRAMED
from posture.app.tickets import SETTLED_LIVE, Choices, State, Ticket, read_form
from posture.errors import PostureError

if TYPE_CHECKING:
    from posture.app.application import App

#: Pages that were made for somebody and are kept for a moment.
_KEPT = 16
#: Clips of one run; nobody cuts a run into more.
_MOST_PARTS = 50


class Results:
    """Addresses of what is made of finished runs.

    Parameters
    ----------
    app : App
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._made: OrderedDict[str, str] = OrderedDict()

    def routes(self) -> list[Route]:
        """Every address."""
        return [
            Route("/compare", self.compare),
            Route("/together", self.together, methods=["POST"]),
            Route("/history", self.history),
            Route("/made/{id}", self.made),
            Route("/runs/{id}/answers", self.questions),
            Route("/runs/{id}/answers", self.answer, methods=["POST"]),
            Route("/runs/{id}/choices", self.choices),
            Route("/runs/{id}/choices", self.choose, methods=["POST"]),
            Route("/runs/{id}/sheet.pdf", self.sheet),
            Route("/runs/{id}/share.png", self.share),
        ]

    async def compare(self, request: Request) -> Response:
        """Two runs of one runner, the earlier one first."""
        first, second = self._pair(request.query_params.getlist("id"))
        places = [self._app.library.analysis(ticket).path for ticket in (first, second)]
        html = await self._app.desk.ask(views.between, *places)
        title = f"{first.name} against {second.name}"
        if html is None:
            return pages.page("sides.html", tickets=(first, second))
        return pages.page("frame.html", title=title, source=self._keep(html))

    async def together(self, request: Request) -> Response:
        """Several clips as one run."""
        ids = [value for key, value in await forms.pairs(request) if key == "id"]
        parts = self._done(ids)
        if not 2 <= len(parts) <= _MOST_PARTS:
            raise PostureError("Choose two or more runs that are done, all of one runner on one day.")
        runners = {part.choices.runner for part in parts}
        if len(runners) > 1:
            raise PostureError("These runs are of several runners; one run has one.")
        if any(part.parts for part in parts):
            raise PostureError("One of these is put together already; choose its clips instead.")
        days = {await run_in_threadpool(self._app.library.day, part) for part in parts} - {None}
        if len(days) > 1:
            raise PostureError(
                "These runs are of several days; one run has one. Set the day with 'Change' if it is wrong."
            )
        parts.sort(key=lambda ticket: ticket.order)
        self._app.queue.require_room()
        name = " + ".join(part.name for part in parts[:3]) + (" + ..." if len(parts) > 3 else "")
        choices = Choices(runner=parts[0].choices.runner, date=parts[0].choices.date)
        ids = [part.id for part in parts]
        ticket = await run_in_threadpool(self._app.library.add, name, choices, parts=tuple(ids))
        self._app.queue.add(ticket.id)
        return RedirectResponse(f"/runs/{ticket.id}", 303)

    async def history(self, request: Request) -> Response:
        """What became of a runner over weeks."""
        runner = request.query_params.get("runner", "")
        html = await self._app.desk.ask(views.history, runner, self._app.db)
        return pages.page("frame.html", title=f"{runner} over time", source=self._keep(html))

    async def made(self, request: Request) -> Response:
        """A page that was just made; it brings its own policy."""
        html = self._made.get(request.path_params["id"])
        if html is None:
            return pages.problem("This page is not kept any more; ask for it again.", 404)
        return HTMLResponse(html, headers={"content-security-policy": FRAMED})

    def _keep(self, html: str) -> str:
        id = secrets.token_hex(8)
        self._made[id] = html
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return f"/made/{id}"

    def _done(self, ids: Sequence[str]) -> list[Ticket]:
        found = [self._app.library.get(id) for id in dict.fromkeys(ids)]
        return [ticket for ticket in found if ticket is not None and ticket.state is State.DONE]

    def _pair(self, ids: Sequence[str]) -> tuple[Ticket, Ticket]:
        chosen = self._done(ids)
        if len(chosen) != 2:
            raise PostureError("Choose exactly two runs that are done; the earlier one counts as fresh.")
        first, second = sorted(chosen, key=lambda ticket: (str(ticket.choices.date or ticket.made[:10]), ticket.order))
        return first, second

    async def questions(self, request: Request) -> Response:
        """The intake of a run as a form."""
        ticket = self._app.ticket(request)
        analysis = self._app.library.analysis(ticket).path if ticket.state is State.DONE else None
        asked = await self._app.desk.ask(views.questions, self._app.library.answers(ticket), analysis)
        return pages.page("answers.html", ticket=ticket, questions=asked)

    async def answer(self, request: Request) -> Response:
        """Keep the answers, and let the run be judged with them."""
        ticket, form = self._changeable(request), await forms.pairs(request)
        # Named by what it says: other answers are other settings, and so another analysis.
        name = f"answers-{hashlib.sha256(repr(sorted(form)).encode()).hexdigest()[:8]}.toml"
        target = self._app.library.place(ticket) / name
        referral = await self._app.desk.ask(views.keep_answers, target, form)
        for other in self._app.library.place(ticket).glob("answers-*.toml"):
            if other != target:
                other.unlink(missing_ok=True)
        self._app.queue.add(ticket.id)
        if referral is not None:
            title, text = referral
            return pages.page("referral.html", ticket=ticket, title=title, text=text)
        return RedirectResponse(f"/runs/{ticket.id}", 303)

    def _changeable(self, request: Request) -> Ticket:
        """The run that an address names, if nobody works on it and something may be said about it."""
        ticket = self._app.ticket(request)
        if ticket.parts:
            raise PostureError(f"{ticket.name}: is made of other runs; change those.")
        if ticket.open:
            raise PostureError(f"{ticket.name}: is in work; wait until it is done, or stop it first.")
        self._app.queue.require_room()
        return ticket

    async def choices(self, request: Request) -> Response:
        """What was said about a run, to be changed."""
        ticket = self._app.ticket(request)
        settled = SETTLED_LIVE if ticket.live else ()
        return pages.page("choices.html", ticket=ticket, names=self._app.library.names(), settled=settled)

    async def choose(self, request: Request) -> Response:
        """Work a run out again with other choices."""
        ticket, choices = self._changeable(request), read_form(Choices, await forms.fields(request))
        if ticket.live:
            choices = choices.model_copy(update=ticket.choices.model_dump(include=set(SETTLED_LIVE)))
        await run_in_threadpool(self._app.library.change, ticket.id, choices=choices)
        self._app.queue.add(ticket.id, again=True)
        return RedirectResponse(f"/runs/{ticket.id}", 303)

    async def share(self, request: Request) -> Response:
        """The picture that is shared, without a face on wish."""
        ticket, blur = self._app.ticket(request), request.query_params.get("blur") == "true"
        target = self._app.library.place(ticket) / ("share.blurred.png" if blur else "share.png")
        await self._app.desk.ask(views.picture, self._app.library.analysis(ticket).path, target, blur=blur)
        return FileResponse(target, media_type="image/png", filename=f"{ticket.name}.png")

    async def sheet(self, request: Request) -> Response:
        """The sheet for a clinic."""
        ticket = self._app.ticket(request)
        target = self._app.library.place(ticket) / "share.pdf"
        await self._app.desk.ask(views.sheet, self._app.library.analysis(ticket).path, target)
        return FileResponse(target, media_type="application/pdf", filename=f"{ticket.name}.pdf")
