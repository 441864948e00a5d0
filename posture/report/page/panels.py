"""The curves of the page: every metric over the run, and the leading ones over the gait cycle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis.summary import Row, by_headline, telling
from posture.drift.types import Status
from posture.drift.verdict import MOVED
from posture.report import text
from posture.report.drawing import chart
from posture.series import Floats, Ints
from posture.strides import phase_curve

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Curves over the gait cycle that are shown.
CURVES = 4
#: Marks along the time axis.
_MARKS = 5


@dataclass(frozen=True)
class Tick:
    """A number beside a plot and its place, from the top."""

    y: float
    label: str


@dataclass(frozen=True)
class Stretch:
    """A stretch of a plot from left to right."""

    x: float
    width: float


@dataclass(frozen=True)
class Panel:
    """One metric over the run; places in the units of :mod:`posture.report.drawing.chart`.

    Attributes
    ----------
    row : Row
    verdict, said : str
        The verdict, and the whole panel in a sentence.
    dots, course : str
        Paths: a dot a stride, and the medians of blocks.
    baseline : float
        Height of the baseline's median.
    floor, mdc : tuple of float
        Top and height of what is not beyond the floor, and not beyond the minimal detectable change.
    fresh : Stretch or None
    onset : float or None
    onset_between : Stretch or None
    episode : Stretch or None
        Where something came and went.
    gaps : tuple of Stretch
    cues, anew : tuple of float
        Where a live session gave a cue, and where it took another baseline than the first.
    paused, snoozed : tuple of Stretch
        Where it was paused, by hand or as the runner had left, and where no cues were wanted.
    ticks : tuple of Tick
    low, high : float
        Values at the lower and the upper edge.
    values : list of float or None
        One for each kept stride.
    """

    row: Row
    verdict: str
    said: str
    dots: str
    course: str
    baseline: float
    floor: tuple[float, float]
    mdc: tuple[float, float]
    fresh: Stretch | None
    onset: float | None
    onset_between: Stretch | None
    episode: Stretch | None
    gaps: tuple[Stretch, ...]
    cues: tuple[float, ...]
    anew: tuple[float, ...]
    paused: tuple[Stretch, ...]
    snoozed: tuple[Stretch, ...]
    ticks: tuple[Tick, ...]
    low: float
    high: float
    values: list[float | None]


@dataclass(frozen=True)
class Curve:
    """One metric over the gait cycle, fresh and at the end: paths of means and of their spread."""

    row: Row
    said: str
    means: tuple[str, str]
    spreads: tuple[str, str]
    ticks: tuple[Tick, ...]


def panels(analysis: Analysis, group: Ints, first: Sequence[str] = ()) -> list[Panel]:
    """Every measured metric: those of the leading finding first, then those of the headlines."""
    leading = [analysis.rows[id] for id in first if id in analysis.rows]
    headlines = [row for rows in by_headline(analysis.rows).values() for row in rows]
    others = [row for row in analysis.rows.values() if row.metric.headline is None]
    rows = {row.metric.id: row for row in (*leading, *headlines, *others)}
    return [_panel(analysis, row, group) for row in rows.values()]


def legs(analysis: Analysis, group: Ints) -> list[Panel]:
    """Every measured metric of the legs."""
    return [_panel(analysis, row, group) for row in analysis.legs.values()]


def time_labels(analysis: Analysis) -> list[str]:
    """Times at equal distances below a plot."""
    start, stop = _extent(analysis)
    return [text.clock(t) for t in np.linspace(start, stop, _MARKS)]


def curves(analysis: Analysis, group: Ints, first: Sequence[str] = ()) -> list[Curve]:
    """Over the gait cycle: what the leading finding rests on, what drifted besides, then the headlines."""
    if not ((group == 0).any() and (group == 1).any()):
        return []
    rows = [analysis.rows[id] for id in first if id in analysis.rows]
    rows += [row for row in analysis.rows.values() if row.drift and row.drift.status in MOVED]
    rows += [row for line, found in by_headline(analysis.rows).items() if (row := telling(line, found)) is not None]
    chosen = {row.metric.id: row for row in rows if not row.few and row.metric.id in analysis.measured.values}
    found = [_curve(analysis, row, group) for row in chosen.values()]
    return [curve for curve in found if curve is not None][:CURVES]


def _extent(analysis: Analysis) -> tuple[float, float]:
    return float(analysis.cleaned.time[0]), float(analysis.cleaned.time[-1])


def _panel(analysis: Analysis, row: Row, group: Ints) -> Panel:
    table = analysis.strides
    time = (table["start"].to_numpy(float) + table["end"].to_numpy(float)) / 2
    values = table[row.metric.id].to_numpy(float)
    good = np.isfinite(values)
    drift = row.drift
    tested = drift is not None and np.isfinite(drift.baseline)
    centre = drift.baseline if drift and tested else row.level
    mdc = drift.mdc if drift and np.isfinite(drift.mdc) else row.floor
    across = chart.time_scale(*_extent(analysis))
    up, marks = chart.value_scale(values[good], [centre - mdc, centre + mdc])
    x, y = across(time[good]), up(values[good])
    fresh = time[group == 0]
    onset = drift.onset if drift and drift.status is Status.DRIFT else None
    return Panel(
        row=row,
        verdict=text.verdict(drift, few=row.few),
        said=_said(row),
        dots=chart.dots(x, y),
        course=chart.line(*chart.course(x, y)),
        baseline=up.at(centre),
        floor=_band(up, centre, row.floor),
        mdc=_band(up, centre, mdc),
        fresh=_stretch(across, float(fresh[0]), float(fresh[-1])) if tested and fresh.size else None,
        onset=across.at(onset.time) if onset else None,
        onset_between=_stretch(across, onset.interval.low, onset.interval.high) if onset else None,
        episode=_stretch(across, drift.episode.begin, drift.episode.end) if drift and drift.episode else None,
        gaps=tuple(_stretch(across, *gap) for gap in analysis.gaps),
        cues=_moments(analysis, across, "cue", "time"),
        anew=_moments(analysis, across, "baseline", "start")[1:],
        paused=_held(analysis, across, "pause"),
        snoozed=_held(analysis, across, "snooze"),
        ticks=_ticks(up, marks, row),
        low=up.low,
        high=up.high,
        values=[round(value, 3) if np.isfinite(value) else None for value in values.tolist()],
    )


def _moments(analysis: Analysis, across: chart.Scale, kind: str, key: str) -> tuple[float, ...]:
    """Places of a live session's events along the time axis."""
    return tuple(across.at(float(event[key])) for event in analysis.recording.events if event["event"] == kind)


