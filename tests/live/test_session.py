"""Live sessions in real time: cameras that come and go, signals, keys in a real window, a kill half-way.

Real time costs time, so these are few. The window needs the virtual display Xvfb, and xdotool for the keys.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from posture.analysis.inputs import load_beside
from posture.cli import main
from posture.history import History
from posture.live.coach.events import Event, Kind
from posture.live.coach.state import State
from posture.live.display.window import NAME, Window
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener, Wish
from posture.live.session.record import Recorder
from posture.live.session.session import Session
from posture.live.session.sources import File, NetworkCamera
from posture.live.session.timing import Pace
from posture.pipeline import analyze
from posture.pose.stream import read_stream, recover
from posture.pose.types import Pose
from posture.series import PoseSeries
from posture.settings import LiveSettings, Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from posture.video import probe
from tests.analytic_runner import side_runner
from tests.clips import cut
from tests.hang import HANG_S
from tests.live.desktop import Keys, screenshot, virtual_screen, wait_until
from tests.mjpeg import MjpegCamera, jpeg

COMMAND = [sys.executable, "-c", "from posture.cli import run; run()", "live"]


class _Nobody:
    """A finder that finds no one beside the runner."""

    def __call__(self, rgb: np.ndarray) -> list[Pose]:
        return []

    def close(self) -> None:
        """Nothing to release."""


class _Film:
    """A backend that follows a runner made of sines, whatever the picture shows."""

    name, version, model = "film", "1", "sines"

    def __init__(self) -> None:
        self._series: PoseSeries = side_runner(np.arange(0.0, 120.0, 1 / 30))
        self._began: float | None = None

    def open_follower(self) -> _Film:
        return self

    def open_finder(self, people: int) -> _Nobody:
        return _Nobody()

    def __call__(self, rgb: np.ndarray) -> Pose:
        now = time.monotonic()
        self._began = self._began or now
        i = round((now - self._began) * 30) % len(self._series)
        s = self._series
        return Pose(s.xy[i], s.world[i], s.visibility[i], s.presence[i])

    def forget(self) -> None:
        """Nobody to lose."""

    def close(self) -> None:
        """Nothing to release."""


class _Ears(Listener):
    """A listener that remembers, and may ask for the end."""

    def __init__(self) -> None:
        self.pictures: list[float] = []
        self.away = 0
        self.states: list[State] = []
        self.events: list[Event] = []
        self.wanted: set[Wish] = set()
        self.closed = False

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        self.pictures.append(shot.time)

    def waiting(self, away: bool) -> None:
        self.away += away

    def news(self, state: State) -> None:
        self.states.append(state)

    def event(self, event: Event) -> None:
        self.events.append(event)

    def wishes(self) -> set[Wish]:
        wanted, self.wanted = self.wanted, set()
        return wanted

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def camera() -> Iterator[MjpegCamera]:
    picture = np.full((480, 640, 3), 120, np.uint8)
    cv2.circle(picture, (320, 240), 80, (255, 0, 0), -1)
    # A camera's pictures are never the same.
    server = MjpegCamera([jpeg(picture + number) for number in range(2)])
    yield server
    server.close()


def test_a_network_camera_is_cut_off_and_brought_back(camera: MjpegCamera, tmp_path: Path) -> None:
    folder, ears = AnalysisFolder(tmp_path / "s.posture"), _Ears()
    source = NetworkCamera(camera.url, silent=5.0)
    session = Session(source, _Film(), folder, Settings(), load_beside(Settings()), [ears])

    def play() -> None:
        camera.plug(on=True)
        wait_until(lambda: len(ears.pictures) >= 40)
        # A camera may have been away before its first picture, too.
        before_it_went = ears.away
        camera.plug(on=False)
        wait_until(lambda: ears.away > before_it_went)
        before = len(ears.pictures)
        camera.plug(on=True)
        wait_until(lambda: len(ears.pictures) >= before + 40)
        ears.wanted.add(Wish.QUIT)

    script = threading.Thread(target=play)
    script.start()
    pace = session.run()
    script.join()
    stream = read_stream(folder)
    assert stream.interruptions == 1
    assert stream.taken == pace.taken == len(ears.pictures)
    recording = recover(folder)
    assert recording.series.segment[-1] >= 1  # nothing is joined across the gap
    assert any("went away once" in note for note in recording.notes)
    assert abs(datetime.fromisoformat(recording.recorded) - datetime.now(UTC)) < timedelta(minutes=5)
    assert ears.states
    told = [(event.kind, event.more.get("back")) for event in ears.events if event.kind is Kind.CAMERA]
    assert told == [(Kind.CAMERA, False), (Kind.CAMERA, True)]
    assert [event["back"] for event in recording.events if event["event"] == "camera"] == [False, True]


def test_the_video_is_kept_where_wanted(videos: Path, tmp_path: Path) -> None:
    clip = cut(videos / "fresh.mp4", tmp_path / "clip.mp4", 0.0, 2.0)
    recorder = Recorder(tmp_path / "film", "live")
    folder = AnalysisFolder(tmp_path / "s.posture")
    pace = Session(File(clip), _Film(), folder, Settings(), load_beside(Settings()), [recorder]).run()
    recorder.close()
    video = probe(tmp_path / "film" / "live-001.mp4")
    assert video.codec == "h264"
    assert video.frames == pace.taken - recorder.skipped
    assert pace.taken + pace.dropped == 60


def test_a_taken_folder_is_refused_before_anything_is_lost(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    run = subprocess.run(
        [*COMMAND, "--no-window", "--source", str(videos / "fresh.mp4"), "--model", "lite", "--out", str(tmp_path)],
        capture_output=True, text=True, timeout=HANG_S, check=False,
    )  # fmt: skip
    assert run.returncode == 2
    assert "holds other files" in run.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"


def start(videos: Path, out: Path, *options: str, env: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """The command on the tired clip at its own pace."""
    arguments = ["--source", str(videos / "tired.mp4"), "--baseline", "15s", "--out", str(out), *options]
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(env or {})},
    )


def pieces(folder: AnalysisFolder) -> int:
    return len(list(folder.chunks.glob("0*.npz")))


def test_a_session_enters_the_history_of_who_runs(videos: Path, tmp_path: Path) -> None:
    clip, db = cut(videos / "fresh.mp4", tmp_path / "clip.mp4", 0.0, 3.0), tmp_path / "history.sqlite"
    arguments = ["live", "--no-window", "--model", "lite", "--source", str(clip), "--out", str(tmp_path / "s.posture")]
    for name in ("Anna", "Bea"):
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(tmp_path / "s.posture")
        run = CliRunner().invoke(main, [*arguments, "--runner", name, "--db", str(db)])
        assert run.exit_code == 0, run.output
    shutil.rmtree(tmp_path / "s.posture")
    nameless = CliRunner().invoke(main, [*arguments, "--runner", " ", "--db", str(db)])
    assert nameless.exit_code == 2
    assert not (tmp_path / "s.posture").exists()  # told before the session, not after it
    with History(db) as history:
        assert history.runners() == {"Anna": 1, "Bea": 1}
        kept = history.analyses("anna")[0]
    assert kept.clip == "clip.mp4"
    assert kept.folder == str(tmp_path / "s.posture")


@pytest.mark.slow
def test_killed_half_way_all_but_the_last_seconds_can_be_analysed(videos: Path, tmp_path: Path) -> None:
    folder = AnalysisFolder(tmp_path / "s.posture")
    session = start(videos, folder.path, "--no-window", "--model", "lite")
    wait_until(lambda: pieces(folder) >= 3)
    session.kill()
    session.wait()
    analysis = analyze(folder.path, overlay=False)
    assert analysis.recording.series.time[-1] >= 3 * 3.0 - 0.2
    assert folder.record.is_file()
    assert not folder.chunks.exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_session_with_everything_saved(videos: Path, tmp_path: Path, number: int) -> None:
    folder = AnalysisFolder(tmp_path / "s.posture")
    session = start(videos, folder.path, "--no-window", "--model", "lite", "--json")
    wait_until(lambda: pieces(folder) >= 2)
    session.send_signal(number)
    out, err = session.communicate(timeout=HANG_S)
    assert session.returncode == 0, err
    assert "Traceback" not in err
    events = [json.loads(line) for line in out.splitlines()]
    assert events[0]["event"] == "start"
    assert events[1]["event"] in ("set-up", "phase")
    assert events[-1]["event"] == "end"
    assert events[-1]["folder"] == str(folder.path)
    recording = Recording.load(folder.poses)
    assert recording.series.time[-1] > 6.0
    assert folder.record.is_file()


@pytest.fixture
def display(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A virtual screen, and the file that its picture can be read from."""
    with virtual_screen(tmp_path, (1300, 760)) as screen:
        yield screen


