"""What every report says, as plain records; how it looks is decided by terminal, page and plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from posture.drift.floor import FEW_FACTOR, floor_of
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import HEADLINE_METRICS, METRICS
from posture.kinematics.types import Headline, Metric, Metrics
from posture.settings import DriftSettings
from posture.strides.types import FEW_STRIDES, Strides


@dataclass(frozen=True)
class Row:
    """One metric of one clip, in the metric's unit.

    Attributes
    ----------
    metric : Metric
    level, spread : float
        Median over all strides, and the robust standard deviation from stride to stride.
    strides : int
        Strides in which the metric was measured.
    few : bool
        Fewer strides than a value needs: there is no verdict.
    trend_only : bool
        Only the change means anything from this camera.
    floor : float
        Smallest change that counts as real here: the one that ``drift`` was judged by, doubled where the strides
        are too few for a verdict.
    drift : DriftResult or None
    """

    metric: Metric
    level: float
    spread: float
    strides: int
    few: bool
    trend_only: bool
    floor: float
    drift: DriftResult | None


def rows(
    metrics: Metrics,
    strides: Strides,
    drift: Mapping[str, DriftResult],
    settings: DriftSettings,
    wanted: Mapping[str, Metric] = METRICS,
) -> dict[str, Row]:
    """One row for every wanted metric with at least one stride, by id, in the registry's order."""
    kept = strides.kept
    found = {}
    for metric in wanted.values():
        values = kept[metric.id].to_numpy(float) if metric.id in kept else np.empty(0)
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        level = float(np.median(values))
        few = values.size < FEW_STRIDES
        judged = drift.get(metric.id)
        found[metric.id] = Row(
            metric,
            level,
            float(1.4826 * np.median(np.abs(values - level))),
            int(values.size),
            few,
            metric.id in metrics.trend_only,
            _floor(metric, level, judged, few, settings),
            judged,
        )
    return found


def _floor(metric: Metric, level: float, judged: DriftResult | None, few: bool, settings: DriftSettings) -> float:
    """The floor that the change was held against; where there is no change, the one that it would be."""
    if judged is not None and np.isfinite(judged.floor):
        return judged.floor
    short = few or (judged is not None and judged.status is Status.TOO_SHORT)
    return floor_of(metric, level, settings, FEW_FACTOR if short else 1.0)


def by_headline(found: Mapping[str, Row]) -> dict[Headline, list[Row]]:
    """The rows that each headline rests on; a headline that nothing supports has an empty list."""
    return {line: [row for row in found.values() if row.metric.headline is line] for line in Headline}


def telling(headline: Headline, rows: Sequence[Row]) -> Row | None:
    """The row that tells a headline: the first of its metrics that was measured, whatever became of it."""
    known = {row.metric.id: row for row in rows}
    first = next((id for id in HEADLINE_METRICS[headline] if id in known), None)
    return known[first] if first else None


def curve(strides: pd.DataFrame, metric_id: str) -> tuple[np.ndarray, np.ndarray]:
    """Middle time (s) and value of each kept stride in which the metric was measured.

    Examples
    --------
    >>> import pandas as pd
    >>> strides = pd.DataFrame({"start": [0.0, 0.7, 1.4], "end": [0.7, 1.4, 2.1], "trunk_lean": [5.0, None, 6.0]})
    >>> curve(strides, "trunk_lean")
    (array([0.35, 1.75]), array([5., 6.]))
    """
    middle = (strides["start"].to_numpy(float) + strides["end"].to_numpy(float)) / 2
    values = strides[metric_id].to_numpy(float)
    good = np.isfinite(values)
    return middle[good], values[good]
