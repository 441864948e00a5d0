"""What a reference holds, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from posture.kinematics.registry import METRICS
from posture.levels import Pattern
from posture.levels.build import Refused, Row, rows
from posture.levels.reference import LEAST_RUNNERS, Reference
from posture.levels.shapes import FAMILY
from posture.report import text


def print_reference(
    reference: Reference, refused: Sequence[Refused], left_out: Mapping[str, Sequence[Pattern]]
) -> None:
    """Print what a reference holds and what did not go into it.

    Parameters
    ----------
    reference : Reference
    refused : sequence of Refused
    left_out : mapping of str to sequence of Pattern
        What each runner gets when held against the others.
    """
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for column in ("", "runners", "mean", "SD", "between recordings"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    seen = ("", "")
    for row in rows(reference):
        if seen != (row.view, row.gait):
            seen = (row.view, row.gait)
            table.add_row(f"[bold]{row.gait}, seen from the {row.view}[/bold]")
        table.add_row(*_cells(row))
    console.print(table)
    for line in _told(refused, left_out):
        console.print(line)


def _cells(row: Row) -> tuple[str, ...]:
    metric = METRICS[row.metric]
    few = f" [yellow](needs {LEAST_RUNNERS})[/yellow]" if row.runners < LEAST_RUNNERS else ""
    sd, sem = ("" if isnan(value) else text.number(value, metric) for value in (row.sd, row.sem))
    return f"  {metric.label}", f"{row.runners}{few}", text.quantity(row.mean, metric), sd, sem


def _told(refused: Sequence[Refused], left_out: Mapping[str, Sequence[Pattern]]) -> Iterator[str]:
    out = {runner: patterns for runner, patterns in left_out.items() if patterns}
    yield f"\nHeld against the others, {len(out)} of {len(left_out)} runners would be told as unusual:"
    for runner, patterns in out.items():
        yield f"  {escape(runner)}: {', '.join(pattern.shape for pattern in patterns)}"
    if len(out) > FAMILY * len(left_out):
        yield f"[yellow]That is more than {FAMILY:.0%}: look at these clips again, or add runners.[/yellow]"
    for each in refused:
        yield f"[yellow]![/yellow] left out: {escape(each.source)}: {escape(each.reason)}"
