"""When the near foot stands on the ground: initial contact and toe-off of every stride, from a side view.

Two published kinematic ways, chosen against ground reaction forces and rendered truth among those that need no force
plate (``benchmarks/legs.py`` prints all of them):

- *initial contact*: on the ground the foot goes with the ground, so against the hips it moves backwards as fast as the
  runner goes; the contact begins where the heel first does so nearly (a threshold on the speed of the foot, Ghoussayni
  et al., Gait & Posture 2004;20:266, for walkers);
- *toe-off*: the knee is straightest about when the toes leave (best of five ways in Fellin et al., J Sci Med Sport
  2010;13:646), here a constant little later.

Both use angles and differences along the runner's direction only, so a camera that follows the runner or bobs does not
matter. Both are read between frames: a frame of 33 ms would be an eighth of a contact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from posture.kinematics.body import Body
from posture.kinematics.geometry import bend, nan_median
from posture.kinematics.types import View, ViewKind
from posture.landmarks import L
from posture.series import Floats, Ints, PoseSeries
from posture.strides.period import parabola

#: Phases a stride at which its curves are looked at; events are read between them.
PHASES = 64
#: What is looked at: from so many phases before the stride to the toe-off of a contact that begins at its end, strides.
LEAD, BEHIND = 28, 2.1
#: Both frames about a moment were seen: rounding apart, their weights add up to one.
BETWEEN_SEEN = 1.0 - 1e-9
#: The foot's foremost point may lie this far from where it lies in most strides of the stretch, strides.
WANDERS = 0.2
#: How long a runner's contact may last, strides: sprinters' lasts a fifth, and half would be walking.
LASTS = (0.15, 0.5)
#: Least correlation of the heel's course over a stride with that of most strides.
ALIKE = 0.9
#: Where initial contact is looked for behind the foremost point, strides.
CONTACT = (-0.02, 0.25)
#: Where the foot surely stands: its speed there is the ground's, strides behind the foremost point.
STANDS = (0.12, 0.24)
#: Share of the ground's speed from which on the foot goes with it.
WITH_GROUND = 0.7
#: Where the foot's rearmost point is looked for behind the foremost, and the straightest knee about that, strides.
REARMOST = (0.25, 0.75)
STRAIGHTEST = (-0.2, 0.08)
#: The knee is straightest this much later than the toes leave, strides.
LATE = 0.03


@dataclass(frozen=True, eq=False)
class Contacts:
    """The near foot's contact in each stride, s; NaN where it was not seen.

    Attributes
    ----------
    begin, end : ndarray, shape (S,)
        Initial contact and toe-off.
    """

    begin: Floats
    end: Floats


def find_contacts(series: PoseSeries, view: View, start: Floats, end: Floats, segment: Ints) -> Contacts:
    """Find the contact of the near foot in each stride.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses.
    view : View
    start, end : ndarray, shape (S,)
        Of the strides, s.
    segment : ndarray of int, shape (S,)
        Stretch that each stride belongs to: within one all begin at the same place in the gait cycle.

    Returns
    -------
    Contacts
        One a stride; it may end behind the stride. All NaN from the front and from behind.
    """
    if view.kind not in (ViewKind.SIDE, ViewKind.OBLIQUE) or not len(start):
        nowhere = np.full(len(start), np.nan)
        return Contacts(nowhere, nowhere)
    body = Body(series, view, np.zeros(1))
    heel = (body.near(L.LEFT_HEEL) - body.hip)[:, 0]
    bent = bend(*(body.near(i) for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)))
    grid = np.arange(-LEAD, round(BEHIND * PHASES)) / PHASES
    moments = start[:, None] + grid * (end - start)[:, None]
    ahead, speed = sampled(heel, series, moments)
    straight, _ = sampled(-bent, series, moments)
    first = _foremost(ahead, segment)
    begins, ends = _contact(-speed, first), _toe_off(ahead, straight, first)
    with np.errstate(invalid="ignore"):
        lasts = (ends - begins) / PHASES
        believed = _own_leg(ahead, first) & (lasts >= LASTS[0]) & (lasts <= LASTS[1])
    phases = (np.where(believed, column - LEAD, np.nan) / PHASES for column in (begins, ends))
    return Contacts(*(start + (end - start) * phase for phase in phases))


def sampled(column: Floats, series: PoseSeries, moments: Floats) -> tuple[Floats, Floats]:
    """Value and speed at moments between frames; NaN beside what was not seen, and beyond its segment."""
    speed = np.gradient(column, series.time)
    cut = np.flatnonzero(np.diff(series.segment))
    speed[np.concatenate([cut, cut + 1])] = np.nan
    seen = np.isfinite(speed) & np.isfinite(column)
    if np.count_nonzero(seen) < 2:
        return np.full(moments.shape, np.nan), np.full(moments.shape, np.nan)
    curve = CubicHermiteSpline(series.time[seen], column[seen], speed[seen], extrapolate=False)
    between = np.interp(moments, series.time, seen.astype(float)) > BETWEEN_SEEN
    return np.where(between, curve(moments), np.nan), np.where(between, curve(moments, 1), np.nan)


def _foremost(ahead: Floats, segment: Ints) -> Ints:
    """(S,) column of the heel's foremost point, at the same place in the cycle for all strides of a stretch."""
    own = _largest(ahead, np.full(len(ahead), LEAD), (0.0, 1.0)) - LEAD
    turn = np.exp(2j * np.pi * own / PHASES)
    _, owner = np.unique(segment, return_inverse=True)
    usual = np.angle(np.bincount(owner, turn.real) + 1j * np.bincount(owner, turn.imag)) / (2 * np.pi)
    usual += usual < -WANDERS
    return _largest(ahead, LEAD + np.rint(usual[owner] * PHASES).astype(int), (-WANDERS, WANDERS))


