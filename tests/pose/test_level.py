from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

import posture
from posture.pose.camera.level import lines_of, roll_of
from posture.report import text
from posture.settings import RunSettings, Settings
from posture.video import frames_at
from tests.analytic_runner import as_csv, side_runner
from tests.pose.test_background import RUNNER

#: Focal length of the rendered clips, in their longer side.
FOCAL = 1.59
ROWS, COLUMNS = range(0, 720, 20), range(0, 640, 20)


@cache
def first_picture(clip: Path) -> np.ndarray:
    (frame,) = frames_at(clip, np.array([0.0]))
    return frame.rgb


def turned_camera(rgb: np.ndarray, roll: float, yaw: float, down: float) -> tuple[np.ndarray, list[np.ndarray]]:
    """The picture of a camera turned where it stands (degrees), and outlines around what it does not know."""
    height, width = rgb.shape[:2]
    turn = Rotation.from_euler("yxz", [yaw, down, roll], degrees=True).as_matrix()
    inner = np.array([[FOCAL * height, 0, width / 2], [0, FOCAL * height, height / 2], [0, 0, 1]])
    matrix = inner @ turn @ np.linalg.inv(inner)
    seen = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (width, height))
    tiles = (np.argwhere(seen[y : y + 20, x : x + 20] < 255)[:, ::-1] + [x, y] for y in ROWS for x in COLUMNS)
    picture = cv2.warpPerspective(rgb, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return picture, [tile.astype(float) for tile in tiles if len(tile)]


@pytest.mark.parametrize("down", [0.0, 8.0])
@pytest.mark.parametrize(("name", "yaw"), [("fresh", 0.0), ("fresh", 15.0), ("weave", 15.0), ("oblique", 0.0)])
@pytest.mark.parametrize("roll", [0.0, 2.0, -5.0])
def test_a_roll_is_told_from_the_perspective_of_a_camera_at_an_angle(
    shared: Path, name: str, roll: float, yaw: float, down: float
) -> None:
    """Cameras 0, 15 and 30 degrees off square, level or looking down by 8."""
    picture, unknown = turned_camera(first_picture(shared / "rendered" / f"{name}.mp4"), roll, yaw, down)
    found = roll_of([lines_of(picture, unknown)], (640, 720))
    print(name, roll, yaw, down, found)
    assert found == pytest.approx(roll, abs=1.0)


def room(rng: np.random.Generator, count: int, roll: float, yaw: float, down: float, *, upright: bool) -> np.ndarray:
    """Lines (N, 2, 2) of a room before a camera of 60 degrees, 1280 by 720 pixels, and some of no direction."""
    axes = np.array([[1, 0, 0], [0, 0, 1], [0, 1, 0]])[: 3 if upright else 1]
    start = rng.uniform([-2, -1.5, 3], [2, 1.5, 5], (count, 3))
    end = start + axes[rng.integers(len(axes), size=count)] * rng.uniform(0.3, 1.0, (count, 1))
    turn = Rotation.from_euler("yxz", [yaw, down, roll], degrees=True)
    ends = np.stack([turn.apply(start), turn.apply(end)], axis=1)
    pixels = 1108 * ends[..., :2] / ends[..., 2:] + [640, 360] + rng.normal(0, 0.5, (count, 2, 2))
    away = rng.uniform(-1, 1, (count // 3, 2))
    other = rng.uniform([0, 0], [1280, 720], (count // 3, 2))
    return np.concatenate([pixels, np.stack([other, other + 120 * away], axis=1)])


@pytest.mark.parametrize("down", [-6.0, 0.0, 12.0])
@pytest.mark.parametrize("yaw", [0.0, 15.0, 30.0])
@pytest.mark.parametrize("roll", [0.0, 2.0, -5.0])
def test_the_roll_of_a_room_does_not_hang_on_yaw_and_height(roll: float, yaw: float, down: float) -> None:
    rng = np.random.default_rng(int(10 * (roll + yaw + down)) % 97)
    found = roll_of([room(rng, 60, roll, yaw, down, upright=True)], (1280, 720))
    assert found == pytest.approx(roll, abs=1.0)


@pytest.mark.parametrize("yaw", [10.0, 15.0, 20.0])
def test_level_lines_of_one_direction_are_no_roll(yaw: float) -> None:
    """A level camera that stands at an angle, higher than the hips: what tips the belt's edges is perspective."""
    rng = np.random.default_rng(int(yaw))
    found = roll_of([room(rng, 40, 0.0, yaw, 10.0, upright=False)], (1280, 720))
    assert np.isnan(found) or abs(found) < 1.0


def test_too_few_lines_and_lines_of_no_direction_say_nothing() -> None:
    rng = np.random.default_rng(1)
    start = rng.uniform([0, 0], [1280, 720], (60, 2))
    anything = np.stack([start, start + 150 * rng.uniform(-1, 1, (60, 2))], axis=1)
    assert np.isnan(roll_of([], (1280, 720)))
    assert np.isnan(roll_of([anything], (1280, 720)))
    assert np.isnan(roll_of([anything[:3]], (1280, 720)))


def test_people_have_no_lines(videos: Path) -> None:
    """Nor does the box around them: its edges would be level in any picture."""
    (frame,) = frames_at(videos / "fresh.mp4", np.array([0.0]))
    middle = lines_of(frame.rgb, [RUNNER]).mean(axis=1)
    inside = (middle > RUNNER.min(axis=0)) & (middle < RUNNER.max(axis=0))
    assert len(middle) > 20
    assert not inside.all(axis=1).any()
    everywhere = np.array([[0.0, 0.0], [frame.rgb.shape[1], frame.rgb.shape[0]]])
    assert not len(lines_of(frame.rgb, [everywhere]))


def test_roll_is_told_until_it_is_taken_out_and_said_to_be_unknown_where_it_is(tmp_path: Path) -> None:
    run = as_csv(side_runner(np.arange(0.0, 12.0, 1 / 30)), tmp_path / "run.csv")
    unknown = posture.analyze(run, out=tmp_path / "out")
    level, rolled = (replace(unknown, recording=replace(unknown.recording, tilt=t)) for t in (0.4, -2.04))
    assert any("level is unknown" in line for line in text.quality(unknown))
    assert not any("level is unknown" in line for line in text.quality(level))
    assert not any("--camera-roll" in line for line in text.cautions(level))
    assert any("2.0° anticlockwise" in line and "--camera-roll -2.0" in line for line in text.cautions(rolled))
    corrected = replace(rolled, settings=Settings(run=RunSettings(camera_roll=-2.0)))
    assert not any("--camera-roll" in line for line in text.cautions(corrected))