def _shows_a_runner(picture: np.ndarray) -> bool:
    """A picture that is not empty, the skeleton's sky blue in it, and letters below."""
    shown = picture[:530, 160:640]
    sky_blue = np.abs(shown.astype(int) - (233, 180, 86)).max(axis=2) < 25
    return bool(shown.std() > 20 and sky_blue.sum() > 300 and picture[540:720].max() > 150)


@pytest.mark.slow
def test_a_real_window_shows_the_runner_and_takes_keys(videos: Path, tmp_path: Path, display: tuple[str, Path]) -> None:
    number, screen = display
    folder = AnalysisFolder(tmp_path / "s.posture")
    session = start(videos, folder.path, "--model", "lite", "--mirror", env={"DISPLAY": number})
    # Looked at until it is so: the screen may be looked at while it is drawn.
    wait_until(lambda: session.poll() is not None or _shows_a_runner(screenshot(screen)))
    target = os.environ.get("POSTURE_SCREENSHOT")
    if target:
        cv2.imwrite(target, np.ascontiguousarray(screenshot(screen)))
    assert session.poll() is None
    Keys(number, NAME).press("q")
    out, err = session.communicate(timeout=HANG_S)
    assert session.returncode == 0, err
    assert "Traceback" not in err
    assert "from camera to screen" in out
    assert folder.record.is_file()


