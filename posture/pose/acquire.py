"""From a source to poses: a video through the pose stage, or another program's poses through an import."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.errors import PostureError
from posture.pose.estimation.memory import check_addresses, give_back
from posture.pose.source import digest_of_poses
from posture.series import CameraMotion
from posture.settings import ClipSettings, Settings, Span
from posture.shown import printable
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import IMPORTED, Recording
from posture.storage.renewal import Renewal

if TYPE_CHECKING:
    from posture.pose.types import Backend
    from posture.video import VideoInfo

#: Called with what is being done, and with seconds of the clip done and in all.
Progress = Callable[[str, float, float], None]

#: What is called so is opened as a video at once: the readers of poses bring libraries that it does not need.
_VIDEOS = {".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm"}

#: Settings of the clip that the poses depend on; the others only touch what follows.
_POSE_CLIP = {"start", "end", "sample", "person", "fps"}


def acquire(
    source: Path,
    new: Renewal,
    settings: Settings,
    *,
    backend: Backend | None = None,
    workers: int,
    force: bool,
    say: Progress,
) -> Recording:
    """Poses of a source, and a new state of its folder begun with them.

    Kept poses are taken if they are of the same bytes, model and settings; finished chunks of an interrupted
    run are taken too.

    Parameters
    ----------
    source : Path
        A video, or a file or folder of poses in a known format.
    new : Renewal
    settings : Settings
    backend : Backend, optional
        A pose estimator in the place of the one that the settings name.
    workers : int
        Threads; results do not depend on it.
    force : bool
        Whether an analysis of another source in the same folder may be replaced.
    say : callable

    Returns
    -------
    Recording

    Raises
    ------
    PostureError
        If the source cannot be read, shows nobody, or if the folder belongs to another one.
    """
    say("Reading the clip", 0.0, 1.0)
    if _of_poses(source):
        return _imported(source, new, settings, force=force)
    return _estimated(source, new, settings, backend=backend, workers=workers, force=force, say=say)


def _of_poses(source: Path) -> bool:
    if source.suffix.lower() in _VIDEOS:
        return False
    from posture.importers import holds_poses

    return holds_poses(source)


def pose_settings(settings: Settings) -> dict[str, object]:
    """The settings that the poses depend on, but for the engine: which one that is, the estimator's name says."""
    clip = settings.clip.model_dump(mode="json", include=_POSE_CLIP)
    return {**settings.pose.model_dump(mode="json", exclude={"engine"}), **clip}


def spans_to_read(duration: float, clip: ClipSettings, first: float = 0.0) -> list[Span]:
    """The stretches of the clip that are analysed.

    Parameters
    ----------
    duration : float
        Of the clip, s.
    clip : ClipSettings
    first : float
        Time of the first frame, s.

    Returns
    -------
    list of Span
        In order, none empty.

    Raises
    ------
    PostureError
        If nothing of the clip is left.
    """
    start, stop = first if clip.start is None else clip.start, min(clip.end or np.inf, duration)
    if start >= stop:
        raise PostureError(f"--start {start:g} s lies behind the end of the clip ({duration:.1f} s); choose less.")
    if not clip.sample:
        return [Span(start, stop)]
    begins = np.arange(start, stop, clip.sample.every)
    return [Span(float(b), float(min(b + clip.sample.length, stop))) for b in begins]


def _estimated(
    source: Path,
    new: Renewal,
    settings: Settings,
    *,
    backend: Backend | None,
    workers: int,
    force: bool,
    say: Progress,
) -> Recording:
    # Before the libraries that would crash are as much as imported.
    check_addresses()
    from posture.pose.estimation import thinning
    from posture.pose.estimation.engines import open_backend
    from posture.video import probe

    video = probe(source)
    if video.duration is None:
        raise PostureError(f"{source}: holds a single picture; film at least ten strides, better a minute.")
    backend = backend or open_backend(settings.pose)
    period = thinning.period(video.rate, settings.clip.slow_motion) if settings.pose.rate == "auto" else None
    key = _key(video.sha256, f"{backend.name} {backend.version} {period}", backend.model, settings)
    new.begin(printable(source.name), video.sha256, force=force)
    if (kept := _kept(new, key)) is not None:
        return kept
    recording = _followed(video, backend, key, new.folder, settings, period=period, workers=workers, say=say)
    give_back()
    recording.save(new.staged.poses)
    return recording


