"""A worker process for what somebody waits for: it never stands behind a clip of an hour."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from posture.batches.workers import OneJobProcesses

P = ParamSpec("P")
T = TypeVar("T")

#: Without anything to do for this long it gives its memory back, s.
_IDLE = 120.0


class Desk:
    """One process, started when it is first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._executor: OneJobProcesses | None = None
        self._timer: threading.Timer | None = None

    async def ask(self, what: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function gives that is called in the process."""
        return await run_in_threadpool(lambda: self._ask(what, *args, **kwargs))

    def _ask(self, what: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._executor = self._executor or OneJobProcesses(1)
            try:
                return self._executor.submit(what, *args, **kwargs).result()
            finally:
                self._timer = threading.Timer(_IDLE, self.close)
                self._timer.daemon = True
                self._timer.start()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if self._executor is not None:
                self._executor.kill()
                self._executor = None
