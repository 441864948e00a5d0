"""What happens, as lines on stdout: for people, or as JSON for other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from posture.kinematics.registry import CARRIAGE
from posture.live.coach.coach import Phase, State
from posture.live.coach.setup import Item
from posture.live.session.capture import Shot
from posture.live.session.timing import Pace
from posture.pose.types import Pose
from posture.report.text import clock
from posture.rules import Referral
from posture.shown import printable


class Lines:
    """A listener that prints.

    Parameters
    ----------
    as_json : bool
        One JSON object a line, instead of sentences.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self._phase: Phase | None = None
        self._wrong: tuple[Item, ...] = ()
        self._away = False

    def refer(self, referral: Referral) -> None:
        """What is said before anything else; no cues follow."""
        signs = list(referral.signs)
        self._say("referral", float("nan"), f"{referral.title}. {referral.text}", signs=signs)

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Only tells that the camera is back."""
        if self._away:
            self._away = False
            self._say("camera", shot.time, "The camera is back.", back=True)

    def waiting(self, away: bool) -> None:
        """Tells when the camera goes away."""
        if away and not self._away and self._phase is not None:
            self._away = True
            self._say("camera", float("nan"), "The camera has gone away; waiting for it.", back=False)

    def news(self, state: State) -> None:
        """Phase, what to move, strides and cues."""
        if state.phase is not self._phase:
            self._phase = state.phase
            self._say("phase", state.time, _PHASES[state.phase], phase=state.phase.value)
        wrong = [line for line in state.setup.lines if line.good is False]
        # Said once for each fault, and not with every degree that it changes by.
        items = tuple(line.item for line in wrong)
        if state.phase is Phase.SETUP and wrong and items != self._wrong:
            self._say("set-up", state.time, wrong[0].text, move=[line.text for line in wrong])
        self._wrong = items
        if self._json:
            for row in state.strides.to_dict("records"):
                values = {name: row[name] for name in CARRIAGE if name in row and np.isfinite(row[name])}
                self._say("stride", float(row["end"]), "", start=float(row["start"]), values=values)
        cue = state.begun
        if cue is not None and cue.plan is not None:
            text = f"{cue.title}. {cue.plan.cue}"
            self._say("cue", state.time, text, cause=cue.cause, title=cue.title, cue=cue.plan.cue)

    def analysed(self, folder: Path, pace: Pace) -> None:
        """The session is over and its analysis written; other programs read here where."""
        if self._json:
            late = {"median_ms": pace.median, "p95_ms": pace.p95}
            self._say("end", float("nan"), "", folder=str(folder), taken=pace.taken, dropped=pace.dropped, **late)

    def wishes(self) -> set[str]:
        """None."""
        return set()

    def close(self) -> None:
        """Nothing to do."""

    def _say(self, event: str, at: float, text: str, **more: Any) -> None:
        if self._json:
            seconds = round(at, 3) if np.isfinite(at) else None
            click.echo(json.dumps({"event": event, "time": seconds, **more}))
        else:
            click.echo(printable(f"{clock(at)}  {text}" if np.isfinite(at) else text))


_PHASES = {
    Phase.SETUP: "Checking the set-up.",
    Phase.BASELINE: "Run as you feel fresh: your baseline is being taken.",
    Phase.COACHING: "Your baseline is known. From here on, what changes is told.",
}
