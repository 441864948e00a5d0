"""How much of a batch is done, and how long the rest will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from posture.batches.status import Status

#: Where each step of an analysis begins and ends, as shares of its time; measured on a minute of 720p at 30
#: frames/s. A step that is not listed leaves a clip where it is.
_STEPS = {
    "Looking for the runner": (0.0, 0.15),
    "Following the runner": (0.15, 0.85),
    "Drawing the video": (0.85, 1.0),
}
#: A clip whose header tells no length counts as a minute, s.
_UNKNOWN = 60.0


class Forecast:
    """Counts seconds of clips against the clock.

    Parameters
    ----------
    seconds : sequence of float
        Length of each clip; 0 where it is unknown.
    clock : callable
        Seconds.
    """

    def __init__(self, seconds: Sequence[float], clock: Callable[[], float] = time.monotonic) -> None:
        self._work = [length or _UNKNOWN for length in seconds]
        self._shares = dict.fromkeys(range(len(seconds)), 0.0)
        self._before = dict.fromkeys(range(len(seconds)), 0.0)
        self._steps: dict[int, str] = {}
        self._free: set[int] = set()
        self._ended: set[int] = set()
        self._clock = clock
        self._began = clock()

    def at(self, number: int, status: Status | None) -> float:
        """Note how far a clip is, and give its share; it never goes back."""
        if status is not None and status.label in _STEPS and status.total:
            first, last = _STEPS[status.label]
            share = first + (last - first) * min(status.done / status.total, 1.0)
            known = self._shares[number]
            share = max(known, share)
            if self._steps.get(number) != status.label:
                # What is there of a step when it is first seen may have been kept from an earlier time, which says
                # nothing about the speed. The steps before it were done since the last look.
                begun = max(first, known) if number in self._steps else known
                self._steps[number] = status.label
                self._before[number] += max(share - begun, 0.0)
            self._shares[number] = share
        return self._shares[number]

    def ended(self, number: int, *, kept: bool) -> None:
        """Note that a clip ended; one that was kept from an earlier time says nothing about the speed."""
        self._shares[number] = 1.0
        self._ended.add(number)
        if kept:
            self._free.add(number)

    @property
    def count(self) -> int:
        """Clips that ended."""
        return len(self._ended)

    @property
    def share(self) -> float:
        """Of all work, 0 to 1."""
        whole = sum(self._work)
        return sum(work * self._shares[i] for i, work in enumerate(self._work)) / whole if whole else 1.0

    @property
    def gone(self) -> float:
        """Of all work, what was done since the beginning, 0 to 1."""
        whole = sum(self._work)
        return self._done() / whole if whole else 1.0

    def _done(self) -> float:
        """Seconds of clips since the beginning."""
        since = {i: self._shares[i] - self._before[i] for i in self._shares if i not in self._free}
        return sum(self._work[i] * share for i, share in since.items())

    @property
    def left(self) -> float | None:
        """Seconds, or None as long as nothing can be said."""
        done = self._done()
        rest = sum(work * (1.0 - self._shares[i]) for i, work in enumerate(self._work))
        return (self._clock() - self._began) * rest / done if done else None
