"""What several summaries in the terminal have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from posture.analysis import Analysis
from posture.console import Screen
from posture.drift.types import Status
from posture.report import text
from posture.report.text import WORDS
from posture.rules import Referral

#: Columns from which there is room for the course of each metric.
WIDE = 118
STYLE = {
    Status.DRIFT: "bold dark_orange",
    Status.EPISODE: "dark_orange",
    Status.POSSIBLE: "yellow",
    Status.STABLE: "green",
}


def console() -> Console:
    """Of the summaries' width where it is no terminal."""
    return Screen(width=WIDE)


def opening(analysis: Analysis) -> Iterator[str]:
    """What the recording is, and what must be known before any number."""
    recording = analysis.recording
    named = f"[bold]{escape(recording.name)}[/bold]  {text.clock(recording.duration)} at {recording.rate:.4g} frames/s"
    about = text.about(analysis)
    yield f"{named}  {escape(about)}".rstrip()
    yield text.seen(analysis)
    for note in (*recording.notes, *text.cautions(analysis)):
        yield f"[yellow]![/yellow] {escape(note)}"


def refer(console: Console, referral: Referral) -> None:
    """A sign that belongs to a doctor."""
    console.print(f"[bold red]{escape(referral.title)}[/bold red]\n{escape(referral.text)}")
    console.print(f"{WORDS['referral']['ticked']} {escape('; '.join(referral.signs))}.\n")


def indented(console: Console, line: str, columns: int = 3) -> None:
    """A paragraph with a margin."""
    console.print(Padding(line, (0, 0, 0, columns), expand=False))


def reasons(console: Console, found: Mapping[str, Sequence[str]], title: str) -> None:
    """Labels by the reason why they are not told."""
    if found:
        console.print(f"\n[bold]{title}[/bold]")
        for reason, labels in found.items():
            indented(console, f"{'; '.join(labels)}: [dim]{escape(reason)}[/dim]", 2)
