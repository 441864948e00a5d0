"""The first pass: who is in the clip, who is the runner and where, is the video sideways, did the camera move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from posture.errors import PostureError
from posture.pose.estimator import Backend, Pose
from posture.pose.people import Person, Track
from posture.series import CameraMotion, Floats
from posture.settings import PoseSettings
from posture.video import VideoInfo, frames_at


@dataclass(frozen=True, eq=False)
class Scouting:
    """What the first pass found.

    Attributes
    ----------
    track : Track
        Where the runner is, in the upright frame after `turn`.
    people : tuple of Person
        Everyone who was seen for a while, the runner included, by number.
    person_chosen : int
        Number of the runner among `people`.
    turn : int
        Degrees (0, 90, 180, 270) by which every picture must be turned clockwise to stand upright.
    camera : CameraMotion
        How the background moved, measured at the looks, in the turned frame.
    notes : tuple of str
        Sentences the user should read.
    """

    track: Track
    people: tuple[Person, ...]
    person_chosen: int
    turn: int
    camera: CameraMotion
    notes: tuple[str, ...]


def scout(
    video: VideoInfo,
    backend: Backend,
    *,
    spans: Sequence[tuple[float, float]],
    settings: PoseSettings,
    person: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Scouting:
    """Look at a clip at fixed times and find the runner."""
    times = np.concatenate([np.arange(a, b, settings.scout_interval) for a, b in spans])
    finder = backend.open_finder(5)
    found: list[tuple[float, Floats]] = []
    try:
        for time, rgb in frames_at(video, times):
            poses = finder(rgb)
            if poses:
                found.append((time, max((_box(p) for p in poses), key=lambda b: float(b[3] - b[1]))))
            if progress:
                progress(time)
    finally:
        finder.close()
    if not found:
        raise PostureError(
            f"{video.path}: no person was found; film the whole body, in light, at least a third of the picture high."
        )
    track = Track(
        np.array([t for t, _ in found]), np.array([b for _, b in found]), np.ones(len(found), bool), video.size
    )
    height = float(np.median(track.box[:, 3] - track.box[:, 1])) / video.size[1]
    one = Person(1, track, float(times.size * settings.scout_interval), height, 1.0, 1.0, 1.0, "the largest person")
    return Scouting(track, (one,), 1, 0, CameraMotion.unknown(video.size), ())


def _box(pose: Pose) -> Floats:
    return np.concatenate([pose.xy.min(axis=0), pose.xy.max(axis=0)])
