"""The order of the stages. The only place that knows it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture import drift, levels, rules
from posture.analysis import Analysis, Comparison
from posture.analysis.inputs import Beside, load_beside, load_speed
from posture.analysis.views import complete
from posture.drift import Upright
from posture.drift.types import DriftResult
from posture.errors import PostureError
from posture.levels import Levels
from posture.pose.acquire import Progress, acquire, digest, pose_settings
from posture.pose.camera.same import same_camera
from posture.reading import regular
from posture.rules import Causes, Finding
from posture.seen import see, slower
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import ClipSettings, Settings, Span
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import Ledger
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal, settle


def analyze(
    source: Path,
    *,
    out: Path | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    overlay: bool = True,
    force: bool = False,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse a clip and keep the analysis in a folder, or repeat what follows the poses.

    Parameters
    ----------
    source : Path
        A video, poses of another program in a known format, or an analysis folder.
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
    fresh : bool
        Whether the poses are estimated anew, whatever is kept.
    progress : callable, optional

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    from posture.report import page, tables

    say = progress or (lambda label, done, total: None)
    again = AnalysisFolder(source).is_analysis()
    if again and out is not None:
        raise PostureError(
            f"{source}: an analysis is worked out again in its own folder; leave --out away, or copy it."
        )
    folder = AnalysisFolder(source if again else out or Path(f"{source.stem}.posture"))
    settings = settings or (stored_settings(source) if again else Settings())
    # Before the poses: nobody should wait for an hour to read that a file is not where it was said to be.
    beside = load_beside(settings)
    began = time.perf_counter()
    with Renewal(folder, fresh=fresh) as new:
        if again:
            recording = _poses_of(folder, settings, new)
        else:
            recording = acquire(source, new, settings, workers=workers or os.cpu_count() or 1, force=force, say=say)
        spent = time.perf_counter() - began
        beside = _with_upright(beside, settings.run.upright, new, workers, say)
        analysis = _with_other_views(behind_poses(recording, settings, beside), new.staged, beside)
        analysis = replace(analysis, folder=folder.path, timings={"poses": spent, **analysis.timings})
        if recording.has_video and not again:
            _pictures(analysis, source, new, say, overlay=overlay)
        page.write_page(analysis, new.staged)
        tables.write_tables(analysis, new.staged)
        new.commit()
    folder.drop_chunks()
    return analysis


def load(path: Path, workers: int | None = None) -> Analysis:
    """Read an analysis folder and work out everything behind the poses again, writing nothing.

    Parameters
    ----------
    path : Path
    workers : int, optional

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        If no complete analysis lies there.
    """
    settings, folder = stored_settings(path), AnalysisFolder(path)
    beside = load_beside(settings)
    if settings.run.upright is not None:
        beside = replace(beside, upright=_upright_levels(settings.run.upright, folder))
    analysis = behind_poses(Recording.load(folder.poses), settings, beside)
    return replace(_with_other_views(analysis, folder, beside), folder=path)


def behind_poses(recording: Recording, settings: Settings, beside: Beside | None = None) -> Analysis:
    """Everything after the poses: cleaning, kinematics, strides, drift, rules.

    Parameters
    ----------
    recording : Recording
    settings : Settings
    beside : Beside, optional

    Returns
    -------
    Analysis
    """
    beside = beside or Beside()
    timings: dict[str, float] = {}
    began = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal began
        now = time.perf_counter()
        timings[stage] = timings.get(stage, 0.0) + now - began
        began = now

    series, camera = _in_real_time(recording, settings.clip)
    if beside.speed and settings.run.speed_log:
        beside.speed.refuse_elsewhere(series.time, settings.run.speed_log)
    seen = see(series, camera, settings, lap)
    view, measured, segmented = seen.view, seen.measured, seen.segmented
    drifts = drift.assess(
        segmented,
        view,
        measured,
        camera=camera,
        settings=settings.drift,
        baseline=settings.baseline,
        speed=beside.speed,
        upright=beside.upright_levels,
    )
    lap("drift")
    held = levels.run_levels(
        recording,
        segmented,
        view,
        measured,
        drift.fresh_and_end(segmented, measured, settings.drift, settings.baseline),
        beside.reference or levels.load_reference(),
        camera_roll=settings.run.camera_roll,
    )
    drifts = levels.timed(drifts, held, beside.upright_levels, settings.drift)
    lap("levels")
    analysis = Analysis(
        settings, recording, seen.cleaned, seen.cleaning, view, measured, segmented, drifts, held, (), beside.intake,
        timings, upright=beside.upright,
    )  # fmt: skip
    analysis = replace(analysis, findings=_judged(analysis, drifts, beside.causes, beside.upright_levels))
    lap("rules")
    return analysis


def compare(
    fresh: Path,
    tired: Path,
    *,
    settings: tuple[Settings | None, Settings | None] = (None, None),
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """The same statistics between two clips of one runner.

    Parameters
    ----------
    fresh, tired : Path
        Videos, poses or analysis folders; what is not analysed yet is, in a folder of its own in the current one.
    settings : pair of Settings, optional
        Of each; by default those of the folder, or the program's.
    workers : int, optional
    progress : callable, optional

    Returns
    -------
    Comparison

    Raises
    ------
    PostureError
        If one of them cannot be analysed.
    """
    first, second = (
        analyze(
            source,
            out=None if AnalysisFolder(source).is_analysis() else own_folder(source),
            settings=own,
            workers=workers,
            overlay=False,
            progress=progress,
        )
        for source, own in zip((fresh, tired), settings, strict=True)
    )
    same = same_camera(first.recording, second.recording)
    drifts = drift.compare(
        *(drift.ClipStrides(a.segmented, a.view, a.measured, load_speed(a.settings)) for a in (first, second)),
        same_camera=same,
        settings=second.settings.drift,
    )
    upright = second.upright.levels if second.upright is not None else None
    findings = _judged(second, drifts, rules.load_causes(second.settings.run.rules), upright, held=first.levels)
    return Comparison(first, second, same, drifts, findings)


def own_folder(source: Path) -> Path:
    """Where a clip's analysis goes that nobody named a folder for: beside that of another clip of the same name."""
    folder = Path(f"{source.stem}.posture")
    if not folder.exists():
        return folder
    ledger, sha256 = AnalysisFolder(folder).ledger(), digest(source)
    return folder if ledger and ledger.sha256 == sha256 else Path(f"{source.stem}-{sha256[:8]}.posture")


