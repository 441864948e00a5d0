"""Levels in the terminal: what leads where a recording is too short for a drift."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from posture.analysis import Analysis, summary
from posture.analysis.summary import Row
from posture.levels import Level, Place
from posture.report import text
from posture.report.drawing.chart import dot_strip
from posture.report.text import WORDS

_STYLE = {Place.HIGH: "bold dark_orange", Place.LOW: "bold dark_orange", Place.UNKNOWN: "dim"}


def print_snapshot(console: Console, analysis: Analysis, *, wide: bool) -> None:
    """Print values, what is usual, and where the runner lies.

    Parameters
    ----------
    console : Console
    analysis : Analysis
    wide : bool
        Whether there is room for the strip of reference runners.
    """
    words = WORDS["place"]
    compared = any(level.others for level in analysis.levels.levels.values())
    if compared:
        console.print(f"[bold]{words['title'].format(reference=analysis.levels.reference)}[/bold]")
    console.print(_table(analysis, wide=wide, compared=compared))
    if analysis.rows:
        console.print(f"[dim]{words['legend'] if compared else words['legend_spread']}[/dim]")


def _table(analysis: Analysis, *, wide: bool, compared: bool) -> Table:
    words = WORDS["place"]
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True, overflow="ellipsis", min_width=20)
    table.add_column(words["now"], justify="right", no_wrap=True)
    if not compared:
        table.add_column(WORDS["terminal"]["spread"], justify="right", no_wrap=True)
    else:
        table.add_column(words["range_title"], justify="right", no_wrap=True)
        if wide:
            table.add_column(words["strip"], no_wrap=True)
        table.add_column(words["among"], no_wrap=True)
    for headline, rows in summary.by_headline(analysis.rows).items():
        unseen = "" if rows else f" [dim]{WORDS['terminal']['not_seen']}[/dim]"
        table.add_row(f"[bold]{headline.value}[/bold]{unseen}")
        _add(table, rows, analysis, wide=wide, compared=compared)
    sides, others = text.left_and_right(analysis.rows)
    for title, rows in ((words["sides"], sides), (WORDS["terminal"]["also"], others)):
        if rows:
            table.add_row(f"[bold]{title}[/bold]")
            _add(table, rows, analysis, wide=wide, compared=compared)
    return table


def _add(table: Table, rows: list[Row], analysis: Analysis, *, wide: bool, compared: bool) -> None:
    for row in rows:
        level = None if row.trend_only else analysis.levels.levels.get(row.metric.id)
        value = WORDS["terminal"]["trend"] if row.trend_only else text.quantity(row.level, row.metric)
        rest = [] if compared else [text.number(row.spread, row.metric) if row.strides > 1 else ""]
        if level is not None and level.others:
            rest = _placed(level, row, wide=wide)
        table.add_row(f"  {row.metric.label}", value, *rest)


def _placed(level: Level, row: Row, *, wide: bool) -> list[str]:
    said, style = text.place(level), _STYLE.get(level.place)
    strip = [dot_strip(level.value, level.others)] if wide else []
    return [text.span(level.usual, row.metric, sign=False), *strip, f"[{style}]{said}[/{style}]" if style else said]
