"""Cues said aloud by the system's own speech: a runner cannot read."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress

import click

from posture.live.coach.events import Event, Kind
from posture.live.session.listener import Listener

_SAPI = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)
#: Programs that say what they read from stdin, as loud as they can: it has to be heard over music and a belt.
SPEAKERS = (
    ("say", "-f", "-"),
    ("espeak-ng", "-a", "200", "-s", "150", "--stdin"),
    ("espeak", "-a", "200", "-s", "150", "--stdin"),
    ("powershell", "-NoProfile", "-NonInteractive", "-Command", _SAPI),
)
PRAISE = "Well done."
NO_SPEECH = "No speech was found on this machine, so nothing is said aloud: install espeak-ng to hear the cues."


def find_speaker() -> tuple[str, ...] | None:
    """The command of a program here that speaks; None if there is none."""
    return next((speaker for speaker in SPEAKERS if shutil.which(speaker[0])), None)


class Voice(Listener):
    """A listener that says set-up hints, cues in their spoken form and "well done", each once.

    What comes while the last one is still being said is not said: a late cue is worse than none. Where the system has
    no speech it stays silent, and says so in one sentence on stderr.
    """

    def __init__(self) -> None:
        self._speaker = find_speaker()
        self._last: subprocess.Popen[bytes] | None = None
        if self._speaker is None:
            click.echo(NO_SPEECH, err=True)

    def event(self, event: Event) -> None:
        """Say what is for the runner's ears."""
        if event.kind is Kind.CUE:
            self._say(str(event.more["spoken"]))
        elif event.kind is Kind.SETUP:
            self._say(event.text)
        elif event.kind is Kind.WELL_DONE:
            self._say(PRAISE)

    def close(self) -> None:
        """Say nothing more."""
        if self._speaking():
            assert self._last is not None
            self._last.kill()
            self._last.wait()

    def _speaking(self) -> bool:
        return self._last is not None and self._last.poll() is None

    def _say(self, text: str) -> None:
        if self._speaker is None or not text or self._speaking():
            return
        with suppress(OSError):  # a session does not end because its voice does
            self._last = subprocess.Popen(
                self._speaker, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            assert self._last.stdin is not None
            with self._last.stdin as words:
                words.write(text.encode("utf-8"))
