"""A closer look at where the runner moves fast, appears, vanishes or was missed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from posture.pose.tracking.association import TOO_DIFFERENT, Track, link_cost
from posture.pose.tracking.detection import Detection, detect_within
from posture.pose.tracking.track import box_track_of
from posture.pose.tracking.watch import Watch
from posture.pose.types import BoxTrack, Finder, Rgb
from posture.series import Floats

#: Between two detector passes the runner may cross this share of the box's longer side; crops hold that much.
STEP = 0.25
#: Passes are not put closer together than this, s.
CLOSEST_S = 0.1
#: Each round halves the time between passes: from 1 s to an eighth.
ROUNDS = 3


def follow(person: Track, time: Floats, size: tuple[int, int], watch: Watch, turn: int) -> BoxTrack:
    """The runner's track, with more detector passes where those of the scouting are too far apart.

    Parameters
    ----------
    person : Track
        The runner, in the upright frame.
    time : ndarray, shape (K,)
        Seconds of the passes.
    size : tuple of int
        Width and height of the upright frame.
    watch : Watch
        Gives the pictures.
    turn : int
        Degrees clockwise that make the frame upright.
    """
    track = box_track_of(person, time, size)
    zoomed = False
    for _ in range(ROUNDS):
        times = times_to_look_again(track, missed=not zoomed)[: max(time.size, 20)]
        if not times.size:
            break
        zoomed = True
        boxes = dict(zip(times, track.at(times), strict=True))

        def see(at: float, rgb: Rgb, finder: Finder, boxes: dict[float, Floats] = boxes) -> tuple[Detection, ...]:
            asked = max((t for t in boxes if t <= at + 1e-9), default=min(boxes))
            return detect_within(rgb, finder, boxes[asked])

        again = {at: _same_person(person, time, at, seen) for at, seen in watch.each(times, see, turn)}
        person, time = _merged(person, time, again)
        track = box_track_of(person, time, size)
    return track


def times_to_look_again(track: BoxTrack, missed: bool) -> Floats:
    """Times at which a track is too coarse.

    Parameters
    ----------
    track : BoxTrack
        So far.
    missed : bool
        Whether passes next to a detection that did not find the person are tried again, closer.

    Returns
    -------
    ndarray
        Seconds, ascending.
    """
    times = []
    for i, j in pairwise(range(track.time.size)):
        both = track.found[i] and track.found[j]
        if not both and not (track.found[i] or track.found[j]):
            continue
        if not both and missed:
            times.append(track.time[j] if track.found[i] else track.time[i])
        if track.time[j] - track.time[i] > 2 * CLOSEST_S and not (both and _near(track.box[i], track.box[j])):
            times.append((track.time[i] + track.time[j]) / 2)
    return np.unique(times)


def _near(a: Floats, b: Floats) -> bool:
    longer = max((a[2:] - a[:2]).max(), (b[2:] - b[:2]).max())
    return bool(np.abs(a - b).max() <= STEP * longer)


def _same_person(person: Track, time: Floats, at: float, seen: tuple[Detection, ...]) -> Detection | None:
    """Who of those seen fits both the detection before and the one after."""
    costs = [min(link_cost(person, s, time, at, k) for k in _around(person, time, at)) for s in seen]
    best = int(np.argmin(costs)) if costs else 0
    return seen[best] if costs and costs[best] < TOO_DIFFERENT else None


def _around(person: Track, time: Floats, at: float) -> list[int]:
    after = int(np.searchsorted(time[person.passes], at))
    return [k for k in (after - 1, after) if 0 <= k < len(person.passes)]


def _merged(person: Track, time: Floats, again: dict[float, Detection | None]) -> tuple[Track, Floats]:
    by_time: dict[float, Detection | None] = {float(t): None for t in time}
    by_time |= {float(time[k]): s for k, s in zip(person.passes, person.detections, strict=True)}
    by_time |= {t: s for t, s in again.items() if by_time.get(t) is None}
    times = np.array(sorted(by_time))
    merged = Track()
    for number, t in enumerate(times):
        detection = by_time[float(t)]
        if detection is not None:
            merged.add(number, detection)
    return merged, times
