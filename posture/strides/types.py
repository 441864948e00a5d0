"""The stride table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

#: Why a piece between two holes in time holds no stride.
TORN = "frames are missing in it"
#: Below this number of kept strides values are marked "few strides", floors count twice and nothing is decided.
FEW_STRIDES = 10


class EventKind(StrEnum):
    """What interrupts steady running without stopping the film."""

    STANDING = "standing"
    HANDRAIL = "holding the handrail"
    FACE = "hand at the face"
    SCREEN = "looking at the console or a phone"
    CLOTHES = "adjusting clothes"
    GLANCE = "looking down for a moment"


@dataclass(frozen=True)
class Event:
    """A stretch that is cut out, not averaged in.

    Attributes
    ----------
    start, end : float
        Seconds.
    kind : EventKind
    why : str
        What was seen, in plain words.
    """

    start: float
    end: float
    kind: EventKind
    why: str


class Gait(StrEnum):
    """What the legs (or, if they are hidden, the body's bounce) are doing."""

    RUNNING = "running"
    WALKING = "walking"
    SLOW_MOTION = "slow motion"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True)
class Clock:
    """How a clip's clock runs against life's.

    Attributes
    ----------
    factor : float
        How many times slower than life the clip plays: 1 in real time, below 1 for a clock that is too fast, NaN where
        it cannot be told.
    low, high : float
        Where the factor lies nine times out of ten.
    sure : bool
        Whether what hangs on time may be told with it.
    """

    factor: float
    low: float
    high: float
    sure: bool

    @classmethod
    def right(cls) -> Clock:
        """Real time."""
        return cls(1.0, 1.0, 1.0, sure=True)

    @classmethod
    def unknown(cls) -> Clock:
        """Nobody runs or walks by whom it could be told."""
        return cls(float("nan"), float("nan"), float("nan"), sure=False)

    @property
    def slow(self) -> bool:
        """Whether the clip plays slower than life."""
        return self.factor > 1

    @property
    def fast(self) -> bool:
        """Whether the clock is too fast to be true."""
        return self.factor < 1

    def words(self) -> str:
        """The factor and its interval: "about 2.1 times (1.8 to 2.4)"."""
        factor, low, high = self.factor, self.low, self.high
        if self.fast:
            factor, low, high = 1 / factor, 1 / high, 1 / low
        return f"about {factor:.2g} times ({low:.2g} to {high:.2g})"


@dataclass(frozen=True, eq=False)
class Strides:
    """One row a stride.

    Attributes
    ----------
    table : DataFrame
        Columns ``stride`` (0, 1, ...), ``segment``, ``start``, ``end`` (s), ``first``, ``last`` (frame
        indices, ``last`` exclusive), ``duration`` (s), ``view``, ``yaw`` (deg), ``kept`` (bool),
        ``reason`` (why a stride was rejected, empty if kept), ``valid_fraction``, ``signal`` (what it was found
        in), ``gait``, and one column per metric id, NaN where the stride does not support the metric.
    gait : Gait
        Of the clip as a whole.
    signal : str
        What the strides were found in, in plain words ("left ankle, fore and aft").
    clock : Clock
        How the clip plays against life.
    rejected : mapping of str to int
        Reason to number of rejected strides.
    events : tuple of Event
        What was cut out.
    shown : float
        Where nothing was found as the clip plays too slowly: how many strides it shows at most. Else NaN.
    """

    table: pd.DataFrame
    gait: Gait
    signal: str
    clock: Clock
    rejected: Mapping[str, int]
    events: tuple[Event, ...] = ()
    shown: float = float("nan")

    @property
    def kept(self) -> pd.DataFrame:
        """The rows that count."""
        return self.table[self.table["kept"]]

    @property
    def few(self) -> bool:
        """Whether there are too few kept strides for a verdict."""
        return int(self.table["kept"].sum()) < FEW_STRIDES
