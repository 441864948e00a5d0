"""See in ordinary video how a runner's head, shoulders and arms change as the runner tires.

>>> import posture
>>> analysis = posture.analyze("run.mp4")  # doctest: +SKIP
>>> analysis.strides["trunk_lean"].median()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from posture.errors import PostureError
from posture.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from posture.analysis import Analysis
    from posture.pose.acquire import Progress
    from posture.settings import Settings

__all__ = ["PostureError", "__version__", "analyze", "load_analysis"]


def analyze(
    source: str | Path,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    workers: int | None = None,
    overlay: bool = True,
    force: bool = False,
    progress: Progress | None = None,
) -> Analysis:
    """Analyse a video, or repeat what follows the poses on an analysis folder.

    Parameters
    ----------
    source : str or Path
        A video, poses of another program in a known format, or an analysis folder.
    out : str or Path, optional
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
        Called with what is being done, and with seconds of the clip done and in all.

    Returns
    -------
    Analysis
        With ``metrics`` and ``strides`` (DataFrames), ``view``, ``drift`` and more.

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    from pathlib import Path

    from posture import pipeline

    return pipeline.analyze(
        Path(source),
        out=Path(out) if out is not None else None,
        settings=settings,
        workers=workers,
        overlay=overlay,
        force=force,
        progress=progress,
    )


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
    from pathlib import Path

    from posture import pipeline

    return pipeline.load(Path(folder))