def _followed(
    video: VideoInfo,
    backend: Backend,
    key: str,
    folder: AnalysisFolder,
    settings: Settings,
    *,
    period: float | None,
    workers: int,
    say: Progress,
) -> Recording:
    """Find the runner, and follow the runner through the clip."""
    from posture.pose.estimation.stage import estimate
    from posture.pose.tracking.scout import scout

    duration = video.duration or 0.0
    spans = spans_to_read(duration, settings.clip)
    total = sum(span.stop - span.start for span in spans)
    found = scout(
        video,
        backend,
        spans=spans,
        settings=settings.pose,
        person=settings.clip.person,
        progress=lambda done: say("Looking for the runner", done, total),
        workers=workers,
    )
    result = estimate(
        video,
        backend,
        found.track,
        spans=spans,
        turn=found.turn,
        settings=settings.pose,
        period=period,
        workers=workers,
        cache=folder.chunks,
        progress=lambda done, _: say("Following the runner", done, total),
    )
    return Recording(
        name=printable(video.path.name),
        sha256=video.sha256,
        key=key,
        estimator=f"{backend.name} {backend.version}",
        model=backend.model,
        rate=video.rate,
        duration=duration,
        turn=found.turn,
        spans=tuple(spans),
        people=tuple(person.why for person in found.people),
        notes=(*found.notes, *((result.problem,) if result.problem else ())),
        lost_frames=result.lost,
        series=result.series,
        camera=found.camera,
        corners=found.background.points,
        descriptors=found.background.descriptors,
        recorded=video.recorded.isoformat() if video.recorded else "",
        tilt=found.tilt,
    )


def _imported(source: Path, new: Renewal, settings: Settings, *, force: bool) -> Recording:
    from posture.importers import Camera, find_format, load_everyone
    from posture.pose.tracking.imported import choose

    sha256 = digest_of_poses(source)
    # Motion capture has no camera of its own: the view that the user asks for says where the virtual one stands.
    seen = settings.clip.view or "left"
    size = settings.clip.size
    key = _key(sha256, f"import {seen} {size}" if size else f"import {seen}", "", settings)
    new.begin(printable(source.name), sha256, force=force)
    if (kept := _kept(new, key)) is not None:
        return kept
    everyone = load_everyone(source, settings.clip.fps, size, camera=Camera.seeing(seen))
    chosen = choose(everyone, settings.clip.person, printable(source.name))
    series = chosen.series
    if len(series) < 2:
        raise PostureError(f"{source}: holds a single pose; give at least ten strides, better a minute.")
    first, last = float(series.time[0]), float(series.time[-1]) + 1 / series.rate
    spans = spans_to_read(last, settings.clip, first)
    inside = np.any([(series.time >= span.start) & (series.time < span.stop) for span in spans], axis=0)
    if not inside.any():
        raise PostureError(f"{source}: holds no poses between --start and --end; choose a longer stretch.")
    form = find_format(source)
    recording = Recording(
        name=printable(source.name),
        sha256=sha256,
        key=key,
        estimator=f"imported from {form.value if form else 'poses'}",
        model=IMPORTED,
        rate=series.rate,
        duration=last - first,
        turn=0,
        spans=tuple(spans),
        people=chosen.people,
        notes=chosen.notes,
        lost_frames=0,
        series=series.take(inside),
        camera=CameraMotion.unknown(series.size),
        corners=np.empty((0, 2)),
        descriptors=np.empty((0, 32), np.uint8),
    )
    recording.save(new.staged.poses)
    return recording


def _kept(new: Renewal, key: str) -> Recording | None:
    """Poses of a try that was killed, or of the analysis that is to be replaced."""
    for place in () if new.fresh else (new.staged, new.folder):
        # Damaged ones, or another version's, are only worth as much as none: the clip itself is here.
        with suppress(PostureError):
            kept = Recording.load(place.poses)
            if kept.key == key:
                new.carry([place.poses.name])
                return kept
    new.staged.poses.unlink(missing_ok=True)
    return None


def _key(sha256: str, version: str, model: str, settings: Settings) -> str:
    """Fingerprint of all that the poses depend on."""
    parts = [sha256, version, model, pose_settings(settings)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
