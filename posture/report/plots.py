"""Pictures of the metrics over time."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from posture.drift.types import Status
from posture.report import summary
from posture.report.text import UNIT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from posture.analysis import Analysis

_PANEL_INCHES = 1.5
_INK, _DOT, _BAND, _ONSET = "#222222", "#0072B2", "#56B4E9", "#D55E00"


def metrics_over_time(analysis: Analysis, target: Path) -> None:
    """Draw every measured metric against time: a dot per stride, the floor as a band, gaps left empty.

    Parameters
    ----------
    analysis : Analysis
    target : Path
        PNG or SVG by its suffix.
    """
    rows = list(analysis.rows.values())
    columns = 2 if len(rows) > 1 else 1
    lines = max(1, math.ceil(len(rows) / columns))
    height = _PANEL_INCHES * lines + 0.9
    figure = Figure(figsize=(6.0 * columns, height), dpi=110, facecolor="white")
    FigureCanvasAgg(figure)
    title = f"{analysis.recording.name}\nA dot is a stride; the band is the smallest change that counts as real."
    figure.suptitle(title, x=0.02, y=1 - 0.12 / height, ha="left", fontsize=9.5, color=_INK)
    if not rows:
        figure.text(0.5, 0.4, "No metric could be measured in this clip.", ha="center", color=_INK)
    span = (float(analysis.cleaned.time[0]), float(analysis.cleaned.time[-1]))
    for place, row in enumerate(rows):
        axis = figure.add_subplot(lines, columns, place + 1)
        _panel(axis, analysis, row, span)
        if place >= len(rows) - columns:
            axis.set_xlabel("time (s)", fontsize=8)
        else:
            axis.tick_params(labelbottom=False)
    figure.subplots_adjust(
        left=0.07, right=0.985, top=1 - 0.78 / height, bottom=0.45 / height, hspace=0.32, wspace=0.14
    )
    figure.savefig(target)


def _panel(axis: Axes, analysis: Analysis, row: summary.Row, span: tuple[float, float]) -> None:
    time, values = summary.curve(analysis.strides, row.metric.id)
    drift = row.drift
    centre = drift.baseline if drift and np.isfinite(drift.baseline) else row.level
    axis.axhspan(centre - row.floor, centre + row.floor, color=_BAND, alpha=0.22, linewidth=0)
    axis.axhline(centre, color=_BAND, linewidth=0.8)
    axis.plot(time, values, ".", color=_DOT, markersize=4)
    for start, stop in analysis.gaps:
        axis.axvspan(start, stop, color="#999999", alpha=0.18, linewidth=0)
    if drift and drift.status is Status.DRIFT and drift.onset:
        axis.axvline(drift.onset.time, color=_ONSET, linewidth=1.4)
    axis.set_xlim(*span)
    low, high = min(values.min(), centre - row.floor), max(values.max(), centre + row.floor)
    axis.set_ylim(low - 0.08 * (high - low), high + 0.08 * (high - low))
    verdict = f" · {drift.status.value}" if drift else ""
    unit = UNIT[row.metric.unit]
    # A plain text instead of a title: titles make matplotlib lay out every tick label twice.
    label = f"{row.metric.label} ({unit}){verdict}"
    axis.text(0, 1.05, label, transform=axis.transAxes, fontsize=8.5, color=_INK)
    axis.xaxis.set_major_locator(MaxNLocator(6))
    axis.yaxis.set_major_locator(MaxNLocator(3))
    axis.tick_params(labelsize=7, length=2)
    axis.spines[["top", "right"]].set_visible(False)
