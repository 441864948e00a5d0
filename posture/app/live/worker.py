"""A live session in a process of its own: the coach of ``posture live``, and what the library keeps of it."""

from __future__ import annotations

import os
from contextlib import redirect_stdout
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from posture.app.tickets import ANALYSIS, VALUES
from posture.batches.work import fault_said
from posture.batches.workers import settle
from posture.errors import PostureError

if TYPE_CHECKING:
    from posture.live.session.sources import Source
    from posture.settings import Settings

_ADVICE = "check that it is connected, and that no other program uses it"


@dataclass(frozen=True)
class LiveJob:
    """A session to come.

    Attributes
    ----------
    source : str
        Number of a camera of this machine, or address of another one.
    place : Path
        Folder of the run in the library.
    settings : Settings
    voice : bool
        Whether cues are said aloud.
    db : Path or None
        The history file.
    """

    source: str
    place: Path
    settings: Settings
    voice: bool
    db: Path | None

    @property
    def analysis(self) -> Path:
        """Folder of the analysis."""
        return self.place / ANALYSIS


def work(job: LiveJob, line: Connection) -> None:
    """Coach, and say at the end how it went: ``("ended", sentence)``, with an empty one where all is well."""
    settle()
    sentence = ""
    # The page hears what a terminal would read.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        try:
            _coach(job, line)
        except PostureError as error:
            sentence = str(error)
        except Exception as error:  # a fault of this program is told like any other end
            sentence = f"The {fault_said(error)}"
    line.send(("ended", sentence))


def _coach(job: LiveJob, line: Connection) -> None:
    from posture.app.live.teller import Teller
    from posture.app.values import write_values
    from posture.app.work import keep
    from posture.live import coach_runner

    teller = Teller(line)
    try:
        analysis, _ = coach_runner(
            _source(job.source),
            settings=job.settings,
            out=job.analysis,
            window=False,
            voice=job.voice,
            listeners=[teller],
        )
    finally:
        teller.close()
    write_values(job.place / VALUES, analysis)
    keep(job.analysis, job.settings.run.runner, job.db, but=())


def _source(text: str) -> str | Source:
    """The camera; of this machine's own with advice for whoever sits before a page."""
    from posture.live.session.sources import Camera

    if not text.isdecimal():
        return text
    camera = Camera(int(text))
    camera.advice = _ADVICE
    return camera
