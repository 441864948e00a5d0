"""A coach beside the treadmill: learns how the runner runs fresh, and says while they run when form goes.

What is said, when, and what is kept knows neither window nor keyboard. A window, a page in a browser or a voice is a
:class:`posture.live.session.listener.Listener`, given to :func:`coach_runner` with ``listeners`` (or to a ``Session``):

- ``picture(shot, pose, state, pace)``: every picture that was looked at, with the pose in its pixels;
- ``news(state)``: a :class:`posture.live.coach.state.State` about every 0.7 s: phase, set-up lines, four readings with
  their zones, the cue with its plan (``state.cue.plan.spoken`` is what is shown large and said aloud), "well done"
  (``state.praise``), pause, snooze, why values are stale; it never changes afterwards;
- ``event(event)``: everything that happens, once and in order, as :class:`posture.live.coach.events.Event`:
  ``str(event)`` is the line of JSON, ``event.text`` the sentence, and a voice speaks at ``Kind.CUE``
  (``more["spoken"]``) and ``Kind.WELL_DONE``;
- ``wishes()``: what the user asked for since, as :class:`posture.live.session.listener.Wish`: end, pause, snooze, new
  baseline, go on, next person, sensitivity.

``coach_runner`` blocks until the end and may run in a thread of its own; signals are handled in the main thread only.
Pictures may come from any :class:`posture.live.session.sources.Source`, a page's own camera among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posture.errors import PostureError
from posture.settings import Settings

if TYPE_CHECKING:
    from posture.analysis import Analysis
    from posture.analysis.inputs import Beside
    from posture.live.session.listener import Listener
    from posture.live.session.sources import Source
    from posture.live.session.timing import Pace
    from posture.rules.intake import Referral


def coach_runner(
    source: str | Source,
    *,
    settings: Settings,
    out: Path | None = None,
    window: bool = True,
    mirror: bool = False,
    sound: bool = False,
    voice: bool = False,
    as_json: bool = False,
    record: Path | None = None,
    listeners: Sequence[Listener] = (),
) -> tuple[Analysis, Pace]:
    """Coach until the source ends or the user has enough, and analyse what was seen.

    Parameters
    ----------
    source : str or Source
        Number or name of a camera, address of a network camera, or path of a video; or what gives pictures itself.
    settings : Settings
    out : Path, optional
        Analysis folder; by default named after the time, in the current folder.
    window : bool
        Whether a window is shown; it also takes the keys.
    mirror : bool
        Whether it shows the picture like a mirror.
    sound : bool
        Whether a tone is played when a cue begins.
    voice : bool
        Whether cues and set-up hints are said aloud.
    as_json : bool
        Whether events are written as lines of JSON.
    record : Path, optional
        Folder for the video; none is kept else.
    listeners : sequence of Listener
        Who else shows, tells or asks for anything; they are closed with the session.

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
    from posture.analysis.inputs import load_beside
    from posture.live.display.lines import Lines
    from posture.live.session.record import Recorder
    from posture.live.session.session import Session
    from posture.live.session.sources import find_source
    from posture.pose.estimation.engines import open_backend
    from posture.pose.estimation.memory import check_addresses
    from posture.storage.folder import AnalysisFolder

    beside = _with_upright(load_beside(settings), settings)
    referral = rules.find_referral(beside.intake)
    _refuse_emergency(referral)
    check_addresses()
    opened = find_source(source, settings.live) if isinstance(source, str) else source
    name = f"live-{datetime.now():%Y-%m-%d-%H%M%S}"
    folder = AnalysisFolder(out or Path(f"{name}.posture"))
    backend = open_backend(settings.pose)
    lines = Lines(as_json=as_json)
    if referral is not None:
        lines.refer(referral)
    with ExitStack() as opening:
        all_ears: list[Listener] = [lines]
        for listener in _listeners(name, window=window, mirror=mirror, sound=sound, voice=voice, record=record):
            all_ears.append(listener)
            opening.callback(listener.close)
        for listener in listeners:
            all_ears.append(listener)
            opening.callback(listener.close)
        pace = Session(opened, backend, folder, settings, beside, all_ears).run()
    analysis = pipeline.analyze(folder.path, overlay=False)
    lines.analysed(folder.path, pace, sum(each.skipped for each in all_ears if isinstance(each, Recorder)))
    return analysis, pace


def list_cameras() -> list[tuple[int, str]]:
    """Number and name of the cameras of this machine."""
    from posture.live.session.sources import cameras

    return cameras()


def _with_upright(beside: Beside, settings: Settings) -> Beside:
    """With the runner's own upright levels: of an analysis, for poses of a clip are a work for before the run."""
    from posture.analysis.upright import with_kept_upright
    from posture.storage.folder import AnalysisFolder

    upright = settings.run.upright
    if upright is None:
        return beside
    if not AnalysisFolder(upright).is_analysis():
        raise PostureError(
            f"{upright}: is no analysis; before a live session: posture analyze {upright.name}, then give its folder."
        )
    return with_kept_upright(beside, upright, AnalysisFolder(upright))


def _refuse_emergency(referral: Referral | None) -> None:
    """Whoever must be seen at once does not run."""
    from posture.rules import Urgency

    if referral is not None and referral.urgency is Urgency.EMERGENCY:
        raise PostureError(f"{referral.title}. You ticked: {'; '.join(referral.signs)}. The coach does not start.")


def _listeners(
    name: str, *, window: bool, mirror: bool, sound: bool, voice: bool, record: Path | None
) -> Iterator[Listener]:
    """Whatever shows, sounds and keeps the session beside the lines of text, opened one by one."""
    if window:
        from posture.live.display.window import Window

        yield Window(mirror=mirror)
    if sound:
        from posture.live.display.sound import Sound

        yield Sound()
    if voice:
        from posture.live.display.voice import Voice

        yield Voice()
    if record is not None:
        from posture.live.session.record import Recorder

        yield Recorder(record, name)
