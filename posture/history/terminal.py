"""A runner's history in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from posture.console import Screen
from posture.drift.blocks import MIN_STRIDES
from posture.drift.types import Status
from posture.history.trend import Course, Help, Step, advice, cameras, courses
from posture.history.types import Kept
from posture.kinematics.registry import CARRIAGE
from posture.kinematics.types import Headline
from posture.report import text
from posture.rules import Verdict
from posture.settings import DriftSettings

_STYLE = dict.fromkeys(Step, "") | {Step.BETTER: "green", Step.WORSE: "bold dark_orange", Step.ONE: "dim"}


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
    if caution := text.not_one_estimator([(one.model, one.estimator) for one in kept]):
        console.print(escape(caution))
    places = {camera: courses(kept, camera, settings) for camera in cameras(kept)}
    for camera, found in places.items():
        _courses(console, camera, found)
    if not any(len(course.kept) > 1 for found in places.values() for course in found):
        console.print(f"[dim]{text.WORDS['history']['need_two'].format(strides=MIN_STRIDES)}[/dim]")
    # What only the latest recording found, its own report tells.
    told = [one for one in advice(kept) if one.help is not Help.NEW]
    if told:
        console.print("\n[bold]Did it help?[/bold]")
    for one in told:
        console.print(f"  {escape(one.title)}, first found {one.since.when:%Y-%m-%d}: [bold]{one.help.value}[/bold]")
        if one.cue:
            console.print(f"    [dim]{escape(one.cue)}[/dim]")


def _recordings(console: Console, kept: Sequence[Kept]) -> None:
    words = text.WORDS["history"]
    table = Table(box=None, pad_edge=False)
    for title in ("date", "clip", "seen", "strides", "changed", "consistent with"):
        table.add_column(title, justify="right" if title == "strides" else "left", overflow="fold")
    for one in kept:
        table.add_row(
            f"{one.when:%Y-%m-%d}" + ("" if one.dated else "*"),
            escape(one.clip) + (f"\n[dim]{escape(one.note)}[/dim]" if one.note else ""),
            " ".join(part for part in (one.view, one.near) if part),
            str(one.strides) + ("" if one.judged else "†"),
            ", ".join(_drifted(one)[:2]) or "-",
            escape(", ".join(_titles(one)[:2])) or "-",
        )
    console.print(table)
    if not all(one.dated for one in kept):
        console.print(f"[dim]* {words['undated']}[/dim]")
    if not all(one.judged for one in kept):
        console.print(f"[dim]† {words['short']}[/dim]")


def _drifted(one: Kept) -> list[str]:
    found = (id for id, level in one.levels.items() if level.status is Status.DRIFT and id in CARRIAGE)
    return [CARRIAGE[id].label.lower() for id in found]


def _titles(one: Kept) -> list[str]:
    return [said.title for said in one.findings.values() if said.verdict is Verdict.SUPPORTED]


def _courses(console: Console, camera: tuple[str, str], found: Sequence[Course]) -> None:
    found = [course for course in found if len(course.kept) > 1 and (course.metric.headline or course.moved)]
    if not found:
        return
    found.sort(key=lambda course: [*Headline, None].index(course.metric.headline))
    words = text.WORDS["history"]
    console.print(f"\n[bold]Seen from: {' '.join(part for part in camera if part)}[/bold]")
    for title, note, rows in (
        (words["levels"], words["levels_note"], [_level(course) for course in found]),
        (words["tiring"], words["tiring_note"], [_tiring(course) for course in found]),
    ):
        if shown := [row for row in rows if row is not None]:
            table = Table(box=None, pad_edge=False, title=f"[bold]{title}[/bold]", title_justify="left", title_style="")
            for heading, justify in zip(_HEADINGS, ("left", "right", "right", "left"), strict=True):
                table.add_column(heading, justify=justify, overflow="fold")  # type: ignore[arg-type]
            for row in shown:
                table.add_row(*row)
            console.print(table)
            console.print(f"[dim]{note}[/dim]")


#: Of both tables: the metric, its first and latest value, the smallest difference that counts, and what that makes.
_HEADINGS = ("", "first → latest", "counts from", "")


def _level(course: Course) -> tuple[str, ...] | None:
    level = course.level[np.isfinite(course.level)]
    if level.size < 2:
        return None
    both = f"{text.number(level[0], course.metric)} → {text.quantity(level[-1], course.metric)}"
    return course.metric.label, both, text.number(course.floor, course.metric), _styled(course.step)


def _tiring(course: Course) -> tuple[str, ...] | None:
    tiring, metric = course.tiring[np.isfinite(course.tiring)], course.metric
    if tiring.size < 2 or course.best is None:
        return None
    both = f"{text.number(tiring[0], metric, sign=True)} → {text.quantity(tiring[-1], metric, sign=True)}"
    said = _styled(course.tiring_step)
    if course.tiring_step not in (Step.SAME, Step.ONE):
        said += f"; best {course.kept[course.best].when:%Y-%m-%d}"
    return metric.label, both, text.number(course.floor, metric), said


def _styled(step: Step) -> str:
    return f"[{_STYLE[step]}]{step.value}[/]" if _STYLE[step] else step.value
