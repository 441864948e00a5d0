"""Pages and files that are made when somebody asks for them; all of this runs in a worker process."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def between(first: Path, second: Path) -> str | None:
    """The page of two runs held against each other; None where two cameras saw different things.

    Raises
    ------
    PostureError
        If one of them is no analysis.
    """
    from posture import pipeline
    from posture.batches.views import complement
    from posture.report.page import between as page

    fresh, tired = pipeline.load(first), pipeline.load(second)
    if complement(fresh, tired):
        return None
    comparison = pipeline.held_against(fresh, tired)
    return _written(lambda path: page.write_page(comparison, path))


def history(runner: str, db: Path | None) -> str:
    """The page of a runner's history.

    Raises
    ------
    PostureError
        If nobody of that name is known.
    """
    from posture.history import History
    from posture.history.page import write_page
    from posture.settings import Settings

    with History(db, write=False) as known:
        name, kept = known.name(runner), known.analyses(runner)
    return _written(lambda path: write_page(name, kept, Settings().drift, path))


def _written(write: Callable[[Path], None]) -> str:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "page.html"
        write(path)
        return path.read_text(encoding="utf-8")


def cameras() -> tuple[list[tuple[int, str]], str]:
    """Number and name of this machine's cameras, and why nothing can be said aloud, if so."""
    from posture.live import list_cameras
    from posture.live.display.voice import NO_SPEECH, find_speaker

    return list_cameras(), "" if find_speaker() else NO_SPEECH


def questions(kept: Path | None, analysis: Path | None) -> list[dict[str, Any]]:
    """The intake as data for a form."""
    from posture.app import answers

    return answers.questions(kept, analysis)


def keep_answers(target: Path, form: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Keep what was answered, and say whether a sign belongs to a doctor."""
    from posture.app import answers

    return answers.keep(target, form)


def picture(analysis: Path, target: Path, *, blur: bool) -> None:
    """The picture that is shared.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    from posture import pipeline
    from posture.report.share import write_png

    write_png(pipeline.load(analysis), target, blur=blur)


def sheet(analysis: Path, target: Path) -> None:
    """The sheet for a clinic.

    Raises
    ------
    PostureError
        If it cannot be made.
    """
    from posture import pipeline
    from posture.report.sheet import write_pdf

    write_pdf(pipeline.load(analysis), target)
