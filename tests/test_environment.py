"""The caller's environment is not ours: nothing is left in it, and nothing of it is lost."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import posture
from posture import pipeline
from tests.hang import HANG_S

_IMPORTS = """
import os
before = dict(os.environ)
import posture.pipeline, posture.live.session.session, posture.report.video.overlay
import cv2
assert dict(os.environ) == before, sorted(set(os.environ.items()) ^ set(before.items()))
"""


def test_importing_everything_that_draws_leaves_the_environment_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORTS], capture_output=True, text=True, timeout=HANG_S, check=False)
    assert done.returncode == 0, done.stderr


_FIRST = """
import sys
import posture.cli, posture.console, posture.pipeline
slow = {"cv2", "av", "mediapipe", "scipy", "pandas", "matplotlib", "jinja2"} & set(sys.modules)
assert not slow, slow
"""


def test_an_analysis_begins_without_the_libraries_that_take_long_to_import() -> None:
    done = subprocess.run([sys.executable, "-c", _FIRST], capture_output=True, text=True, timeout=HANG_S, check=False)
    assert done.returncode == 0, done.stderr


def test_what_others_set_while_a_clip_is_analysed_stays_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread of the caller's program, here within the call."""

    def meanwhile(source: Path, **_: object) -> None:
        os.environ["POSTURE_TEST_OTHER"] = "set"

    monkeypatch.setenv("POSTURE_TEST_OTHER", "")
    monkeypatch.setattr(pipeline, "analyze", meanwhile)
    posture.analyze("run.mp4")
    assert os.environ["POSTURE_TEST_OTHER"] == "set"
