"""What a piece of work is, how it is done and how it ends: light, for whoever only gives work out."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from posture.batches.status import StatusFile
from posture.errors import PostureError

if TYPE_CHECKING:
    from posture.batches.short import Short


#: What the command line says behind why a clip failed before.
AS_BEFORE = " (as before; --fresh tries it again)"
#: What the command line advises where memory was too small.
FEWER_WORKERS = "give the same command again with fewer --workers"


class State(StrEnum):
    """How a piece of work ended."""

    DONE = "analysed"
    KEPT = "kept"
    FAILED = "failed"


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
    fault : str
        Traceback, where this program is at fault.
    result : Short or None
        What a summary needs of ``analysis.json``.
    """

    state: State
    reason: str = ""
    seconds: float = 0.0
    fault: str = ""
    result: Short | None = None


class Job(Protocol):
    """A piece of work."""

    @property
    def name(self) -> str:
        """For people."""

    @property
    def folder(self) -> Path:
        """Of the analysis."""

    @property
    def status(self) -> Path:
        """File in which the worker says how far it is."""

    def do(self, status: StatusFile) -> State:
        """Do it, or find that it is done.

        Raises
        ------
        PostureError
            If that cannot be done, in one sentence.
        """


def work(job: Job) -> Outcome:
    """Do a job. Whatever is wrong with it is its own outcome and never an exception."""
    began = time.perf_counter()
    reason = fault = ""
    with StatusFile(job.status) as status:
        try:
            state = job.do(status)
        except PostureError as error:
            state, reason = State.FAILED, str(error)
        except Exception as error:  # a fault of this program must not cost the other clips
            state, fault = State.FAILED, traceback.format_exc()
            reason = f"{job.name}: the {fault_said(error)}"
    result = None if state is State.FAILED else _result(job.folder)
    return Outcome(state, reason, time.perf_counter() - began, fault, result)


def fault_said(error: Exception) -> str:
    """The end of a sentence about a fault of this program."""
    return f"program failed here ({type(error).__name__}: {error}); please report it."


def _result(folder: Path) -> Short | None:
    from posture.analysis.kept import read_record
    from posture.batches.short import Short

    record = read_record(folder)
    return None if record is None else Short.of(record)
