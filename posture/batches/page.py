"""The page of a batch: a ranking of runners and clips, small multiples, and what failed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd

from posture.analysis import summary
from posture.analysis.schema import DriftRecord
from posture.batches.ranking import Cell, answer, cell, consistent, is_short
from posture.batches.short import Short
from posture.batches.stage import Item
from posture.batches.table import outside_runs, rank_items, worst
from posture.batches.work import State
from posture.drift.types import Status
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Headline, Metric
from posture.reading import regular
from posture.report import text
from posture.report.drawing import chart
from posture.report.page import base
from posture.storage.folder import AnalysisFolder

#: Clips with small plots of their strides; a page with thousands would not open.
_PLOTTED = 60
#: Rows of the ranking on the page; the table holds all.
_LISTED = 1000


@dataclass(frozen=True)
class Plot:
    """One metric's strides."""

    label: str
    said: str
    dots: str
    course: str
    floor: tuple[float, float] | None
    first: str
    last: str


@dataclass(frozen=True)
class Row:
    """One clip or run of the ranking."""

    name: str
    runner: str
    about: str
    link: str
    strides: int
    seen: str
    cells: tuple[Cell, ...]
    causes: tuple[str, ...]
    notes: tuple[str, ...]
    plots: tuple[Plot, ...]


def write_page(items: Sequence[Item], path: Path) -> None:
    """Write the summary of a batch.

    Parameters
    ----------
    items : sequence of Item
    path : Path
        The links on it hold from there.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    ranked = rank_items(outside_runs(items))
    rows = [
        _row(item, record, path.parent, plotted=place < _PLOTTED)
        for place, (item, record) in enumerate(ranked[:_LISTED])
    ]
    failed = [item for item in items if item.outcome.state is State.FAILED]
    base.write(
        __package__,
        "page.html",
        path,
        {
            "title": path.parent.name,
            "about": _about(items),
            "answer": answer([record for _, record in ranked]),
            "headlines": [headline.value for headline in Headline],
            "rows": rows,
            "more": max(len(ranked) - _LISTED, 0),
            "plotted": [row for row in rows if row.plots],
            "failed": failed,
            "short_word": text.status_word(Status.TOO_SHORT),
            "short": text.WORDS["film"]["minute"] if any(is_short(record) for _, record in ranked) else "",
            "causes": any(row.causes for row in rows),
            "runners": any(row.runner for row in rows),
            "width": chart.WIDTH,
            "height": chart.HEIGHT,
        },
    )


def _row(item: Item, record: Short, base: Path, *, plotted: bool) -> Row:
    assert item.folder is not None
    folder = AnalysisFolder(item.folder)
    target = folder.page if folder.page.is_file() else folder.plot
    return Row(
        name=item.name,
        runner=item.entry.runner,
        about=", ".join(str(part) for part in (item.entry.date, item.entry.note) if part),
        link=quote(os.fsencode(target.relative_to(base).as_posix())),
        strides=record.strides,
        seen=" ".join(part for part in (record.view, record.near) if part),
        cells=tuple(cell(record, headline) for headline in Headline),
        causes=consistent(record),
        notes=record.notes,
        plots=_plots(folder, record) if plotted else (),
    )


def _about(items: Sequence[Item]) -> str:
    """How many of what, in words."""
    runs = sum(bool(item.clips) for item in items)
    counts = {"file": len(items) - runs, "run": runs}
    return ", ".join(text.counted(count, what) for what, count in counts.items() if count)


def _plots(folder: AnalysisFolder, record: Short) -> tuple[Plot, ...]:
    """Of the metric of each headline that changed most, or that is measured first."""
    try:
        table = pd.read_csv(regular(folder.strides))
    except (OSError, ValueError):
        return ()
    kept = table[table["kept"]]
    chosen = []
    for headline in Headline:
        found = worst(record, headline)
        first = next((m.id for m in METRICS.values() if m.headline is headline and m.id in record.levels), None)
        key = found.metric if found else first
        if key is not None and key in kept:
            chosen.append(_plot(METRICS[key], kept, record.drift.get(key)))
    return tuple(plot for plot in chosen if plot.dots)


def _plot(metric: Metric, kept: pd.DataFrame, drift: DriftRecord | None) -> Plot:
    time, value = summary.curve(kept, metric.id)
    baseline, change, mdc = (drift["baseline"], drift["change"], drift["mdc"]) if drift else (None, None, None)
    band = [] if baseline is None or mdc is None else [baseline - mdc, baseline + mdc]
    if not value.size:
        return Plot(metric.label, "", "", "", None, "", "")
    across = chart.time_scale(float(time[0]), float(time[-1]))
    up, _ = chart.value_scale(value, np.array(band))
    middle, median = chart.course(time, value)
    said = text.status_word(Status(drift["status"])) if drift else ""
    return Plot(
        label=metric.label,
        said=said if change is None else f"{text.quantity(change, metric, sign=True)}, {said}",
        dots=chart.dots(across(time), up(value)),
        course=chart.line(across(middle), up(median)),
        floor=(up.at(band[1]), up.at(band[0])) if band else None,
        first=text.clock(float(time[0])),
        last=text.clock(float(time[-1])),
    )
