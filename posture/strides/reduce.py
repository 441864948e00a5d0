"""From frames to strides: one row a stride, one column a metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from posture.kinematics.registry import CARRIAGE, METRICS
from posture.kinematics.stage import ROUNDED
from posture.kinematics.types import Metrics, View, ViewKind
from posture.series import Floats, Ints, PoseSeries
from posture.strides.contacts import find_contacts
from posture.strides.gait import judge_gait
from posture.strides.glimpse import strides_shown
from posture.strides.grouping import HARMONICS, Grouping, at_phases, most_frequent
from posture.strides.landing import landing_columns
from posture.strides.played import TIMED
from posture.strides.segment import reject
from posture.strides.smoothness import sparc
from posture.strides.types import Clock, Event, Strides

#: Share of a stride's frames in which a metric must be seen to have a value (section 1.5 of the review).
MIN_SEEN = 0.9


def stride_table(
    series: PoseSeries, view: View, metrics: Metrics, bounds: pd.DataFrame, events: Sequence[Event]
) -> Strides:
    """Reduce every metric to one value per stride.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses.
    view : View
    metrics : Metrics
    bounds : DataFrame
        From :func:`posture.strides.segment.find_strides`.
    events : sequence of Event
        Strides that touch one are rejected for it, not averaged in.

    Returns
    -------
    Strides

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.kinematics import compute, find_view
    >>> from posture.settings import StrideSettings
    >>> from posture.strides import find_events, find_strides
    >>> series = shipped_runner()
    >>> view = find_view(series)
    >>> bounds, metrics = find_strides(series, view, StrideSettings()), compute(series, view)
    >>> found = stride_table(series, view, metrics, bounds, find_events(series, view))
    >>> found.gait, len(found.kept)
    (<Gait.RUNNING: 'running'>, 81)
    """
    table = bounds.copy()
    group = grouping(table, series.time)
    if len(table):
        table["view"] = most_frequent(group, view.frame_kind, sorted(ViewKind))
        table["yaw"] = group.mean(view.frame_yaw)
    else:
        table["view"], table["yaw"] = pd.Series(dtype=str), pd.Series(dtype=float)
    for event in events:
        touched = (table["start"] < event.end) & (table["end"] > event.start)
        reject(table, touched.to_numpy(), str(event.kind))
    gait, clock = judge_gait(series, view, table, group)
    columns = {name: _reduce(name, metrics, group, series.rate) for name in CARRIAGE}
    where = (table[name].to_numpy() for name in ("start", "end", "segment"))
    columns |= landing_columns(metrics.values, series, table, find_contacts(series, view, *where))
    if clock.slow or clock.fast:
        columns |= dict.fromkeys(TIMED, np.full(len(table), np.nan))
    table = pd.concat([table, pd.DataFrame(columns, index=table.index)], axis=1)
    kept = table[table["kept"]]
    named = kept if len(kept) else table
    signal = str(named["signal"].mode().iloc[0]) if len(named) else ""
    rejected = {str(k): int(n) for k, n in table.loc[~table["kept"], "reason"].value_counts().items()}
    shown = float("nan") if len(table) else strides_shown(series)
    return Strides(table, gait, signal, clock, rejected, tuple(events), shown)


def clip_clock(series: PoseSeries, view: View, bounds: pd.DataFrame) -> Clock:
    """How a clip plays, from strides alone: before anything that is measured in seconds.

    Parameters
    ----------
    series : PoseSeries
    view : View
    bounds : DataFrame
        From :func:`posture.strides.segment.find_strides`.
    """
    return judge_gait(series, view, bounds.copy(), grouping(bounds, series.time))[1]


def without_times(metrics: Metrics, strides: Strides) -> Metrics:
    """The metrics of a clip, less those that hang on a clock which its strides show not to be life's."""
    clock = strides.clock
    if not clock.slow and not clock.fast:
        return metrics
    plays = f"plays {clock.words()} {'slower' if clock.slow else 'faster'} than life"
    reason = f"This clip {plays}; give --slow-motion with the factor to get it."
    if clock.fast:
        reason = f"This clip {plays}: its clock is wrong."
    timed = TIMED if clock.sure else {*TIMED, "smooth"}
    values = {name: column for name, column in metrics.values.items() if name not in timed}
    return replace(metrics, values=values, withheld={**metrics.withheld, **dict.fromkeys(timed, reason)})


def grouping(table: pd.DataFrame, time: Floats) -> Grouping:
    """The frames of each stride of a table."""
    start, end = (table[name].to_numpy(float) for name in ("start", "end"))
    first, last = (table[name].to_numpy(int) for name in ("first", "last"))
    return Grouping(time, start, end, first, last)


def _reduce(name: str, metrics: Metrics, group: Grouping, rate: float) -> Floats:
    """(S,) one metric per stride; NaN where it was seen in too few of the stride's frames."""
    if name == "cadence":
        return 120.0 / (group.end - group.start)
    column = metrics.values.get(name)
    if column is None or not np.isfinite(column).any():
        return np.full(len(group.start), np.nan)
    match METRICS[name].reduction:
        case "mean":
            values = group.mean(group.completed(column))
        case "amplitude":
            values = group.amplitude(column)
        case "p95":
            values = group.quantile(column, 0.95)
        case "p05":
            values = group.quantile(column, 0.05)
        case "share":
            values = 100.0 * group.mean(np.where(np.isfinite(column), column < 0, np.nan))
        case "stride":
            values = sparc(column, group, rate) if name == "smooth" else _per_step(column, group)
    enough = (group.seen(column) >= MIN_SEEN) & (group.rate >= ROUNDED * METRICS[name].least_rate)
    return np.where(enough, values, np.nan)


def _per_step(column: Floats, group: Grouping) -> Floats:
    """(S,) peak to peak per step: the part of the fit that repeats twice a stride."""
    fitted = group.harmonics(column)
    return 2.0 * np.hypot(fitted[:, 2], fitted[:, 2 + HARMONICS])


@dataclass(frozen=True, eq=False)
class PhaseCurve:
    """A metric over the gait cycle, by group of strides.

    Attributes
    ----------
    phase : ndarray, shape (P,)
        Gait cycles, 0 to 1, from the mark that starts a stride.
    mean, spread : ndarray, shape (G, P)
        Mean and standard deviation over the group's strides.
    """

    phase: Floats
    mean: Floats
    spread: Floats


def phase_curve(values: Floats, table: pd.DataFrame, time: Floats, group: Ints, bins: int = 50) -> PhaseCurve:
    """Mean course of a metric over the gait cycle, for groups of strides (the fresh part, the end ...).

    Parameters
    ----------
    values : ndarray, shape (T,)
    table : DataFrame
        Strides, one row each.
    time : ndarray, shape (T,)
    group : ndarray of int, shape (S,)
        Group of each stride, 0 to G - 1; negative ones are left out.
    bins : int
        Number of phases.
    """
    phase = (np.arange(bins) + 0.5) / bins
    start, end = (table[name].to_numpy(float) for name in ("start", "end"))
    courses = at_phases(values, time, start, end, phase)
    members = group == np.arange(int(group.max(initial=-1)) + 1)[:, None]
    known = np.isfinite(courses)
    filled = np.where(known, courses, 0.0)
    count = members.astype(float) @ known
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = members @ filled / count
        square = members @ filled**2 / count
    return PhaseCurve(phase, mean, np.sqrt(np.maximum(square - mean**2, 0.0)))
