"""Two clips of one run from two sides, as one report."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from posture.batches.runs import Part, RunJob
from posture.batches.status import StatusFile
from posture.kinematics.types import ViewKind

if TYPE_CHECKING:
    from posture.analysis import Analysis

_FRONTAL = (ViewKind.FRONT, ViewKind.REAR)


def complement(first: Analysis, second: Analysis) -> bool:
    """Whether one camera stood beside the runner and the other one before or behind: they see different things."""
    kinds = (first.view.kind, second.view.kind)
    return ViewKind.SIDE in kinds and any(kind in _FRONTAL for kind in kinds)


def one_report(first: Analysis, second: Analysis) -> Analysis:
    """What two cameras saw of one run, in a folder of its own in the current one.

    Parameters
    ----------
    first, second : Analysis
        In folders; the first one's settings say who ran.

    Raises
    ------
    PostureError
        If the folder holds something else, or cannot be written.
    """
    from posture import pipeline

    folders = [clip.folder for clip in (first, second) if clip.folder is not None]
    folder = Path("+".join(path.name.removesuffix(".posture") for path in folders) + ".posture")
    parts = tuple(Part(clip.recording.name, clip.folder) for clip in (first, second) if clip.folder is not None)
    with tempfile.TemporaryDirectory() as place:
        status = Path(place) / "status.json"
        job = RunJob(" and ".join(part.name for part in parts), parts, folder, first.settings, False, status)
        job.do(StatusFile(status))
    return pipeline.load(folder)
