"""Analyses of runners over weeks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from posture.history.store import History, default_path, named

if TYPE_CHECKING:
    from posture.analysis import Analysis

__all__ = ["History", "add", "default_path", "named"]


def add(analysis: Analysis, runner: str, db: Path | None = None) -> None:
    """Keep an analysis in a runner's history.

    Parameters
    ----------
    analysis : Analysis
    runner : str
        Name; capitals do not matter.
    db : Path, optional
        The history file; by default that in the user's data folder.

    Raises
    ------
    PostureError
        If the name is empty, or the file is no history or cannot be written.
    """
    from posture.analysis.record import plain_record

    with History(db) as history:
        history.add(plain_record(analysis), runner, analysis.folder)
