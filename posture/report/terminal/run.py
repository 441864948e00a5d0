"""The summary that a runner reads in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from posture.analysis import Analysis, summary
from posture.analysis.summary import Row
from posture.drift.blocks import MIN_STRIDES
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.drawing.chart import spark
from posture.report.terminal import parts
from posture.report.terminal.snapshot import print_snapshot
from posture.report.text import WORDS
from posture.report.text.story import Lead, Story


def print_summary(analysis: Analysis, *, verbose: bool = False) -> None:
    """Print what was found, headlines first.

    Parameters
    ----------
    analysis : Analysis
    verbose : bool
        Whether to tell how long each stage took.
    """
    console = parts.console()
    console.print()
    story = Story(analysis)
    # A sign that belongs to a doctor comes before everything else; one of an emergency is all that is told.
    if story.referral:
        parts.refer(console, story.referral)
    if story.emergency:
        if analysis.folder:
            console.print(f"[dim]{WORDS['referral']['kept']} {escape(str(analysis.folder))}[/dim]")
        return
    for line in parts.opening(analysis):
        console.print(line)
    if story.clearance:
        console.print(escape(story.clearance))
    _found(console, story)
    _while_running(console, analysis)
    _measured(console, analysis)
    _legs(console, analysis)
    _added(console, analysis)
    _lengths(console, analysis)
    _unseen(console, analysis)
    _needs(console, analysis)
    _film_next(console, analysis)
    _quality(console, analysis)
    if verbose:
        spent = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in analysis.timings.items())
        console.print(f"[dim]Time: {spent}[/dim]")
    if analysis.folder:
        console.print(f"\nEverything is in [bold]{escape(str(analysis.folder))}[/bold]")


def _found(console: Console, story: Story) -> None:
    """The answer in one sentence, and at most three findings."""
    console.print(f"\n[bold]{escape(story.sentence)}[/bold]")
    words = WORDS["terminal"]
    for number, lead in enumerate(story.leads, start=1):
        finding = lead.finding
        sure = f"{words['confidence']} {finding.label.value}"
        console.print(f"\n{number}. [bold]{escape(finding.title)}[/bold] [dim]({sure})[/dim]")
        for change in lead.changes[:2]:
            parts.indented(console, escape(f"{METRICS[change.metric].label}: {text.change(change)}"))
        for line in _behind(lead, story.analysis):
            parts.indented(console, escape(line))
        parts.indented(console, escape(finding.text))
        if finding.plan and finding is story.today:
            parts.indented(console, f"[bold]{words['today']}[/bold] {escape(finding.plan.cue)}")
    if story.later:
        console.print(f"\n[bold]{words['later']}[/bold]")
    for finding in story.later:
        assert finding.plan is not None
        parts.indented(console, f"{escape(finding.title)}: [dim]{escape(finding.plan.cue)}[/dim]")
    console.print()


def _while_running(console: Console, analysis: Analysis) -> None:
    """Of a live session: what was said, so that it and the verdict are one story."""
    told = text.while_running(analysis)
    if told:
        console.print(f"[bold]{WORDS['live']['title']}[/bold]")
        for line in told:
            parts.indented(console, escape(line), 2)
        console.print()


def _behind(lead: Lead, analysis: Analysis) -> Iterator[str]:
    """The levels or the reason that a finding without changes rests on."""
    if lead.changes:
        return
    levels = text.levels_of(lead.finding, analysis.levels)
    yield from (f"{METRICS[level.metric].label}: {text.standing(level)}" for level in levels[:3])
    if not levels:
        yield lead.finding.reason


def _measured(console: Console, analysis: Analysis) -> None:
    words = WORDS["terminal"]
    wide = console.width >= parts.WIDE
    if not analysis.rows:
        return
    if len(analysis.strides) < MIN_STRIDES:
        print_snapshot(console, analysis, wide=wide)
        return
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    table.add_column("", no_wrap=wide, overflow="ellipsis" if wide else "fold", min_width=20)
    for title in ("about", *(["spread"] if wide else []), "change", "floor", *(["course"] if wide else [])):
        table.add_column(words[title], justify="left" if title == "course" else "right", no_wrap=True)
    table.add_column(words["verdict"], min_width=12)
    placed = not analysis.levels.reason
    if placed:
        table.add_column(words["start_among"], no_wrap=True)
    for headline, rows in summary.by_headline(analysis.rows).items():
        rests = f"[dim]{words['rests']}[/dim]" if rows else f"[dim]{words['not_seen']}[/dim]"
        table.add_row(f"[bold]{headline.value}[/bold] {rests}")
        for row in rows:
            _add(table, row, analysis, wide)
    others = [row for row in analysis.rows.values() if row.metric.headline is None]
    if others:
        table.add_row(f"[bold]{words['also']}[/bold]")
    for row in others:
        _add(table, row, analysis, wide)
    console.print(table)
    if analysis.rows:
        legend = f"{words['legend_about']} {words['legend_floor']}" if wide else words["legend_floor"]
        if not analysis.levels.reason:
            legend += f" {words['legend_start'].format(reference=analysis.levels.reference)}"
        console.print(f"[dim]{legend}[/dim]")


def _legs(console: Console, analysis: Analysis) -> None:
    """The legs, a line a metric, behind what is found of them."""
    found, measured = text.legs_found(analysis), text.legs(analysis)
    if found or measured:
        console.print(f"\n[bold]{WORDS['legs']['title']}[/bold]")
        for label, said in found:
            parts.indented(console, escape(f"{label}: {said}"), 2)
    if measured:
        table = Table(box=None, show_header=False, padding=(0, 2))
        for label, said in measured:
            table.add_row(label, escape(said))
        console.print(table)
        parts.indented(console, f"[dim]{text.legs_note(analysis)}[/dim]", 2)


def _added(console: Console, analysis: Analysis) -> None:
    """What running adds to the runner's own upright posture."""
    beyond = [added for added in analysis.added.values() if added.beyond]
    if not analysis.added:
        return
    words = WORDS["terminal"]
    console.print(f"\n[bold]{words['added']}[/bold]")
    for added in beyond:
        metric = METRICS[added.metric]
        levels = f"{text.quantity(added.upright, metric)} → {text.quantity(added.run, metric)}"
        floor = f"{words['floor']} {text.quantity(added.floor, metric)}"
        change = text.quantity(added.added, metric, sign=True)
        parts.indented(console, f"{metric.label}: {levels}, {change} ({floor})", 2)
    if not beyond:
        parts.indented(console, words["added_nothing"], 2)


