"""A folder of clips through the pipeline: every job once, on any executor."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass

from posture.batches.work import FEWER_WORKERS, Job, Outcome, State, work
from posture.batches.workers import WorkerPool

#: Time between two looks at what the workers are doing, s.
_LOOK = 0.5

#: Called with the numbers of the jobs in work, every now and then.
Look = Callable[[Sequence[int]], None]


@dataclass
class _Given:
    number: int
    tries: int


def run_jobs(jobs: Sequence[Job], pool: WorkerPool, look: Look) -> Iterator[tuple[int, Outcome]]:
    """Give out jobs as workers become free.

    A job whose worker died is given out again, as often as the pool allows, and goes on behind its last finished
    chunk.

    Parameters
    ----------
    jobs : sequence of Job
        In the order in which they are begun.
    pool : WorkerPool
    look : callable

    Yields
    ------
    int
        Number of the job that ended.
    Outcome
    """
    waiting = deque(_Given(number, 0) for number in range(len(jobs)))
    given: dict[Future[Outcome], _Given] = {}
    while waiting or given:
        while waiting and len(given) < pool.places:
            ticket = waiting.popleft()
            ticket.tries += 1
            given[pool.executor.submit(work, jobs[ticket.number])] = ticket
        done, _ = wait(given, timeout=_LOOK, return_when=FIRST_COMPLETED)
        for future in done:
            ticket = given.pop(future)
            outcome = _outcome(future, jobs[ticket.number])
            if outcome is None and ticket.tries < pool.tries:
                waiting.appendleft(ticket)
            else:
                yield ticket.number, outcome or _died(jobs[ticket.number])
        look([ticket.number for ticket in given.values()])


def _outcome(future: Future[Outcome], job: Job) -> Outcome | None:
    """What became of a job; None if its worker died."""
    if future.cancelled():  # as when a cluster's scheduler went away
        return None
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
        return None
    return Outcome(State.FAILED, f"{job.name}: its worker failed ({type(error).__name__}: {error}); run it again.")


def _died(job: Job) -> Outcome:
    return Outcome(
        State.FAILED,
        f"{job.name}: the worker died on this clip more than once, perhaps out of memory; {FEWER_WORKERS}.",
    )
