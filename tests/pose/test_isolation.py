"""MediaPipe must neither call home nor chat, and nothing else may be touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from posture.pose.estimation.isolation import offline, quiet
from tests.hang import HANG_S

ESTIMATE = """
import os, sys
import cv2  # OpenCV sets variables of its own when it is imported
before = dict(os.environ)
from pathlib import Path
import numpy as np
from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
from posture.pose.estimation.models import find_model
from posture.pose.types import BoxTrack
from posture.pose.estimation.stage import estimate
from posture.settings import PoseSettings
from posture.video.probe import probe
video = probe(Path(sys.argv[1]))
backend = MediaPipeBackend(find_model("lite"))
box = np.tile([150.0, 100.0, 450.0, 620.0], (2, 1))
track = BoxTrack(np.array([0.0, 2.0]), box, np.array([True, True]), video.size)
finder = backend.open_finder(3)
finder(np.zeros((240, 320, 3), np.uint8))
finder.close()
settings = PoseSettings(chunk_seconds=0.5, warmup_seconds=0.1)
result = estimate(video, backend, track, spans=[(0, 1)], turn=0, settings=settings, workers=2)
assert result.series.seen.all(), result.series.seen.mean()
forgotten = backend.open_follower()
forgotten(np.zeros((240, 320, 3), np.uint8))
del forgotten
assert dict(os.environ) == before
os.execvp("env", ["env"])  # what a child process would be given
"""


def _run(videos: Path, *before: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-c", ESTIMATE, str(videos / "fresh.mp4")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, env={**os.environ, **env})
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
@pytest.mark.parametrize("env", [{}, {"https_proxy": "http://192.0.2.1:3128", "no_proxy": "*"}], ids=["plain", "proxy"])
def test_no_name_look_up_and_no_connection(videos: Path, tmp_path: Path, env: dict[str, str]) -> None:
    trace = tmp_path / "trace.txt"
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    done = _run(videos, "strace", "-f", "-qq", "-e", calls, "-e", "signal=none", "-o", str(trace), **env)
    outside = [line for line in trace.read_text().splitlines() if "AF_INET" in line or "nscd" in line or "send" in line]
    assert outside == []
    given = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    for name in ("https_proxy", "no_proxy"):
        assert given.get(name) == {**os.environ, **env}.get(name)


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_the_trace_would_show_a_connection(videos: Path, tmp_path: Path) -> None:
    """The test above can fail: MediaPipe left alone does look up a name."""
    trace = tmp_path / "trace.txt"
    alone = "import posture.pose.estimation.isolation as i; i._NO_WAY_OUT.clear()\n" + ESTIMATE
    command = ["strace", "-f", "-qq", "-e", "trace=connect", "-o", str(trace), sys.executable, "-c", alone]
    subprocess.run([*command, str(videos / "fresh.mp4")], capture_output=True, timeout=HANG_S, check=True)
    assert "nscd" in trace.read_text() or "AF_INET" in trace.read_text()


def test_nothing_of_mediapipe_on_stderr(videos: Path) -> None:
    assert _run(videos).stderr == ""


def test_others_keep_their_lines(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet, quiet:
        os.write(2, b"W0000 00:00:1795334528.134972    3161 inference_feedback_manager.cc:121] noise\n")
        os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n")
        print("a line of the caller", file=sys.stderr)
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "a line of the caller\nafter\n"


def test_a_line_that_tflite_writes_in_parts_stays_silent(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet:
        os.write(2, b"WARNING: ")
        with quiet:
            pass
        os.write(2, b"[model_load.cc:402] Sparsity tensors may not yet be fully supported.\nmine\n")
    assert capfd.readouterr().err == "mine\n"


@pytest.mark.parametrize(
    "parts",
    [
        "WARNING: |WARNING: |[a.cc:1] one|[a.cc:1] two|\n|\n",
        "WARNING: |WARNING: |[a.cc:1] one|\n|[a.cc:1] two|\n",
        "WARNING: |one|WARNING: |\n|two|\n",
        "INFO: |WARNING: |one|ERROR: |\n|two|\n|three|\n",
    ],
)
def test_lines_of_two_threads_mixed_stay_silent(parts: str, capfd: pytest.CaptureFixture[str]) -> None:
    with quiet:
        for part in parts.split("|"):
            os.write(2, part.encode())
            with quiet:
                pass
        os.write(2, b"mine\n")
    with quiet:
        os.write(2, parts.replace("|", "").encode() + b"mine\n")
    assert capfd.readouterr().err == "mine\nmine\n"


def test_lines_do_not_wait_for_the_last_thread(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet:
        with quiet:
            os.write(2, b"\r 10 %")
        assert capfd.readouterr().err == "\r 10 %"
        os.write(2, b"\r 20 %")
    assert capfd.readouterr().err == "\r 20 %"


def test_nested_use_by_many_threads_restores_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:1")
    before = dict(os.environ)
    seen: set[str] = set()

    def use() -> None:
        for _ in range(50):
            with offline:
                seen.add(_c_environment())

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {"nowhere://offline"}
    assert _c_environment() == "http://proxy.invalid:1"
    assert dict(os.environ) == before


def _c_environment() -> str:
    import ctypes

    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return (getenv(b"https_proxy") or b"").decode()


def test_a_closed_landmarker_says_so() -> None:
    from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
    from posture.pose.estimation.models import find_model

    follower = MediaPipeBackend(find_model("lite")).open_follower()
    follower.close()
    follower.close()
    with pytest.raises(ValueError, match="closed"):
        follower(np.zeros((64, 64, 3), np.uint8))