def test_a_closed_window_ends_the_session_and_is_asked_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCV forgets its last window when it is closed, and answers every question about it with an error."""
    asked = []

    def gone(*_: object) -> float:
        asked.append(1)
        raise cv2.error("NULL guiReceiver")

    monkeypatch.setattr("posture.live.display.window.display_available", lambda: True)
    for name in ("namedWindow", "resizeWindow"):
        monkeypatch.setattr(cv2, name, lambda *_: None)
    monkeypatch.setattr(cv2, "pollKey", lambda: -1)
    for name in ("getWindowProperty", "imshow", "destroyAllWindows"):
        monkeypatch.setattr(cv2, name, gone)
    window = Window(mirror=False)
    window.waiting(away=False)
    assert window.wishes() == {"quit"}
    window.waiting(away=True)
    window.waiting(away=False)
    window.close()
    assert window.wishes() == set()
    assert len(asked) == 2


def test_without_a_screen_the_sentence_says_what_to_do(videos: Path, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("a screen is always there")
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    for display in ({}, {"DISPLAY": ":4711"}, {"DISPLAY": "127.0.0.1:4711.0"}):
        run = subprocess.run(
            [*COMMAND, "--source", str(videos / "fresh.mp4"), "--out", str(tmp_path / "s.posture")],
            capture_output=True, text=True, timeout=HANG_S, env={**environment, **display}, check=False,
        )  # fmt: skip
        assert run.returncode == 2
        assert "--no-window" in run.stderr
        assert run.stderr.count("\n") == 1


@pytest.mark.slow
def test_tired_in_real_time_gets_its_first_cue_about_head_or_slouch_in_time(videos: Path, tmp_path: Path) -> None:
    folder = AnalysisFolder(tmp_path / "s.posture")
    session = start(videos, folder.path, "--no-window", "--json", "--model", "lite")
    out, err = session.communicate(timeout=HANG_S)
    assert session.returncode == 0, err
    stream = Recording.load(folder.poses)
    if stream.series.rate < 20.0 or len(stream.series) < 1200:
        pytest.skip(f"this machine is too busy for real time: {len(stream.series)} of 1800 pictures in a minute")
    cues = [event for event in map(json.loads, out.splitlines()) if event["event"] == "cue"]
    assert cues
    assert cues[0]["cause"] in ("C4", "C5")
    # Head ahead of hips truly passes its flag at 38 s (tests/live/test_live.py works it out from the truth).
    assert 30.0 < cues[0]["time"] < 53.0
    assert json.loads(folder.record.read_text())["settings"]["run"]["baseline"] is not None
    assert LiveSettings().baseline_seconds == 60.0
