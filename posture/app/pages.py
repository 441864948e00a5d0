"""How the app's pages are made: the report's own style, and templates that escape whatever comes from outside."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from posture.app.library import Library
from posture.app.queue import Queue
from posture.app.tickets import State, Ticket

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def style() -> str:
    """The report's style and what the app adds to it; read as files, since the report itself is heavy."""
    here = files("posture")
    parts = ("report/page/style.css", "report/page/summaries.css", "app/app.css", "app/live/live.css")
    return "".join(here.joinpath(*part.split("/")).read_text(encoding="utf-8") for part in parts)


@cache
def script() -> str:
    """The app's own scripts."""
    here = files("posture.app")
    return "".join(here.joinpath(*part.split("/")).read_text(encoding="utf-8") for part in ("app.js", "live/live.js"))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = files("posture.app").joinpath("templates")
    return Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the app as an answer."""
    text = _environment().get_template(template).render(**values)
    return HTMLResponse(text.encode("utf-8", "backslashreplace"), status)


def problem(sentence: str, status: int) -> HTMLResponse:
    """A page that says one sentence."""
    return page("problem.html", status, sentence=sentence)


def rows(library: Library, queue: Queue, tickets: Iterable[Ticket]) -> list[dict[str, Any]]:
    """What the library shows of each run."""
    return [row(library, queue, ticket) for ticket in tickets]


def row(library: Library, queue: Queue, ticket: Ticket) -> dict[str, Any]:
    """What the library shows of a run."""
    choices = ticket.choices
    return {
        "id": ticket.id,
        "name": ticket.name,
        "runner": choices.runner or "",
        "day": choices.date.isoformat() if choices.date else ticket.made[:10],
        "note": choices.note,
        "reason": ticket.reason,
        "clip": not (ticket.live or ticket.parts),
        "picture": any(library.analysis(ticket).stills.glob("*.jpg")),
        "values": library.values(ticket) if ticket.state is not State.FAILED else {},
        **live(library, queue, ticket),
    }


def live(library: Library, queue: Queue, ticket: Ticket) -> dict[str, Any]:
    """What changes while a run is worked on."""
    progress = queue.progress(ticket.id)
    return {
        "id": ticket.id,
        "state": ticket.state.value,
        "said": _said(queue, ticket),
        "share": round(progress.share, 3) if progress else 0.0,
        "sentence": library.values(ticket).get("sentence", "") if progress else "",
    }


def _said(queue: Queue, ticket: Ticket) -> str:
    progress = queue.progress(ticket.id)
    if progress is not None:
        left = f", {_clock(progress.left)} left" if progress.left is not None else ""
        return f"{progress.label}{left}"
    if ticket.state is State.WAITING and (place := queue.place(ticket.id)):
        return "Next in the queue" if place == 1 else f"Number {place} in the queue"
    said = {State.STOPPED: "Stopped", State.FAILED: "Could not be analysed", State.LIVE: "Live now"}
    return said.get(ticket.state, "")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
