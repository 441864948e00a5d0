"""Scouting: who is in the clip, who is the runner and where, is the video sideways, did the camera move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from posture.pose.camera.background import Background, background_of, camera_motion, notes_on_camera
from posture.pose.camera.level import every, lines_of, roll_of
from posture.pose.camera.turn import turned, turned_size
from posture.pose.tracking.association import link
from posture.pose.tracking.detection import PEOPLE_AT_ONCE, Detection, detect
from posture.pose.tracking.following import follow
from posture.pose.tracking.orientation import turn_needed
from posture.pose.tracking.selection import chosen, describe, notes_on, ranked
from posture.pose.tracking.watch import Watch
from posture.pose.types import Backend, BoxTrack, Finder, Person, Rgb
from posture.series import CameraMotion, Floats
from posture.settings import PoseSettings, Span
from posture.video.probe import VideoInfo

#: Least number of detector passes over a clip, however short it is.
_LEAST_PASSES = 20
#: Detector passes that search squares of half the frame, when nobody was found otherwise.
_CLOSE_PASSES = 20
_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, eq=False)
class Scouting:
    """What was found before the poses.

    Attributes
    ----------
    track : BoxTrack
        Where the runner is, in the upright frame after `turn`.
    people : tuple of Person
        Everyone who was seen for a while, the runner included, the most likely runner first.
    person_chosen : int
        Number of the runner among `people`.
    turn : int
        Degrees (0, 90, 180, 270) by which every picture must be turned clockwise to stand upright.
    camera : CameraMotion
        How the background moved, measured at the detector passes, in the turned frame.
    background : Background
        The first picture's background, by which the same camera place is recognised in another clip.
    tilt : float
        Degrees by which the room's lines show the pictures to be turned clockwise; NaN where they do not tell.
    notes : tuple of str
        Sentences the user should read.
    """

    track: BoxTrack
    people: tuple[Person, ...]
    person_chosen: int
    turn: int
    camera: CameraMotion
    background: Background
    tilt: float
    notes: tuple[str, ...]


def scout(
    video: VideoInfo,
    backend: Backend,
    *,
    spans: Sequence[Span],
    settings: PoseSettings,
    person: int | None = None,
    progress: Callable[[float], None] | None = None,
    workers: int = 2,
) -> Scouting:
    """Look at a clip at fixed times and find the runner.

    Parameters
    ----------
    video : VideoInfo
        The clip.
    backend : Backend
        Opens the finders.
    spans : sequence of Span
        Stretches to look at, in order.
    settings : PoseSettings
        For the time between passes.
    person : int, optional
        Number of the person to follow instead of the most likely runner.
    progress : callable, optional
        Called with the seconds that were looked through.
    workers : int
        Threads; the result does not depend on it.

    Raises
    ------
    PostureError
        If nobody was found, or there is no such person.
    """
    times, seconds = pass_times(spans, settings.scout_interval, video.duration)
    name = video.path.name
    with Watch(video.path, backend, PEOPLE_AT_ONCE, workers) as watch:
        done = progress or (lambda _: None)
        passes = []
        for at, seen in watch.each(times, partial(_see, times=times)):
            passes.append((at, *seen))
            done(seconds * min(len(passes) / times.size, 1.0))
        if not _somebody(passes):
            few = times[:: -(-times.size // _CLOSE_PASSES)]
            passes = [(at, *seen) for at, seen in watch.each(few, partial(_see, times=few, closely=True))]
        turn = turn_needed([people for _, people, _, _ in passes])
        size = turned_size(video.size, turn)
        time = np.array([at for at, _, _, _ in passes])
        tracks = ranked(
            link(time, [[_turned(s, video.size, turn) for s in seen] for _, seen, _, _ in passes]), time, size
        )
        people = describe(tracks, time, seconds, size, name)
        runner = chosen(people, person, name)
        track = follow(tracks[runner.number - 1], time, size, watch, turn)
    backgrounds = [b.turned(turn) for _, _, b, _ in passes]
    camera = camera_motion(time, backgrounds)
    notes = [*notes_on(people, runner, person is not None, size), *notes_on_camera(camera, backgrounds)]
    if turn:
        notes.insert(0, f"the video lies on its side: it was turned by {turn} degrees clockwise.")
    level = roll_of([turned(lines, video.size, turn) for _, _, _, lines in passes if lines is not None], size)
    return Scouting(track, people, runner.number, turn, camera, backgrounds[0], level, tuple(notes))


def pass_times(spans: Sequence[Span], interval: float, duration: float | None = None) -> tuple[Floats, float]:
    """When to look for people: fixed by the spans alone.

    The times between passes vary by up to half the interval around it, in a fixed irregular order (golden ratio),
    so that no cadence always shows the same phase of the stride.

    Parameters
    ----------
    spans : sequence of Span
        Stretches to look at.
    interval : float
        Mean time between passes, s; less on short clips, so that there are `_LEAST_PASSES`.
    duration : float, optional
        Of the clip, s, where a span has no end.

    Returns
    -------
    tuple
        Ascending times, s, and the total length of the spans, s.
    """
    known = [Span(s.start, min(s.stop, duration if duration is not None else s.stop)) for s in spans]
    total = sum(s.stop - s.start for s in known)
    step = min(interval, total / _LEAST_PASSES)
    grids = [s.start + step * np.arange(max(int((s.stop - s.start) / step), 1)) for s in known]
    grid = np.concatenate(grids)
    return grid + step / 2 * np.mod(_GOLDEN * np.arange(grid.size), 1.0), float(total)


_Pass = tuple[tuple[Detection, ...], Background, Floats | None]


def _see(at: float, rgb: Rgb, finder: Finder, *, times: Floats, closely: bool = False) -> _Pass:
    people = detect(rgb, finder, closely=closely)
    outlines = [person.outline for person in people]
    number = int(np.searchsorted(times, at, side="right")) - 1
    lines = lines_of(rgb, outlines) if number % every(times.size) == 0 else None
    return people, background_of(rgb, outlines), lines


def _somebody(passes: Sequence[tuple[float, tuple[Detection, ...], Background, Floats | None]]) -> bool:
    return sum(bool(people) for _, people, _, _ in passes) > 1


def _turned(one: Detection, size: tuple[int, int], turn: int) -> Detection:
    return replace(one, xy=turned(one.xy, size, turn))
