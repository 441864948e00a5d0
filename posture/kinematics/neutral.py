"""Whether a change leads away from neutral or towards it: only the first counts against a runner (method 2.5)."""

from __future__ import annotations

from enum import StrEnum
from math import isfinite

from posture.kinematics.types import Metric


class Turn(StrEnum):
    """Where a change leads, seen from the metric's neutral levels."""

    AWAY = "away from neutral"
    TOWARDS = "towards neutral"
    #: It ends where no change is needed, and did not begin noticeably outside.
    WITHIN = "within neutral"
    #: It ends on the other side, or too little further out, to be told from as far as before.
    ACROSS = "as far from neutral as before"


def beyond(metric: Metric, level: float) -> float:
    """How far a level lies outside the metric's neutral levels, in its unit; 0 within them or without any.

    Parameters
    ----------
    metric : Metric
    level : float
        In the metric's unit.

    Examples
    --------
    >>> from posture.kinematics import METRICS
    >>> METRICS["lat_lean"].neutral
    (0.0, 0.0)
    >>> beyond(METRICS["lat_lean"], 5.0), beyond(METRICS["lat_lean"], 0.0)
    (5.0, 0.0)
    """
    if metric.neutral is None or not isfinite(level):
        return 0.0
    low, high = metric.neutral
    return max(level - high, low - level, 0.0)


def turn(metric: Metric, start: float, end: float, floor: float) -> Turn:
    """Where a change from one level to another leads.

    Parameters
    ----------
    metric : Metric
        Without neutral levels every change leads away: its direction is all that is known.
    start, end : float
        In the metric's unit.
    floor : float
        The one that the change was judged by, in the metric's unit: settings may override or raise the metric's own.

    Returns
    -------
    Turn
        ``AWAY`` and ``TOWARDS`` only where the distance from neutral changes by the floor or more.

    Examples
    --------
    >>> from posture.kinematics import METRICS
    >>> turn(METRICS["lat_lean"], 5.7, 1.7, 1.5)
    <Turn.TOWARDS: 'towards neutral'>
    >>> turn(METRICS["lat_lean"], 1.7, -5.7, 1.5)
    <Turn.AWAY: 'away from neutral'>
    """
    if metric.neutral is None:
        return Turn.AWAY
    outside = beyond(metric, end)
    grown = outside - beyond(metric, start)
    if grown >= floor:
        return Turn.AWAY
    if grown <= -floor:
        return Turn.TOWARDS
    return Turn.ACROSS if outside > 0 else Turn.WITHIN
