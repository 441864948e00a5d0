"""The order of the stages, and nothing else. The only place that knows it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from posture import drift, levels, rules
from posture.analysis import Analysis, Comparison
from posture.analysis.inputs import Beside, load_beside, load_speed
from posture.analysis.kept import stored_settings, take_up_poses
from posture.analysis.upright import with_kept_upright, with_upright
from posture.analysis.views import complete
from posture.drift.types import DriftResult
from posture.errors import PostureError
from posture.levels import Levels
from posture.pose.acquire import Progress, acquire
from posture.pose.camera.same import same_camera
from posture.pose.source import own_folder
from posture.pose.types import Backend
from posture.report.page import notebook
from posture.rules import Causes, Finding, Intake
from posture.seen import in_real_time, see
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal


def analyze(
    source: Path,
    *,
    out: Path | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    overlay: bool = True,
    force: bool = False,
    fresh: bool = False,
    backend: Backend | None = None,
    progress: Progress | None = None,
    seen: Callable[[Analysis], None] | None = None,
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
    backend : Backend, optional
        A pose estimator in the place of the one that the settings name.
    progress : callable, optional
    seen : callable, optional
        Gets the analysis as soon as everything but its pictures is known, for whoever waits.

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    from posture.report import page, tables
    from posture.report.video.pictures import write_pictures

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
    threads = workers or os.cpu_count() or 1
    began = time.perf_counter()
    with Renewal(folder, fresh=fresh) as new:
        if again:
            recording = take_up_poses(folder, settings, new)
        else:
            recording = acquire(source, new, settings, backend=backend, workers=threads, force=force, say=say)
        spent = time.perf_counter() - began
        beside = with_upright(beside, settings.run.upright, new, threads, say, backend)
        analysis = _with_other_views(behind_poses(recording, settings, beside), new.staged, beside)
        analysis = replace(analysis, folder=folder.path, timings={"poses": spent, **analysis.timings})
        if seen is not None:
            seen(analysis)
        if recording.has_video and not again:
            write_pictures(analysis, source, new, say, overlay=overlay)
        page.write_page(analysis, new.staged)
        tables.write_tables(analysis, new.staged)
        new.commit()
    folder.drop_chunks()
    return analysis


def load(path: Path) -> Analysis:
    """Read an analysis folder and work out everything behind the poses again, writing nothing.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        If no complete analysis lies there.
    """
    settings, folder = stored_settings(path), AnalysisFolder(path)
    beside = with_kept_upright(load_beside(settings), settings.run.upright, folder)
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

    series, camera = in_real_time(recording, settings.clip)
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
        timings, upright=beside.upright, page=notebook.summary,
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
    return held_against(*analyze_both(fresh, tired, settings=settings, workers=workers, progress=progress))


def analyze_both(
    fresh: Path,
    tired: Path,
    *,
    settings: tuple[Settings | None, Settings | None] = (None, None),
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Analysis, Analysis]:
    """Analyse two clips, each in a folder of its own in the current one; parameters as for :func:`compare`."""
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
    return first, second


def held_against(first: Analysis, second: Analysis) -> Comparison:
    """The second of two analyses of one runner against the first."""
    same = same_camera(first.recording, second.recording)
    drifts = drift.compare(
        *(drift.ClipStrides(a.segmented, a.view, a.measured, load_speed(a.settings)) for a in (first, second)),
        same_camera=same,
        settings=second.settings.drift,
    )
    upright = second.upright.levels if second.upright is not None else None
    findings = _judged(second, drifts, rules.load_causes(second.settings.run.rules), upright, held=first.levels)
    return Comparison(first, second, same, drifts, findings)


def judged_with(analysis: Analysis, intake: Intake) -> tuple[Finding, ...]:
    """What the rules make of an analysis with other answers."""
    upright = analysis.upright.levels if analysis.upright is not None else None
    causes = rules.load_causes(analysis.settings.run.rules)
    return _judged(replace(analysis, intake=intake), analysis.drift, causes, upright)


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
