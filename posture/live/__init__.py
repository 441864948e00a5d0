"""A coach beside the treadmill: learns how the runner runs fresh, and says while they run when form goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posture.errors import PostureError
from posture.settings import Settings

if TYPE_CHECKING:
    from posture.analysis import Analysis
    from posture.live.session.session import Listener
    from posture.live.session.timing import Pace
    from posture.rules.intake import Referral


def coach_runner(
    source: str,
    *,
    settings: Settings,
    out: Path | None = None,
    window: bool = True,
    mirror: bool = False,
    sound: bool = False,
    as_json: bool = False,
    record: Path | None = None,
) -> tuple[Analysis, Pace]:
    """Coach until the source ends or the user has enough, and analyse what was seen.

    Parameters
    ----------
    source : str
        Number or name of a camera, address of a network camera, or path of a video.
    settings : Settings
    out : Path, optional
        Analysis folder; by default named after the time, in the current folder.
    window : bool
        Whether a window is shown; it also takes the keys.
    mirror : bool
        Whether it shows the picture like a mirror.
    sound : bool
        Whether a tone is played when a cue begins.
    as_json : bool
        Whether events are written as lines of JSON.
    record : Path, optional
        Folder for the video; none is kept else.

    Returns
    -------
    Analysis
    Pace
        How the session kept up.

    Raises
    ------
    PostureError
        If the source does not work, there is no screen for a window, or nobody was seen.
    """
    from posture import pipeline, rules
    from posture.live.display.lines import Lines
    from posture.live.session.session import Session
    from posture.live.session.sources import find_source
    from posture.pose.estimation.engines import open_backend
    from posture.pose.estimation.memory import check_addresses
    from posture.storage.folder import AnalysisFolder

    intake = rules.load_intake(settings.run.intake) if settings.run.intake else None
    referral = rules.find_referral(intake)
    _refuse_emergency(referral)
    check_addresses()
    opened = find_source(source, settings.live)
    name = f"live-{datetime.now():%Y-%m-%d-%H%M%S}"
    folder = AnalysisFolder(out or Path(f"{name}.posture"))
    backend = open_backend(settings.pose)
    causes = rules.load_causes(settings.run.rules)
    lines = Lines(as_json=as_json)
    if referral is not None:
        lines.refer(referral)
    with ExitStack() as opening:
        listeners: list[Listener] = [lines]
        for listener in _listeners(name, window=window, mirror=mirror, sound=sound, record=record):
            listeners.append(listener)
            opening.callback(listener.close)
        pace = Session(opened, backend, folder, settings, causes, intake, listeners).run()
    analysis = pipeline.analyze(folder.path, overlay=False)
    lines.analysed(folder.path, pace)
    return analysis, pace


def list_cameras() -> list[tuple[int, str]]:
    """Number and name of the cameras of this machine."""
    from posture.live.session.sources import cameras

    return cameras()


def _refuse_emergency(referral: Referral | None) -> None:
    """Whoever must be seen at once does not run."""
    from posture.rules import Urgency

    if referral is not None and referral.urgency is Urgency.EMERGENCY:
        raise PostureError(f"{referral.title}. You ticked: {'; '.join(referral.signs)}. The coach does not start.")


def _listeners(name: str, *, window: bool, mirror: bool, sound: bool, record: Path | None) -> Iterator[Listener]:
    """Whatever shows, sounds and keeps the session beside the lines of text, opened one by one."""
    if window:
        from posture.live.display.window import Window

        yield Window(mirror=mirror)
    if sound:
        from posture.live.display.sound import Sound

        yield Sound()
    if record is not None:
        from posture.live.session.record import Recorder

        yield Recorder(record, name)
