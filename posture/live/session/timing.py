"""Keeping up: how long a picture takes from the camera to the screen, and which pictures are looked at."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from posture.series import Floats

#: Longest time that is told apart, ms.
_LONGEST = 5000
#: What "lately" means, s.
_LATELY_S = 10.0
#: Pictures from which the metronome judges.
_JUDGED = 45
#: A twentieth to a fifth of scattered losses does no harm to strides; more, and a steady half rate is better: of 82
#: strides of a rendered run, 81 are found at a steady 15 or even 10 frames/s, 62 when 40 % of 30 frames/s are lost.
_TOLERATED = 0.2
#: Share of the pictures that is looked at by a machine that keeps up.
_KEPT_UP = 0.9
#: Not slower than every third picture: the filters need 10 frames/s.
_SLOWEST = 3


@dataclass(frozen=True)
class Pace:
    """How the session keeps up.

    Attributes
    ----------
    median, p95 : float
        Milliseconds of the whole session from the moment a picture has come until it is on its way to the screen;
        NaN before the first picture. What camera, network and screen take themselves is not in it.
    lately, lately_p95 : float
        The same of the last ten seconds.
    rate : float
        Pictures looked at per second.
    taken, dropped : int
        Pictures that were looked at, and pictures that were not because they came too fast.
    """

    median: float
    p95: float
    rate: float
    taken: int
    dropped: int
    lately: float = float("nan")
    lately_p95: float = float("nan")

    def __str__(self) -> str:
        """For people."""
        return (
            f"Kept up with {self.taken} of {self.taken + self.dropped} pictures; from camera to screen "
            f"{self.median:.0f} ms (95 %: {self.p95:.0f} ms), without what camera, network and screen take themselves."
        )


class Latency:
    """Times in bins of a millisecond, and those of the last seconds: an hour takes no more room than a minute."""

    def __init__(self) -> None:
        self._bins = np.zeros(_LONGEST + 1, dtype=np.int64)
        self._lately: deque[tuple[float, float]] = deque()

    def add(self, seconds: float, now: float = 0.0) -> None:
        """One more picture, at a moment of any clock that does not go back, s."""
        self._bins[min(max(round(1000.0 * seconds), 0), _LONGEST)] += 1
        self._lately.append((now, 1000.0 * seconds))
        while now - self._lately[0][0] > _LATELY_S:
            self._lately.popleft()

    def pace(self, rate: float, taken: int, dropped: int) -> Pace:
        """With what else is known of how the session keeps up."""
        late = np.array([ms for _, ms in self._lately] or [np.nan])
        lately, lately_p95 = (float(value) for value in np.quantile(late, (0.5, 0.95)))
        return Pace(self.quantile(0.5), self.quantile(0.95), rate, taken, dropped, lately, lately_p95)

    def quantile(self, share: float) -> float:
        """Milliseconds below which this share of the pictures stayed; NaN without any."""
        total = int(self._bins.sum())
        if not total:
            return float("nan")
        return float(np.searchsorted(np.cumsum(self._bins), share * total))


def _missed(busy: Floats, step: float) -> float:
    """Share of pictures that would be lost if they came this often, s: a single long look costs none."""
    late, missed = 0.0, 0
    for seconds in busy:
        late = max(late + seconds - step, 0.0)
        lost = int(late / step)
        late, missed = late - lost * step, missed + lost
    return missed / (len(busy) + missed)


class Metronome:
    """Looks at every picture, every second or every third one, so that what is looked at comes evenly.

    A machine that cannot look at every picture would look at whichever is newest when it is free: at uneven
    times, which costs strides. A steady lower rate costs none.
    """

    def __init__(self) -> None:
        self.every = 1
        self._taken: deque[tuple[int, float, float]] = deque(maxlen=_JUDGED)

    def wants(self, number: int) -> bool:
        """Whether the picture of this number (counted as the source gives them) is looked at."""
        return number % self.every == 0

    def looked(self, number: int, at: float, seconds: float) -> None:
        """One was looked at.

        Parameters
        ----------
        number : int
        at : float
            When the picture came, s.
        seconds : float
            What it took.
        """
        self._taken.append((number, at, seconds))
        if len(self._taken) < _JUDGED:
            return
        numbers, times, busy = (np.array(column) for column in zip(*self._taken, strict=True))
        given = (numbers[-1] - numbers[0]) / self.every
        missed = 1.0 - (_JUDGED - 1) / max(given, 1.0)
        step = (times[-1] - times[0]) / max(numbers[-1] - numbers[0], 1)
        wanted = self.every
        if missed > _TOLERATED:
            wanted = min(self.every + 1, _SLOWEST)
        elif self.every > 1 and _missed(busy, (self.every - 1) * step) < 0.5 * _TOLERATED:
            wanted = self.every - 1
        if wanted != self.every:
            self.every = wanted
            self._taken.clear()

    def forget(self) -> None:
        """Pictures that were left out for another reason say nothing about the machine."""
        self._taken.clear()

    @property
    def behind(self) -> bool:
        """Whether a good part of the pictures were left out, lately; may be asked by another thread."""
        taken = tuple(self._taken)
        return len(taken) > 1 and len(taken) - 1 < _KEPT_UP * (taken[-1][0] - taken[0][0])

    @property
    def rate(self) -> float:
        """Pictures looked at per second, lately; NaN before there are two."""
        if len(self._taken) < 2 or self._taken[-1][1] <= self._taken[0][1]:
            return float("nan")
        return (len(self._taken) - 1) / (self._taken[-1][1] - self._taken[0][1])
