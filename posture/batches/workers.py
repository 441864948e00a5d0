"""Who does the work: executors of ``concurrent.futures``, on this machine or on a cluster."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from typing import Any, ParamSpec, TypeVar

from posture.errors import PostureError

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class WorkerPool:
    """An executor and how many jobs it works on at the same time.

    Attributes
    ----------
    executor : Executor
    places : int
    tries : int
        How often a job whose worker died is given out; 1 where the executor itself tries again.
    """

    executor: Executor
    places: int
    tries: int


@contextmanager
def processes(places: int) -> Iterator[WorkerPool]:
    """Worker processes on this machine."""
    executor = OneJobProcesses(places)
    try:
        yield WorkerPool(executor, places, tries=2)
    except BaseException:
        executor.kill()
        raise
    executor.shutdown()


@contextmanager
def dask(address: str) -> Iterator[WorkerPool]:
    """Workers of a Dask cluster, all threads of them.

    Raises
    ------
    PostureError
        If Dask is not installed, or if nobody answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise PostureError("--dask needs Dask: pip install 'running-posture[cluster]'.") from error
    try:
        client: Any = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise PostureError(f"{address}: no Dask scheduler answers there; check the address and the network.") from error
    with client:
        places = sum(client.nthreads().values())
        if not places:
            raise PostureError(
                f"{address}: this Dask scheduler has no workers; start some with 'dask worker {address}'."
            )
        yield WorkerPool(client.get_executor(pure=False), places, tries=1)


class OneJobProcesses(Executor):
    """Processes that each take one job at a time.

    A :class:`~concurrent.futures.ProcessPoolExecutor` fails all its jobs when one of its processes dies; here a
    process that dies (out of memory, killed) takes nothing with it but its own job, and another takes its place.

    Parameters
    ----------
    places : int
        Processes. Submitting waits while all of them are busy.
    """

    def __init__(self, places: int) -> None:
        self._idle: queue.SimpleQueue[ProcessPoolExecutor] = queue.SimpleQueue()
        self._pools = [_pool() for _ in range(places)]
        for pool in self._pools:
            self._idle.put(pool)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Give a job to an idle process."""
        pool = self._idle.get()
        try:
            future = pool.submit(fn, *args, **kwargs)
        except BrokenProcessPool:  # it died while it was idle
            pool = self._renewed(pool)
            future = pool.submit(fn, *args, **kwargs)

        def back(done: Future[T]) -> None:
            died = not done.cancelled() and isinstance(done.exception(), BrokenProcessPool)
            self._idle.put(self._renewed(pool) if died else pool)

        future.add_done_callback(back)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when their jobs are done."""
        for pool in self._pools:
            pool.shutdown(wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """End the processes at once."""
        # A copy: the pools of jobs that end by this are renewed meanwhile; the new ones have no process yet.
        for pool in list(self._pools):
            for process in list((pool._processes or {}).values()):
                process.kill()
            pool.shutdown(wait=True, cancel_futures=True)

    def _renewed(self, broken: ProcessPoolExecutor) -> ProcessPoolExecutor:
        self._pools.remove(broken)
        pool = _pool()
        self._pools.append(pool)
        return pool


def _pool() -> ProcessPoolExecutor:
    # MediaPipe hangs in a forked process.
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=settle)


def settle() -> None:
    """What a worker process does first: leave Ctrl-C to its parent, and end when its parent does, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent: Any = multiprocessing.parent_process()

    def follow() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
