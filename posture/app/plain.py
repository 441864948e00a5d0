"""Why a run failed, as whoever sits before a page may read it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from posture.app.tickets import ANALYSIS
from posture.batches.work import AS_BEFORE, FEWER_WORKERS
from posture.storage.files import ELSEWHERE

_AGAIN = "have the program installed again"
#: What a command line may do about a missing part; whoever sits before a page has none.
_PARTS = (
    (r"run 'posture models fetch \w+' or give the path of \S+ with --model", f"choose another under Care, or {_AGAIN}"),
    (r"; run 'posture models fetch' to get an official one", f"; {_AGAIN}"),
    (r"; use --engine mediapipe, or another model", f"; choose another under Care, or {_AGAIN}"),
    (r"--engine direct: (.*); pip install .*", rf"\1; {_AGAIN}."),
)


def plain_reason(reason: str, place: Path) -> str:
    """Without the folders that only the app knows, and the options that only a command line has.

    Parameters
    ----------
    reason : str
    place : Path
        Folder of the run.
    """
    own = f"{place / ANALYSIS}: "
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
    for pattern, plain in _PARTS:
        reason = re.sub(pattern, plain, reason)
    return reason
