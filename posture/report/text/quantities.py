"""Numbers with their units, and times."""

from __future__ import annotations

from math import isfinite

from posture.drift.types import DriftResult, Interval
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric

#: How each unit is written.
UNIT = {
    "deg": "°",
    "torso": "trunk lengths",
    "leg": "leg lengths",
    "shoulder": "shoulder widths",
    "ms": "ms",
    "%": "%",
    "pp": "%",
    "steps/min": "steps/min",
    "MDC": "× noise",
    "SPARC": "points",
}

#: Decimals that mean something.
DECIMALS = {
    "deg": 1,
    "torso": 2,
    "leg": 2,
    "shoulder": 2,
    "ms": 0,
    "%": 0,
    "pp": 0,
    "steps/min": 0,
    "MDC": 1,
    "SPARC": 2,
}


def number(value: float, metric: Metric, *, sign: bool = False) -> str:
    """A value in its unit's decimals, without the unit."""
    decimals = DECIMALS[metric.unit]
    shown = round(value, decimals) + 0.0
    return f"{shown:{'+' if sign and shown else ''}.{decimals}f}".replace("-", "−")


def quantity(value: float, metric: Metric, *, sign: bool = False) -> str:
    """A value with its unit."""
    unit = UNIT[metric.unit]
    space = "" if unit in ("°", "%", "") else " "
    return f"{number(value, metric, sign=sign)}{space}{unit}"


def shown_change(drift: DriftResult) -> float:
    """The difference of both levels as they are shown, so that nobody who takes one from the other finds another one.

    Rounding keeps order, so the sign stays the change's. In the metric's unit.
    """
    if not isfinite(drift.baseline) or not isfinite(drift.end):
        return drift.change
    decimals = DECIMALS[METRICS[drift.metric].unit]
    return round(drift.end, decimals) - round(drift.baseline, decimals)


def counted(count: int, thing: str) -> str:
    """``1 stride``, ``2 strides``."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def span(interval: Interval, metric: Metric, *, sign: bool = True) -> str:
    """An interval in the metric's unit."""
    low, high = (number(value, metric, sign=sign) for value in (interval.low, interval.high))
    return f"{low} to {high}"


def plain(value: float, unit: str) -> str:
    """A number of a unit, outside any metric."""
    decimals = DECIMALS.get(unit, 2)
    said = f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")
    written = UNIT.get(unit, unit)
    return f"{said}{'' if written in ('°', '%', '') else ' '}{written}"