def _own_leg(ahead: Floats, first: Ints) -> NDArray[np.bool_]:
    """(S,) whether the heel goes to and fro as in most strides: there the legs are not taken for each other."""
    course = _window(ahead, first, (0.0, 1.0))[0]
    course = course - course.mean(axis=1, keepdims=True)
    usual = nan_median(course.T)
    size = np.sqrt((course**2).sum(axis=1) * np.nansum(usual**2))
    with np.errstate(invalid="ignore", divide="ignore"):
        own: NDArray[np.bool_] = course @ np.nan_to_num(usual) / size >= ALIKE
    return own


def _window(values: Floats, around: Ints, between: tuple[float, float]) -> tuple[Floats, Ints]:
    """Values of each row between two phases about a column, and the first of its columns."""
    low, high = (round(edge * PHASES) for edge in between)
    columns = around[:, None] + np.arange(low, high + 1)
    return np.take_along_axis(values, np.clip(columns, 0, values.shape[1] - 1), axis=1), columns[:, 0]


def _largest(values: Floats, around: Ints, between: tuple[float, float]) -> Ints:
    """(S,) column of the largest value that was seen."""
    part, first = _window(values, around, between)
    column: Ints = first + np.argmax(np.nan_to_num(part, nan=-np.inf), axis=1)
    return column


def _contact(back: Floats, first: Ints) -> Floats:
    """(S,) column at which the heel first goes backwards nearly as fast as the ground."""
    ground = np.median(_window(back, first, STANDS)[0], axis=1)
    part, begin = _window(back - WITH_GROUND * ground[:, None], first, CONTACT)
    row, at = np.arange(len(part)), np.argmax(part >= 0, axis=1)
    before, after = part[row, at - 1], part[row, at]
    with np.errstate(invalid="ignore", divide="ignore"):
        column: Floats = begin + at - after / (after - before)
    return np.where((at > 0) & np.isfinite(part).all(axis=1), column, np.nan)


def _toe_off(ahead: Floats, straight: Floats, first: Ints) -> Floats:
    """(S,) column at which the toes leave: a little before the knee is straightest."""
    rear = _largest(-ahead, first, REARMOST)
    part, begin = _window(straight, rear, STRAIGHTEST)
    row, at = np.arange(len(part)), np.argmax(part, axis=1)
    inside = (at > 0) & (at < part.shape[1] - 1) & np.isfinite(part).all(axis=1)
    at = np.clip(at, 1, part.shape[1] - 2)
    column = begin + at + parabola(*(part[row, at + k] for k in (-1, 0, 1))) - LATE * PHASES
    return np.where(inside, column, np.nan)
