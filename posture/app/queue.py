"""The queue: runs are given to worker processes by the batch's own hand, and may be stopped and gone on with."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from posture.app.library import Library
from posture.app.plain import plain_reason
from posture.app.progress import Progress, Watch
from posture.app.tickets import State, Ticket
from posture.app.work import RunJob, warm
from posture.batches.run import run_jobs
from posture.batches.work import Outcome
from posture.batches.work import State as Ended
from posture.batches.workers import OneJobProcesses, WorkerPool
from posture.errors import PostureError

#: Runs that may wait; more are refused.
MOST_WAITING = 100
FULL = "Too many runs wait already; try this again when some are done."
#: A worker that has had nothing to do for this long gives its memory back, s.
_IDLE = 120.0
#: Clips that are worked on side by side: a short one need not wait for an hour's.
_LANES = 2


class _StoppedError(Exception):
    """Somebody stopped this run, or the app ends."""


class Queue:
    """Worker processes and what they are doing.

    Parameters
    ----------
    library : Library
    db : Path or None
        The history file.
    """

    def __init__(self, library: Library, db: Path | None = None) -> None:
        self.library, self._db = library, db
        self._cores = os.cpu_count() or 1
        self._changed = threading.Condition()
        self._waiting = deque(ticket.id for ticket in library.waiting())
        self._stopped: set[str] = set()
        self._progress: dict[str, Progress] = {}
        self._warm = self._closing = False
        self._lanes = [threading.Thread(target=self._lane, daemon=True) for _ in range(min(_LANES, self._cores))]

    def start(self) -> None:
        """Go on with what was left when the app last ended."""
        for id in self._waiting:
            self.note(id, state=State.WAITING)
        for lane in self._lanes:
            lane.start()

    def close(self) -> None:
        """End all work; what is done stays, and the next app goes on from there."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        for lane in self._lanes:
            if lane.is_alive():
                lane.join()

    def warm(self) -> None:
        """A clip is on its way: a worker gets ready for it."""
        with self._changed:
            if not self._waiting and not self._progress:
                self._warm = True
                self._changed.notify()

    @property
    def full(self) -> bool:
        """Whether no more runs may wait."""
        return len(self._waiting) >= MOST_WAITING

    def require_room(self) -> None:
        """Refuse before anything is changed for a run that could not wait.

        Raises
        ------
        PostureError
            If no more runs may wait.
        """
        if self.full:
            raise PostureError(FULL)

    def add(self, id: str, *, again: bool = False, reason: str = "") -> None:
        """Put a run at the end; a reason is shown until it is worked out."""
        with self._changed:
            ticket = self.library.get(id)
            if id in self._waiting or id in self._progress or ticket is None:
                return
            self._stopped.discard(id)
            self._waiting.append(id)
            self.note(id, state=State.WAITING, reason=reason, again=again or ticket.again)
            self._changed.notify()

    def stop(self, id: str) -> None:
        """Stop a run; what is done of it stays."""
        with self._changed:
            if id in self._waiting:
                self._waiting.remove(id)
                self.note(id, state=State.STOPPED)
            elif id in self._progress:
                self._stopped.add(id)

    def finished(self, id: str, *, within: float) -> bool:
        """Wait until nobody works on a run."""
        with self._changed:
            return self._changed.wait_for(lambda: id not in self._progress and id not in self._waiting, within)

    def take(self, id: str, *, within: float) -> Ticket | None:
        """Take a run out of the library as soon as nobody works on it, before anybody can put it here again.

        Returns
        -------
        Ticket or None
            None if it is gone already.

        Raises
        ------
        PostureError
            If somebody still works on it.
        """
        with self._changed:
            ticket = self.library.get(id)
            if ticket is not None and not self.finished(id, within=within):
                raise PostureError(f"{ticket.name}: is still being worked on; try again in a moment.")
            return self.library.take(id)

    def place(self, id: str) -> int:
        """Runs that are before this one, and this one."""
        waiting = list(self._waiting)
        return waiting.index(id) + 1 if id in waiting else 0

    def progress(self, id: str) -> Progress | None:
        """How far a run in work is."""
        return self._progress.get(id)

    def _lane(self) -> None:
        executor: OneJobProcesses | None = None
        while True:
            with self._changed:
                called = self._changed.wait_for(lambda: self._closing or self._warm or bool(self._waiting), _IDLE)
                if self._closing or (not called and executor is not None):
                    if executor is not None:
                        executor.kill()
                        executor = None
                    if self._closing:
                        return
                    continue
                self._warm, warming = False, self._warm
                ticket = self._next()
            if executor is None and (warming or ticket):
                executor = OneJobProcesses(1)
            if executor is not None and warming and ticket is None:
                executor.submit(warm)
            if executor is not None and ticket is not None and not self._done(ticket, executor):
                executor = None

    def _next(self) -> Ticket | None:
        while self._waiting:
            id = self._waiting.popleft()
            ticket = self.note(id, state=State.WORKING)
            if ticket is not None:
                self._progress[id] = Progress("Starting", 0.0, None)
                return ticket
        return None

    def note(self, id: str, **values: Any) -> Ticket | None:
        """Note something about a run; a disk that is full costs the note on it, never the queue."""
        with suppress(PostureError, OSError):
            self.library.change(id, **values)
        return self.library.get(id)

    def _done(self, ticket: Ticket, executor: OneJobProcesses) -> bool:
        """Do one run; False if the worker was ended for it."""
        try:
            outcome = self._outcome(ticket, executor)
        except _StoppedError:
            # Before anybody hears that the run is free: until then its worker writes.
            executor.kill()
            state, reason = (State.WAITING if self._closing else State.STOPPED), ""
        except PostureError as error:
            state, reason = State.FAILED, str(error)
        except Exception as error:  # a fault of this program must not cost the other runs
            state, reason = State.FAILED, f"{ticket.name}: the program failed here ({type(error).__name__}: {error})."
        else:
            state = State.FAILED if outcome.state is Ended.FAILED else State.DONE
            reason = plain_reason(outcome.reason, self.library.place(ticket))
        with self._changed:
            del self._progress[ticket.id]
            self._stopped.discard(ticket.id)
            ended = state in (State.DONE, State.FAILED)
            self.note(ticket.id, state=state, reason=reason, again=ticket.again and not ended)
            self._changed.notify_all()
        return ended

    def _outcome(self, ticket: Ticket, executor: OneJobProcesses) -> Outcome:
        job = self._job(ticket)
        watch = Watch(job.status)

        def look(_: Sequence[int]) -> None:
            if self._closing or ticket.id in self._stopped:
                raise _StoppedError
            self._progress[ticket.id] = watch.look() or self._progress[ticket.id]

        (only,) = [outcome for _, outcome in run_jobs([job], WorkerPool(executor, 1, tries=2), look)]
        return only

    def _job(self, ticket: Ticket) -> RunJob:
        library = self.library
        settings = ticket.choices.settings()
        answers = library.answers(ticket)
        if answers is not None:
            settings = settings.model_copy(update={"run": settings.run.model_copy(update={"intake": answers})})
        known = [part for id in ticket.parts if (part := library.get(id)) is not None]
        if len(known) < len(ticket.parts):
            raise PostureError(f"{ticket.name}: one of its clips was deleted; join those that are left.")
        busy = min(len(self._lanes), len(self._progress) + len(self._waiting)) or 1
        return RunJob(
            name=ticket.name,
            place=library.place(ticket),
            source=None if ticket.parts or ticket.live else library.clip(ticket),
            parts=tuple((part.name, library.analysis(part).path) for part in known),
            settings=settings,
            threads=max(self._cores // busy, 1),
            db=self._db,
            again=ticket.again,
        )
