"""Real runners through the real estimator: one runs, somebody else gets onto the same treadmill, the runner is back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from posture.live.session.follow import StreamFollower
from posture.opencv import cv2
from posture.pose.estimation.engines import open_backend
from posture.settings import PoseSettings
from posture.video import FrameReader

RUNNER, OTHER = "treadmill_side_male_hoodie_16s.mp4", "treadmill_side_male_longhair_8s.mp4"
SIZE = (270, 480)
RATE = 15.0


def pictures(clip: Path, seconds: float) -> list[np.ndarray]:
    """Every second one of 30 a second, in one size."""
    shown = []
    with FrameReader(clip) as reader:
        for frame in reader:
            if frame.time >= seconds:
                break
            if frame.index % 2 == 0:
                shown.append(cv2.resize(frame.rgb, SIZE, interpolation=cv2.INTER_AREA))
    return shown


@pytest.mark.slow
def test_somebody_else_on_the_same_treadmill_is_not_the_runner_who_is_known_when_back(shared: Path) -> None:
    clips = [shared / "video" / name for name in (RUNNER, OTHER)]
    if not all(clip.is_file() for clip in clips):
        pytest.skip("the clips of real runners are not here")
    runner, other = (pictures(clip, 8.0) for clip in clips)
    nobody = [np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)] * round(2.5 * RATE)
    acts = [runner, nobody, other[: round(4 * RATE)], nobody, runner[: round(4 * RATE)]]
    follower = open_backend(PoseSettings(model="lite")).open_follower()
    follow = StreamFollower(follower, SIZE)
    follow.learning = True
    seen, at = [], 0.0
    for act in acts:
        found = []
        for rgb in act:
            found.append(follow(at, rgb) is not None)
            at += 1.0 / RATE
        seen.append(found)
    follower.close()
    own, _, others, _, back = seen
    assert np.mean(own) > 0.9
    assert not any(others)
    assert np.mean(back[-round(2 * RATE) :]) > 0.9
