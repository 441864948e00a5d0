from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from posture.errors import PostureError
from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
from posture.pose.estimation.models import find_model
from posture.pose.tracking.scout import Scouting, pass_times, scout
from posture.settings import PoseSettings, Span
from posture.video import probe
from tests.clips import cut


@pytest.fixture(scope="module")
def backend() -> MediaPipeBackend:
    return MediaPipeBackend(find_model("lite"))


def look_at(path: Path, backend: MediaPipeBackend, **how) -> Scouting:
    video = probe(path)
    return scout(video, backend, spans=[Span(0.0, video.duration)], settings=PoseSettings(), **how)


def true_middles(videos: Path, times: np.ndarray) -> np.ndarray:
    """Middle of the true trunk of fresh.mp4 in pixels."""
    with np.load(videos / "fresh.npz") as truth:
        names = [str(n) for n in truth["joint_names"]]
        trunk = truth["px"][:, [names.index(n) for n in ("shoulder_L", "shoulder_R", "hip_L", "hip_R")]].mean(axis=1)
        return np.stack([np.interp(times, truth["t"], trunk[:, i]) for i in range(2)], axis=1)


def holds(box: np.ndarray, points: np.ndarray) -> np.ndarray:
    return ((points > box[:, :2]) & (points < box[:, 2:])).all(axis=1)


def test_the_rendered_runner_is_found_and_the_camera_stands(videos: Path, tmp_path: Path, backend) -> None:
    clip = cut(videos / "fresh.mp4", tmp_path / "fresh.mp4", 0.0, 4.0)
    seconds: list[float] = []
    found = look_at(clip, backend, progress=seconds.append)
    assert (len(found.people), found.person_chosen, found.turn, found.notes) == (1, 1, 0, ())
    assert found.track.found.all()
    times = np.arange(0.0, 4.0, 0.05)
    assert holds(found.track.at(times), true_middles(videos, times)).all()
    with np.load(videos / "fresh.npz") as truth:
        true = truth["px"][:120].reshape(-1, 2)
    box = np.median(found.track.box, axis=0)
    # Skin points at chin, crown and soles lie outside of MediaPipe's landmarks by some pixels.
    np.testing.assert_allclose(box, [*true.min(axis=0), *true.max(axis=0)], atol=35)
    assert np.abs(found.camera.shift).max() < 1.0
    assert seconds == sorted(seconds)
    assert seconds[-1] == pytest.approx(4.0)


def test_the_result_does_not_depend_on_the_number_of_threads(videos: Path, tmp_path: Path, backend) -> None:
    clip = cut(videos / "tired.mp4", tmp_path / "tired.mp4", 50.0, 52.0)
    one, three = (look_at(clip, backend, workers=n) for n in (1, 3))
    np.testing.assert_array_equal(one.track.box, three.track.box)
    np.testing.assert_array_equal(one.track.time, three.track.time)
    np.testing.assert_array_equal(one.camera.shift, three.camera.shift)
    assert [p.score for p in one.people] == [p.score for p in three.people]


@pytest.mark.parametrize(
    ("rotate", "turn"), [(cv2.ROTATE_90_COUNTERCLOCKWISE, 90), (cv2.ROTATE_180, 180), (cv2.ROTATE_90_CLOCKWISE, 270)]
)
def test_a_sideways_video_is_turned_and_the_boxes_stand_upright(
    videos: Path, tmp_path: Path, backend, rotate: int, turn: int
) -> None:
    lying = cut(videos / "fresh.mp4", tmp_path / "lying.mp4", 0.0, 2.0, lambda rgb, _: cv2.rotate(rgb, rotate))
    found = look_at(lying, backend)
    assert found.turn == turn
    assert found.track.size == (640, 720)
    assert found.camera.size == (640, 720)
    times = np.arange(0.0, 2.0, 0.1)
    assert holds(found.track.at(times), true_middles(videos, times)).all()
    assert f"turned by {turn} degrees clockwise" in found.notes[0]


def without_runner(rgb: np.ndarray) -> np.ndarray:
    """The picture with the runner painted over by bricks."""
    empty = rgb.copy()
    empty[60:620, 150:500] = cv2.flip(cv2.resize(rgb[60:250, 460:600], (350, 560)), 1)
    return empty


def test_a_passer_by_in_other_clothes_is_not_followed(videos: Path, tmp_path: Path, backend) -> None:
    def with_passer(rgb: np.ndarray, seconds: float) -> np.ndarray:
        person = rgb[60:620, 200:440][:, ::-1, ::-1]
        x = round(-240 + (seconds - 1.0) / 3.0 * 880)
        left, right = max(x, 0), min(x + 240, 640)
        crossed = rgb.copy()
        if left < right:
            crossed[90:650, left:right] = person[:, left - x : right - x]
        return crossed

    clip = cut(videos / "fresh.mp4", tmp_path / "crossed.mp4", 0.0, 5.0, with_passer)
    found = look_at(clip, backend)
    times = np.concatenate([np.arange(0.0, 1.5, 0.1), np.arange(3.5, 4.9, 0.1)])
    assert holds(found.track.at(times), true_middles(videos, times)).all()
    # The passer-by takes the box along at no time, not even while the runner is hidden behind.
    middles = (found.track.box[:, 0] + found.track.box[:, 2]) / 2
    assert np.nanmax(np.abs(middles - np.nanmedian(middles))) < 60


