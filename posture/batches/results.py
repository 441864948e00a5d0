"""The folder of a batch's results: what of it is the batch's own."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from posture.errors import PostureError
from posture.storage.files import unwritable
from posture.storage.ledger import Ledger, refuse_foreign
from posture.storage.modes import make_folder

#: Says what a batch wrote here.
LEDGER = "batch.json"
TABLE, PAGE, FAULTS = "summary.csv", "summary.html", "errors.txt"
_OWN = frozenset({LEDGER, TABLE, PAGE, FAULTS})
_STATUS = re.compile(r"\d{6}\.(json|part)")


def claim(out: Path) -> Path:
    """Make the folder of results, and in it the one in which workers say how far they are.

    Returns
    -------
    Path
        Of the latter.

    Raises
    ------
    PostureError
        If something that no batch wrote would be overwritten, or the folder cannot be written.
    """
    statuses = out / ".status"
    refuse_foreign(out, sorted(_OWN), Ledger.read(out / LEDGER))
    try:
        make_folder(out)
        make_folder(statuses)
        Ledger("", "", _OWN).write(out / LEDGER)
    except OSError as error:
        raise PostureError(unwritable(out, error)) from error
    return statuses


def drop_statuses(statuses: Path) -> None:
    """Remove what workers said."""
    with suppress(OSError):  # another batch works here too, or other files lie there
        for file in statuses.iterdir():
            if _STATUS.fullmatch(file.name):
                file.unlink(missing_ok=True)
        statuses.rmdir()


def tables_about(analysis: Path) -> list[Path]:
    """Summaries of a batch that may name an analysis below their folder."""
    tops = [top for top in analysis.absolute().parents if Ledger.read(top / LEDGER)]
    return [top / name for top in tops for name in (TABLE, PAGE) if (top / name).is_file()]
