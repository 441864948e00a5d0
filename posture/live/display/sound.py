"""A short tone when a cue begins, by its cause, and when it has helped."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np

from posture.live.coach.events import Event, Kind
from posture.live.session.listener import Listener
from posture.storage.files import temporary_folder

#: Programs that play a WAV file, with what keeps them silent.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",), ("ffplay", "-nodisp", "-autoexit", "-v", "quiet"))
_RATE = 22_050
#: Names of the tones that belong to no cause of their own.
OTHER, DONE = "other", "done"
#: Notes of each cause, Hz: trunk from low to high, head twice high, hands and arms in three steps.
TONES: dict[str, tuple[float, ...]] = {
    "C4": (440.0, 880.0),
    "C5": (880.0, 880.0),
    "C7": (523.0, 659.0, 784.0),
    "C8": (523.0, 784.0, 523.0),
    "C9": (659.0, 523.0, 659.0),
    "C10": (523.0, 523.0, 523.0),
    OTHER: (660.0, 880.0),
    DONE: (784.0, 523.0),
}


def find_player() -> tuple[str, ...] | None:
    """The command of a program here that plays a sound file; None if there is none."""
    return next((tuple(player) for player in _PLAYERS if shutil.which(player[0])), None)


class Sound(Listener):
    """A listener with a tone for each cause: through a player of the system, or else the terminal's bell.

    What is to be mended rises, in an interval of its own for head, trunk and arms; what has been mended falls.
    """

    def __init__(self) -> None:
        self._player = find_player()
        self._folder = tempfile.TemporaryDirectory(prefix="posture-", dir=temporary_folder())
        self._tones = {name: Path(self._folder.name) / f"{name}.wav" for name in TONES}
        for name, path in self._tones.items():
            _write_tone(path, TONES[name])

    def event(self, event: Event) -> None:
        """A tone where a cue begins, or has helped."""
        if event.kind is Kind.CUE:
            self._play(event.more["cause"] if event.more["cause"] in TONES else OTHER)
        elif event.kind is Kind.WELL_DONE:
            self._play(DONE)

    def close(self) -> None:
        """Remove the tones."""
        self._folder.cleanup()

    def _play(self, name: str) -> None:
        if self._player is not None:
            with suppress(OSError):
                quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                subprocess.Popen([*self._player, str(self._tones[name])], **quiet)  # type: ignore[call-overload]
                return
        if sys.stderr.isatty():
            sys.stderr.write("\a")
            sys.stderr.flush()


def _write_tone(path: Path, notes: tuple[float, ...]) -> None:
    """Notes of 0.15 s (Hz), faded in and out so that they do not click."""
    t = np.arange(round(0.15 * _RATE)) / _RATE
    fade = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.01)
    wave_form = np.concatenate([0.4 * fade * np.sin(2 * np.pi * hertz * t) for hertz in notes])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes((wave_form * 32_767).astype("<i2").tobytes())
