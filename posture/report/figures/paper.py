"""Curves for a paper: chosen metrics over the run, as PNG or SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift.types import Status
from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.drawing.chart import course
from posture.report.text import WORDS
from posture.storage.files import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from posture.analysis import Analysis

#: Inches: one column of most journals is 3.5 wide, two are 7.
_WIDE, _HIGH = 7.0, 1.7
_INK, _DOT, _BAND, _ONSET = "#222222", "#0072B2", "#56B4E9", "#D55E00"
SUFFIXES = (".png", ".svg")


def plot(analysis: Analysis, metrics: Sequence[str], target: Path, *, high: float = _HIGH) -> None:
    """Draw metrics over time, one below the other.

    Parameters
    ----------
    analysis : Analysis
    metrics : sequence of str
        Metric ids.
    target : Path
        PNG (300 dots an inch) or SVG (text stays text), by its suffix.
    high : float
        Inches of each.

    Raises
    ------
    PostureError
        If a metric is unknown or was not measured, the suffix is another, or the file cannot be written.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise PostureError(f"{target}: a plot is a .png or an .svg file; choose such a name with --out.")
    rows = [_row(analysis, metric) for metric in dict.fromkeys(metrics)]

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # A fixed salt and no date: the same analysis gives the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "posture", "font.size": 8}):
        figure = Figure(figsize=(_WIDE, high * len(rows) + 0.3), dpi=300, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
        for axis, row in zip(axes, rows, strict=True):
            _panel(axis, analysis, row)
        axes[-1].set_xlabel(WORDS["paper"]["time"])
        with replacing(target) as temporary:
            figure.savefig(temporary, metadata={"Date": None} if target.suffix.lower() == ".svg" else None)


def _row(analysis: Analysis, metric: str) -> Row:
    if metric in analysis.rows:
        return analysis.rows[metric]
    measured = ", ".join(analysis.rows) or "nothing"
    if metric not in METRICS:
        raise PostureError(f"'{metric}' is not a metric; measured in this clip: {measured}.")
    reason = analysis.measured.withheld.get(metric, "no stride supports it").rstrip(".")
    raise PostureError(f"'{metric}' was not seen in this clip ({reason}); measured: {measured}.")


def _panel(axis: Axes, analysis: Analysis, row: Row) -> None:
    time, values = summary.curve(analysis.strides, row.metric.id)
    drift = row.drift
    centre = drift.baseline if drift and np.isfinite(drift.baseline) else row.level
    axis.axhspan(centre - row.floor, centre + row.floor, color=_BAND, alpha=0.25, linewidth=0)
    axis.axhline(centre, color=_BAND, linewidth=0.8)
    axis.plot(time, values, ".", color=_DOT, markersize=3, alpha=0.8)
    axis.plot(*course(time, values), color=_INK, linewidth=1)
    for start, stop in analysis.gaps:
        axis.axvspan(start, stop, color="#999999", alpha=0.2, linewidth=0)
    if drift and drift.episode:
        axis.axvspan(drift.episode.begin, drift.episode.end, color=_ONSET, alpha=0.25, linewidth=0)
    if drift and drift.status is Status.DRIFT and drift.onset:
        axis.axvspan(drift.onset.interval.low, drift.onset.interval.high, color=_ONSET, alpha=0.12, linewidth=0)
        axis.axvline(drift.onset.time, color=_ONSET, linewidth=1.2)
    axis.set_xlim(float(analysis.cleaned.time[0]), float(analysis.cleaned.time[-1]))
    axis.set_ylabel(f"{row.metric.label}\n({text.UNIT[row.metric.unit]})")
    axis.spines[["top", "right"]].set_visible(False)
