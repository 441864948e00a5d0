"""Which of several people in poses of another program is the runner: chosen as in video."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture.landmarks import L
from posture.pose.tracking.association import Track
from posture.pose.tracking.detection import Detection
from posture.pose.tracking.selection import chosen, describe, notes_on, ranked
from posture.series import Floats, PoseSeries

#: Frames that are looked at: enough for the motion of the legs in a recording of any length.
_LOOKS = 400
_TORSO = [int(i) for i in (L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP)]


@dataclass(frozen=True, eq=False)
class Choice:
    """The runner, a line for each of the people, and what the user should know of the choice."""

    series: PoseSeries
    people: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def choose(everyone: Sequence[PoseSeries], person: int | None, name: str) -> Choice:
    """The runner among people whom another program told apart.

    Parameters
    ----------
    everyone : sequence of PoseSeries
        All with the same frames; at least one.
    person : int or None
        Number of the runner, as the user gives it; None chooses as in video: seen long, large, whole, with legs that
        move.
    name : str
        Of the source.

    Raises
    ------
    PostureError
        If there is nobody of this number.
    """
    if len(everyone) == 1 and person in (None, 1):
        return Choice(everyone[0])
    first = everyone[0]
    looks = np.unique(np.linspace(0, len(first) - 1, min(len(first), _LOOKS)).astype(int))
    size = (max(series.size[0] for series in everyone), max(series.size[1] for series in everyone))
    tracks = [_track(series, looks) for series in everyone]
    seen = [i for i, track in enumerate(tracks) if track.passes]
    order = ranked([tracks[i] for i in seen], first.time[looks], size)
    if not order:
        return Choice(first)
    seconds = float(first.time[-1] - first.time[0])
    people = describe(order, first.time[looks], seconds, size, name)
    runner = chosen(people, person, name)
    own = tracks.index(order[runner.number - 1])
    return Choice(everyone[own], tuple(one.why for one in people), notes_on(people, runner, person is not None, size))


def _track(series: PoseSeries, looks: np.ndarray) -> Track:
    """What looks at these frames would have seen of one person."""
    seen: NDArray[np.bool_] = np.asarray(np.isfinite(series.xy[:, _TORSO, 0]).all(axis=1))
    known = seen if seen[looks].any() else series.seen
    passes = [i for i, frame in enumerate(looks) if known[frame]]
    return Track(passes, [_detection(series, int(looks[i])) for i in passes])


def _detection(series: PoseSeries, frame: int) -> Detection:
    xy: Floats = np.asarray(series.xy[frame])
    there = np.isfinite(xy[:, 0])
    # A point that the source does not know lies nowhere: in the middle it makes nobody larger.
    filled = np.where(there[:, None], xy, np.median(xy[there], axis=0))
    known = there.astype(float)
    return Detection(filled, np.where(there, series.visibility[frame], 0.0), known, np.full((3, 3), np.nan))
