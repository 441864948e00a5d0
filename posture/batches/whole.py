"""A batch with its summary: the analyses, the table, the page, and what the makers of this program should see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from posture.batches.page import write_page
from posture.batches.results import FAULTS, PAGE, TABLE
from posture.batches.stage import Item, Options, Show, run_batch
from posture.batches.status import Status
from posture.batches.table import write_csv
from posture.batches.work import Outcome
from posture.settings import Settings
from posture.storage.files import replacing


class Told:
    """Tells a callback how far a batch is: what is in work, and how many clips are done of how many."""

    def __init__(self, progress: Callable[[str, float, float], None]) -> None:
        self._progress = progress
        self._names: Sequence[str] = ()
        self._done = 0

    def begin(self, names: Sequence[str], seconds: Sequence[float]) -> None:
        """What is to do next, in the order of its work."""
        self._names, self._done = names, 0

    def working(self, statuses: dict[int, Status | None]) -> None:
        """What is in work."""
        self._tell(", ".join(self._names[number] for number in statuses))

    def ended(self, number: int, outcome: Outcome) -> None:
        """What became of it."""
        self._done += 1
        self._tell(f"{self._names[number]}: {outcome.state.value}")

    def _tell(self, label: str) -> None:
        self._progress(label, float(self._done), float(len(self._names)))


def run_whole(folder: Path, options: Options, settings: Settings, show: Show) -> list[Item]:
    """Analyse every clip of a folder and write the summary; parameters and errors as of ``run_batch``."""
    items = run_batch(folder, options, settings, show)
    write_csv(items, options.out / TABLE)
    write_page(items, options.out / PAGE)
    _report_faults(items, options.out / FAULTS)
    return items


def _report_faults(items: Sequence[Item], path: Path) -> None:
    """What the makers of this program need to find its faults; only where there are any."""
    faults = [f"{item.name}\n{item.outcome.fault}" for item in items if item.outcome.fault]
    if faults:
        with replacing(path) as temporary:
            temporary.write_text("\n".join(faults), encoding="utf-8", errors="backslashreplace")