def _lengths(console: Console, analysis: Analysis) -> None:
    """What is told in trunk lengths, in centimetres, where the height is known."""
    words, found = WORDS["lengths"], list(text.lengths(analysis))
    if found:
        console.print(f"\n[bold]{words['title'].format(height=f'{analysis.settings.clip.height_cm:.0f}')}[/bold]")
        for label, said in found:
            parts.indented(console, f"{label}: {said}", 2)
        parts.indented(console, f"[dim]{words['note']}[/dim]", 2)


def _needs(console: Console, analysis: Analysis) -> None:
    if said := text.needs_answers(analysis):
        console.print(f"\n[bold]{WORDS['needs']['title']}[/bold]")
        parts.indented(console, f"[dim]{escape(said)}[/dim]", 2)


def _film_next(console: Console, analysis: Analysis) -> None:
    console.print(f"\n[bold]{WORDS['terminal']['film_next']}[/bold]")
    for advice in text.film_next(analysis):
        parts.indented(console, f"[dim]{escape(advice)}[/dim]", 2)


def _add(table: Table, row: Row, analysis: Analysis, wide: bool) -> None:
    metric, drift = row.metric, row.drift
    level = text.quantity(row.level, metric)
    if row.trend_only:
        level = WORDS["terminal"]["trend"]
    elif wide:
        level += f" ±{text.number(metric.absolute_error, metric)}"
    change = ""
    if drift is not None and not math.isnan(drift.change) and not row.few:
        change = text.number(text.shown_change(drift), metric, sign=True)
    style = parts.STYLE.get(drift.status, "") if drift and not row.few else "dim"
    verdict = text.verdict(drift, few=row.few)
    table.add_row(
        f"  {metric.label}",
        level,
        *([text.number(row.spread, metric)] if wide else []),
        change,
        text.number(row.floor, metric),
        *([spark(summary.curve(analysis.strides, metric.id)[1])] if wide else []),
        f"[{style}]{verdict}[/{style}]" if style else verdict,
        *([] if analysis.levels.reason else [text.place_word(analysis.levels.levels.get(metric.id))]),
    )


def _unseen(console: Console, analysis: Analysis) -> None:
    parts.reasons(console, text.unseen(analysis.measured.withheld), WORDS["terminal"]["unseen"])
    if analysis.segmented.rejected:
        said = "; ".join(f"{count} × {reason}" for reason, count in analysis.segmented.rejected.items())
        console.print(f"\n[bold]Strides left out[/bold]\n  {escape(said)}")


def _quality(console: Console, analysis: Analysis) -> None:
    console.print("\n[bold]Quality[/bold]")
    for line in text.quality(analysis):
        parts.indented(console, f"[dim]{escape(line)}[/dim]", 2)
