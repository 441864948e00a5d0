"""Curves for a paper: chosen metrics over the run, as PNG or SVG."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

from posture.errors import PostureError
from posture.reading import STREAM
from posture.report.figures.axes import plot_run, row_of
from posture.storage.files import replacing

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Inches: one column of most journals is 3.5 wide, two are 7.
_WIDE, _HIGH = 7.0, 1.7
SUFFIXES = (".png", ".svg")


def plot(analysis: Analysis, metrics: Sequence[str], target: Path, *, high: float = _HIGH) -> None:
    """Draw metrics over time, one below the other.

    Parameters
    ----------
    analysis : Analysis
    metrics : sequence of str
        Metric ids.
    target : Path
        PNG (300 dots an inch) or SVG (text stays text), by its suffix; ``-`` for an SVG on the standard output.
    high : float
        Inches of each.

    Raises
    ------
    PostureError
        If a metric is unknown or was not measured, the suffix is another, or the file cannot be written.
    """
    if target != STREAM and target.suffix.lower() not in SUFFIXES:
        raise PostureError(f"{target}: a plot is a .png or an .svg file; choose such a name with --out.")
    rows = [row_of(analysis, metric) for metric in dict.fromkeys(metrics)]

    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    form = "png" if target.suffix.lower() == ".png" else "svg"
    # A fixed salt and no date: the same analysis gives the same file.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "posture", "font.size": 8}):
        figure = Figure(figsize=(_WIDE, high * len(rows) + 0.3), dpi=300, facecolor="white", layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(len(rows), 1, sharex=True, squeeze=False)[:, 0]
        for axis, row in zip(axes, rows, strict=True):
            plot_run(analysis, row.metric.id, axis)
            axis.label_outer()
        with _opened(target) as file:
            figure.savefig(file, format=form, metadata={"Date": None} if form == "svg" else None)


def _opened(target: Path) -> AbstractContextManager[Path | IO[bytes]]:
    return nullcontext(sys.stdout.buffer) if target == STREAM else replacing(target)
