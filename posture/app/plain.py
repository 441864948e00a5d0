"""Why a run failed, as whoever sits before a page may read it."""

from __future__ import annotations

import os
from pathlib import Path

from posture.batches.work import AS_BEFORE, FEWER_WORKERS
from posture.storage.files import ELSEWHERE

_ANALYSIS = "run.posture"


def plain_reason(reason: str, place: Path) -> str:
    """Without the folders that only the app knows, and the options that only a command line has.

    Parameters
    ----------
    reason : str
    place : Path
        Folder of the run.
    """
    own = f"{place / _ANALYSIS}: "
    if reason.startswith(own):
        reason = reason[len(own)].upper() + reason[len(own) + 1 :]
    for said, plain in (
        (f"{place / 'clip'}{os.sep}", ""),
        (f"{place}{os.sep}", ""),
        (AS_BEFORE, ""),
        (FEWER_WORKERS, "close other programs, and try it again"),
        (ELSEWHERE.format(option="--out"), "start the app with another --folder"),
    ):
        reason = reason.replace(said, plain)
    return reason
