"""Pictures at given times to several finders at once; the answers come in order of time, whatever the threads did."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from posture.pose.types import Backend, Finder, Rgb
from posture.series import Floats
from posture.video.decode import frames_at

T = TypeVar("T")


class Watch:
    """A few finders, each used by one thread at a time.

    Parameters
    ----------
    path : Path
        The clip.
    backend : Backend
        Opens the finders.
    people : int
        Most people that a finder is asked for at once.
    workers : int
        Number of finders and threads.
    """

    def __init__(self, path: Path, backend: Backend, people: int, workers: int) -> None:
        self._path = path
        self._workers = workers
        self._finders: list[Finder] = []
        self._idle: SimpleQueue[Finder] = SimpleQueue()
        self._pool = ThreadPoolExecutor(workers)

        def open_one() -> None:
            finder = backend.open_finder(people)
            self._finders.append(finder)
            self._idle.put(finder)

        # What is wrong with the model is told here; the others open while the first one looks.
        open_one()
        for _ in range(workers - 1):
            self._pool.submit(open_one)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)
        for finder in self._finders:
            finder.close()

    def each(self, times: Floats, see: Callable[[float, Rgb, Finder], T], turn: int = 0) -> Iterator[tuple[float, T]]:
        """What `see` made of the pictures at some times.

        Parameters
        ----------
        times : ndarray
            Seconds, ascending.
        see : callable
            Gets the true time of a picture, the picture and a finder; depends on nothing else.
        turn : {0, 90, 180, 270}
            Degrees clockwise to turn the pictures.

        Yields
        ------
        tuple
            True time of the picture and what `see` returned, in order of time.
        """
        pending: deque[tuple[float, Future[T]]] = deque()
        for frame in frames_at(self._path, times, turn):
            pending.append((frame.time, self._pool.submit(self._with_finder, see, frame.time, frame.rgb)))
            # Few pictures wait at a time, so that memory stays small however long the clip is.
            if len(pending) > 2 * self._workers:
                time, answer = pending.popleft()
                yield time, answer.result()
        for time, answer in pending:
            yield time, answer.result()

    def _with_finder(self, see: Callable[[float, Rgb, Finder], T], time: float, rgb: Rgb) -> T:
        finder = self._idle.get()
        try:
            return see(time, rgb, finder)
        finally:
            self._idle.put(finder)
