"""What the reports say and write, without a browser."""

from __future__ import annotations

import json
import math
import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from posture import pipeline
from posture.analysis import Analysis
from posture.drift import fresh_and_end
from posture.drift.types import Status
from posture.errors import PostureError
from posture.kinematics import METRICS
from posture.landmarks import L
from posture.report import page, terminal, text
from posture.report.drawing import chart, strip
from posture.report.figures import overview, paper
from posture.report.page import pair
from posture.report.page.body import ZONES, zone_statuses
from posture.report.terminal import parts
from posture.report.text import WORDS
from posture.report.text.story import Story
from posture.report.video import stills
from posture.report.video.blur import FaceBlur
from posture.report.video.overlay import Painter
from posture.rules.types import Verdict
from posture.storage.folder import AnalysisFolder
from tests.in_process import posture
from tests.rendered import truth_series
from tests.report_run import kept_run, recording, with_intake


@pytest.fixture(scope="module")
def run(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    return kept_run(videos, tmp_path_factory.mktemp("report") / "tired.posture")


@pytest.fixture
def copy(run: Analysis, tmp_path: Path) -> Path:
    return Path(shutil.copytree(run.folder, tmp_path / "run.posture"))


# --- what is said


def test_the_story_leads_with_at_most_three_findings_and_their_largest_drift(run: Analysis) -> None:
    story = Story(run)
    assert 1 <= len(story.leads) <= 3
    for lead in story.leads:
        assert lead.finding.verdict is Verdict.SUPPORTED
        sizes = [abs(c.change) / c.mdc for c in lead.changes]
        assert sizes == sorted(sizes, reverse=True)
        assert all(c.status is Status.DRIFT for c in lead.changes)
    assert story.leads[0].finding.title[1:] in story.sentence


def test_a_change_is_told_with_value_unit_interval_and_onset(run: Analysis) -> None:
    said = text.change(run.drift["trunk_lean"])
    assert re.search(r"\d+\.\d → \d+\.\d°, change \+\d\.\d° \(90 % interval \+\d\.\d to \+\d\.\d\)", said)
    assert re.search(r"since about 0:\d\d \(between 0:\d\d and 0:\d\d\)", said)


def test_no_change_is_a_full_answer(videos: Path) -> None:
    calm = pipeline.behind_poses(recording(videos, "fresh"), pipeline.Settings())
    assert Story(calm).leads == ()
    assert "No change" in Story(calm).sentence
    assert list(text.film_next(calm))


def test_numbers_never_read_minus_nothing() -> None:
    from posture.kinematics.registry import METRICS

    assert text.number(-0.001, METRICS["wrist_h"]) == "0.00"
    assert text.number(-0.011, METRICS["wrist_h"], sign=True) == "−0.01"


def test_every_status_verdict_and_confidence_has_its_words() -> None:
    from posture.drift.types import Timing
    from posture.rules.types import Confidence

    for status in Status:
        assert WORDS["status"][status.name.lower()]
        assert WORDS["sign"][status.name.lower()]
    assert all(WORDS["confidence"][c.name.lower()] for c in Confidence)
    assert all(WORDS["timing"][t.name.lower()] for t in Timing if t is not Timing.NONE)
    assert all(WORDS["verdict_sign"][v.name.lower()] for v in Verdict)


def test_every_word_of_the_page_stands_in_the_words_file() -> None:
    """No sentence hides in the template: between its tags and expressions stands nothing but punctuation."""
    folder = Path(page.__file__).parent
    for name in ("template.html", "marks.html"):
        bare = re.sub(r"\{[{%].*?[}%]\}|<[^>]*>", " ", (folder / name).read_text(encoding="utf-8"), flags=re.S)
        assert set(re.findall(r"[A-Za-z]{2,}", bare)) == set(), name


def test_zones_name_metrics_that_exist_and_take_the_surest_status(run: Analysis) -> None:
    from posture.kinematics.registry import METRICS

    named = [metric for metrics in ZONES.values() for metric in metrics]
    assert len(named) == len(set(named))
    assert set(named) <= set(METRICS)
    assert zone_statuses(run.rows)["trunk"][0] is Status.DRIFT


# --- curves


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=40))
def test_a_scale_holds_its_values_between_round_numbers(values: list[float]) -> None:
    scale, marks = chart.value_scale(values)
    places = scale(np.array(values))
    assert places.min() >= -1e-6
    assert places.max() <= chart.HEIGHT + 1e-6
    assert marks == sorted(marks)
    assert 2 <= len(marks) <= 6


