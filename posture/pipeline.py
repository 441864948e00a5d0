"""The order of the stages, and nothing else. The only place that knows it.

What follows the poses is imported while they come: its libraries take as long as a look through the whole clip.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from posture.errors import PostureError
from posture.pose.acquire import Progress, acquire
from posture.pose.source import own_folder
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.storage.renewal import Renewal

if TYPE_CHECKING:
    from posture.analysis import Analysis, Comparison
    from posture.analysis.inputs import Beside
    from posture.drift.types import DriftResult
    from posture.levels import Levels
    from posture.pose.types import Backend
    from posture.rules import Causes, Finding, Intake


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
    say = progress or (lambda label, done, total: None)
    again = AnalysisFolder(source).is_analysis()
    if again and out is not None:
        raise PostureError(
            f"{source}: an analysis is worked out again in its own folder; leave --out away, or copy it."
        )
    folder = AnalysisFolder(source if again else out or Path(f"{source.stem}.posture"))
    settings = settings or (_stored_settings(source) if again else Settings())
    beside = _beside_at_once(settings)
    threads = workers or os.cpu_count() or 1
    began = time.perf_counter()
    with Renewal(folder, fresh=fresh) as new:
        if again:
            from posture.analysis.kept import take_up_poses

            recording = take_up_poses(folder, settings, new)
        else:
            with ThreadPoolExecutor(1) as aside:
                told = _importing(aside, say)
                recording = acquire(source, new, settings, backend=backend, workers=threads, force=force, say=told)
        spent = time.perf_counter() - began
        from posture.analysis.inputs import load_beside
        from posture.analysis.upright import with_upright
        from posture.report import page, tables
        from posture.report.video.pictures import write_pictures

        beside = with_upright(beside or load_beside(settings), settings.run.upright, new, threads, say, backend)
        analysis = _with_other_views(behind_poses(recording, settings, beside), new.staged, beside)
        analysis = replace(analysis, folder=folder.path, timings={"poses": spent, **analysis.timings})
        if seen is not None:
            seen(analysis)
        with ThreadPoolExecutor(1) as aside:
            written = aside.submit(tables.write_tables, analysis, new.staged)
            if recording.has_video and not again:
                write_pictures(analysis, source, new, say, overlay=overlay)
            page.write_page(analysis, new.staged)
            written.result()
        new.commit()
    folder.drop_chunks()
    return analysis


def _stored_settings(folder: Path) -> Settings:
    from posture.analysis.kept import stored_settings

    return stored_settings(folder)


def _beside_at_once(settings: Settings) -> Beside | None:
    """What is known beside the pictures, if it may fail to be read: nobody should wait for an hour to be told so."""
    run = settings.run
    if not (run.upright or run.intake or run.rules or run.reference or run.speed_log or settings.drift.floors):
        return None
    from posture.analysis.inputs import load_beside

    return load_beside(settings)


def _importing(aside: Executor, say: Progress) -> Progress:
    """The same, which has what follows the poses imported from when something of the clip was seen.

    Not earlier: all that the poses need is imported by then, and two threads that import parts of one library at once
    may wait for each other.
    """
    begun = False

    def told(label: str, done: float, total: float) -> None:
        nonlocal begun
        if done > 0 and not begun:
            begun = True
            aside.submit(_import_what_follows)
        say(label, done, total)

    return told


def _import_what_follows() -> None:
    for name in ("analysis.upright", "analysis.views", "report.page", "report.tables", "report.terminal"):
        import_module(f"posture.{name}")


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
    from posture.analysis.inputs import load_beside
    from posture.analysis.upright import with_kept_upright

    settings, folder = _stored_settings(path), AnalysisFolder(path)
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
    from posture import drift, levels
    from posture.analysis import Analysis
    from posture.analysis.inputs import Beside
    from posture.report.page import notebook
    from posture.seen import in_real_time, see

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
    from posture import drift, rules
    from posture.analysis import Comparison
    from posture.analysis.inputs import load_speed
    from posture.pose.camera.same import same_camera

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
    from posture import rules

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
    from posture import rules

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
    from posture.analysis.inputs import load_speed
    from posture.analysis.views import complete

    others = folder.other_views()
    for other in others:
        own = _stored_settings(other.path)
        # On its own clock: the log of the leading camera's clips may not reach that far.
        there = replace(beside, speed=load_speed(own) or beside.speed)
        seen = behind_poses(Recording.load(other.poses), own, there)
        analysis = complete(analysis, seen)
    if not others:
        return analysis
    return replace(analysis, findings=_judged(analysis, analysis.drift, beside.causes, beside.upright_levels))
