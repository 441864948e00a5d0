"""``posture forget``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import db_option, say

if TYPE_CHECKING:
    from posture.history import History
    from posture.storage.folder import AnalysisFolder


@click.command()
@click.argument("whom", metavar="RUNNER|ANALYSIS")
@db_option
@click.option("--yes", is_flag=True, help="Do not ask before removing")
def forget(whom: str, db: Path | None, yes: bool) -> None:
    """Remove everything kept of a RUNNER, or of one ANALYSIS folder, on disk and in the history.

    The videos themselves, and what was exported elsewhere, stay where they are.
    """
    from posture.history import History
    from posture.storage.folder import AnalysisFolder

    folder = AnalysisFolder(Path(whom))
    with History(db) as known:
        if folder.is_analysis():
            _ask(f"Remove the analysis {whom}, and what the history keeps of it?", yes=yes)
            _forget_analysis(folder, known)
        else:
            name, folders = known.name(whom), known.folders(whom)
            counted = f"{len(folders)} analysis folder{'' if len(folders) == 1 else 's'}"
            _ask(f"Remove {name} from the history, and {counted} on disk?", yes=yes)
            for path, sha256 in folders:
                _forget_own(AnalysisFolder(Path(path)), sha256, known)
            known.delete(name)
            say(f"removed: {name} from {known.path}")


def _ask(question: str, *, yes: bool) -> None:
    from posture.shown import printable

    if not yes and not click.confirm(printable(question)):
        sys.exit(1)


def _forget_own(folder: AnalysisFolder, sha256: str, known: History) -> None:
    """Remove what lies where the history says, if it is still that."""
    ledger = folder.ledger()
    if ledger is None or ledger.sha256 != sha256:
        say(f"not there any more: {folder.path}")
    else:
        _forget_analysis(folder, known)


def _forget_analysis(folder: AnalysisFolder, known: History) -> None:
    from posture.batches.results import tables_about
    from posture.storage.removal import remove

    ledger = folder.ledger()
    assert ledger is not None
    for runner in known.forget(folder.path, ledger.sha256):
        say(f"removed: {ledger.name} from the history of {runner}")
    gone = remove(folder)
    say(f"removed: {folder.path}" if gone else f"removed: the analysis in {folder.path}; files of yours stay there")
    for table in tables_about(folder.path):
        say(f"still names it: {table}; run the batch again, or delete it")