@given(st.integers(9, 400), st.floats(-3, 3))
def test_a_sparkline_rises_and_falls_with_its_values(count: int, slope: float) -> None:
    line = chart.spark(slope * np.arange(count, dtype=float))
    assert 3 <= len(line) <= 12
    if abs(slope) > 1e-6:
        assert (line[0] < line[-1]) == (slope > 0)
        assert {line[0], line[-1]} == {"▁", "█"}


def test_a_curve_is_broken_where_nothing_was_seen() -> None:
    y = np.array([1.0, 2.0, np.nan, 4.0, 5.0])
    assert chart.line(np.arange(5.0), y).count("M") == 2
    assert chart.dots(np.arange(2.0), y[:2]).count("h0") == 2


# --- terminal


@pytest.mark.parametrize("columns", [80, terminal.WIDE])
def test_the_terminal_fits_its_width_and_leads_with_the_answer(
    run: Analysis, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    console = Console(width=columns, highlight=False, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    monkeypatch.setattr(parts, "console", lambda: console)
    terminal.print_summary(run)
    said = console.export_text()
    assert max(map(len, said.splitlines())) <= columns
    assert "…" not in said
    flat = re.sub(r"\s+", " ", said)
    assert flat.index(Story(run).sentence) < flat.index("1. ") < flat.index("Head forward rests on")
    assert ("▁" in said) == (columns >= terminal.WIDE)
    assert "drift from 0:" in said


# --- commands


def test_report_is_made_again_without_the_video(copy: Path, tmp_path: Path) -> None:
    before = (copy / "report.html").read_text()
    (copy / "report.html").unlink()
    (copy / "overlay.mp4").unlink()
    done = posture("report", copy, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    after = (copy / "report.html").read_text()
    assert "<video" in before
    assert "<video" not in after
    assert after.count("data:image/jpeg") >= stills.COUNT


def test_report_of_no_analysis_is_one_sentence(tmp_path: Path) -> None:
    done = posture("report", "nothing.posture", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "nothing.posture" in done.stderr


def test_json_is_all_that_stdout_holds(copy: Path, tmp_path: Path) -> None:
    done = posture("analyze", copy, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads((copy / "analysis.json").read_text())


def test_repeating_an_analysis_writes_the_page(copy: Path) -> None:
    (copy / "report.html").unlink()
    page.write_page(pipeline.load(copy), AnalysisFolder(copy))
    assert (copy / "report.html").is_file()


def test_plots_for_a_paper_are_pictures_and_repeat_to_the_byte(run: Analysis, tmp_path: Path) -> None:
    for suffix in paper.SUFFIXES:
        target = tmp_path / f"plot{suffix}"
        paper.plot(run, ["trunk_lean", "wrist_h"], target)
        first = target.read_bytes()
        paper.plot(run, ["trunk_lean", "wrist_h"], target)
        assert target.read_bytes() == first
    picture = cv2.imread(str(tmp_path / "plot.png"))
    assert picture.shape[1] == 2100
    words = "".join(ET.parse(tmp_path / "plot.svg").getroot().itertext())
    assert "Trunk lean" in words
    assert "Time (s)" in words


@pytest.mark.parametrize(
    ("metric", "name", "said"),
    [
        ("nonsense", "a.png", "is not a metric"),
        ("weave", "a.png", "was not seen in this clip"),
        ("trunk_lean", "a.gif", "a .png or an .svg file"),
    ],
)
def test_a_plot_that_cannot_be_made_is_one_sentence(
    run: Analysis, tmp_path: Path, metric: str, name: str, said: str
) -> None:
    with pytest.raises(PostureError, match=said):
        paper.plot(run, [metric], tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_the_sheet_shows_every_metric(run: Analysis, tmp_path: Path) -> None:
    overview.metrics_over_time(run, tmp_path / "m.png")
    sheet = cv2.imread(str(tmp_path / "m.png"))
    assert sheet.shape[0] > 100 * math.ceil(len(run.rows) / 2)
    blue = np.all(np.abs(sheet.astype(int) - [178, 114, 0]) < 30, axis=2)
    assert blue.sum() > 5 * len(run.strides) * len(run.rows) / 2


# --- frames


def test_stills_show_one_gait_phase_over_the_whole_run(run: Analysis) -> None:
    kept = stills.load_stills(run.folder / "frames")
    assert len(kept) == stills.COUNT
    times = np.array([still.time for still in kept])
    starts, ends = (run.strides[name].to_numpy() for name in ("start", "end"))
    stride = np.searchsorted(starts, times + 1 / 60, side="right") - 1
    phase = (times - starts[stride]) / (ends - starts)[stride]
    # The end of a stride is the beginning of the next.
    assert np.ptp((phase - phase[0] + 0.5) % 1.0) < 0.08
    assert np.diff(times).max() < 2.5 * np.diff(times).mean()
    assert times[0] < 5
    assert times[-1] > 55


def test_the_two_pictures_show_what_is_told(run: Analysis) -> None:
    group = fresh_and_end(run.segmented, run.measured, run.settings.drift)
    folder = run.folder / "frames"
    both = pair.fresh_and_tired(run, folder, pair.by_stride(run, folder), group)
    assert both is not None
    told = stills.told_metrics(run)
    assert told[0] == Story(run).leads[0].changes[0].metric
    for part, picture in enumerate(both):
        assert group[picture.stride] == part
        for metric, (label, value) in zip(told, picture.told, strict=True):
            known = METRICS[metric]
            assert label == known.label
            median = (run.drift[metric].baseline, run.drift[metric].end)[part]
            assert float(value.split("°")[0].replace("−", "-")) == pytest.approx(median, abs=known.floor)


def test_pictures_that_speak_against_the_text_are_not_shown(run: Analysis) -> None:
    group = fresh_and_end(run.segmented, run.measured, run.settings.drift)
    folder = run.folder / "frames"
    turned = {id: replace(r, change=-r.change) for id, r in run.drift.items()}
    other = replace(run, drift=turned)
    assert pair.fresh_and_tired(other, folder, pair.by_stride(run, folder), group) is None


def test_stills_hold_the_runner(run: Analysis) -> None:
    for still in stills.load_stills(run.folder / "frames"):
        index = int(np.argmin(np.abs(run.recording.series.time - still.time)))
        left, top, wide, high = still.box
        points = run.recording.series.xy[index] - [left, top]
        inside = (points >= 0) & (points <= [wide, high])
        assert inside[np.isfinite(points)].mean() > 0.97


def test_a_folder_whose_stills_name_other_places_shows_none(tmp_path: Path) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / "frames").mkdir()
    entry = {"time": 0.0, "file": "../secret.jpg", "box": [0, 0, 1, 1]}
    (tmp_path / "frames" / "index.json").write_text(json.dumps([entry]))
    assert stills.load_stills(tmp_path / "frames") == []


def _detail(picture: np.ndarray) -> float:
    return float(cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_64F).std())


def test_blur_leaves_no_detail_of_head_or_surroundings_and_keeps_the_body(videos: Path) -> None:
    series = recording(videos).series
    blur = FaceBlur(series)
    noise = np.random.default_rng(0).integers(0, 255, (*series.size[::-1], 3), dtype=np.uint8)
    for index in (0, 400, 1799):
        picture = noise.copy()
        blur.apply(picture, float(series.time[index]))
        ear, nose = series.xy[index, L.LEFT_EAR], series.xy[index, L.NOSE]
        trunk = np.linalg.norm(series.xy[index, L.LEFT_SHOULDER] - series.xy[index, L.LEFT_HIP])
        for x, y in (ear, nose, (ear + nose) / 2):
            half = round(0.15 * trunk)
            head = picture[round(y) - half : round(y) + half, round(x) - half : round(x) + half]
            assert _detail(head) < 0.1 * _detail(noise)
        assert _detail(picture[:60, :60]) < 0.1 * _detail(noise)
        x, y = series.xy[index, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=0)
        assert _detail(picture[round(y) - 25 : round(y), round(x) - 8 : round(x) + 8]) > 0.5 * _detail(noise)


def test_nothing_of_a_face_is_left_in_the_place_of_the_head(videos: Path) -> None:
    """Blurred only, dark eyes above a mouth are still found as a face by detectors: the head is one colour."""
    series = truth_series(videos / "tired.npz")
    blur = FaceBlur(series)
    picture = np.random.default_rng(1).integers(0, 256, (series.size[1], series.size[0], 3), dtype=np.uint8)
    blur.apply(picture, float(series.time[350]))
    head = blur._head(float(series.time[350]))
    assert head is not None
    rows, columns = np.mgrid[: series.size[1], : series.size[0]]
    inside = np.hypot(columns - head[0], rows - head[1]) < head[2] - 1
    assert inside.sum() > 1000
    assert np.ptp(picture[inside], axis=0).max() == 0


def test_blur_shows_nothing_where_the_runner_was_not_seen(videos: Path) -> None:
    series = recording(videos).series
    lost = series.xy.copy()
    lost[300:400] = np.nan
    blur = FaceBlur(series.with_xy(lost))
    noise = np.random.default_rng(0).integers(0, 255, (*series.size[::-1], 3), dtype=np.uint8)
    picture = noise.copy()
    blur.apply(picture, float(series.time[350]))
    assert _detail(picture) < 0.1 * _detail(noise)


def test_blurred_analysis_has_no_sharp_head_in_stills_page_or_video(videos: Path, tmp_path: Path) -> None:
    """The command on a short clip: no stored picture keeps the detail that the clip has around the head."""
    from tests.clips import cut

    clip = cut(videos / "fresh.mp4", tmp_path / "clip.mp4", 5.0, 9.0)
    for name, flags in (("plain", ()), ("blurred", ("--face-blur",))):
        done = posture("analyze", clip, "--out", f"{name}.posture", *flags, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    plain, blurred = (tmp_path / f"{name}.posture" for name in ("plain", "blurred"))
    for first, second in zip(stills.load_stills(plain / "frames"), stills.load_stills(blurred / "frames"), strict=True):
        sharp, soft = (cv2.imread(str(folder / "frames" / s.file)) for folder, s in ((plain, first), (blurred, second)))
        upper = slice(0, sharp.shape[0] // 4)
        assert _detail(soft[upper]) < 0.35 * _detail(sharp[upper])
    again = posture("analyze", plain, "--face-blur", cwd=tmp_path)
    assert again.returncode == 2
    assert "analyse the clip itself" in again.stderr
    kept = posture("analyze", blurred, "--json", cwd=tmp_path)
    assert json.loads(kept.stdout)["settings"]["report"]["face_blur"] is True


def test_nothing_in_the_video_covers_the_picture_but_lines(run: Analysis) -> None:
    """Captions stand below: a frame without a pose is the frame itself."""
    painter = Painter(run)
    wide, high = run.recording.series.size
    ground = np.full((high, wide, 3), 90, np.uint8)
    painted = painter.paint(ground.copy(), 1e6)
    assert painted.shape == (painter.size[1], wide, 3)
    assert painter.size[1] % 2 == 0
    assert painter.size[1] < 1.25 * high
    np.testing.assert_array_equal(painted[:high], ground)
    with_pose = painter.paint(ground.copy(), float(run.recording.series.time[30]))
    changed = (with_pose[:high] != ground).any(axis=2).mean()
    assert 0.001 < changed < 0.03


def test_the_strip_under_the_video_marks_band_onset_and_now(run: Analysis) -> None:
    painter = Painter(run)
    high = run.recording.series.size[1]
    early, late = (painter.paint(np.zeros((high, 640, 3), np.uint8), t)[high:] for t in (10.0, 50.0))
    orange = np.all(np.abs(early.astype(int) - [255, 128, 40]) < 20, axis=2)
    assert orange.any()
    moved = np.argwhere((early != late).any(axis=2))[:, 1]
    assert np.ptp(moved) > 100


# --- escaping


def test_text_from_outside_is_escaped(run: Analysis) -> None:
    name = "<script>alert(1)</script>&\"'.mp4"
    evil = replace(run, recording=replace(run.recording, name=name, notes=("<b>bold</b>",), people=("<i>",)))
    html = page.render(evil, AnalysisFolder(run.folder))
    assert "<script>alert" not in html
    assert "<b>bold" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert html.count("</script>") == 2
    assert html.count("<script") == 2


def test_a_referral_comes_before_all_findings(run: Analysis) -> None:
    from posture.rules.questions import load_questions

    flagged = next(
        (item.id, option.id)
        for _, item in load_questions().asked()
        for option in item.options
        if option.flag is not None and item.kind == "choices"
    )
    ill = with_intake(run, **{flagged[0]: (flagged[1],)})
    html = page.render(ill, AnalysisFolder(run.folder))
    referral = Story(ill).referral
    assert referral is not None
    assert html.index('class="referral"') < html.index('id="headlines"')
    assert 'class="today"' not in html


def test_a_picture_that_cannot_be_made_is_refused_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip.cv2, "imencode", lambda *_: (False, np.empty(0, np.uint8)))
    with pytest.raises(OSError, match="the picture cannot be made"):
        strip.save(strip.blank(4, 3, (0, 0, 0)), tmp_path / "overview.png")
    assert not list(tmp_path.iterdir())
