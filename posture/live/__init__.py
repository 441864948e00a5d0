"""A coach beside the treadmill: learns how the runner runs fresh, and says while they run when form goes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posture.settings import Settings

if TYPE_CHECKING:
    from posture.analysis import Analysis


def coach_runner(source: str, *, settings: Settings, out: Path | None = None, as_json: bool = False) -> Analysis:
    """Coach until the source ends or the user has enough, and analyse what was seen.

    Parameters
    ----------
    source : str
        Number or name of a camera, address of a network camera, or path of a video.
    settings : Settings
    out : Path, optional
        Analysis folder; by default named after the time, in the current folder.
    as_json : bool
        Whether events are written as lines of JSON.

    Returns
    -------
    Analysis

    Raises
    ------
    PostureError
        If the source does not work, or nobody was seen.
    """
    from posture import pipeline, rules
    from posture.folder import AnalysisFolder
    from posture.live.lines import Lines
    from posture.live.session import Session
    from posture.live.sources import find_source
    from posture.pose.mediapipe_backend import MediaPipeBackend
    from posture.pose.models import find_model

    opened = find_source(source)
    folder = AnalysisFolder(out or Path(f"live-{datetime.now():%Y-%m-%d-%H%M%S}.posture"))
    backend = MediaPipeBackend(find_model(settings.pose.model))
    session = Session(opened, backend, folder, settings, rules.load_causes(), None, [Lines(as_json=as_json)])
    session.run()
    return pipeline.analyze(folder.path, overlay=False)


def list_cameras() -> list[tuple[int, str]]:
    """Number and name of the cameras of this machine."""
    from posture.live.sources import cameras

    return cameras()
