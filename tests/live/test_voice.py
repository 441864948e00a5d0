"""What a voice says, when it is silent, and that there is sound in it."""

from __future__ import annotations

import subprocess
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from posture.live.coach.events import Event, Kind
from posture.live.display import voice
from posture.live.display.voice import Voice
from posture.rules import load_causes
from tests.hang import HANG_S

CUE = Event(Kind.CUE, 70.0, "Run tall.", {"cause": "C4", "title": "Upper body slumps", "spoken": "Run tall."})
SETUP = Event(Kind.SETUP, 1.0, "Turn the camera level.", {"move": ["Turn the camera level."]})
DONE = Event(Kind.WELL_DONE, 90.0, "Well done: upper body slumps no longer.", {"cause": "C4"})


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HANG_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A speaker that writes down what it is given, and goes on until its file ``quiet`` is there."""
    file = tmp_path / "heard"
    program = (
        "import sys, time, pathlib; said = sys.stdin.read(); here = pathlib.Path(sys.argv[1])\n"
        "with here.open('a') as file: file.write(said + '\\n')\n"
        "while not (here.parent / 'quiet').exists(): time.sleep(0.02)"
    )
    monkeypatch.setattr(voice, "find_speaker", lambda: (sys.executable, "-c", program, str(file)))
    file.touch()
    return file


def test_cues_hints_and_praise_are_said_in_their_spoken_form(heard: Path) -> None:
    (heard.parent / "quiet").touch()
    speaking = Voice()
    for event, said in ((SETUP, "Turn the camera level."), (CUE, "Run tall."), (DONE, "Well done.")):
        speaking.event(event)
        until(lambda said=said: heard.read_text().endswith(said + "\n"))
        until(lambda: not speaking._speaking())
    for kind in (Kind.STRIDE, Kind.ZONE, Kind.PAUSE, Kind.END):
        speaking.event(Event(kind, 1.0, "words", {}))
    assert len(heard.read_text().splitlines()) == 3


def test_nothing_is_said_while_the_last_is_still_said(heard: Path) -> None:
    speaking = Voice()
    speaking.event(CUE)
    until(lambda: heard.read_text() == "Run tall.\n")
    speaking.event(DONE)
    speaking.event(CUE)
    speaking.close()
    assert not speaking._speaking()
    assert heard.read_text() == "Run tall.\n"


def test_without_speech_it_says_so_once_and_stays_silent(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("posture.live.display.voice.shutil.which", lambda _: None)
    silent = Voice()
    for event in (SETUP, CUE, DONE):
        silent.event(event)
    silent.close()
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1


def test_a_speaker_that_cannot_start_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voice, "find_speaker", lambda: ("/nowhere/to/be/found",))
    broken = Voice()
    broken.event(CUE)
    broken.close()


def test_every_cue_has_a_form_that_is_short_enough_to_be_heard() -> None:
    spoken = [cause.remedy.spoken for cause in load_causes().cause if cause.remedy is not None]
    assert len(spoken) > 5
    assert all(0 < len(words.split()) <= 6 for words in spoken)


def test_there_is_sound_in_what_is_said(tmp_path: Path) -> None:
    speaker = voice.find_speaker()
    if speaker is None or not speaker[0].startswith("espeak"):
        pytest.skip("no espeak-ng is installed, which can speak to a file (apt-get install espeak-ng)")
    file = tmp_path / "said.wav"
    subprocess.run([*speaker, "-w", str(file)], input=b"Run tall.", check=True)
    with wave.open(str(file)) as said:
        loud = np.frombuffer(said.readframes(said.getnframes()), "<i2")
        assert said.getnframes() / said.getframerate() > 0.4
    assert np.abs(loud.astype(int)).max() > 3000
