"""What worker processes do for the app. All that is heavy is imported there, never where requests are answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from posture.app.tickets import ANALYSIS, VALUES
from posture.batches.status import StatusFile
from posture.batches.work import State as Ended

if TYPE_CHECKING:
    from posture.analysis import Analysis
    from posture.settings import Settings

#: No clip's checksum: what the history keeps of the same clip elsewhere stays.
_NO_CLIP = "-"


@dataclass(frozen=True)
class RunJob:
    """A run of the library to analyse: the batch's own job, and the history after it.

    Attributes
    ----------
    name : str
    place : Path
        Folder of the run.
    source : Path or None
        The clip; None for a join, and for a live session that was ended or killed.
    parts : tuple of (str, Path)
        Names and analyses of what is joined.
    settings : Settings
    threads : int
    db : Path or None
        The history file.
    again : bool
        Whether a clip that failed for a reason of its own is tried once more.
    """

    name: str
    place: Path
    source: Path | None
    parts: tuple[tuple[str, Path], ...]
    settings: Settings
    threads: int
    db: Path | None
    again: bool = False

    @property
    def folder(self) -> Path:
        """Holds no record itself: nothing of it goes back to the app."""
        return self.place

    @property
    def analysis(self) -> Path:
        """Folder of the analysis."""
        return self.place / ANALYSIS

    @property
    def status(self) -> Path:
        """File in which the worker says how far it is."""
        return self.place / "status.json"

    def do(self, status: StatusFile) -> Ended:
        """Analyse it, and keep it in the history of whoever runs."""
        if self.source is not None:
            ended = self._analysed(self.source, status)
        else:
            ended = self._joined(status) if self.parts else self._seen_live(status)
        keep(self.analysis, self.settings.run.runner, self.db, but=[folder for _, folder in self.parts])
        return ended

    def _analysed(self, source: Path, status: StatusFile) -> Ended:
        from posture.app.values import write_values
        from posture.batches.jobs import ClipJob
        from posture.storage.folder import AnalysisFolder

        if self.again:
            AnalysisFolder(self.analysis).failure.unlink(missing_ok=True)
        seen: Callable[[Analysis], None] = partial(write_values, self.place / VALUES)
        job = ClipJob(source, self.analysis, self.settings, self.threads, True, False, self.status, seen, whole=True)
        return job.do(status)

    def _seen_live(self, status: StatusFile) -> Ended:
        """Its own settings hold the baseline that was found on the way, and how the camera stood."""
        from posture import pipeline
        from posture.analysis.kept import stored_settings
        from posture.app.values import write_values
        from posture.batches.jobs import ABOUT, ANSWERS, taken_over

        settings = taken_over(stored_settings(self.analysis), self.settings, (*ABOUT, ANSWERS))
        seen = partial(write_values, self.place / VALUES)
        pipeline.analyze(self.analysis, settings=settings, overlay=False, progress=status, seen=seen)
        return Ended.DONE

    def _joined(self, status: StatusFile) -> Ended:
        from posture import pipeline
        from posture.app.values import write_values
        from posture.batches import runs

        parts = tuple(runs.Part(name, folder) for name, folder in self.parts)
        ended = runs.RunJob(self.name, parts, self.analysis, self.settings, False, self.status).do(status)
        write_values(self.place / VALUES, pipeline.load(self.analysis))
        return ended


def warm() -> None:
    """Import what the first clip needs while it is still on its way."""
    from posture import pipeline  # noqa: F401
    from posture.app import values  # noqa: F401
    from posture.batches import jobs  # noqa: F401
    from posture.pose.estimation import engines  # noqa: F401
    from posture.report import page, tables  # noqa: F401
    from posture.report.video import pictures  # noqa: F401


def keep(analysis: Path, runner: str | None, db: Path | None, *, but: Sequence[Path]) -> None:
    """Keep an analysis in the history of whoever runs, in nobody else's; of a run the whole, not its clips again.

    Raises
    ------
    PostureError
        If the history cannot be written.
    """
    from posture.analysis.kept import read_record
    from posture.history import History, default_path

    record = read_record(analysis)
    if record is None or not (runner or (db or default_path()).is_file()):
        return
    with History(db) as history:
        for folder in (analysis, *but):
            history.forget(folder, _NO_CLIP)
        if runner:
            history.add(record, runner, analysis)


def forget(analysis: Path, db: Path | None) -> None:
    """Remove an analysis on disk and in the history.

    Raises
    ------
    PostureError
        If it cannot be removed.
    """
    from posture.history import History
    from posture.storage.folder import AnalysisFolder
    from posture.storage.removal import remove

    folder = AnalysisFolder(analysis)
    ledger = folder.ledger()
    if ledger is None:
        return
    with History(db) as known:
        known.forget(folder.path, _NO_CLIP)
    remove(folder)
