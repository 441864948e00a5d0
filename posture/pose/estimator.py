"""What every pose estimator offers, whatever library stands behind it.

A backend opens two kinds of estimator, because they cost and do different things: a *follower* tracks one
person through successive frames, a *finder* looks for everyone in a single picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from posture.series import Floats

#: A picture: (height, width, 3) of uint8, red first, upright.
Rgb = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Pose:
    """One person in one picture.

    Attributes
    ----------
    xy : ndarray, shape (33, 2)
        Pixels of the picture that was given, x to the right and y down; may lie outside of it.
    world : ndarray, shape (33, 3)
        Metres, origin at mid-hip.
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
