"""A runner's history in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from posture.console import Screen
from posture.drift.types import Status
from posture.history.trend import Course, Step, advice, cameras, courses
from posture.history.types import Kept
from posture.kinematics.types import Headline
from posture.report import text
from posture.settings import DriftSettings

_STYLE = {Step.BETTER: "green", Step.WORSE: "bold dark_orange", Step.SAME: "", Step.ONE: "dim"}


def print_runners(runners: Mapping[str, int]) -> None:
    """Print who is known."""
    if not runners:
        print("Nobody yet: add an analysis with 'posture analyze CLIP --runner NAME'.")
    for name, count in runners.items():
        print(f"{name}: {counted(count)}")


def counted(analyses: int) -> str:
    """So many analyses, in words."""
    return f"{analyses} {'analysis' if analyses == 1 else 'analyses'}"


def print_history(runner: str, kept: Sequence[Kept], settings: DriftSettings) -> None:
    """Print a runner's recordings, what their posture does over them, and what became of each finding.

    Parameters
    ----------
    runner : str
    kept : sequence of Kept
        In order of time.
    settings : DriftSettings
        For the floors between recordings.
    """
    console = Screen(width=110)
    console.print(f"[bold]{escape(runner)}[/bold]: {counted(len(kept))}")
    _recordings(console, kept)
    places = {camera: courses(kept, camera, settings) for camera in cameras(kept)}
    for camera, found in places.items():
        _courses(console, camera, found)
    if not any(len(course.kept) > 1 for found in places.values() for course in found):
        console.print(f"[dim]{text.WORDS['history']['need_two']}[/dim]")
    told = advice(kept)
    if told:
        console.print("\n[bold]Did it help?[/bold]")
    for one in told:
        console.print(f"  {escape(one.title)}, first found {one.since.when:%Y-%m-%d}: [bold]{one.help.value}[/bold]")
        if one.cue:
            console.print(f"    [dim]{escape(one.cue)}[/dim]")


def _recordings(console: Console, kept: Sequence[Kept]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("date", "clip", "seen", "strides", "drift in", "consistent with"):
        table.add_column(title, justify="right" if title == "strides" else "left")
    for one in kept:
        drifted = sum(level.status is Status.DRIFT for level in one.levels.values())
        titles = [said.title for said in one.findings.values() if said.verdict.value == "supported"]
        table.add_row(
            f"{one.when:%Y-%m-%d}" + ("" if one.dated else "*"),
            escape(one.clip),
            " ".join(part for part in (one.view, one.near) if part),
            str(one.strides),
            f"{drifted} metrics" if drifted else "-",
            escape(", ".join(titles[:2])) or "-",
        )
    console.print(table)
    if not all(one.dated for one in kept):
        console.print("[dim]* the file does not say when it was recorded: the date of its analysis[/dim]")


def _courses(console: Console, camera: tuple[str, str], found: Sequence[Course]) -> None:
    found = [course for course in found if len(course.kept) > 1]
    if not found:
        return
    console.print(f"\n[bold]Seen from: {' '.join(part for part in camera if part)}[/bold]")
    table = Table(box=None, pad_edge=False)
    for title in ("", "first", "latest", "floor", "level", "tires by", "latest", "best run", ""):
        table.add_column(title, justify="left" if title in ("", "level") else "right", no_wrap=True)
    for headline in (*Headline, None):
        for course in (one for one in found if one.metric.headline is headline):
            if headline or course.moved:
                table.add_row(*_row(course))
    console.print(table)
    console.print(
        "[dim]Floor: the smallest difference between two recordings that counts, larger than within one. "
        "Tires by: change from the fresh to the last fifth of a run, + is for the worse.[/dim]"
    )


def _row(course: Course) -> list[str]:
    metric = course.metric
    level, tiring = (
        part[[i for i, value in enumerate(part) if isfinite(value)]] for part in (course.level, course.tiring)
    )
    said = [
        f"[{_STYLE[step]}]{step.value}[/]" if _STYLE[step] else step.value for step in (course.step, course.tiring_step)
    ]
    best = "" if course.best is None else f"{course.kept[course.best].when:%Y-%m-%d}"
    return [
        metric.label,
        text.quantity(level[0], metric) if level.size else "-",
        text.number(level[-1], metric) if level.size else "-",
        text.number(course.floor, metric),
        said[0],
        text.number(tiring[0], metric, sign=True) if tiring.size else "-",
        text.number(tiring[-1], metric, sign=True) if tiring.size else "-",
        best,
        said[1] if tiring.size > 1 else "",
    ]
