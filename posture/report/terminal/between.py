"""What differs between two clips, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from posture.analysis import Comparison
from posture.drift.types import DriftResult
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.terminal import parts
from posture.report.text import WORDS
from posture.report.text import comparison as said
from posture.rules.questions import Urgency


def print_comparison(comparison: Comparison) -> None:
    """Print what differs between two clips, the answer first.

    Parameters
    ----------
    comparison : Comparison
    """
    console = parts.console()
    console.print()
    referrals = said.referrals(comparison)
    for referral in referrals:
        parts.refer(console, referral)
    if any(referral.urgency is Urgency.EMERGENCY for referral in referrals):
        return
    for name, analysis in (("first ", comparison.fresh), ("second", comparison.tired)):
        console.print(f"[bold]{name}[/bold] " + next(lines := parts.opening(analysis)))
        console.print("       " + next(lines))
        for note in lines:
            console.print(f"       {note}")
    console.print(f"\n[bold]{escape(said.sentence(comparison))}[/bold]")
    both = said.compared(comparison)
    if both:
        console.print(text.same_camera(same=comparison.same_camera))
        if caution := said.caution(comparison):
            console.print(escape(caution))
        console.print()
        console.print(_differences(comparison, both))
    if legs := said.compared_legs(comparison):
        console.print(f"\n[bold]{WORDS['legs']['title']}[/bold]")
        console.print(_differences(comparison, legs))
    if comparison.apart:
        console.print(f"[dim]{WORDS['apart']['legend']}[/dim]")
    parts.reasons(console, said.one_sided(comparison), WORDS["comparison"]["one_sided"])


def _differences(comparison: Comparison, compared: Sequence[DriftResult]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for title in ("first", "second", "change", "counts from"):
        table.add_column(title, justify="right")
    table.add_column("verdict")
    for result in compared:
        metric = METRICS[result.metric]
        table.add_row(
            metric.label,
            text.quantity(result.baseline, metric),
            text.quantity(result.end, metric),
            text.number(text.shown_change(result), metric, sign=True),
            text.number(result.floor, metric),
            text.between(result, comparison.apart),
            style=parts.STYLE.get(result.status, "bold" if comparison.apart.get(result.metric) else ""),
        )
    return table
