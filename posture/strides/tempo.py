"""The stride time at every frame of a clip: shot by shot, through holes in time, and by looks into long recordings."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from posture.series import Floats, PoseSeries
from posture.strides.rhythm import OVERLAPPING, SHORTEST, WINDOWS, find_rhythm
from posture.strides.signals import movement

#: A pause between two segments up to which a runner is taken to go on as before, s: about a stride.
LONGEST_HOLE = 1.0
#: A pause in time against a cut, frames.
PAUSE = 1.5
#: Frames per second below which no stride is told: the quickest have fewer frames than the five numbers that a stride
#: is fitted with, and every second mark is missed (at 7.5 frames/s, half the true cadence was read).
LEAST_RATE = 10.0
#: A clock that rounds to a millisecond may show a rate this much lower than it is.
ROUNDED = 0.98
#: Shots longer than this are looked into every so often, s: one signal follows the pace well from one look to the next.
LONG, EVERY = 180.0, 120.0
#: Length of a look, s: the longest window but one.
LOOK = WINDOWS[-2]
#: A pace that changes by this ratio from one moment to the next is another: a change of the playing speed.
CHANGE = 1.2
#: Share of a stride that a stretch must hold: as much of it as must be seen (method 1.5).
WHOLE = 0.9
#: How far from the stride time told here a single signal may find its own, ratio: little where every moment was looked
#: at, more where the pace may have changed since the last look.
CLOSE, FAR = 1.3, 1.6


@dataclass(frozen=True, eq=False)
class Pace:
    """A stretch of one rhythm within a segment.

    Attributes
    ----------
    frames : slice
    period : ndarray
        Stride time at each of the frames, s.
    reach : float
        Ratio within which a signal's own period lies.
    torn : bool
        Whether it is a piece between two holes in time that holds no stride.
    """

    frames: slice
    period: Floats
    reach: float
    torn: bool


def tempo(series: PoseSeries, scale: Floats) -> Iterator[Pace]:
    """The stretches of a clip in which something keeps a rhythm; a clip may hold several, each at a pace of its own.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses.
    scale : ndarray, shape (T,)
        Torso length, pixels.

    Yields
    ------
    Pace
    """
    for shot in _shots(series):
        whole = slice(shot[0].start, shot[-1].stop)
        time = series.time[whole]
        rate = _rate(series, whole)
        if len(time) < 3 or time[-1] - time[0] < SHORTEST or rate < ROUNDED * LEAST_RATE:
            continue
        long = time[-1] - time[0] > LONG
        period = (_by_looks if long else _throughout)(series, scale, whole, rate)
        for frames in shot:
            own = period[frames.start - whole.start : frames.stop - whole.start]
            for stretch in _stretches(own):
                held = _length(series.time[frames][stretch], rate) / float(own[stretch].min())
                if held >= WHOLE or len(shot) > 1:
                    inside = slice(frames.start + stretch.start, frames.start + stretch.stop)
                    yield Pace(inside, own[stretch], FAR if long else CLOSE, held < WHOLE)


def _length(time: Floats, rate: float) -> float:
    """Seconds that frames stand for, the last one until the next."""
    return float(time[-1] - time[0]) + 1 / rate


def _stretches(period: Floats) -> list[slice]:
    """Runs of frames whose period goes on."""
    known = np.isfinite(period)
    with np.errstate(invalid="ignore"):
        broken = np.abs(np.diff(np.log(period))) > np.log(CHANGE)
    number = np.cumsum(np.r_[False, broken | (np.diff(known) != 0)])
    starts = np.r_[0, np.flatnonzero(np.diff(number)) + 1]
    runs = [slice(int(a), int(b)) for a, b in itertools.pairwise(np.r_[starts, len(period)])]
    return [r for r in runs if known[r.start]]


def _shots(series: PoseSeries) -> list[list[slice]]:
    """Segments that belong together: holes in time break no rhythm, cuts do."""
    edges = np.r_[0, np.flatnonzero(np.diff(series.segment)) + 1, len(series)]
    shots: list[list[slice]] = []
    for a, b in itertools.pairwise(edges.tolist()):
        pause = series.time[a] - series.time[a - 1] if a else np.inf
        if PAUSE / series.rate < pause <= LONGEST_HOLE:
            shots[-1].append(slice(a, b))
        elif b > a:
            shots.append([slice(a, b)])
    return shots


def _rate(series: PoseSeries, frames: slice) -> float:
    """Frames per second within the segments of a shot; 0 where there are none."""
    steps = np.diff(series.time[frames])[np.diff(series.segment[frames]) == 0]
    return len(steps) / float(steps.sum()) if len(steps) else 0.0


def _throughout(
    series: PoseSeries, scale: Floats, frames: slice, rate: float, overlapping: int = OVERLAPPING
) -> Floats:
    """Stride time at each frame of a shot, s."""
    rhythm = find_rhythm(movement(series, scale, frames, rate), overlapping)
    time = series.time[frames]
    at = np.rint((time - time[0]) * rate).astype(int)
    period: Floats = rhythm[np.clip(at, 0, len(rhythm) - 1)] / rate
    return period


def _by_looks(series: PoseSeries, scale: Floats, frames: slice, rate: float) -> Floats:
    """Stride time at each frame of a long shot, s, between looks that found one; where it fails is told later."""
    time = series.time[frames]
    starts = np.linspace(time[0], time[-1] - LOOK, max(int((time[-1] - time[0]) / EVERY), 2))
    middle, usual = [], []
    for start in starts:
        first, last = np.searchsorted(time, (start, start + LOOK))
        look = slice(frames.start + int(first), frames.start + int(last))
        period = _throughout(series, scale, look, rate, 1) if last - first > 3 else np.full(1, np.nan)
        if np.isfinite(period).any():
            middle.append(start + LOOK / 2)
            usual.append(float(np.nanmedian(period)))
    return np.interp(time, middle, usual) if middle else np.full(len(time), np.nan)
