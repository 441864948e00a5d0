"""The page of a runner's history: trends over weeks, best and latest, and whether the advice helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture.drift.blocks import MIN_STRIDES
from posture.history.trend import Course, Help, Step, advice, cameras, courses
from posture.history.types import Kept
from posture.kinematics.types import Headline
from posture.report import text
from posture.report.drawing import chart
from posture.report.page import base
from posture.settings import DriftSettings

_CLASS = {Step.BETTER: "better", Step.WORSE: "worse"}


@dataclass(frozen=True)
class Trend:
    """One course as it is drawn, and its words."""

    label: str
    values: str
    said: str
    state: str
    dots: str
    course: str
    best: str
    floor: tuple[float, float] | None
    first: str
    latest: str


@dataclass(frozen=True)
class Place:
    """Everything that was seen from one side."""

    name: str
    levels: tuple[Trend, ...]
    tiring: tuple[Trend, ...]


def write_page(runner: str, kept: Sequence[Kept], settings: DriftSettings, path: Path) -> None:
    """Write the page of a runner's history.

    Parameters
    ----------
    runner : str
    kept : sequence of Kept
        In order of time.
    settings : DriftSettings
        For the floors between recordings.
    path : Path

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    places = [_place(camera, courses(kept, camera, settings)) for camera in cameras(kept)]
    base.write(
        __package__,
        "page.html",
        path,
        {
            "title": runner,
            "about": _about(kept),
            "answer": f"{runner} over time",
            "kept": kept,
            "factor": max(settings.other_camera_factor, settings.floor_factor) / settings.floor_factor,
            "places": [place for place in places if place.levels or place.tiring],
            "advice": [one for one in advice(kept) if one.help is not Help.NEW],
            "caution": text.not_one_estimator([(one.model, one.estimator) for one in kept]),
            "undated": not all(one.dated for one in kept),
            "short": not all(one.judged for one in kept),
            "words": text.WORDS["history"],
            "need_two": text.WORDS["history"]["need_two"].format(strides=MIN_STRIDES),
            "width": chart.WIDTH,
            "height": chart.HEIGHT,
        },
    )


def _about(kept: Sequence[Kept]) -> str:
    days = sorted({f"{one.when:%Y-%m-%d}" for one in kept})
    when = "" if not days else f", {days[0]}" if len(days) == 1 else f", {days[0]} to {days[-1]}"
    return f"{text.counted(len(kept), 'recording')}{when}"


def _place(camera: tuple[str, str], found: Sequence[Course]) -> Place:
    several = [course for course in found if len(course.kept) > 1 and (course.metric.headline or course.moved)]
    lines = [*Headline, None]
    several.sort(key=lambda course: lines.index(course.metric.headline))
    return Place(
        " ".join(part for part in camera if part),
        tuple(_trend(c, c.level, c.step, None) for c in several if np.isfinite(c.level).sum() > 1),
        tuple(_trend(c, c.tiring, c.tiring_step, c.best) for c in several if np.isfinite(c.tiring).sum() > 1),
    )


def _trend(course: Course, values: np.ndarray, step: Step, best: int | None) -> Trend:
    metric = course.metric
    known = np.flatnonzero(np.isfinite(values))
    time = np.array([one.when.timestamp() for one in course.kept])
    across = chart.time_scale(float(time[known[0]]), float(time[known[-1]]))
    first, last = float(values[known[0]]), float(values[known[-1]])
    up, _ = chart.value_scale(values[known], np.array([first - course.floor, first + course.floor]))
    x, y = across(time[known]), up(values[known])
    mark = [] if best is None else [best]
    sign = best is not None
    named = "" if best is None or step in (Step.SAME, Step.ONE) else f"; best {course.kept[best].when:%Y-%m-%d}"
    return Trend(
        label=metric.label,
        values=f"{text.number(first, metric, sign=sign)} → {text.quantity(last, metric, sign=sign)}",
        said=f"{step.value}{named}",
        state=_CLASS.get(step, ""),
        dots=chart.dots(x, y),
        course=chart.line(x, y),
        best=chart.dots(across(time[mark]), up(values[mark])),
        floor=(up.at(first + course.floor), up.at(first - course.floor)),
        first=f"{course.kept[known[0]].when:%Y-%m-%d}",
        latest=f"{course.kept[known[-1]].when:%Y-%m-%d}",
    )
