"""See in ordinary video how a runner's head, shoulders and arms change as the runner tires.

>>> import posture
>>> analysis = posture.analyze("run.mp4")  # doctest: +SKIP
>>> analysis.strides["trunk_lean"].median()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posture.errors import PostureError
from posture.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from posture.analysis import Analysis
    from posture.settings import Settings

__all__ = ["PostureError", "__version__", "analyze", "load_analysis"]


def analyze(source: str | Path, *, settings: Settings | None = None, **options: Any) -> Analysis:
    """Analyse a video, or repeat what follows the poses on an analysis folder.

    Parameters
    ----------
    source : str or Path
    settings : Settings, optional
    **options
        As :func:`posture.pipeline.analyze`: ``out``, ``workers``, ``overlay``, ``force``, ``progress``.

    Returns
    -------
    Analysis
        With ``metrics`` and ``strides`` (DataFrames), ``view``, ``drift`` and more.

    Raises
    ------
    PostureError
        With one sentence that says what is wrong, where and what to do.
    """
    import os
    from pathlib import Path

    # OpenCV's package sets variables for its windows as it is imported; the caller's environment is not ours.
    before = dict(os.environ)
    try:
        from posture import pipeline

        out = options.pop("out", None)
        return pipeline.analyze(Path(source), out=Path(out) if out else None, settings=settings, **options)
    finally:
        os.environ.clear()
        os.environ.update(before)


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
