"""The landmark network without its mask gives the landmarks of the whole one, to the bit."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from posture.pose.estimation import mediapipe_backend
from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
from posture.pose.estimation.models import find_model
from posture.pose.estimation.unmasked import without_mask
from posture.pose.types import Pose
from posture.video import FrameReader

NETWORK = "pose_landmarks_detector.tflite"


def poses(model: str, clip: Path) -> list[Pose]:
    """Of a follower over the first second, and of a finder in the last picture."""
    mediapipe_backend._bundle.cache_clear()
    backend = MediaPipeBackend(find_model(model))
    pictures = [frame.rgb for frame in FrameReader(clip, 0.0, 1.0)]
    follower, finder = backend.open_follower(), backend.open_finder(2)
    try:
        return [*(follower(picture) for picture in pictures), *finder(pictures[-1])]
    finally:
        follower.close()
        finder.close()
        mediapipe_backend._bundle.cache_clear()


@pytest.mark.parametrize("model", ["lite", "full"])
def test_the_landmarks_are_the_same_to_the_bit(model: str, videos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = poses(model, videos / "fresh.mp4")
    monkeypatch.setattr(mediapipe_backend, "without_mask", lambda bundle: bundle)
    whole = poses(model, videos / "fresh.mp4")
    assert len(quick) == len(whole) == 31
    for one, other in zip(quick, whole, strict=True):
        for name in ("xy", "world", "visibility", "presence"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def bundled(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


def operators(bundle: bytes) -> int:
    from mediapipe.tasks.metadata import schema_py_generated as schema

    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        network = archive.read(NETWORK)
    return int(schema.Model.GetRootAsModel(network, 0).Subgraphs(0).OperatorsLength())


def test_only_the_mask_is_left_out() -> None:
    whole = find_model("full").path.read_bytes()
    smaller = without_mask(whole)
    assert operators(smaller) < operators(whole)
    with zipfile.ZipFile(io.BytesIO(whole)) as before:
        detector = before.read("pose_detector.tflite")
    with zipfile.ZipFile(io.BytesIO(smaller)) as after:
        assert after.read("pose_detector.tflite") == detector
    # Nothing is left to take off a second time.
    assert without_mask(smaller) is smaller


def test_what_is_built_otherwise_is_left_alone() -> None:
    whole = find_model("full").path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        network = archive.read(NETWORK)
    damaged = [b"", b"TFL3", bytes(1000), bytes(range(256)) * 8, network[:5000], network[:-20_000]]
    for bundle in (b"no archive", bundled("another.tflite", network), *(bundled(NETWORK, part) for part in damaged)):
        assert without_mask(bundle) is bundle
