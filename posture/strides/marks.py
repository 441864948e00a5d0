"""Where strides begin and end: the peaks of a signal, completed by the rhythm where a peak is missing.

All in frames with fractions. A stride may begin anywhere in the gait cycle, as long as all of a stretch begin at the
same place in it; the foot's foremost point is taken where the stretch is long enough not to lose a stride by it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from posture.series import Floats
from posture.strides.period import PERIODIC, parabola
from posture.strides.signals import Signal
from posture.strides.types import FEW_STRIDES

#: Smallest distance of two peaks, in periods (section 1.5 of the method).
PEAK_DISTANCE = 0.6
#: Least height of a peak above the mean of its cycle, in standard deviations of the signal (a sine's peak has 1.4).
HEIGHT = 0.5
#: Two marks are whole periods apart if they are so within this share of one: half of what makes a stride unlike its
#: neighbours, as the other half belongs to the other mark.
FITS = 0.1
#: At most so many marks in a row are put in where the signal has none: sides that the estimator confuses break the
#: rhythm of one foot for some strides, while that of the body, which the period is told by, goes on.
MOST_MISSING = 8
#: However many are missing, the two marks around them must be whole periods apart within this share of one.
FITS_AT_MOST = 0.25
#: A stride beyond the outermost marks must swing at least this share of the usual extent: beyond it nobody runs.
STILL_SWINGS = 0.5
#: Peaks this close to an end are replaced by the rhythm, standard deviations of the smoothing.
EDGE = 2.0
#: Share of a stride that may be missing at the ends of a stretch: two per cent is how well a period is known from
#: two cycles, and each end is only known to a frame.
SHORT = 0.03


def peaks(chosen: Signal, period: Floats, strength: Floats) -> Floats:
    """Peaks of a signal where it is periodic.

    Parameters
    ----------
    chosen : Signal
        At even times.
    period, strength : ndarray, shape (T,)
        Frames per cycle of the signal, and how periodic it is, 0 to 1.
    """
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
    found, _ = signal.find_peaks(smooth, distance=max(PEAK_DISTANCE * shortest, 1))
    high = rise[found] >= np.maximum(HEIGHT * usual[found], 0.25 * chosen.swing)
    found = found[high & (strength[found] >= PERIODIC)]
    return found + parabola(smooth[found - 1], smooth[found], smooth[found + 1])


def strides_of(chosen: Signal, marks: Floats, period: Floats) -> tuple[Floats, Floats]:
    """Starts and ends of the strides in a stretch of one rhythm.

    Parameters
    ----------
    chosen : Signal
    marks : ndarray
        Peaks of the signal.
    period : ndarray, shape (T,)
        Frames per stride.
    """
    begin, end = -0.5, len(period) - 0.5
    usual = float(np.median(period))
    if end - begin < usual * (1 - SHORT):
        # A piece between two holes in time: the stride reaches into them on both sides.
        return np.array([0.5 * (begin + end - usual)]), np.array([0.5 * (begin + end + usual)])
    usual = _fitting(usual, end - begin)
    # What is smoothed beside an end leans towards it.
    margin = EDGE * chosen.smoothing * usual / chosen.cycles
    sound = marks[(marks > begin + margin) & (marks < end - margin)]
    edges = _filled(sound, period / chosen.cycles)[:: chosen.cycles]
    if not len(edges):
        edges = np.array([0.5 * (begin + end) - usual])
    edges = _extended(edges, usual, begin, end)
    if len(edges) <= FEW_STRIDES:
        edges = _extended(edges + _shift(edges, usual, begin, end), usual, begin, end)
    edges = np.clip(edges, begin, end)
    starts, ends = edges[:-1], edges[1:]
    near = (ends - starts) < 2.5 * period[((starts + ends) / 2).astype(int)]
    near &= _swings(chosen, starts, ends)
    return starts[near], ends[near]


def _fitting(period: float, length: float) -> float:
    """A period that a stretch of whole strides nearly holds is made to fit: in so few it is not known any better."""
    number = max(round(length / period), 1)
    return length / number if 0 < number * period - length <= SHORT * length and number <= FEW_STRIDES else period


def _filled(marks: Floats, period: Floats) -> Floats:
    """With evenly placed marks where two are a few whole periods apart."""
    if len(marks) < 2:
        return marks
    cycles = np.r_[0.0, np.cumsum(1.0 / period)]
    gaps = np.diff(np.interp(marks, np.arange(len(cycles)), cycles))
    number = np.rint(gaps).astype(int)
    near = np.abs(gaps - number) <= np.minimum(FITS * number, FITS_AT_MOST)
    fits = (number > 1) & (number <= MOST_MISSING + 1) & near
    number = np.where(fits, number, 1)
    first = np.cumsum(number) - number
    order = np.arange(number.sum()) - np.repeat(first, number)
    between = np.repeat(marks[:-1], number) + order * np.repeat(np.diff(marks) / number, number)
    return np.append(between, marks[-1])


def _extended(edges: Floats, period: float, begin: float, end: float) -> Floats:
    """With marks at whole periods before the first and after the last, as far as the stretch goes."""
    before = int((edges[0] - begin) / period + SHORT)
    after = int((end - edges[-1]) / period + SHORT)
    return np.concatenate(
        [edges[0] - period * np.arange(before, 0, -1), edges, edges[-1] + period * np.arange(1, after + 1)]
    )


def _shift(edges: Floats, period: float, begin: float, end: float) -> float:
    """The smallest shift of all marks that lets the stretch hold one stride more, or none."""
    lead, tail = float(edges[0]) - begin, end - float(edges[-1])
    spare = lead + tail - period
    if spare < -SHORT * period * len(edges):
        return 0.0
    spare = max(spare, 0.0)
    # Either the first mark goes to the very beginning, or the last one to the very end.
    back, forth = -max(lead - spare, 0.0), max(tail - spare, 0.0)
    return back if -back < forth else forth


def _swings(chosen: Signal, starts: Floats, ends: Floats) -> NDArray[np.bool_]:
    """(S,) strides in which the signal moves as far as a stride does, or is not seen."""
    seen = np.isfinite(chosen.values)
    spans = np.stack([np.maximum(starts, 0), np.minimum(ends + 1, len(seen) - 1)], axis=1).astype(int).ravel()
    high = np.maximum.reduceat(np.where(seen, chosen.values, -np.inf), spans)[::2]
    low = np.minimum.reduceat(np.where(seen, chosen.values, np.inf), spans)[::2]
    extent = np.where(high >= low, high - low, np.nan)
    usual = float(np.nanmedian(extent)) if np.isfinite(extent).any() else 0.0
    return ~(extent < max(STILL_SWINGS * usual, chosen.swing))
