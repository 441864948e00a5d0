"""Whether two short recordings of one runner show another posture."""

from __future__ import annotations

from math import hypot

from posture.levels.types import Level

#: Of the difference of two levels, under a normal distribution: one of twenty runners who did not change passes it.
_BEYOND = 1.96


def apart(change: float, first: Level, second: Level, floor: float) -> bool:
    """Whether two levels differ by more than two recordings of an unchanged posture do.

    Parameters
    ----------
    change : float
        Difference that is told between them, in the metric's unit.
    first, second : Level
        Of the same metric and runner; their errors hold the strides, the recording and the camera.
    floor : float
        Smallest change that counts as real between the recordings, in the metric's unit.

    Examples
    --------
    >>> from posture.drift.types import Interval
    >>> from posture.levels.types import Place
    >>> def lean(value, error=0.8):
    ...     return Level("trunk_lean", value, error, 8, Place.USUAL, 0.0, Interval(0, 11), Interval(-3, 13), ())
    >>> apart(1.5, lean(5.0), lean(6.5), floor=2.0), apart(3.0, lean(5.0), lean(8.0), floor=2.0)
    (False, True)
    >>> apart(3.0, lean(5.0, error=3.0), lean(8.0), floor=2.0)
    False
    """
    return abs(change) > max(floor, _BEYOND * hypot(first.error, second.error))
