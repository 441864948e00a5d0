"""The picture that people share: what it says, what it shows, and whose face it hides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture.analysis import Analysis
from posture.errors import PostureError
from posture.opencv import cv2
from posture.report.share import write_png
from posture.report.share.photos import photos
from posture.report.share.picture import HIGH, WIDE
from posture.report.text.short import short_story
from posture.report.text.story import Story
from tests.report_run import kept_run, with_intake


@pytest.fixture(scope="module")
def run(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return kept_run(videos, tmp_path_factory.mktemp("share") / "run.posture", video=False)


def test_the_short_form_says_what_the_report_says(run: Analysis) -> None:
    short, story = short_story(run), Story(run)
    assert short.sentence == story.sentence
    assert short.cue == story.today.plan.cue  # type: ignore[union-attr]
    assert [line.name for line in short.headlines] == [row.headline.value for row in story.headlines]
    assert [line.state for line in short.headlines][:2] == ["drift", "drift"]
    assert all("→" in line.numbers for line in short.headlines)


def test_beside_a_sign_for_a_doctor_there_is_no_advice(run: Analysis) -> None:
    careful = short_story(with_intake(run, red_flags=("worse",)))
    assert careful.cue == ""
    assert careful.referral
    emergency = short_story(with_intake(run, red_flags=("chest_pain",)))
    assert emergency.headlines == ()
    assert emergency.cue == ""


def test_it_is_one_page_with_two_real_frames(run: Analysis, tmp_path: Path) -> None:
    write_png(run, tmp_path / "run.png")
    drawn = cv2.imread(str(tmp_path / "run.png"))
    assert drawn.shape == (HIGH, WIDE, 3)
    both = photos(run, blur=False)
    assert [photo.title for photo in both] == ["Fresh", "End of the run"]
    # Of each there is a large part of the page that is no paper.
    halves = [drawn[:, : WIDE // 2], drawn[:, WIDE // 2 :]]
    assert all((half.std(axis=2) > 8).mean() > 0.15 for half in halves)
    again = tmp_path / "again.png"
    write_png(run, again)
    assert again.read_bytes() == (tmp_path / "run.png").read_bytes()


def test_the_face_is_hidden_on_wish_and_the_body_stays(run: Analysis) -> None:
    for shown, hidden in zip(photos(run, blur=False), photos(run, blur=True), strict=True):
        neck = next(points for kind, points in shown.lines if kind == "neck")
        trunk = next(points for kind, points in shown.lines if kind == "trunk")

        def around(image: np.ndarray, point: np.ndarray, half: int) -> np.ndarray:
            x, y = (round(float(part)) for part in point)
            return image[y - half : y + half, x - half : x + half].astype(float)

        ear, middle = neck[1], trunk.mean(axis=0)
        assert around(hidden.image, ear, 12).std() < 0.5 * around(shown.image, ear, 12).std()
        assert np.abs(around(hidden.image, middle, 3) - around(shown.image, middle, 3)).max() == 0


def test_without_frames_the_words_stand_alone(run: Analysis, tmp_path: Path) -> None:
    write_png(replace(run, folder=tmp_path), tmp_path / "run.png")
    assert cv2.imread(str(tmp_path / "run.png")).shape == (HIGH, WIDE, 3)


def test_another_kind_of_file_is_refused(run: Analysis, tmp_path: Path) -> None:
    with pytest.raises(PostureError, match=r"\.png"):
        write_png(run, tmp_path / "run.jpg")
    assert list(tmp_path.iterdir()) == []