def test_an_empty_start_does_not_matter(videos: Path, tmp_path: Path, backend) -> None:
    clip = cut(
        videos / "fresh.mp4", tmp_path / "late.mp4", 0.0, 5.0, lambda rgb, s: without_runner(rgb) if s < 2.5 else rgb
    )
    found = look_at(clip, backend)
    first = found.track.time[found.track.found][0]
    assert 2.4 < first < 2.8
    times = np.arange(2.6, 4.9, 0.1)
    assert holds(found.track.at(times), true_middles(videos, times)).all()


def test_a_clip_with_nobody_is_refused_in_one_sentence(videos: Path, tmp_path: Path, backend) -> None:
    clip = cut(videos / "fresh.mp4", tmp_path / "empty.mp4", 0.0, 1.0, lambda rgb, _: without_runner(rgb))
    with pytest.raises(PostureError, match=r"^no person was found in empty.mp4; [^.]*\.$"):
        look_at(clip, backend)


def test_looks_are_irregular_enough_that_no_cadence_hides_and_fixed_by_the_spans() -> None:
    times, seconds = pass_times([Span(0.0, 60.0)], 1.0)
    assert seconds == 60
    assert times.size == 60
    assert (np.diff(times) > 0.4).all()
    for stride in (0.5, 0.6, 2 / 3, 0.75, 1.0, 2.0):
        phase = np.exp(2j * np.pi * times / stride)
        assert abs(phase.mean()) < 0.75
    short, _ = pass_times([Span(2.0, 5.0)], 1.0)
    assert short.size >= 20
    assert (short >= 2.0).all()
    assert (short < 5.0).all()
    both, total = pass_times([Span(0.0, 20.0), Span(120.0, 140.0)], 1.0)
    assert total == 40
    assert (np.diff(both) > 0).all()
    assert not ((both >= 20.0) & (both < 120.0)).any()


# --- real clips: chosen by eye from pictures ---


def median_place(found: Scouting, between: tuple[float, float] = (0.0, np.inf)) -> float:
    """Median middle of the runner's box, in widths of the frame."""
    track = found.track
    some = track.found & (track.time >= between[0]) & (track.time <= between[1])
    return float(np.median(track.box[some][:, [0, 2]].mean(axis=1))) / track.size[0]


@pytest.fixture(scope="module")
def full() -> MediaPipeBackend:
    return MediaPipeBackend(find_model("full"))


@pytest.mark.slow
def test_the_sprinter_is_chosen_and_not_the_man_before_the_treadmill(shared: Path, full) -> None:
    found = look_at(shared / "video/treadmill_side_sprint_bystander_13s.mp4", full)
    assert len(found.people) == 2
    middle = found.track.box[:, [0, 2]].mean(axis=1) / found.track.size[0]
    assert found.track.found.mean() > 0.9
    assert middle.max() < 0.62
    assert found.people[1].score < 0.5 * found.people[0].score


@pytest.mark.slow
def test_each_of_two_joggers_keeps_identity(shared: Path, full) -> None:
    clip = shared / "video/multi_front_two_joggers_20s.mp4"
    places = []
    for person in (1, 2):
        found = look_at(clip, full, person=person)
        middle = found.track.box[:, [0, 2]].mean(axis=1) / found.track.size[0]
        assert found.track.found.all()
        assert np.ptp(middle) < 0.1
        places.append(float(np.median(middle)))
    assert sorted(places) == [pytest.approx(0.16, abs=0.04), pytest.approx(0.33, abs=0.04)]


@pytest.mark.slow
def test_a_crowd_is_said_to_have_no_stable_subject(shared: Path, full) -> None:
    notes = " ".join(look_at(shared / "video/multi_front_crowd_run_10s.mp4", full).notes)
    assert "similar size" in notes
    assert "--person" in notes


@pytest.mark.slow
def test_a_runner_who_crosses_an_empty_picture_is_followed_through_it(shared: Path, full) -> None:
    clip = shared / "video/overground_side_static_cross_empty_4s.mp4"
    found = look_at(clip, full)
    middle = found.track.at(np.array([1.7, 2.0, 2.3]))[:, [0, 2]].mean(axis=1) / found.track.size[0]
    np.testing.assert_allclose(middle, [0.22, 0.53, 0.8], atol=0.08)
    assert found.camera.measured.all()


@pytest.mark.slow
def test_a_camera_that_goes_along_is_said(shared: Path, full) -> None:
    found = look_at(shared / "video/overground_side_road_tracked_21s.mp4", full)
    assert any("the camera moves with the runner" in note for note in found.notes)
    assert median_place(found) == pytest.approx(0.5, abs=0.15)
