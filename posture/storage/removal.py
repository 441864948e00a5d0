"""Removing an analysis from disk: everything that this program wrote, and nothing else."""

from __future__ import annotations

from contextlib import suppress

from posture.errors import PostureError
from posture.storage.files import unwritable
from posture.storage.folder import AnalysisFolder
from posture.storage.modes import real
from posture.storage.renewal import drop_unfinished, settle


def remove(folder: AnalysisFolder) -> bool:
    """Remove an analysis.

    Returns
    -------
    bool
        Whether the folder is gone too; it stays where it holds files of somebody else.

    Raises
    ------
    PostureError
        If it is no analysis of this program's, or cannot be removed.
    """
    settle(folder)
    ledger = folder.ledger()
    if ledger is None:
        raise PostureError(f"{folder.path}: holds no analysis.")
    try:
        folder.drop_chunks()
        drop_unfinished(folder)
        # The mark that the rest is this program's goes last.
        for name in sorted(ledger.files, key=lambda name: name == folder.input.name):
            path = folder.path / name
            real(path).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        for inner in sorted((path for path in folder.path.rglob("*") if path.is_dir()), reverse=True):
            with suppress(OSError):  # not empty: somebody else's files, or links
                inner.rmdir()
        with suppress(OSError):
            folder.path.rmdir()
    except OSError as error:
        raise PostureError(unwritable(folder.path, error, None)) from error
    return not folder.path.exists()
