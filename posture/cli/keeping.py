"""How commands add what they analysed to a runner's history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posture.analysis import Analysis


def check_history(runner: str | None, db: Path | None) -> None:
    """Say now, and not after an hour, that a history cannot take what ``keep_in_history`` will add."""
    if runner is not None:
        from posture.history import History, named

        named(runner)
        with History(db):
            pass


def keep_in_history(analysis: Analysis, runner: str | None, db: Path | None) -> None:
    """Add an analysis to the history of whoever was named."""
    if runner is not None:
        from posture.history import add

        add(analysis, runner, db)
