"""Cutting a pose series into strides: choose a signal, follow its period, mark its peaks, refuse what does not fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage, signal

from posture.kinematics.types import View
from posture.series import Floats, PoseSeries
from posture.settings import StrideSettings
from posture.strides.period import PERIODIC, SHORTEST, local_period, parabola
from posture.strides.signals import Signal, candidates, torso_scale

#: A signal that is seen and periodic in this share of the frames is taken without looking at the next: below it, sides
#: that the estimator confuses may break the rhythm of the feet while the body bounces on.
RELIABLE = 0.9
#: A signal is not looked at if it is seen in less than this share of the frames.
LEAST_SEEN = 0.1
#: Smallest distance of two peaks, in periods (section 1.5 of the review).
PEAK_DISTANCE = 0.6
#: Least height of a peak above the mean of its cycle, in standard deviations of the signal (a sine's peak has 1.4).
HEIGHT = 0.5
#: Frames per second below which no stride is told: the quickest have fewer frames than the five numbers that a stride
#: is fitted with, and every second mark is missed (at 7.5 frames/s, half the true cadence was read).
LEAST_RATE = 10.0
#: Number of strides whose median a stride is compared with.
MEDIAN_STRIDES = 11
#: Neighbours in its segment from which on a stride is judged by them alone.
ENOUGH_NEIGHBOURS = 2
#: Frames that are closer than this to even times, in steps, are taken to be even: a clock that rounds to a millisecond.
EVEN = 0.1

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
    """
    scale = torso_scale(series)
    edges = np.flatnonzero(np.diff(series.segment)) + 1
    tables = [
        _segment_strides(series, view, scale, slice(int(a), int(b)), settings)
        for a, b in zip(np.r_[0, edges], np.r_[edges, len(series)], strict=True)
    ]
    filled = [t for t in tables if len(t)]
    table = pd.concat(filled, ignore_index=True) if filled else _empty()
    table["stride"] = np.arange(len(table))
    _judge_lonely(table, settings)
    return table


def _empty() -> pd.DataFrame:
    kinds = {"kept": bool, "reason": str, "signal": str, "stride": int, "segment": int, "first": int, "last": int}
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, float)) for name in COLUMNS})


def _segment_strides(
    series: PoseSeries, view: View, scale: Floats, frames: slice, settings: StrideSettings
) -> pd.DataFrame:
    time = series.time[frames]
    if len(time) < 3 or time[-1] - time[0] < SHORTEST:
        return _empty()
    rate = (len(time) - 1) / (time[-1] - time[0])
    if rate < 0.98 * LEAST_RATE:
        return _empty()
    found = _choose(candidates(series, view, scale, frames), time, rate)
    if found is None:
        return _empty()
    chosen, even, period, strength = found
    marks = _marks(even, period, strength)
    starts, ends = _pair(marks, chosen.cycles, period)
    if not len(starts):
        return _empty()
    table = _rows(chosen, time, time[0] + starts / rate, time[0] + ends / rate, frames.start)
    table["segment"] = int(series.segment[frames.start])
    return _judge(table, settings)


def _choose(signals: Iterable[Signal], time: Floats, rate: float) -> tuple[Signal, Signal, Floats, Floats] | None:
    """The first signal that is seen and periodic nearly throughout, else the one that is so the most.

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
    best, best_score = None, 0.0
    for candidate in signals:
        seen = np.isfinite(candidate.values)
        if seen.mean() < LEAST_SEEN:
            continue
        even = replace(candidate, values=_evenly(candidate.values, time, rate))
        moving = np.gradient(even.values) if even.wanders else even.values
        period, strength = local_period(moving, rate, even.cycles)
        score = float(np.mean(np.isfinite(even.values) & (strength >= PERIODIC)))
        if score >= RELIABLE:
            return candidate, even, period, strength
        if score > best_score:
            best, best_score = (candidate, even, period, strength), score
    return best


def _evenly(values: Floats, time: Floats, rate: float) -> Floats:
    """A column at as many evenly spaced times; NaN between two frames of which one was not seen."""
    even = time[0] + np.arange(len(time)) / rate
    if np.abs(even - time).max() * rate < EVEN:
        return values
    evenly: Floats = np.interp(even, time, values)
    return evenly


def _marks(chosen: Signal, period: Floats, strength: Floats) -> Floats:
    """Peaks of the signal where it is periodic, in frames with fractions."""
    seen = np.isfinite(chosen.values)
    frames = np.arange(len(seen))
    cycle = max(round(float(np.nanmedian(period))), 1)
    filled = np.interp(frames, frames[seen], chosen.values[seen])
    if chosen.wanders:
        filled -= ndimage.uniform_filter1d(filled, cycle, mode="nearest")
    smooth = ndimage.gaussian_filter1d(filled, chosen.smoothing * cycle, mode="nearest")
    # Height above the cycle's mean, not prominence: a peak close to a cut has only one flank.
    rise = smooth - ndimage.uniform_filter1d(smooth, cycle, mode="mirror")
    # The running sum behind the filter may end a rounding error below zero.
    usual = np.sqrt(np.maximum(ndimage.uniform_filter1d(rise**2, 3 * cycle, mode="mirror"), 0.0))
    steady = seen & (strength >= PERIODIC)
    shortest = float(np.min(period[steady])) if steady.any() else cycle
    peaks, _ = signal.find_peaks(smooth, distance=max(PEAK_DISTANCE * shortest, 1))
    high = rise[peaks] >= np.maximum(HEIGHT * usual[peaks], 0.25 * chosen.swing)
    peaks = peaks[high & (strength[peaks] >= PERIODIC)]
    return peaks + parabola(smooth[peaks - 1], smooth[peaks], smooth[peaks + 1])


def _pair(marks: Floats, cycles: int, period: Floats) -> tuple[Floats, Floats]:
    """Strides from marks: every mark to the next but ``cycles - 1``, left out where more than one mark is missing."""
    edges = marks[::cycles]
    starts, ends = edges[:-1], edges[1:]
    expected = cycles * period[((starts + ends) / 2).astype(int)] if len(starts) else starts
    near = (ends - starts) < 2.5 * expected
    return starts[near], ends[near]


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
