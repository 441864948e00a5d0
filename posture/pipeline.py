"""The order of the stages. The only place that knows it."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture import cleaning, drift, kinematics, strides
from posture.analysis import Analysis
from posture.errors import PostureError
from posture.folder import AnalysisFolder
from posture.recording import Recording
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import ClipSettings, Settings, Span

#: Called with what is being done, and with seconds of the clip done and in all.
Progress = Callable[[str, float, float], None]

#: Settings of the clip that the poses depend on; the others only touch what follows.
_POSE_CLIP = {"start", "end", "sample", "person"}


def analyze(
    source: Path,
    *,
    out: Path | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    overlay: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse a clip and keep the analysis in a folder, or repeat what follows the poses.

    Parameters
    ----------
    source : Path
        A video, or an analysis folder.
    out : Path, optional
        The analysis folder; by default the clip's name with the ending ``.posture`` in the current folder.
    settings : Settings, optional
        By default those of the folder, or the program's.
    workers : int, optional
        Threads; one for each core by default. Results do not depend on it.
    overlay : bool
        Whether to write the annotated video.
    force : bool
        Whether an analysis of another clip in the same folder may be replaced.
    progress : callable, optional

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    from posture.report import tables

    say = progress or (lambda label, done, total: None)
    folder = AnalysisFolder(source)
    if folder.is_analysis():
        settings = settings or stored_settings(source)
        recording = Recording.load(folder.poses)
        _refuse_other_poses(recording, settings, source)
        analysis = replace(behind_poses(recording, settings), folder=source)
        tables.write(analysis, folder)
        return analysis

    settings = settings or Settings()
    folder = AnalysisFolder(out or Path(f"{source.stem}.posture"))
    began = time.perf_counter()
    recording = _poses(source, folder, settings, workers or os.cpu_count() or 1, force, say)
    spent = time.perf_counter() - began
    analysis = behind_poses(recording, settings)
    analysis = replace(analysis, folder=folder.path, timings={"poses": spent, **analysis.timings})
    if overlay:
        from posture.report.overlay import write_overlay

        write_overlay(analysis, source, folder.overlay, lambda done, total: say("Drawing the video", done, total))
    tables.write(analysis, folder)
    folder.drop_chunks()
    return analysis


def behind_poses(recording: Recording, settings: Settings) -> Analysis:
    """Everything after the poses: cleaning, kinematics, strides, drift.

    Parameters
    ----------
    recording : Recording
    settings : Settings

    Returns
    -------
    Analysis
    """
    timings: dict[str, float] = {}
    began = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal began
        now = time.perf_counter()
        timings[stage] = now - began
        began = now

    series, camera = _in_real_time(recording, settings.clip)
    cleaned, report = cleaning.clean(series, settings.cleaning)
    lap("cleaning")
    view = kinematics.find_view(cleaned, settings.clip.view)
    measured = kinematics.compute(cleaned, view, camera)
    lap("kinematics")
    events = strides.find_events(cleaned, view)
    bounds = strides.find_strides(cleaned, view, settings.strides)
    segmented = strides.stride_table(cleaned, view, measured, bounds, events)
    lap("strides")
    drifts = drift.assess(segmented, view, measured, camera=camera, settings=settings.drift)
    lap("drift")
    return Analysis(settings, recording, cleaned, report, view, measured, segmented, drifts, timings)


def stored_settings(folder: Path) -> Settings:
    """The settings that an analysis folder was made with.

    Raises
    ------
    PostureError
        If there is no complete analysis in the folder.
    """
    record = AnalysisFolder(folder).record
    try:
        return Settings.model_validate(json.loads(record.read_text(encoding="utf-8"))["settings"])
    except (OSError, ValueError, KeyError) as error:
        raise PostureError(f"{folder}: holds no complete analysis; analyse the clip itself first.") from error


def _poses(
    source: Path, folder: AnalysisFolder, settings: Settings, workers: int, force: bool, say: Progress
) -> Recording:
    """The poses of a clip: kept ones if they are of the same bytes, model and settings, else estimated."""
    from posture.pose.mediapipe_backend import MediaPipeBackend
    from posture.pose.models import find_model
    from posture.video.probe import probe

    say("Reading the clip", 0.0, 1.0)
    video = probe(source)
    backend = MediaPipeBackend(find_model(settings.pose.model))
    key = _pose_key(video.sha256, backend.version, backend.model, settings)
    folder.claim(source.name, video.sha256, force=force)
    if folder.poses.is_file():
        kept = Recording.load(folder.poses)
        if kept.key == key:
            return kept

    from posture.pose.scout import scout
    from posture.pose.stage import estimate

    if video.duration is None:
        raise PostureError(f"{source}: holds a single picture; film at least ten strides, better a minute.")
    spans = spans_to_read(video.duration, settings.clip)
    total = sum(span.stop - span.start for span in spans)
    found = scout(
        video,
        backend,
        spans=spans,
        settings=settings.pose,
        person=settings.clip.person,
        progress=lambda done: say("Looking for the runner", done, total),
    )
    result = estimate(
        video,
        backend,
        found.track,
        spans=spans,
        turn=found.turn,
        settings=settings.pose,
        workers=workers,
        cache=folder.chunks,
        progress=lambda done, _: say("Following the runner", done, total),
    )
    recording = Recording(
        name=source.name,
        sha256=video.sha256,
        key=key,
        estimator=f"{backend.name} {backend.version}",
        model=backend.model,
        rate=video.rate,
        duration=video.duration,
        turn=found.turn,
        spans=tuple(spans),
        people=tuple(person.why for person in found.people),
        notes=(*found.notes, *((result.problem,) if result.problem else ())),
        lost_frames=result.lost,
        series=result.series,
        camera=found.camera,
    )
    recording.save(folder.poses)
    return recording


def spans_to_read(duration: float, clip: ClipSettings) -> list[Span]:
    """The stretches of the clip that are analysed.

    Parameters
    ----------
    duration : float
        Of the clip, s.
    clip : ClipSettings

    Returns
    -------
    list of Span
        In order, none empty.

    Raises
    ------
    PostureError
        If nothing of the clip is left.
    """
    start, stop = clip.start or 0.0, min(clip.end or np.inf, duration)
    if start >= stop:
        raise PostureError(f"--start {start:g} s lies behind the end of the clip ({duration:.1f} s); choose less.")
    if not clip.sample:
        return [Span(start, stop)]
    begins = np.arange(start, stop, clip.sample.every)
    return [Span(float(b), float(min(b + clip.sample.length, stop))) for b in begins]


def _pose_key(sha256: str, version: str, model: str, settings: Settings) -> str:
    """Fingerprint of all that the poses depend on."""
    parts = [sha256, version, model, _pose_settings(settings)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _pose_settings(settings: Settings) -> dict[str, object]:
    clip = settings.clip.model_dump(mode="json", include=_POSE_CLIP)
    return {**settings.pose.model_dump(mode="json"), **clip}


def _refuse_other_poses(recording: Recording, settings: Settings, folder: Path) -> None:
    """An analysis folder has the poses of one choice only."""
    if _pose_settings(settings) != _pose_settings(stored_settings(folder)):
        raise PostureError(
            f"{folder}: model, person, start, end and sample decide the poses; to change them, "
            f"analyse the clip itself ({recording.name})."
        )


def _in_real_time(recording: Recording, clip: ClipSettings) -> tuple[PoseSeries, CameraMotion]:
    """Poses and camera with excluded stretches left out and slow motion taken off the clock."""
    series, camera = recording.series, recording.camera
    if clip.exclude:
        series = series.take(_outside(series.time, clip.exclude))
        if not len(series):
            raise PostureError(f"{recording.name}: --exclude leaves nothing of the clip; leave out less.")
    factor = clip.slow_motion
    if factor != 1.0:
        series = replace(series, time=series.time / factor)
        camera = replace(camera, time=camera.time / factor)
    return series, camera


def _outside(times: Floats, excluded: Sequence[Span]) -> NDArray[np.bool_]:
    return ~np.any([(times >= a) & (times < b) for a, b in excluded], axis=0)  # type: ignore[no-any-return]
