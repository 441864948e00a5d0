"""Cutting a pose series into strides: choose a signal, follow its period, mark its peaks, refuse what does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage

from posture.kinematics.types import View
from posture.series import Floats, PoseSeries
from posture.settings import StrideSettings
from posture.strides.marks import peaks, strides_of
from posture.strides.period import PERIODIC, local_period
from posture.strides.signals import Signal, candidates, evenly, torso_scale
from posture.strides.tempo import Pace, tempo
from posture.strides.types import TORN

#: A signal that is seen and periodic in this share of the frames is taken without looking at the next: below it, sides
#: that the estimator confuses may break the rhythm of the feet while the body bounces on.
RELIABLE = 0.9
#: A signal is not looked at if it is seen in less than this share of the frames.
LEAST_SEEN = 0.1
#: Number of strides whose median a stride is compared with.
MEDIAN_STRIDES = 11
#: Neighbours in its segment from which on a stride is judged by them alone.
ENOUGH_NEIGHBOURS = 2
#: Fewest frames in which anything can be looked for.
FEWEST = 3

COLUMNS = (
    "stride",
    "segment",
    "start",
    "end",
    "first",
    "last",
    "duration",
    "kept",
    "reason",
    "valid_fraction",
    "signal",
)


def find_strides(series: PoseSeries, view: View, settings: StrideSettings) -> pd.DataFrame:
    """Find the strides of a clip.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses; each uninterrupted stretch (``series.segment``) is treated by itself.
    view : View
    settings : StrideSettings

    Returns
    -------
    DataFrame
        One row a stride: ``stride``, ``segment``, ``start`` and ``end`` (s, between frames), ``first`` and ``last``
        (frame indices, ``last`` exclusive), ``duration`` (s), ``kept``, ``reason`` (empty if kept),
        ``valid_fraction`` and ``signal`` (what it was found in). Standing gives no rows.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.kinematics import find_view
    >>> from posture.settings import StrideSettings
    >>> series = shipped_runner()
    >>> bounds = find_strides(series, find_view(series), StrideSettings())
    >>> len(bounds), round(120.0 / (bounds["end"] - bounds["start"]).median())
    (81, 164)
    """
    scale = torso_scale(series)
    tables = [_stretch_strides(series, view, scale, pace) for pace in tempo(series, scale)]
    filled = [t for t in tables if len(t)]
    table = pd.concat(filled, ignore_index=True) if filled else _empty()
    table["stride"] = np.arange(len(table))
    table = _judge(table, settings)
    _judge_lonely(table, settings)
    return table


def _empty() -> pd.DataFrame:
    kinds = {"kept": bool, "reason": str, "signal": str, "stride": int, "segment": int, "first": int, "last": int}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, float)) for name in COLUMNS})


def _stretch_strides(series: PoseSeries, view: View, scale: Floats, pace: Pace) -> pd.DataFrame:
    frames, time = pace.frames, series.time[pace.frames]
    if len(time) < FEWEST:
        return _empty()
    rate = (len(time) - 1) / (time[-1] - time[0])
    found = _choose(candidates(series, view, scale, frames), time, rate, pace)
    if found is None:
        return _empty()
    chosen, even, period, strength = found
    if pace.torn:
        table = _rows(chosen, time, time[:1], time[-1:], frames.start)
        table["segment"] = int(series.segment[frames.start])
        reject(table, np.ones(1, dtype=bool), TORN)
        return table
    starts, ends = strides_of(even, peaks(even, period, strength), period * even.cycles)
    # A frame stands for the time around it, but no clip begins before its first moment.
    table = _rows(chosen, time, np.maximum(time[0] + starts / rate, 0.0), time[0] + ends / rate, frames.start)
    table["segment"] = int(series.segment[frames.start])
    return table


def _choose(
    signals: Iterable[Signal], time: Floats, rate: float, pace: Pace
) -> tuple[Signal, Signal, Floats, Floats] | None:
    """The first signal that is seen and keeps the rhythm nearly throughout, else the one that does so the most.

    Returns
    -------
    Signal
        At the frames.
    Signal
        At as many even times, which is what periods and peaks are looked for in: where frames are lost at random, the
        frames of a stride are no measure of its duration.
    ndarray, shape (T,)
        Period at the even times, in their steps.
    ndarray, shape (T,)
        Its certainty, 0 to 1.
    """
    best, best_score = None, -1.0
    for candidate in signals:
        seen = np.isfinite(candidate.values)
        if seen.mean() < LEAST_SEEN:
            continue
        even = replace(candidate, values=_evenly(candidate.values, time, rate))
        moving = np.gradient(even.values) if even.wanders else even.values
        typical = pace.period * rate / even.cycles
        period, strength = local_period(moving, typical, pace.reach)
        period = np.where(np.isfinite(period), period, typical)
        score = float(np.mean(np.isfinite(even.values) & (strength >= PERIODIC)))
        if score >= RELIABLE:
            return candidate, even, period, strength
        if score > best_score:
            best, best_score = (candidate, even, period, strength), score
    return best


def _evenly(values: Floats, time: Floats, rate: float) -> Floats:
    return evenly(values[:, None], time, rate)[:, 0]


def _rows(chosen: Signal, time: Floats, starts: Floats, ends: Floats, offset: int) -> pd.DataFrame:
    first, last = np.searchsorted(time, starts), np.searchsorted(time, ends)
    seen = np.r_[0, np.cumsum(np.isfinite(chosen.values))]
    return pd.DataFrame(
        {
            "stride": 0,
            "segment": 0,
            "start": starts,
            "end": ends,
            "first": first + offset,
            "last": last + offset,
            "duration": ends - starts,
            "kept": True,
            "reason": "",
            "valid_fraction": (seen[last] - seen[first]) / np.maximum(last - first, 1),
            "signal": chosen.name,
        }
    )


def _judge(table: pd.DataFrame, settings: StrideSettings) -> pd.DataFrame:
    """Refuse strides that are much shorter or longer than their neighbours, or not seen."""
    duration = table["duration"].to_numpy()
    usual = ndimage.median_filter(duration, MEDIAN_STRIDES, mode="nearest")
    reject(table, duration < (1 - settings.tolerance) * usual, "much shorter than the strides around it")
    reject(table, duration > (1 + settings.tolerance) * usual, "much longer than the strides around it")
    reject(table, table["valid_fraction"].to_numpy() < settings.min_valid, "the leg was hidden")
    return table


def _judge_lonely(table: pd.DataFrame, settings: StrideSettings) -> None:
    """Refuse strides of a short segment, which has no neighbours to compare with, that no other segment comes near."""
    neighbours = table.groupby("segment")["stride"].transform("size").to_numpy() - 1
    duration = table["duration"].to_numpy()
    sure = duration[(neighbours >= ENOUGH_NEIGHBOURS) & table["kept"].to_numpy()]
    if sure.size:
        near = (duration >= (1 - settings.tolerance) * sure.min()) & (duration <= (1 + settings.tolerance) * sure.max())
        reject(table, (neighbours < ENOUGH_NEIGHBOURS) & ~near, "unlike any other stride of the clip")


def reject(table: pd.DataFrame, which: NDArray[np.bool_], reason: str) -> None:
    """Mark strides as rejected, in place; a stride keeps the first reason it got."""
    new = which & table["kept"].to_numpy()
    table.loc[new, "reason"] = reason
    table.loc[new, "kept"] = False
