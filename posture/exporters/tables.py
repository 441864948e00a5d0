"""Long tables: one row a frame and landmark, a frame and metric, a stride and metric, or an event."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from posture.kinematics.registry import METRICS
from posture.landmarks import COUNT, L

if TYPE_CHECKING:
    from posture.analysis import Analysis
    from posture.series import PoseSeries

_STRIDE = ["stride", "start", "end", "kept", "reason", "gait"]


class What(StrEnum):
    """What a table holds."""

    POSES = "poses"
    METRICS = "metrics"
    STRIDES = "strides"
    EVENTS = "events"


def table_of(analysis: Analysis, series: PoseSeries, what: What) -> pd.DataFrame:
    """One of the long tables.

    Parameters
    ----------
    analysis : Analysis
    series : PoseSeries
        Raw or cleaned.
    what : What

    Returns
    -------
    DataFrame
        Times in seconds of real life, places in pixels with y down; NaN is "not seen".
    """
    makers = {What.METRICS: _metrics, What.STRIDES: _strides, What.EVENTS: _events}
    return makers[what](analysis) if what in makers else _poses(series)


def _poses(series: PoseSeries) -> pd.DataFrame:
    frame = np.repeat(np.arange(len(series)), COUNT)
    names = [landmark.name.lower() for landmark in L]
    return pd.DataFrame(
        {
            "frame": frame,
            "time": series.time[frame],
            "segment": series.segment[frame],
            "landmark": np.tile(names, len(series)),
            "x": series.xy[..., 0].reshape(-1),
            "y": series.xy[..., 1].reshape(-1),
            "visibility": series.visibility.reshape(-1),
        }
    )


def _metrics(analysis: Analysis) -> pd.DataFrame:
    wide = analysis.metrics.rename_axis("frame").reset_index()
    return _with_units(wide.melt(id_vars=["frame", "time", "segment"], var_name="metric", value_name="value"))


def _strides(analysis: Analysis) -> pd.DataFrame:
    table = analysis.segmented.table
    measured = [name for name in table.columns if name in METRICS]
    return _with_units(table.melt(id_vars=_STRIDE, value_vars=measured, var_name="metric", value_name="value"))


def _with_units(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(unit=[METRICS[metric].unit for metric in table["metric"]])


def _events(analysis: Analysis) -> pd.DataFrame:
    rows = [(event.start, event.end, event.kind.value, event.why) for event in analysis.segmented.events]
    return pd.DataFrame(rows, columns=["start", "end", "kind", "why"])
