"""How long a picture takes from the camera to the screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Longest time that is told apart, ms.
_LONGEST = 5000


@dataclass(frozen=True)
class Pace:
    """How the session keeps up.

    Attributes
    ----------
    median, p95 : float
        Milliseconds from capture to display; NaN before the first picture.
    rate : float
        Pictures looked at per second.
    dropped : int
        Pictures that were overtaken by newer ones.
    """

    median: float
    p95: float
    rate: float
    dropped: int


class Latency:
    """Times in bins of a millisecond: an hour takes no more room than a minute."""

    def __init__(self) -> None:
        self._bins = np.zeros(_LONGEST + 1, dtype=np.int64)

    def add(self, seconds: float) -> None:
        """One more picture."""
        self._bins[min(max(round(1000.0 * seconds), 0), _LONGEST)] += 1

    def quantile(self, share: float) -> float:
        """Milliseconds below which this share of the pictures stayed; NaN without any."""
        total = int(self._bins.sum())
        if not total:
            return float("nan")
        return float(np.searchsorted(np.cumsum(self._bins), share * total))
