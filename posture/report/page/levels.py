"""The runner among reference runners: a dot on a strip for each metric that was placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from posture.kinematics.registry import CARRIAGE, METRICS
from posture.kinematics.types import Metric
from posture.levels import Level
from posture.report import text
from posture.report.drawing.chart import WIDTH, Scale

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Free space at both ends of a strip, as a share of what it must hold.
_MARGIN = 0.06


@dataclass(frozen=True)
class LevelStrip:
    """One metric's strip; places in plot units.

    Attributes
    ----------
    metric : Metric
    place : str
        ``usual``, ``high``, ``low`` or ``unknown``.
    value, usual, where, said : str
        In words; ``said`` is the whole strip in a sentence.
    you : float
    error : tuple of float
        Left edge and width of the standard error on both sides.
    band : tuple of float
        Left edge and width of what is usual.
    others : tuple of float
    """

    metric: Metric
    place: str
    value: str
    usual: str
    where: str
    said: str
    you: float
    error: tuple[float, float]
    band: tuple[float, float]
    others: tuple[float, ...]


def strips(analysis: Analysis) -> list[LevelStrip]:
    """A strip for each metric of head, trunk and arms that was placed, those that people ask about first."""
    placed = [level for id, level in analysis.levels.levels.items() if level.others and id in CARRIAGE]
    return [_strip(level) for level in sorted(placed, key=lambda level: not _leads(METRICS[level.metric]))]


def _leads(metric: Metric) -> bool:
    return metric.headline is not None or metric.id == "neck_incl"


def _strip(level: Level) -> LevelStrip:
    metric = METRICS[level.metric]
    low = min(level.usual.low, level.value - level.error, *level.others)
    high = max(level.usual.high, level.value + level.error, *level.others)
    margin = _MARGIN * (high - low)
    across = Scale(low - margin, high + margin, 0.0, WIDTH)
    return LevelStrip(
        metric=metric,
        place=level.place.name.lower(),
        value=text.quantity(level.value, metric),
        usual=text.span(level.usual, metric, sign=False),
        where=text.place(level),
        said=f"{metric.label} {text.standing(level)}",
        you=across.at(level.value),
        error=_stretch(across, level.value - level.error, level.value + level.error),
        band=_stretch(across, level.usual.low, level.usual.high),
        others=tuple(across.at(other) for other in level.others),
    )


def _stretch(across: Scale, low: float, high: float) -> tuple[float, float]:
    return across.at(low), round(across.at(high) - across.at(low), 1)
