"""What travels between the steps of the pose stage, and what every pose estimator offers, whatever library it is.

A backend opens two kinds of estimator, because they cost and do different things: a *follower* tracks one
person through successive frames, a *finder* looks for everyone in a single picture.

Boxes are ``x0, y0, x1, y1`` in pixels of the upright frame; they may reach beyond its edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from posture.series import Floats

#: A picture: (height, width, 3) of uint8, red first, upright.
Rgb = NDArray[np.unsignedinteger[Any]]

#: A gap between two detections up to this long is bridged by a box that only moves: a runner passes through
#: a gap of a second without leaving the neighbourhood of the line between its ends.
BRIDGE_S = 2.0
#: A gap from this length on tells nothing about the place in its middle: the whole frame is searched.
LOST_S = 6.0
#: Detections whose edges differ by more than this share of the box's longer side are far apart.
JUMP = 0.5


@dataclass(frozen=True, eq=False)
class Pose:
    """One person in one picture.

    A landmark that the library does not know is NaN with a visibility and a presence of 0, throughout; ears, shoulders
    and hips must be known.

    Attributes
    ----------
    xy : ndarray, shape (33, 2)
        Pixels of the picture that was given, x to the right and y down; may lie outside of it.
    world : ndarray, shape (33, 3)
        Metres, origin at mid-hip; NaN where the library has none: they only help to find the view.
    visibility : ndarray, shape (33,)
        0 to 1: inside the picture and not hidden.
    presence : ndarray, shape (33,)
        0 to 1: inside the picture.
    """

    xy: Floats
    world: Floats
    visibility: Floats
    presence: Floats


class Follower(Protocol):
    """Follows one person through successive pictures of one place; used by one thread at a time."""

    def __call__(self, rgb: Rgb) -> Pose | None:
        """Pose of the person in the next picture, None where nobody was found."""
        ...

    def forget(self) -> None:
        """Lose the person: the next picture is searched afresh."""
        ...

    def close(self) -> None:
        """Release the model; the follower cannot be used afterwards."""
        ...


class Finder(Protocol):
    """Finds all people in single pictures that need not belong together; used by one thread at a time."""

    def __call__(self, rgb: Rgb) -> list[Pose]:
        """Poses of the people in the picture, the most certain first."""
        ...

    def close(self) -> None:
        """Release the model; the finder cannot be used afterwards."""
        ...


class Backend(Protocol):
    """A library with a model: opens followers and finders, from any thread."""

    @property
    def name(self) -> str:
        """The library's name."""
        ...

    @property
    def version(self) -> str:
        """The library's version."""
        ...

    @property
    def model(self) -> str:
        """Name and checksum of the model: a change of it makes kept poses stale."""
        ...

    def open_follower(self) -> Follower:
        """A new follower that has seen nothing yet."""
        ...

    def open_finder(self, people: int) -> Finder:
        """A new finder of at most `people` people."""
        ...


@dataclass(frozen=True, eq=False)
class BoxTrack:
    """Where one person was at the times of the first pass.

    Attributes
    ----------
    time : ndarray, shape (K,)
        Seconds of the clip, strictly increasing.
    box : ndarray, shape (K, 4)
        x0, y0, x1, y1 of the whole body, pixels of the upright frame; NaN where not found.
    found : ndarray of bool, shape (K,)
        Whether the person was seen at that time.
    size : tuple of int
        Width and height of the upright frame, pixels.
    """

    time: Floats
    box: Floats
    found: NDArray[np.bool_]
    size: tuple[int, int]

    def __post_init__(self) -> None:
        n = self.time.shape[0]
        if self.box.shape != (n, 4) or self.found.shape != (n,):
            raise ValueError("time, box and found of a track must have the same length, and boxes four numbers")
        if np.any(np.diff(self.time) <= 0):
            raise ValueError("the times of a track must be strictly increasing")
        if not np.isfinite(self.box[self.found]).all():
            raise ValueError("a found box must be finite")

    def at(self, times: Floats) -> Floats:
        """The person's box at any time.

        Between two detections the box moves and grows linearly, or covers both where they are far apart (a cut, a
        jump: nobody knows when); before the first and after the last it is held. Far from a detection (in a long
        gap, or long before the first) it widens towards the whole frame, because the person can be anywhere by then.

        Parameters
        ----------
        times : ndarray, shape (n,)
            Seconds of the clip.

        Returns
        -------
        ndarray, shape (n, 4)
            x0, y0, x1, y1 in pixels; always finite. The whole frame if the person was never found.
        """
        times = np.asarray(times, dtype=float)
        whole = np.array([0.0, 0.0, *self.size])
        if not self.found.any():
            return np.broadcast_to(whole, (times.size, 4)).copy()
        seen, boxes = self.time[self.found], self.box[self.found]
        box = np.stack([np.interp(times, seen, boxes[:, i]) for i in range(4)], axis=1)
        after = np.searchsorted(seen, times)
        before, after = np.clip(after - 1, 0, None), np.clip(after, None, seen.size - 1)
        since, until = times - seen[before], seen[after] - times
        a, b = boxes[before], boxes[after]
        longer = np.maximum(a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]).max(axis=1)
        jumped = (np.abs(a - b).max(axis=1) > JUMP * longer) & (since > 0) & (until > 0)
        both = np.concatenate([np.minimum(a, b)[:, :2], np.maximum(a, b)[:, 2:]], axis=1)
        box[jumped] = both[jumped]
        away = np.minimum(np.where(since > 0, since, np.inf), np.where(until > 0, until, np.inf))
        away[np.isin(times, seen)] = 0.0
        doubt = np.clip((2.0 * away - BRIDGE_S) / (LOST_S - BRIDGE_S), 0.0, 1.0)[:, None]
        widest = np.concatenate([np.minimum(box[:, :2], 0.0), np.maximum(box[:, 2:], whole[2:])], axis=1)
        return np.asarray((1.0 - doubt) * box + doubt * widest)


@dataclass(frozen=True, eq=False)
class Person:
    """One of the people in a clip, as the choice of the runner saw them.

    Attributes
    ----------
    number : int
        1 is the person who suits best as the runner; what ``--person`` takes.
    track : BoxTrack
        Where they were.
    seen_s : float
        Seconds of the clip in which they were seen.
    height : float
        Median height of the body over the height of the frame.
    whole : float
        0 to 1: how much of hips, knees and ankles was visible and inside the frame.
    leg_motion : float
        Standard deviation of the ankles' offset from each other, over the length of trunk and thighs, while looking.
    score : float
        0 to 1; the highest is chosen.
    why : str
        One plain sentence: why this person was chosen, or was not.
    """

    number: int
    track: BoxTrack
    seen_s: float
    height: float
    whole: float
    leg_motion: float
    score: float
    why: str
