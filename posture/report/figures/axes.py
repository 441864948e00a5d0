"""Plots on a Matplotlib axis that the caller made; they set nothing of Matplotlib's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift import fresh_and_end
from posture.drift.types import Status
from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.drawing.chart import course
from posture.report.text import WORDS
from posture.strides import phase_curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from posture.analysis import Analysis

_INK, _DOT, _BAND, _ONSET = "#222222", "#0072B2", "#56B4E9", "#D55E00"


def plot_run(analysis: Analysis, metric: str, ax: Axes) -> Axes:
    """Draw a metric over the run: a dot a stride, its course, the floor as a band, the onset where there is one.

    Parameters
    ----------
    analysis : Analysis
    metric : str
        Id of a metric.
    ax : matplotlib.axes.Axes
        Where to draw; seconds to the right, the metric's unit upwards.

    Returns
    -------
    matplotlib.axes.Axes
        The same.

    Raises
    ------
    PostureError
        If the metric is unknown or was not measured.
    """
    row = row_of(analysis, metric)
    time, values = summary.curve(analysis.strides, metric)
    drift = row.drift
    centre = drift.baseline if drift and np.isfinite(drift.baseline) else row.level
    ax.axhspan(centre - row.floor, centre + row.floor, color=_BAND, alpha=0.25, linewidth=0)
    ax.axhline(centre, color=_BAND, linewidth=0.8)
    ax.plot(time, values, ".", color=_DOT, markersize=3, alpha=0.8)
    ax.plot(*course(time, values), color=_INK, linewidth=1)
    for start, stop in analysis.gaps:
        ax.axvspan(start, stop, color="#999999", alpha=0.2, linewidth=0)
    if drift and drift.episode:
        ax.axvspan(drift.episode.begin, drift.episode.end, color=_ONSET, alpha=0.25, linewidth=0)
    if drift and drift.status is Status.DRIFT and drift.onset:
        ax.axvspan(drift.onset.interval.low, drift.onset.interval.high, color=_ONSET, alpha=0.12, linewidth=0)
        ax.axvline(drift.onset.time, color=_ONSET, linewidth=1.2)
    ax.set_xlim(float(analysis.cleaned.time[0]), float(analysis.cleaned.time[-1]))
    return _named(ax, row, WORDS["paper"]["time"])


def plot_stride(analysis: Analysis, metric: str, ax: Axes) -> Axes:
    """Draw a metric over the gait cycle: mean and standard deviation of the fresh strides, and of those at the end.

    Parameters
    ----------
    analysis : Analysis
    metric : str
        Id of a metric that is measured in every frame.
    ax : matplotlib.axes.Axes
        Where to draw; percent of the stride to the right, the metric's unit upwards.

    Returns
    -------
    matplotlib.axes.Axes
        The same.

    Raises
    ------
    PostureError
        If the metric is unknown, was not measured, or has no course over a stride, or if the run is too short to have
        a fresh part and an end.
    """
    row, settings = row_of(analysis, metric), analysis.settings
    if metric not in analysis.measured.values or METRICS[metric].reduction == "event":
        raise PostureError(f"'{metric}' is one number a stride and has no course over it; plot it over the run.")
    group = fresh_and_end(analysis.segmented, analysis.measured, settings.drift, settings.baseline)
    if not ((group == 0).any() and (group == 1).any()):
        raise PostureError("This run is too short to have a fresh part and an end; plot the metric over the run.")
    found = phase_curve(analysis.measured.values[metric], analysis.strides, analysis.measured.time, group)
    for mean, spread, colour, name in zip(found.mean, found.spread, (_DOT, _ONSET), ("fresh", "tired"), strict=False):
        ax.fill_between(100 * found.phase, mean - spread, mean + spread, color=colour, alpha=0.15, linewidth=0)
        ax.plot(100 * found.phase, mean, color=colour, linewidth=1.2, label=WORDS["page"][name])
    ax.legend(frameon=False)
    return _named(ax, row, WORDS["paper"]["cycle"])


def row_of(analysis: Analysis, metric: str) -> Row:
    """What is said about a metric of this run.

    Raises
    ------
    PostureError
        If the metric is unknown or was not measured.
    """
    rows = analysis.rows | analysis.legs
    if metric in rows:
        return rows[metric]
    measured = ", ".join(rows) or "nothing"
    if metric not in METRICS:
        raise PostureError(f"'{metric}' is not a metric; measured in this clip: {measured}.")
    reason = analysis.measured.withheld.get(metric, "no stride supports it").rstrip(".")
    raise PostureError(f"'{metric}' was not seen in this clip ({reason}); measured: {measured}.")


def _named(ax: Axes, row: Row, below: str) -> Axes:
    ax.set_xlabel(below)
    ax.set_ylabel(f"{row.metric.label}\n({text.UNIT[row.metric.unit]})")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
