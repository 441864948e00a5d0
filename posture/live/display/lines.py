"""What happens, as lines on stdout: for people, or as JSON for other programs."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import click

from posture.live.coach.events import SCHEMA, Event, Kind
from posture.live.session.listener import Listener
from posture.live.session.timing import Pace
from posture.report.text import clock
from posture.rules import Referral
from posture.shown import printable
from posture.version import __version__


class Lines(Listener):
    """A listener that prints.

    Parameters
    ----------
    as_json : bool
        One JSON object a line, instead of sentences.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self.event(Event(Kind.START, more={"schema": SCHEMA, "posture": __version__}))

    def event(self, event: Event) -> None:
        """One line for each; people read those that have a sentence."""
        if self._json:
            click.echo(str(event))
        elif event.text:
            click.echo(printable(f"{clock(event.time)}  {event.text}" if isfinite(event.time) else event.text))

    def refer(self, referral: Referral) -> None:
        """What is said before anything else; no cues follow."""
        text = f"{referral.title}. {referral.text}"
        self.event(Event(Kind.REFERRAL, text=text, more={"signs": list(referral.signs)}))

    def analysed(self, folder: Path, pace: Pace, skipped: int) -> None:
        """The session is over and its analysis written; other programs read here where."""
        counted = {"taken": pace.taken, "dropped": pace.dropped, "skipped": skipped}
        late = {"median_ms": pace.median, "p95_ms": pace.p95}
        text = f"The video lacks {skipped} pictures that came while others were being written." if skipped else ""
        self.event(Event(Kind.END, text=text, more={"folder": str(folder), **counted, **late}))
