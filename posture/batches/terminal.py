"""What a batch shows in the terminal: a line for each worker, one for all with the time left, and the ranking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from posture.batches.forecast import Forecast
from posture.batches.ranking import answer, cell, consistent, is_short
from posture.batches.short import Short
from posture.batches.stage import Item
from posture.batches.status import Status
from posture.batches.table import outside_runs, rank_items
from posture.batches.work import Outcome, State
from posture.console import Screen
from posture.drift.types import Status as Verdict
from posture.kinematics.types import Headline
from posture.report import text
from posture.shown import printable

#: Rows of the ranking that a terminal shows; the page and the table hold all.
_ROWS = 40


class Lines:
    """Progress of a batch; without a terminal, one line for each clip that ended."""

    def __init__(self, bars: Progress, console: Console, *, quiet: bool) -> None:
        self._bars, self._console, self._quiet = bars, console, quiet
        self._names: Sequence[str] = ()
        self._tasks: dict[int, TaskID] = {}
        self._forecast = Forecast([])
        self._all: TaskID | None = None

    def begin(self, names: Sequence[str], seconds: Sequence[float]) -> None:
        """What is to do next, in the order of its work."""
        self._names = names
        self._forecast = Forecast(seconds)
        if self._all is not None:
            self._bars.remove_task(self._all)
        self._all = self._bars.add_task(f"all {len(names)}", total=1.0, left="")

    def working(self, statuses: dict[int, Status | None]) -> None:
        """What is in work, and how far it is."""
        for number in set(self._tasks) - set(statuses):
            self._bars.remove_task(self._tasks.pop(number))
        for number, status in statuses.items():
            if number not in self._tasks:
                self._tasks[number] = self._bars.add_task("", total=1.0, left="")
            label = status.label if status else "Starting"
            share = self._forecast.at(number, status)
            self._bars.update(
                self._tasks[number],
                completed=share,
                description=f"{printable(self._names[number])[-24:]}: {label.lower()}",
            )
        self._overall()

    def ended(self, number: int, outcome: Outcome) -> None:
        """What became of it."""
        self._forecast.ended(number, kept=outcome.state is State.KEPT)
        if number in self._tasks:
            self._bars.remove_task(self._tasks.pop(number))
        self._overall()
        if not self._quiet:
            what = outcome.reason or f"{self._names[number]}: {outcome.state.value}"
            took = f", {outcome.seconds:.0f} s" if outcome.state is State.DONE else ""
            count = f"[{self._forecast.count}/{len(self._names)}]"
            self._console.print(f"{count} {what}{took}", markup=False, soft_wrap=True)

    def _overall(self) -> None:
        if self._all is not None:
            left = self._forecast.left
            said = "" if left is None else f"{text.clock(left)} left"
            self._bars.update(self._all, completed=self._forecast.share, left=said)


@contextmanager
def progress(*, quiet: bool) -> Iterator[Lines]:
    """Bars on stderr; lines of ended clips on stdout."""
    errors = Screen(stderr=True)
    columns = (
        TextColumn("{task.description:<46}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    shown = errors.is_terminal and not quiet
    with Progress(*columns, console=errors, transient=True, disable=not shown) as bars:
        yield Lines(bars, bars.console if shown else Screen(), quiet=quiet)


def print_batch(items: Sequence[Item]) -> None:
    """Print the ranking, and what failed."""
    console = Screen(width=110)
    ranked = rank_items(outside_runs(items))
    table = Table(box=None, pad_edge=False)
    table.add_column("clip", overflow="fold", min_width=12)
    table.add_column("strides", justify="right")
    for headline in Headline:
        table.add_column(headline.value)
    with_causes = any(record.causes or record.referral for _, record in ranked)
    if with_causes:
        table.add_column("consistent with")
    for item, record in ranked[:_ROWS]:
        cells = [_cell(record, headline) for headline in Headline]
        titles = [escape(", ".join(consistent(record)[:2]))] if with_causes else []
        table.add_row(escape(item.name), str(record.strides), *cells, *titles)
    if ranked:
        console.print()
        console.print(table)
    if len(ranked) > _ROWS:
        console.print(f"[dim]and {len(ranked) - _ROWS} more[/dim]")
    records = [record for _, record in ranked]
    if any(map(is_short, records)):
        word = text.status_word(Verdict.TOO_SHORT).capitalize()
        console.print(f"[dim]{word}: {text.WORDS['film']['minute']}[/dim]")
    console.print(f"\n[bold]{answer(records)}[/bold]")
    noted = [f"{item.name}: {note}" for item, record in ranked for note in record.notes]
    for note in noted:
        console.print(f"[yellow]![/yellow] {escape(note)}", soft_wrap=True)
    failed = [item for item in items if item.outcome.state is State.FAILED]
    if failed:
        console.print(f"\n[bold]{len(failed)} could not be analysed[/bold]")
        for item in failed:
            console.print(f"  {escape(item.outcome.reason)}", soft_wrap=True)


def _cell(record: Short, headline: Headline) -> str:
    told = cell(record, headline)
    # Broken between the two, if anywhere.
    change, status = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in (told.change, told.status))
    return f"{change} [dim]{status}[/dim]".strip()