def _judged(
    analysis: Analysis,
    drifts: Mapping[str, DriftResult],
    causes: Causes | None,
    upright: Mapping[str, float] | None = None,
    held: Levels | None = None,
) -> tuple[Finding, ...]:
    """What the rules make of changes that end in this analysis, and of the levels that they began with."""
    return rules.judge(
        drifts,
        analysis.view,
        analysis.segmented,
        analysis.measured,
        analysis.intake,
        causes or rules.load_causes(),
        upright=upright,
        levels=held or analysis.levels,
        settings=analysis.settings.drift,
    )


def _with_other_views(analysis: Analysis, folder: AnalysisFolder, beside: Beside) -> Analysis:
    """Completed by what other cameras recorded of the same run, where that lies in the folder."""
    others = folder.other_views()
    for other in others:
        own = stored_settings(other.path)
        # On its own clock: the log of the leading camera's clips may not reach that far.
        there = replace(beside, speed=load_speed(own) or beside.speed)
        seen = behind_poses(Recording.load(other.poses), own, there)
        analysis = complete(analysis, seen)
    if not others:
        return analysis
    return replace(analysis, findings=_judged(analysis, analysis.drift, beside.causes, beside.upright_levels))


def stored_settings(folder: Path) -> Settings:
    """The settings that an analysis folder was made with.

    Raises
    ------
    PostureError
        If there is no complete analysis in the folder.
    """
    settle(AnalysisFolder(folder))
    if AnalysisFolder(folder).stream.is_file():
        from posture.pose.stream import stream_settings

        return stream_settings(AnalysisFolder(folder))
    record = AnalysisFolder(folder).record
    try:
        return Settings.model_validate(json.loads(regular(record).read_text(encoding="utf-8"))["settings"])
    except OSError as error:
        raise PostureError(f"{folder}: holds no complete analysis; analyse the clip itself first.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise PostureError(
            f"{record}: damaged, or written by another version of this program; analyse the clip itself again."
        ) from error


