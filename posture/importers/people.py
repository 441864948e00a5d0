"""From the people whom an estimator found in each frame to a pose series of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture import landmarks
from posture.importers.files import FARTHEST, check_reach
from posture.importers.layouts import BY_COUNT
from posture.series import Floats, PoseSeries

#: A track that nobody continued for this many seconds has ended.
_PATIENCE = 1.0

#: More people are not told apart, as in video: one of the most seen is the runner.
_MOST = 9

#: Farthest that a body's middle moves between two sightings, in lengths of the body.
_REACH = 0.5


@dataclass(frozen=True, eq=False)
class Person:
    """One person in one frame.

    Attributes
    ----------
    points : ndarray, shape (K, 3)
        x and y in pixels and confidence; zero confidence is "not seen".
    identity : int
        The source's own number of the person; negative where it does not track.
    """

    points: Floats
    identity: int = -1

    @property
    def known(self) -> NDArray[np.bool_]:
        """(K,) whether the point was seen, at a place that is a number."""
        return (self.points[:, 2] > 0) & np.isfinite(self.points[:, :2]).all(axis=1)

    @property
    def seen(self) -> Floats:
        """(N, 2) the points that were seen."""
        return self.points[self.known, :2]


@dataclass(eq=False)
class _Track:
    """One person through the frames; ``people`` by frame."""

    people: dict[int, Person] = field(default_factory=dict)
    weight: float = 0.0
    when: float = -np.inf
    middle: Floats = field(default_factory=lambda: np.zeros(2))
    length: float = 0.0
    identity: int = -1

    def add(self, frame: int, when: float, person: Person) -> None:
        self.length = _length(person)
        # The median barely notices a hand that comes and goes; the middle of the box does.
        self.middle = np.median(person.seen, axis=0)
        self.weight += self.length * float(np.clip(person.points[:, 2], 0.0, 1.0).sum())
        self.people[frame], self.when, self.identity = person, when, person.identity

    def distance(self, person: Person, now: float) -> float:
        """How badly the person fits, 0 to ``_REACH``; infinite for somebody else."""
        if person.identity >= 0 or self.identity >= 0:
            return 0.0 if person.identity == self.identity else np.inf
        if now - self.when > _PATIENCE:
            return np.inf
        away = float(np.linalg.norm(np.median(person.seen, axis=0) - self.middle)) / max(_length(person), self.length)
        return away if away <= _REACH else np.inf


def people_series(
    path: Path, frames: Sequence[Sequence[Person]], time: Floats, size: tuple[int, int] | None
) -> tuple[PoseSeries, ...]:
    """Follow everyone.

    Parameters
    ----------
    path : Path
        Names the source in the error.
    frames : sequence of sequences of Person
        By frame; their number of points must be known to ``layouts.BY_COUNT``.
    time : ndarray, shape (T,)
        Seconds.
    size : tuple of int or None
        Width and height of the picture, pixels; None takes the room that the points span.

    Returns
    -------
    tuple of PoseSeries
        Each of all frames; first the track with the largest sum of size times confidence. At most nine.

    Raises
    ------
    PostureError
        If somebody is seen farther away than any picture is wide.
    """
    for people in frames:
        for person in people:
            check_reach(path, person.seen)
    tracks = sorted(_tracks(frames, time), key=lambda track: -track.weight)[:_MOST]
    return tuple(_series(path, track, time, size) for track in tracks)


def _series(path: Path, track: _Track, time: Floats, size: tuple[int, int] | None) -> PoseSeries:
    xy = np.full((len(time), landmarks.COUNT, 2), np.nan)
    visibility = np.zeros((len(time), landmarks.COUNT))
    for frame, person in track.people.items():
        layout = BY_COUNT[len(person.points)]
        source, target = list(layout), [int(i) for i in layout.values()]
        points, known = person.points[source], person.known[source]
        xy[frame, target] = np.where(known[:, None], points[:, :2], np.nan)
        visibility[frame, target] = np.where(known, np.clip(points[:, 2], 0.0, 1.0), 0.0)
    return image_series(path, time, xy, visibility, size)


def image_series(
    path: Path | str, time: Floats, xy: Floats, visibility: Floats, size: tuple[int, int] | None
) -> PoseSeries:
    """A series of points in the picture, without world landmarks.

    What lies beyond the farthest point is unknown and does not matter, so without ``size`` the picture ends there.

    Raises
    ------
    PostureError
        If a point that is seen is farther away than any picture is wide.
    """
    check_reach(path, xy[visibility > 0])
    xy = np.where((np.abs(xy) <= FARTHEST).all(axis=2, keepdims=True), xy, np.nan)
    if size is None:
        far = np.nanmax(xy.reshape(-1, 2), axis=0, initial=0.0)
        size = (int(far[0]) + 1, int(far[1]) + 1)
    return PoseSeries(
        time=time,
        xy=xy,
        world=np.full((*xy.shape[:2], 3), np.nan),
        visibility=visibility,
        presence=np.isfinite(xy[..., 0]).astype(float),
        segment=np.zeros(len(time), dtype=int),
        size=size,
    )


def _tracks(frames: Sequence[Sequence[Person]], time: Floats) -> list[_Track]:
    tracks: list[_Track] = []
    for frame, people in enumerate(frames):
        now = float(time[frame])
        free = list(tracks)
        # The largest person chooses first, so that a fragment beside the runner cannot take the track.
        for person in sorted((p for p in people if len(p.seen)), key=_length, reverse=True):
            nearest = min(free, key=lambda track: track.distance(person, now), default=None)
            if nearest is None or not np.isfinite(nearest.distance(person, now)):
                nearest = _Track()
                tracks.append(nearest)
            else:
                free.remove(nearest)
            nearest.add(frame, now, person)
    return tracks


def _length(person: Person) -> float:
    return float(np.linalg.norm(np.ptp(person.seen, axis=0))) + 1.0
