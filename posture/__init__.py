"""See in ordinary video how a runner's head, shoulders and arms change as the runner tires.

>>> import posture
>>> analysis = posture.analyze("run.mp4")  # doctest: +SKIP
>>> analysis.strides["trunk_lean"].median()  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posture.errors import PostureError
from posture.version import __version__

if TYPE_CHECKING:
    from posture.analysis import Analysis, Comparison
    from posture.batches.stage import Item
    from posture.kinematics import METRICS, metric
    from posture.pose.acquire import Progress
    from posture.pose.types import Backend
    from posture.report.figures.axes import plot_run, plot_stride
    from posture.settings import Settings

__all__ = [
    "METRICS",
    "Analysis",
    "Comparison",
    "PostureError",
    "Settings",
    "__version__",
    "analyze",
    "batch",
    "compare",
    "load_analysis",
    "metric",
    "plot_run",
    "plot_stride",
]

#: Names that are imported when somebody asks for them: importing all of it takes a second.
_LATER = {
    "METRICS": "posture.kinematics",
    "Analysis": "posture.analysis",
    "Comparison": "posture.analysis",
    "Settings": "posture.settings",
    "metric": "posture.kinematics",
    "plot_run": "posture.report.figures.axes",
    "plot_stride": "posture.report.figures.axes",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'posture' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)


def analyze(
    source: str | Path,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    backend: Backend | None = None,
    workers: int | None = None,
    overlay: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse a video, or repeat what follows the poses on an analysis folder.

    It may run in several threads at once, each with a folder of its own, and in a spawned process; it changes nothing
    of the process around it.

    Parameters
    ----------
    source : str or Path
        A video, poses of another program in a known format, or an analysis folder.
    out : str or Path, optional
        The analysis folder; by default the clip's name with the ending ``.posture`` in the current folder.
    settings : Settings, optional
        By default those of the folder, or the program's.
    backend : Backend, optional
        A pose estimator of your own; by default the one that the settings name.
    workers : int, optional
        Threads; one for each core by default. Results do not depend on it.
    overlay : bool
        Whether to write the annotated video.
    force : bool
        Whether an analysis of another clip in the same folder may be replaced.
    progress : callable, optional
        Called with what is being done, and with how much of how much is done, by any thread, one at a time. What it
        raises stops the work and comes out of here; the next call goes on where this one stopped.

    Returns
    -------
    Analysis
        With ``metrics``, ``strides`` and ``poses`` (DataFrames), ``drift``, ``levels``, ``findings`` and more.

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    from posture import pipeline

    return pipeline.analyze(
        Path(source),
        out=Path(out) if out is not None else None,
        settings=settings,
        backend=backend,
        workers=workers,
        overlay=overlay,
        force=force,
        progress=progress,
    )


def compare(
    fresh: str | Path,
    tired: str | Path,
    *,
    settings: Settings | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Hold a second clip of a runner against a first one, with the same statistics.

    Parameters
    ----------
    fresh, tired : str or Path
        Videos, poses or analysis folders; what is not analysed yet is, in a folder of its own in the current one.
    settings : Settings, optional
        Of both; by default those of each folder, or the program's.
    workers : int, optional
        Threads; one for each core by default.
    progress : callable, optional
        As for :func:`analyze`.

    Returns
    -------
    Comparison
        With ``drift`` and ``findings``, and both analyses as ``fresh`` and ``tired``.

    Raises
    ------
    PostureError
        If one of them cannot be analysed.
    """
    from posture import pipeline

    return pipeline.compare(Path(fresh), Path(tired), settings=(settings, settings), workers=workers, progress=progress)


def batch(
    folder: str | Path,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    manifest: str | Path | None = None,
    recursive: bool = False,
    as_one_run: bool = False,
    workers: int | None = None,
    overlay: bool = True,
    progress: Progress | None = None,
) -> list[Item]:
    """Analyse every clip in a folder, each in a process of its own, with one summary.

    What is done already stays done. Called from a script, the call stands under ``if __name__ == "__main__":``, as
    wherever Python starts processes.

    Parameters
    ----------
    folder : str or Path
    out : str or Path, optional
        Of all results; by default the folder's name with the ending ``.batch`` in the current folder.
    settings : Settings, optional
        Of every clip; what the manifest says of a clip overrides them.
    manifest : str or Path, optional
        CSV table of who runs, what is one run, from where.
    recursive : bool
        Whether to look into the folder's folders too.
    as_one_run : bool
        Whether the clips of each folder are one run where the manifest does not say.
    workers : int, optional
        Threads in all; one for each core by default.
    overlay : bool
        Whether to write the annotated videos.
    progress : callable, optional
        As for :func:`analyze`, with the number of clips done and in all.

    Returns
    -------
    list of Item
        One for each clip, and each run of several: ``name``, ``folder`` (for :func:`load_analysis`) and ``outcome``,
        whose ``state`` is ``analysed``, ``kept`` or ``failed`` and whose ``reason`` says why it failed.

    Raises
    ------
    PostureError
        If the folder holds no clip at all, or if the manifest is faulty.
    """
    import os

    from posture.batches.stage import Options
    from posture.batches.whole import Told, run_whole
    from posture.settings import Settings

    options = Options(
        out=Path(out or f"{Path(folder).resolve().name}.batch").absolute(),
        workers=workers or os.cpu_count() or 1,
        recursive=recursive,
        manifest=Path(manifest) if manifest is not None else None,
        as_one_run=as_one_run,
        overlay=overlay,
    )
    told = Told(progress or (lambda label, done, total: None))
    return run_whole(Path(folder), options, settings or Settings(), told)


def load_analysis(folder: str | Path) -> Analysis:
    """Read an analysis folder and work out everything behind the poses again, writing nothing.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        If no complete analysis lies there.
    """
    from posture import pipeline

    return pipeline.load(Path(folder))