def _poses_of(folder: AnalysisFolder, settings: Settings, new: Renewal) -> Recording:
    """The poses in an analysis folder, and its new state begun with them and with what needs the clip itself.

    Those of a live session that has not been analysed yet are put together.
    """
    ledger = folder.ledger()
    assert ledger is not None
    if folder.stream.is_file():
        from posture.pose.stream import recover

        recording = recover(folder)
        new.begin(ledger.name, ledger.sha256)
        recording.save(new.staged.poses)
        return recording
    recording = Recording.load(folder.poses)
    _refuse_other_poses(recording, settings, folder.path)
    new.begin(ledger.name, ledger.sha256)
    # Without a record nobody knows what the pictures show.
    pictures = _pictures_of(ledger) if folder.record.is_file() else []
    new.carry([folder.poses.name, *pictures, *(name for name in ledger.files if name.startswith("views/"))])
    return recording


def _pictures_of(ledger: Ledger) -> list[str]:
    return [name for name in ledger.files if name == "overlay.mp4" or name.startswith("frames/")]


def _pictures(analysis: Analysis, source: Path, new: Renewal, say: Progress, *, overlay: bool) -> None:
    """The annotated video and the frames of the report, or the frames alone."""
    if overlay:
        from posture.report.video.overlay import write_overlay

        write_overlay(
            analysis,
            source,
            new.staged.overlay,
            new.staged.stills,
            lambda done, total: say("Drawing the video", done, total),
        )
        return
    from posture.report.video.stills import keep_stills

    if _shows_the_same(analysis, new.folder):
        new.carry([new.folder.overlay.name])
    keep_stills(analysis, source, new.staged.stills)


def _shows_the_same(analysis: Analysis, folder: AnalysisFolder) -> bool:
    """Whether the annotated video that is kept is of these poses, and hides the face if it has to."""
    with suppress(PostureError):
        hidden = stored_settings(folder.path).report.face_blur
        kept = Recording.load(folder.poses).key == analysis.recording.key
        return kept and (hidden or not analysis.settings.report.face_blur)
    return False


def _with_upright(beside: Beside, source: Path | None, new: Renewal, workers: int | None, say: Progress) -> Beside:
    if source is None:
        return beside
    if not AnalysisFolder(source).is_analysis():
        ledger = new.folder.ledger()
        new.carry(name for name in (ledger.files if ledger else ()) if name.startswith("upright/"))
        kept = AnalysisFolder(new.staged.path / "upright")
        with Renewal(kept, fresh=new.fresh) as poses:
            acquire(source, poses, Settings(), workers=workers or os.cpu_count() or 1, force=True, say=say)
            poses.commit()
        kept.drop_chunks()
    return replace(beside, upright=_upright_levels(source, new.staged))


def _upright_levels(source: Path, folder: AnalysisFolder) -> Upright:
    """The runner's own upright levels, from an analysis or from the poses of a clip that are kept in the folder."""
    own = AnalysisFolder(source).is_analysis()
    place = AnalysisFolder(source if own else folder.path / "upright")
    settings = stored_settings(source) if own else Settings()
    reference = behind_poses(Recording.load(place.poses), settings)
    return drift.upright_levels(reference.segmented, reference.measured)


def _refuse_other_poses(recording: Recording, settings: Settings, folder: Path) -> None:
    """An analysis folder has the poses of one choice only; without a record none was made yet."""
    if not AnalysisFolder(folder).record.is_file():
        return
    if pose_settings(settings) != pose_settings(stored_settings(folder)):
        raise PostureError(
            f"{folder}: model, person, start, end and sample decide the poses; to change them, "
            f"analyse the clip itself ({recording.name})."
        )
    if settings.report.face_blur and not stored_settings(folder).report.face_blur:
        raise PostureError(
            f"{folder}: its pictures show the face; to blur them, analyse the clip itself ({recording.name}) again."
        )


def _in_real_time(recording: Recording, clip: ClipSettings) -> tuple[PoseSeries, CameraMotion]:
    """Poses and camera with excluded stretches left out and slow motion taken off the clock."""
    series, camera = recording.series, recording.camera
    if clip.exclude:
        series = series.take(_outside(series.time, clip.exclude))
        if not len(series):
            raise PostureError(f"{recording.name}: --exclude leaves nothing of the clip; leave out less.")
    if len(series) < 2:
        raise PostureError(f"{recording.name}: a single frame is left of the clip; take a longer stretch of it.")
    return slower(series, camera, 1 / clip.slow_motion)


def _outside(times: Floats, excluded: Sequence[Span]) -> NDArray[np.bool_]:
    return ~np.any([(times >= a) & (times < b) for a, b in excluded], axis=0)  # type: ignore[no-any-return]