def _held(analysis: Analysis, across: chart.Scale, kind: str) -> tuple[Stretch, ...]:
    """From where something of a live session was on to where it was off again; else to the end."""
    spans: list[Stretch] = []
    since: float | None = None
    last = _extent(analysis)[1]
    for event in (event for event in analysis.recording.events if event["event"] == kind):
        if event["on"] and since is None:
            since = float(event["time"])
        elif not event["on"] and since is not None:
            spans.append(_stretch(across, since, float(event["time"])))
            since = None
    if since is not None and since < last:
        spans.append(_stretch(across, since, last))
    return tuple(spans)


def _said(row: Row) -> str:
    drift = row.drift
    known = drift is not None and np.isfinite(drift.change)
    told = text.change(drift) if drift and known else text.quantity(row.level, row.metric)
    return f"{row.metric.label}: {text.verdict(drift, few=row.few)}. {told}."


def _curve(analysis: Analysis, row: Row, group: Ints) -> Curve | None:
    values = analysis.measured.values[row.metric.id]
    found = phase_curve(values, analysis.strides, analysis.measured.time, group)
    if len(found.mean) < 2 or not np.isfinite(found.mean).any(axis=1).all():
        return None
    low, high = found.mean - found.spread, found.mean + found.spread
    up, marks = chart.value_scale(low, high)
    x = found.phase * chart.WIDTH
    mean: Floats = up(found.mean)
    bands = [chart.ribbon(x, up(low[i]), up(high[i])) for i in (0, 1)]
    difference = float(np.nanmean(found.mean[1] - found.mean[0]))
    said = (
        f"{row.metric.label} over the gait cycle: at the end "
        f"{text.quantity(difference, row.metric, sign=True)} on average against the fresh part."
    )
    means = (chart.line(x, mean[0]), chart.line(x, mean[1]))
    return Curve(row, said, means, (bands[0], bands[1]), _ticks(up, marks, row))


def _ticks(up: chart.Scale, marks: list[float], row: Row) -> tuple[Tick, ...]:
    """At most four numbers, both ends among them."""
    step = max((len(marks) - 1) // 3, 1)
    decimals = max(0, -int(np.floor(np.log10(marks[1] - marks[0]) + 1e-9)))
    return tuple(Tick(up.at(m), f"{m:.{decimals}f}".replace("-", "−")) for m in marks[::step])


def _band(up: chart.Scale, centre: float, half: float) -> tuple[float, float]:
    top, bottom = up.at(centre + half), up.at(centre - half)
    return top, round(bottom - top, 1)


def _stretch(across: chart.Scale, start: float, stop: float) -> Stretch:
    left, right = (min(max(across.at(t), 0.0), chart.WIDTH) for t in (start, stop))
    return Stretch(left, round(max(right - left, 1.0), 1))
