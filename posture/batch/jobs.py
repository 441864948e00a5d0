"""One clip's work, as a worker does it, wherever the worker is: everything here can be pickled."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import posture
from posture.batch.status import StatusFile
from posture.errors import PostureError
from posture.folder import AnalysisFolder
from posture.settings import Settings


class State(StrEnum):
    """How a clip's work ended."""

    DONE = "analysed"
    KEPT = "kept"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """A clip to analyse.

    Attributes
    ----------
    source : Path
    folder : Path
        Of the analysis.
    settings : Settings
    threads : int
    overlay : bool
        Whether to draw the annotated video.
    fresh : bool
        Whether to start anew, whatever is kept, and to replace another clip's analysis.
    status : Path
        File in which the worker says how far it is.
    """

    source: Path
    folder: Path
    settings: Settings
    threads: int
    overlay: bool
    fresh: bool
    status: Path


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    Attributes
    ----------
    state : State
    reason : str
        One sentence if it failed, else empty.
    seconds : float
        That it took.
    memory : int
        Most memory that the worker ever held, bytes; 0 where it cannot be told.
    """

    state: State
    reason: str = ""
    seconds: float = 0.0
    memory: int = 0


def work(job: Job) -> Outcome:
    """Analyse a clip, or find that it is done.

    Never raises for a clip's sake: whatever is wrong with one clip is its own outcome.
    """
    from posture import pipeline

    began = time.perf_counter()
    folder = AnalysisFolder(job.folder)
    state, reason = State.DONE, ""
    with StatusFile(job.status) as status:
        try:
            if job.fresh:
                _forget(folder)
            if _is_done(folder, job):
                state = State.KEPT
            else:
                pipeline.analyze(
                    job.source,
                    out=job.folder,
                    settings=job.settings,
                    workers=job.threads,
                    overlay=job.overlay,
                    force=job.fresh,
                    progress=status,
                )
        except PostureError as error:
            state, reason = State.FAILED, str(error)
        except Exception as error:  # a fault of this program must not cost the other clips
            state = State.FAILED
            reason = (
                f"{job.source}: the program failed on this clip ({type(error).__name__}: {error}); please report it."
            )
    return Outcome(state, reason, time.perf_counter() - began, _most_memory())


def _most_memory() -> int:
    try:
        import resource
    except ImportError:  # not on Windows
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def read_record(folder: Path) -> dict[str, Any] | None:
    """The machine-readable result in an analysis folder, or None if there is no complete one."""
    try:
        record: dict[str, Any] = json.loads(AnalysisFolder(folder).record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record


def _is_done(folder: AnalysisFolder, job: Job) -> bool:
    """Whether the folder holds all that is asked for, of the same bytes, with the same settings and program."""
    record = read_record(folder.path)
    if record is None or (job.overlay and not folder.overlay.is_file()):
        return False
    same = record["settings"] == job.settings.model_dump(mode="json") and record["posture"] == posture.__version__
    if not same:
        return False
    with job.source.open("rb") as file:
        return bool(record["clip"]["sha256"] == hashlib.file_digest(file, "sha256").hexdigest())


def _forget(folder: AnalysisFolder) -> None:
    """Remove what an analysis kept; anything else that may lie there is refused later, by the claim."""
    if folder.is_analysis():
        shutil.rmtree(folder.path)
