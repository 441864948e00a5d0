"""Left and right put back where the estimator exchanged them.

A limb is followed as two tracks. Where the tracks continue, at constant velocity, better with left and right
exchanged than as labelled, the sides changed there. Legs cross at every step in side view and arms pass each
other: only the continuity of velocity counts, never which one is in front.

Which changes to believe is decided for the whole clip at once: the cheapest sequence of "kept" and "changed"
steps (a two-state Viterbi search). The cost of a step depends on whether the step before was a change, as the
prediction needs two earlier frames. Written as 2 x 2 matrices under (min, +), the search is associative and so
runs as a prefix scan over arrays instead of a loop over frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture.cleaning.running import stretches
from posture.series import Floats, Ints

#: Longest stretch taken for a swap, s; a longer one cannot be told from a turn of the runner (method 4).
LONGEST = 1.0

#: What a change of sides costs, torso lengths of misfit: a pair closer together than this need not be put
#: right (method 4).
_SEPARATION = 0.1

#: The same as a share of what constant velocity usually misses the clip's own limbs by: with a few frames a stride,
#: limbs that pass each other fit exchanged as well as kept. Ten motion-captured runners at 150 to 220 steps/min, 53
#: minutes each: 540 false exchanges of arms become 2 at 10 frames/s, 224 become 1 at 12, 35 become 0 at 15 and 20;
#: true ones that are put back: 24, 49, 70 and 95 % instead of 41, 61, 76 and 93 %.
_OF_USUAL = 0.3

#: What being swapped costs, torso lengths of misfit per second: the shorter of two readings is the likelier.
_RARE = 1.0

#: A gap of more than this, s, is too long to predict across: what lies behind it is judged by itself.
_BRIDGE = 0.15

#: Error beyond which a point says no more than "not here", torso lengths: an outlier of one landmark must not
#: decide for the limb.
_CAP = 0.3


@dataclass(frozen=True, eq=False)
class Repair:
    """Where a limb's sides are exchanged.

    Attributes
    ----------
    swapped : ndarray of bool, shape (T,)
        Frames whose left and right must be exchanged.
    events : int
        Number of uninterrupted swapped stretches.
    changes_left : int
        Changes of side that were found and left, as they do not end within a second.
    """

    swapped: NDArray[np.bool_]
    events: int
    changes_left: int


def find(time: Floats, points: Floats, segment: Ints, torso: Floats) -> Repair:
    """Find the stretches of at most a second in which a limb's sides are exchanged.

    Parameters
    ----------
    time : ndarray, shape (T,)
        Seconds.
    points : ndarray, shape (T, 2, P, 2)
        Left and right of the P landmarks whose motion is evidence; pixels, NaN where not seen.
    segment : ndarray of int, shape (T,)
        Nothing is compared across its edges.
    torso : ndarray, shape (T,)
        Torso length, pixels; NaN where it is unknown, and then nothing is repaired.

    Returns
    -------
    Repair
    """
    usable = np.isfinite(points[..., 0]).any(axis=(1, 2)) & np.isfinite(torso)
    swapped = np.zeros(time.size, dtype=bool)
    frames, piece = stretches(time, usable, segment, _BRIDGE)
    if frames.size < 3:
        return Repair(swapped, 0, 0)
    time, points = time[frames], points[frames]
    side = _cheapest(time, _step_costs(time, points, torso[frames], piece), piece)
    wrong, left_alone = _short_stretches(time, piece, side)
    swapped[frames] = wrong
    events = int(np.count_nonzero(np.diff(swapped.astype(int), prepend=0) == 1))
    return Repair(swapped, events, left_alone)


def _step_costs(time: Floats, points: Floats, torso: Floats, piece: Ints) -> Floats:
    """Cost of each step, given the step before it.

    Parameters
    ----------
    points : ndarray, shape (T, 2, P, 2)
        Both sides of P landmarks, pixels.
    torso : ndarray, shape (T,)
        Torso length, pixels, the unit of the cost.

    Returns
    -------
    ndarray, shape (T, 2, 2)
        ``[t, i, j]``: the misfit of frame t when the sides changed before it (j = 1) or not, and changed
        before frame t - 1 (i = 1) or not.
    """
    n, pairs = points.shape[0], points.shape[2]
    step = np.diff(time)
    ahead = (step[1:] / step[:-1])[:, None, None, None]
    now, last, before = points[2:], points[1:-1], points[:-2]
    votes = np.zeros((2, 2, n - 2, pairs))
    heard = np.zeros((2, 2, n - 2, pairs), dtype=np.int8)
    for i, j in np.ndindex(2, 2):
        one = last[:, ::-1] if j else last
        two = before[:, ::-1] if i != j else before
        off = now - one - ahead * (one - two)
        misfit = np.sqrt(off[..., 0] ** 2 + off[..., 1] ** 2) / torso[2:, None, None]
        votes[i, j] = np.nan_to_num(np.minimum(misfit, _CAP), copy=False, nan=0.0).sum(axis=1)
        heard[i, j] = np.isfinite(misfit).sum(axis=1)
    cost = np.zeros((n, 2, 2))
    fair = (heard == heard[0, 0]).all(axis=(0, 1))
    cost[2:] = np.where(fair, votes, 0.0).sum(axis=-1).transpose(2, 0, 1)
    cost[1:][np.diff(piece) > 0] = 0.0
    cost[2:][piece[2:] != piece[:-2]] = 0.0
    cost[1:, :, 1] += _price(cost[:, 0, 0], fair) * (np.diff(piece) == 0)[:, None]
    return cost


def _price(misfit: Floats, fair: NDArray[np.bool_]) -> float:
    """What a change of sides costs, given the misfit (T,) of the sides as labelled and where it is known (T - 2, P)."""
    known = misfit[2:][fair.any(axis=1)]
    return max(_SEPARATION, _OF_USUAL * float(np.median(known))) if known.size else _SEPARATION


def _cheapest(time: Floats, cost: Floats, piece: Ints) -> Ints:
    """(T,) 0 where the sides are as labelled, 1 where exchanged, on the path of least total cost.

    The state is the pair of labels (frame before, this frame), numbered 0 to 3.
    """
    step = np.diff(time, prepend=time[0]) * (np.diff(piece, prepend=piece[0]) == 0)
    moves = np.full((time.size, 4, 4), np.inf)
    for a, b, c in np.ndindex(2, 2, 2):
        moves[:, 2 * a + b, 2 * b + c] = cost[:, a ^ b, b ^ c] + c * _RARE * step
    reach = _scan(moves)[:, 0]
    onward = np.zeros_like(reach)
    onward[:-1] = _scan(moves[:0:-1].transpose(0, 2, 1))[::-1].transpose(0, 2, 1).min(axis=2)
    return np.asarray(np.argmin(reach + onward, axis=1) % 2)


def _times(a: Floats, b: Floats) -> Floats:
    """Products of 4 x 4 matrices under (min, +)."""
    product = a[:, :, :1] + b[:, :1]
    for k in (1, 2, 3):
        np.minimum(product, a[:, :, k : k + 1] + b[:, k : k + 1], out=product)
    return product


def _scan(steps: Floats) -> Floats:
    """Running (min, +) products of matrices, by halving."""
    if len(steps) < 2:
        return steps
    running = np.empty_like(steps)
    running[0] = steps[0]
    running[1::2] = _scan(_times(steps[:-1:2], steps[1::2]))
    running[2::2] = _times(running[1:-1:2], steps[2::2])
    return running


def _short_stretches(time: Floats, piece: Ints, side: Ints) -> tuple[NDArray[np.bool_], int]:
    """Frames on the wrong side, and the number of changes of side that remain.

    Stretches of more than a second are right by definition, whatever their label: between two of them on the
    other side, a short stretch that is labelled as it should be is the wrong one.
    """
    new_piece = np.diff(piece, prepend=piece[0] - 1) != 0
    first = np.flatnonzero((np.diff(side, prepend=side[0]) != 0) | new_piece)
    frames = np.diff(first, append=time.size)
    frame_time = np.median(np.diff(time))
    long = time[first + frames - 1] - time[first] + frame_time > LONGEST * (1 + 1e-6)
    side, new_piece = side[first], new_piece[first]

    group = np.cumsum(long | new_piece) - 1
    heads = np.flatnonzero(np.diff(group, prepend=-1))
    before = np.where(long[heads], side[heads], -1)
    after = np.append(np.where(new_piece[heads][1:], -1, before[1:]), -1)
    turned = (np.maximum(before, after) == 1) & (np.minimum(before, after) != 0)
    wrong = ~long & (side != turned[group])
    remains = (np.diff(side ^ wrong) != 0) & ~new_piece[1:]
    return np.repeat(wrong, frames), int(np.count_nonzero(remains))
