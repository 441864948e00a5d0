"""Server-sent events: what changed about the runs in work, as long as somebody looks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from posture.app import pages
from posture.app.library import Library
from posture.app.queue import Queue

#: Time between two looks, s.
_LOOK = 0.25
#: Looks without news after which a sign of life is sent.
_QUIET = 60
#: Pages that may watch at the same time.
_WATCHERS = 20


class Events:
    """Tells pages what happens to the runs.

    Parameters
    ----------
    library : Library
    queue : Queue
    stay : callable
        Gets the request of a page to which something new was told: whoever watches a run uses the app.
    """

    def __init__(self, library: Library, queue: Queue, stay: Callable[[Request], object]) -> None:
        self._library, self._queue, self._stay = library, queue, stay
        self._watching = 0
        self.ending: Callable[[], bool] = lambda: False

    async def answer(self, request: Request) -> StreamingResponse:
        """All events from now on."""
        return StreamingResponse(self._stream(request), media_type="text/event-stream")

    async def _stream(self, request: Request) -> AsyncIterator[str]:
        if self._watching >= _WATCHERS:
            yield "retry: 10000\n\n"
            return
        self._watching += 1
        try:
            async for text in self._changes(request):
                yield text
        finally:
            self._watching -= 1

    async def _changes(self, request: Request) -> AsyncIterator[str]:
        told, quiet = "", 0
        while not self.ending() and not await request.is_disconnected():
            now = json.dumps(self._now())
            quiet = 0 if now != told else quiet + 1
            if now != told:
                self._stay(request)
                yield f"data: {now}\n\n"
            elif quiet % _QUIET == 0:
                yield ": still here\n\n"
            told = now
            await asyncio.sleep(_LOOK)

    def _now(self) -> list[dict[str, object]]:
        """Every run's state, and of those in work how far they are."""
        return [
            pages.live(self._library, self._queue, ticket)
            if ticket.open
            else {"id": ticket.id, "state": ticket.state.value}
            for ticket in self._library.all()
        ]
