from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from posture.pose.camera.background import (
    Background,
    background_of,
    camera_motion,
    motion_between,
    notes_on_camera,
    unmoved_between,
)
from posture.video import frames_at

#: The runner of fresh.mp4 with room for every step, as an outline.
RUNNER = np.array([[170.0, 60.0], [450.0, 60.0], [450.0, 610.0], [170.0, 610.0]])
NOBODY: list[np.ndarray] = []


@pytest.fixture(scope="module")
def frames(videos: Path) -> list[np.ndarray]:
    return [f.rgb for f in frames_at(videos / "fresh.mp4", np.linspace(0.0, 20.0, 7))]


def warped(
    rgb: np.ndarray, roll: float = 0.0, scale: float = 1.0, shift: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """The picture after a known motion of the camera, in the signs of CameraMotion."""
    height, width = rgb.shape[:2]
    middle = np.array([width, height]) / 2 - 0.5
    t = np.radians(roll)
    turn = scale * np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    matrix = np.c_[turn, middle + shift - turn @ middle]
    return cv2.warpAffine(rgb, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def test_a_camera_on_a_tripod_stands_still_while_runner_belt_and_shadow_move(frames: list[np.ndarray]) -> None:
    camera = camera_motion(np.arange(7.0), [background_of(f, [RUNNER]) for f in frames])
    assert camera.measured.all()
    assert np.abs(camera.shift).max() < 1.0
    assert np.abs(camera.roll).max() < 0.1
    assert np.abs(camera.scale - 1).max() < 0.003
    assert notes_on_camera(camera, [background_of(frames[0], [RUNNER])]) == ()


@pytest.mark.parametrize(
    ("roll", "scale", "shift", "note"),
    [
        (4.0, 1.0, (0.0, 0.0), "tilted by 4.0 degrees"),
        (-4.0, 1.0, (0.0, 0.0), "tilted by 4.0 degrees"),
        (0.0, 1.1, (0.0, 0.0), "zoomed by 10 %"),
        (0.0, 1.0, (40.0, 0.0), "by 6 % of the picture's width"),
        (0.0, 1.0, (0.0, -40.0), "by 6 % of the picture's width"),
        (2.0, 1.05, (16.0, 8.0), "tilted by 2.0 degrees"),
    ],
)
def test_a_slow_motion_of_the_camera_is_measured_and_told(
    frames: list[np.ndarray], roll: float, scale: float, shift: tuple[float, float], note: str
) -> None:
    part = np.linspace(0.0, 1.0, len(frames))
    backgrounds = [
        background_of(warped(f, roll * p, 1 + (scale - 1) * p, (shift[0] * p, shift[1] * p)), [RUNNER])
        for f, p in zip(frames, part, strict=True)
    ]
    camera = camera_motion(part, backgrounds)
    assert camera.measured.all()
    np.testing.assert_allclose(camera.roll, roll * part, atol=0.3)
    np.testing.assert_allclose(camera.scale, 1 + (scale - 1) * part, atol=0.005)
    np.testing.assert_allclose(camera.shift, part[:, None] * np.array(shift), atol=2.0)
    assert note in notes_on_camera(camera, backgrounds)[0]


def test_a_camera_that_moves_along_is_not_measured(frames: list[np.ndarray]) -> None:
    rng = np.random.default_rng(1)
    blobs = [cv2.GaussianBlur(rng.integers(0, 256, frames[0].shape, dtype=np.uint8), (0, 0), 3) for _ in range(5)]
    backgrounds = [background_of(cv2.normalize(b, None, 0, 255, cv2.NORM_MINMAX), NOBODY) for b in blobs]
    assert min(len(each.points) for each in backgrounds) > 100
    camera = camera_motion(np.arange(5.0), backgrounds)
    assert camera.measured.sum() == 1
    assert np.isnan(camera.roll[~camera.measured]).all()
    assert "the camera moves with the runner" in notes_on_camera(camera, backgrounds)[0]


def test_a_caption_that_stays_does_not_stand_for_the_background(frames: list[np.ndarray]) -> None:
    rng = np.random.default_rng(2)
    backgrounds = []
    for _ in range(3):
        picture = cv2.GaussianBlur(rng.integers(0, 256, frames[0].shape, dtype=np.uint8), (0, 0), 4)
        cv2.putText(picture, "9.98 FINAL", (20, 60), cv2.FONT_HERSHEY_DUPLEX, 2.0, (255, 255, 255), 4)
        backgrounds.append(background_of(picture, NOBODY))
    assert motion_between(backgrounds[0], backgrounds[1]) is None


def test_a_short_other_shot_at_the_start_is_not_the_reference(frames: list[np.ndarray]) -> None:
    other = cv2.flip(frames[0], 0)
    backgrounds = [background_of(f, [RUNNER]) for f in (other, *frames)]
    camera = camera_motion(np.arange(8.0), backgrounds)
    np.testing.assert_array_equal(camera.measured, [False] + [True] * 7)
    assert np.abs(camera.shift[1:]).max() < 1.0


def test_a_bare_wall_is_said_to_be_bare(frames: list[np.ndarray]) -> None:
    bare = [background_of(np.full_like(f, 128), NOBODY) for f in frames]
    assert "too little background" in notes_on_camera(camera_motion(np.arange(7.0), bare), bare)[0]


def test_people_are_masked(frames: list[np.ndarray]) -> None:
    inside = cv2.pointPolygonTest
    hull = RUNNER.astype(np.float32)
    points = background_of(frames[0], [RUNNER]).points
    assert max(inside(hull, (float(x), float(y)), measureDist=True) for x, y in points) < 0
    free = background_of(frames[0], NOBODY).points
    assert max(inside(hull, (float(x), float(y)), measureDist=True) for x, y in free) > 0


def test_two_clips_of_one_place_are_told_from_a_camera_that_moved(videos: Path, frames: list[np.ndarray]) -> None:
    fresh = background_of(frames[0], [RUNNER])
    tired = background_of(next(iter(frames_at(videos / "tired.mp4", np.array([30.0])))).rgb, [RUNNER])
    assert unmoved_between(fresh, tired)
    half = background_of(cv2.resize(frames[3], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), [RUNNER / 2])
    assert unmoved_between(fresh, half)
    for moved in (warped(frames[3], roll=1.5), warped(frames[3], scale=1.08), warped(frames[3], shift=(50.0, 0.0))):
        assert motion_between(fresh, background_of(moved, [RUNNER])) is not None
        assert not unmoved_between(fresh, background_of(moved, [RUNNER]))
    assert not unmoved_between(fresh, background_of(cv2.flip(frames[0], 1), NOBODY))
    assert not unmoved_between(fresh, background_of(frames[0][:, :600], [RUNNER]))


def test_a_background_is_kept_and_turned_through_its_arrays(frames: list[np.ndarray]) -> None:
    one = background_of(frames[0], [RUNNER])
    kept = Background(one.points.copy(), one.descriptors.copy(), one.size)
    assert motion_between(one, kept).scale == pytest.approx(1)
    there_and_back = one.turned(90).turned(270)
    np.testing.assert_allclose(there_and_back.points, one.points)
    assert one.turned(90).size == one.size[::-1]
