"""From the people whom an estimator found in each frame to the pose series of one runner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture import landmarks
from posture.pose.imports.layouts import BY_COUNT
from posture.series import Floats, PoseSeries

#: A track that was lost for longer than this many seconds is another person's.
_PATIENCE = 1.0

#: Farthest that a body's middle moves between two sightings, in body sizes.
_REACH = 0.5


def runner_series(
    frames: Sequence[Sequence[Floats]], time: Floats, size: tuple[int, int] | None, identities: Sequence[Sequence[int]]
) -> PoseSeries:
    """Follow the runner: the track with the largest sum of size times confidence.

    Parameters
    ----------
    frames : sequence of sequences of ndarray, shape (K, 3)
        By frame, by person: x and y in pixels and confidence; zero confidence is "not seen".
    time : ndarray, shape (T,)
        Seconds.
    size : tuple of int or None
        Width and height of the picture, pixels; None takes the room that the points span.
    identities : sequence of sequences of int
        Of each person; -1 where the source does not track.
    """
    track = _main_track(frames, time, identities)
    xy = np.full((len(time), landmarks.COUNT, 2), np.nan)
    visibility = np.zeros((len(time), landmarks.COUNT))
    for frame, person in track.items():
        points = frames[frame][person]
        layout = BY_COUNT[len(points)]
        source, target = list(layout), [int(i) for i in layout.values()]
        seen = points[source, 2] > 0
        xy[frame, target] = np.where(seen[:, None], points[source, :2], np.nan)
        visibility[frame, target] = np.clip(points[source, 2], 0.0, 1.0)
    if size is None:
        # Round up to whole pixels; what lies beyond the farthest point is unknown and does not matter.
        extent = [int(np.ceil(v)) + 1 for v in np.nanmax(xy.reshape(-1, 2), axis=0)] if track else [1, 1]
        size = (extent[0], extent[1])
    return PoseSeries(
        time=time,
        xy=xy,
        world=np.full((len(time), landmarks.COUNT, 3), np.nan),
        visibility=visibility,
        presence=(visibility > 0).astype(float),
        segment=np.zeros(len(time), dtype=int),
        size=size,
    )


def _main_track(
    frames: Sequence[Sequence[Floats]], time: Floats, identities: Sequence[Sequence[int]]
) -> dict[int, int]:
    """Frame to person of the runner. Nearest-neighbour tracking where the source gives no identities."""
    tracks: list[dict[int, int]] = []
    weights: list[float] = []
    ends: list[tuple[float, Floats, float, int]] = []
    for frame, people in enumerate(frames):
        taken: set[int] = set()
        for person, points in enumerate(people):
            seen = points[:, 2] > 0
            if not seen.any():
                continue
            low, high = points[seen, :2].min(axis=0), points[seen, :2].max(axis=0)
            extent = float(np.linalg.norm(high - low))
            # The median barely notices a hand that comes and goes; the box does.
            middle = np.median(points[seen, :2], axis=0)
            identity = identities[frame][person]
            known = _continue(ends, taken, float(time[frame]), middle, extent, identity)
            if known is None:
                known = len(tracks)
                tracks.append({})
                weights.append(0.0)
                ends.append((0.0, middle, extent, identity))
            taken.add(known)
            tracks[known][frame] = person
            weights[known] += extent * float(points[:, 2].sum())
            ends[known] = (float(time[frame]), middle, extent, identity)
    return tracks[int(np.argmax(weights))] if tracks else {}


def _continue(
    ends: Sequence[tuple[float, Floats, float, int]],
    taken: set[int],
    now: float,
    middle: Floats,
    extent: float,
    identity: int,
) -> int | None:
    """The track that this person continues: the same identity, or the nearest within reach."""
    best, nearest = None, np.inf
    for number, (when, where, size, who) in enumerate(ends):
        if number in taken:
            continue
        if identity >= 0 and who == identity:
            return number
        distance = float(np.linalg.norm(middle - where)) / max(extent, size)
        if identity < 0 and now - when <= _PATIENCE and distance < min(_REACH, nearest):
            best, nearest = number, distance
    return best
