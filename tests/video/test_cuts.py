"""Hard cuts, and what is none."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.video.cuts import find_cuts, signature
from posture.video.decode import FrameReader


def scene(seed: int, width: int = 900) -> np.ndarray:
    """A wide background with structure at several scales, (240, width, 3)."""
    rng = np.random.default_rng(seed)
    layers = [
        cv2.resize(rng.integers(0, 255, (n, n * width // 240, 3)).astype(np.uint8), (width, 240)) for n in (3, 8, 24)
    ]
    return np.mean(layers, axis=0).astype(np.uint8)


def shot(seed: int, frames: int, pan: float = 0.0, noise: float = 3.0) -> list[np.ndarray]:
    """A runner's dark body that bounces before a background that may pan."""
    rng = np.random.default_rng(seed + 1000)
    wide = scene(seed)
    pictures = []
    for i in range(frames):
        left = int(pan * i) % (wide.shape[1] - 320)
        picture = wide[:, left : left + 320].astype(float)
        top = 60 + int(10 * np.sin(i * 0.6))
        picture[top : top + 130, 140:185] = 25
        picture[top + 60 : top + 80, 185 : 185 + int(30 + 25 * np.sin(i * 0.3))] = 25
        pictures.append(np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8))
    return pictures


def found(pictures: list[np.ndarray], time: np.ndarray | None = None) -> list[int]:
    signatures = np.stack([signature(p) for p in pictures])
    return np.flatnonzero(find_cuts(signatures, np.arange(len(pictures)) / 30 if time is None else time)).tolist()


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10_000), st.floats(0, 6))
def test_cuts_between_shots_are_found_and_nothing_else(seed: int, pan: float) -> None:
    assert found(shot(seed, 20, pan) + shot(seed + 1, 14, pan) + shot(seed + 2, 20, 0.0)) == [20, 34]


def test_a_blended_frame_between_shots_makes_one_cut() -> None:
    one, two = shot(1, 20), shot(2, 20)
    blend = ((one[-1].astype(int) + two[0]) // 2).astype(np.uint8)
    assert len(found([*one, blend, *two])) == 1


@pytest.mark.parametrize("gain", [0.5, 0.8, 1.3])
def test_light_that_is_switched_is_no_cut(gain: float) -> None:
    pictures = shot(3, 40)
    dimmed = [np.clip(p * gain, 0, 255).astype(np.uint8) if i >= 20 else p for i, p in enumerate(pictures)]
    assert found(dimmed) == []


def test_flicker_is_no_cut() -> None:
    pictures = [np.clip(p * (1 - 0.3 * (i % 2)), 0, 255).astype(np.uint8) for i, p in enumerate(shot(3, 40))]
    assert found(pictures) == []


def test_a_single_strange_frame_is_no_cut() -> None:
    pictures = shot(4, 40)
    pictures[20] = shot(5, 1)[0]
    assert found(pictures) == []


def test_lost_frames_of_a_pan_are_no_cut() -> None:
    pictures, keep = shot(6, 60, pan=6.0), np.r_[0:30, 45:60]
    assert found([pictures[i] for i in keep], keep / 30) == []
    # With even times the same pictures do jump.
    assert found([pictures[i] for i in keep]) == [30]


def test_few_frames() -> None:
    for n in (0, 1, 2):
        assert find_cuts(np.zeros((n, 256), dtype=np.float32), np.arange(n) / 30).tolist() == [False] * n


@pytest.mark.parametrize("shape", [(40, 30, 3), (720, 640, 3), (1081, 1921, 3)])
def test_signature_is_the_mean_of_each_cell(shape: tuple[int, int, int]) -> None:
    across = np.linspace(0, 255, shape[1])
    ramp = np.broadcast_to(across[None, :, None], shape).astype(np.uint8)
    cells = signature(ramp).reshape(16, 16)
    assert cells.dtype == np.float32
    np.testing.assert_allclose(cells, np.broadcast_to((np.arange(16) + 0.5) * 255 / 16, (16, 16)), atol=9)


# Seen on contact sheets: the frame before and the frame after each.
CUT = {
    "overground_side_pace_ladder_22s.mp4": [2.067, 6.833, 11.5, 17.467],
    "overground_front_pace_ladder_13s.mp4": [2.536, 5.005, 7.541, 10.043],
}
UNCUT = [
    "multi_sprint_race_panning_15s.mp4",
    "overground_orbit_front_to_rear_female_6s.mp4",
    "multi_track_relay_2s.mp4",
]
TUTORIAL = [7.96, 15.16, 18.0, 21.08, 26.8, 32.4, 38.52, 41.2, 45.16, 51.96, 53.52, 56.16]


def cuts_of(path: Path) -> list[float]:
    time, signatures = zip(*((f.time, signature(f.rgb)) for f in FrameReader(path)), strict=True)
    times = np.array(time)
    return times[find_cuts(np.stack(signatures), times)].tolist()


@pytest.mark.parametrize("name", CUT)
def test_real_cuts(name: str, shared: Path) -> None:
    assert cuts_of(shared / "video" / name) == pytest.approx(CUT[name], abs=0.002)


@pytest.mark.parametrize("name", UNCUT)
def test_real_uncut_clips_with_a_moving_camera(name: str, shared: Path) -> None:
    assert cuts_of(shared / "video" / name) == []


@pytest.mark.slow
def test_all_real_clips(shared: Path) -> None:
    known = {**CUT, "treadmill_side_edited_tutorial_61s.mp4": TUTORIAL}
    for path in sorted((shared / "video").iterdir()):
        assert cuts_of(path) == pytest.approx(known.get(path.name, []), abs=0.002), path.name
