"""A short tone when a cue begins."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np

from posture.live.coach.coach import State
from posture.live.session.capture import Shot
from posture.live.session.timing import Pace
from posture.pose.types import Pose
from posture.storage.files import temporary_folder

#: Programs that play a WAV file, with what keeps them silent.
_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",), ("ffplay", "-nodisp", "-autoexit", "-v", "quiet"))
_RATE = 22_050


def find_player() -> tuple[str, ...] | None:
    """The command of a program here that plays a sound file; None if there is none."""
    return next((tuple(player) for player in _PLAYERS if shutil.which(player[0])), None)


class Sound:
    """A listener that beeps: through a player of the system, or else the terminal's bell."""

    def __init__(self) -> None:
        self._player = find_player()
        self._folder = tempfile.TemporaryDirectory(prefix="posture-", dir=temporary_folder())
        self._tone = Path(self._folder.name) / "cue.wav"
        _write_tone(self._tone)

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Silent."""

    def waiting(self, away: bool) -> None:
        """Silent."""

    def news(self, state: State) -> None:
        """A tone where a cue begins."""
        if state.begun is None:
            return
        if self._player is not None:
            with suppress(OSError):
                quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                subprocess.Popen([*self._player, str(self._tone)], **quiet)  # type: ignore[call-overload]
                return
        if sys.stderr.isatty():
            sys.stderr.write("\a")
            sys.stderr.flush()

    def wishes(self) -> set[str]:
        """None."""
        return set()

    def close(self) -> None:
        """Remove the tone."""
        self._folder.cleanup()


def _write_tone(path: Path) -> None:
    """Two rising notes of 0.15 s, faded in and out so that they do not click."""
    t = np.arange(round(0.15 * _RATE)) / _RATE
    fade = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.01)
    notes = np.concatenate([0.4 * fade * np.sin(2 * np.pi * hertz * t) for hertz in (660.0, 880.0)])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes((notes * 32_767).astype("<i2").tobytes())
