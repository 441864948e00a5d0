"""Chunks, crops and the pose stage: the same poses whoever does the work, and never somebody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from posture.errors import PostureError
from posture.pose.estimation import stage
from posture.pose.estimation.chunks import load_chunk, plan
from posture.pose.estimation.crop import window_at
from posture.pose.estimation.mediapipe_backend import MediaPipeBackend
from posture.pose.estimation.models import find_model
from posture.pose.estimation.stage import PoseResult, estimate
from posture.pose.types import BoxTrack, Pose, Rgb
from posture.series import PoseSeries
from posture.settings import PoseSettings
from posture.video.probe import VideoInfo, probe
from tests.conftest import ROOT

SHORT = PoseSettings(chunk_seconds=0.5, warmup_seconds=0.1)
COLUMNS = ("time", "xy", "world", "visibility", "presence", "segment")


@pytest.fixture(scope="module")
def video() -> VideoInfo:
    return probe(ROOT / "videos" / "fresh.mp4")


def _track(size: tuple[int, int], box: tuple[float, ...] = (150.0, 100.0, 450.0, 620.0)) -> BoxTrack:
    return BoxTrack(np.arange(61.0), np.tile(np.array(box), (61, 1)), np.ones(61, bool), size)


class _Dot:
    """Finds one "person": all landmarks at a place that depends on the picture alone."""

    name, version, model = "dot", "1", "dot"

    def __init__(self, place: tuple[float, float] = (0.5, 0.5), fail_at: int | None = None) -> None:
        self.place, self.fail_at = place, fail_at
        self.pictures = self.forgotten = self.opened = 0

    def open_follower(self) -> _Dot:
        self.opened += 1
        return self

    def open_finder(self, people: int) -> _Dot:
        raise NotImplementedError

    def __call__(self, rgb: Rgb) -> Pose:
        self.pictures += 1
        if self.fail_at is not None and self.pictures >= self.fail_at:
            raise RuntimeError("killed")
        xy = np.tile(np.array([rgb.shape[1] * self.place[0], rgb.shape[0] * self.place[1]]), (33, 1))
        return Pose(xy, np.full((33, 3), float(rgb.mean())), np.ones(33), np.ones(33))

    def forget(self) -> None:
        self.forgotten += 1

    def close(self) -> None:
        pass


def _estimate(video: VideoInfo, backend: object, **changes: object) -> PoseResult:
    arguments = {"spans": [(0.0, 2.0)], "turn": 0, "settings": SHORT, "workers": 1, "track": _track(video.size)}
    arguments |= changes
    track = arguments.pop("track")
    return estimate(video, backend, track, **arguments)  # type: ignore[arg-type]


def _assert_same(a: PoseSeries, b: PoseSeries) -> None:
    for name in COLUMNS:
        assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


# -- the plan


@given(
    start=st.floats(0, 100),
    lengths=st.lists(st.floats(0.01, 40), min_size=1, max_size=4),
    chunk=st.floats(0.5, 20),
)
def test_a_plan_covers_every_span_once_in_chunks_of_one_length(
    start: float, lengths: list[float], chunk: float
) -> None:
    edges = start + np.cumsum([0.0, *(x for length in lengths for x in (length, 1.0))])
    spans = [(float(a), float(b)) for a, b in zip(edges[:-1:2], edges[1::2], strict=True)]
    chunks = plan(spans, chunk, 0.25)
    assert [c.number for c in chunks] == list(range(len(chunks)))
    for number, span in enumerate(spans):
        own = [c for c in chunks if c.span == number]
        assert (own[0].start, own[-1].stop) == span
        assert [c.start for c in own[1:]] == [c.stop for c in own[:-1]]
        np.testing.assert_allclose([c.stop - c.start for c in own], (span[1] - span[0]) / len(own), atol=1e-9)
        assert all(c.stop - c.start <= chunk * (1.1 + 1e-9) for c in own)


@given(length=st.floats(0.1, 700), threads=st.sampled_from([2, 4, 8]), step=st.floats(0.25, 12))
def test_threads_share_a_clip_evenly(length: float, threads: int, step: float) -> None:
    chunks = plan([(0.0, length)], 10.0, 0.25, np.arange(0.0, length, step))
    if length / threads < 12 * 0.25:
        assert len(chunks) < threads
        return
    each = [0.0] * threads
    for chunk in sorted(chunks, key=lambda chunk: chunk.start - chunk.stop):
        each[each.index(min(each))] += chunk.stop - chunk.start
    # A cut that moved takes from one what it gives to another.
    assert max(each) < (1 / threads + 2 * 0.02) * length + 1e-9


@given(length=st.floats(0.1, 2000), step=st.floats(0.25, 300))
def test_a_chunk_is_about_as_long_as_was_asked_for(length: float, step: float) -> None:
    chunks = plan([(0.0, length)], 10.0, 0.25, np.arange(0.0, length, step))
    assert max(c.stop - c.start for c in chunks) <= 1.6 * 10.0


def test_a_short_clip_is_not_crumbled_where_nothing_is_read_before_a_chunk() -> None:
    assert len(plan([(0.0, 1.0)], 10.0, 0.0)) == 1
    assert [c.stop for c in plan([(0.0, 8.0)], 10.0, 0.0)] == [2.0, 4.0, 6.0, 8.0]


def test_sampled_stretches_are_not_warmed_up_twice() -> None:
    assert len(plan([(60.0 * i, 60.0 * i + 10.0) for i in range(60)], 10.0, 0.25)) == 60


def test_a_clip_of_unknown_length_is_one_chunk() -> None:
    assert [(c.start, c.stop) for c in plan([(0.0, float("inf"))], 10.0, 0.25)] == [(0.0, float("inf"))]


# -- the window


def test_cuts_lie_where_decoding_can_begin_if_that_is_near() -> None:
    entries = np.array([0.25, 7.0, 15.0, 21.0, 29.5])
    # Of a minute, chunks are 7.5 s; a fiftieth of it is 1.2 s: 22.5 lies further behind an entry, and stays.
    stops = [c.stop for c in plan([(0.0, 60.0)], 10.0, 0.25, entries)]
    assert stops == [7.0, 15.0, 22.5, 29.5, 37.5, 45.0, 52.5, 60.0]
    assert plan([(0.0, 60.0)], 10.0, 0.25, np.empty(0)) == plan([(0.0, 60.0)], 10.0, 0.25)
    # A span that begins behind the entry before its first cut has no empty chunk.
    chunks = plan([(0.0, 0.5), (8.9, 9.2)], 0.2, 0.01, np.array([8.89]))
    assert all(c.stop > c.start for c in chunks)


def test_the_window_does_not_depend_on_anything_but_track_and_time() -> None:
    track = _track((640, 720))
    a, b = window_at(track, 3.0), window_at(track, 4.0)
    assert_array_equal(a.crop, b.crop)
    x0, y0, x1, y1 = a.crop
    assert x0 < 150
    assert x1 > 450
    assert (y0, y1) == (0, 720)


def test_while_searching_only_the_runner_can_be_seen() -> None:
    track = _track((640, 720), (200.0, 300.0, 260.0, 500.0))
    window = window_at(track, 3.0)
    picture = np.full((720, 640, 3), 9, np.uint8)
    searched, followed = window.cut(picture, searching=True), window.cut(picture, searching=False)
    assert searched.shape == followed.shape
    assert followed.min() == 9
    rows, columns = np.nonzero(searched[:, :, 0])
    assert columns.min() + window.crop[0] >= 200 - 20 - 16
    assert columns.max() + window.crop[0] <= 260 + 20 + 16
    assert rows.min() + window.crop[1] <= 300
    assert rows.max() + window.crop[1] >= 499


@given(
    box=st.tuples(*[st.floats(-300, 1000)] * 2, st.floats(1, 900), st.floats(1, 900)),
    time=st.floats(0, 60),
    size=st.tuples(st.integers(64, 900), st.integers(64, 900)),
)
def test_a_window_lies_in_the_frame_and_is_never_empty(
    box: tuple[float, float, float, float], time: float, size: tuple[int, int]
) -> None:
    x, y, width, height = box
    window = window_at(_track(size, (x, y, x + width, y + height)), time)
    x0, y0, x1, y1 = window.crop
    assert 0 <= x0 < x1 <= size[0]
    assert 0 <= y0 < y1 <= size[1]
    assert window.cut(np.zeros((size[1], size[0], 3), np.uint8), searching=True).shape == (y1 - y0, x1 - x0, 3)


# -- the stage


def test_frames_times_and_pixels_are_those_of_the_clip(video: VideoInfo) -> None:
    series = _estimate(video, _Dot()).series
    np.testing.assert_allclose(series.time, np.arange(60) / 30, atol=1e-6)
    x0, y0, x1, y1 = window_at(_track(video.size), 0.0).crop
    np.testing.assert_allclose(series.xy[:, 11], np.tile([(x0 + x1) / 2, (y0 + y1) / 2], (60, 1)))
    assert series.size == (640, 720)
    assert series.segment.max() == 0


def test_warm_up_frames_are_seen_but_not_kept(video: VideoInfo) -> None:
    backend = _Dot()
    assert len(_estimate(video, backend).series) == 60
    assert backend.pictures == 60 + 3 * 3


def test_somebody_else_is_dropped_and_counted(video: VideoInfo) -> None:
    backend = _Dot(place=(0.98, 0.5))
    result = _estimate(video, backend)
    assert not result.series.seen.any()
    assert result.lost == 60
    assert backend.forgotten == backend.pictures


def test_spans_start_segments_and_gaps_do_too(video: VideoInfo) -> None:
    series = _estimate(video, _Dot(), spans=[(0.0, 0.7), (0.7, 1.0), (3.2, 3.4)]).series
    assert_array_equal(np.unique(series.segment, return_counts=True)[1], [21, 9, 6])


def test_a_cut_at_a_seam_starts_a_segment(video: VideoInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    def two_shots(rgb: Rgb) -> np.ndarray:
        shots.append(len(shots) % 75)
        board = np.indices((16, 16)).sum(axis=0) % 2
        return np.asarray((board if shots[-1] < 33 else 1 - board) * 200, np.float32).reshape(-1)

    shots: list[int] = []
    monkeypatch.setattr("posture.pose.estimation.chunks.signature", two_shots)
    series = _estimate(video, _Dot()).series
    assert_array_equal(np.flatnonzero(np.diff(series.segment)) + 1, [33])


def test_progress_only_grows_and_ends_at_the_whole(video: VideoInfo) -> None:
    told: list[tuple[float, float]] = []
    _estimate(video, _Dot(), workers=2, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2.0, 2.0)
    assert told == sorted(told)


def test_nothing_to_read_is_said(video: VideoInfo) -> None:
    with pytest.raises(PostureError, match="no frame can be read"):
        _estimate(video, _Dot(), spans=[(100.0, 101.0)])


def test_a_killed_run_goes_on_where_it_was(video: VideoInfo, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        _estimate(video, _Dot(fail_at=40), cache=tmp_path)
    kept = sorted(file.name for file in tmp_path.iterdir())
    assert kept == ["000000.npz", "000001.npz"]
    second = _Dot()
    resumed = _estimate(video, second, cache=tmp_path)
    assert second.opened == 2
    _assert_same(resumed.series, _estimate(video, _Dot()).series)


@pytest.mark.parametrize(
    "change",
    [
        {"turn": 180},
        {"settings": PoseSettings(chunk_seconds=0.5, warmup_seconds=0.2)},
        {"track": _track((640, 720), (150.0, 100.0, 451.0, 620.0))},
    ],
    ids=["turn", "warm-up", "track"],
)
def test_chunks_of_other_work_are_not_taken(video: VideoInfo, tmp_path: Path, change: dict[str, object]) -> None:
    _estimate(video, _Dot(), cache=tmp_path)
    backend = _Dot()
    _estimate(video, backend, cache=tmp_path, **change)
    assert backend.opened == 4


def test_another_input_or_model_or_a_damaged_file_is_not_taken(video: VideoInfo, tmp_path: Path) -> None:
    _estimate(video, _Dot(), cache=tmp_path)
    other_input, other_model, again = _Dot(), _Dot(), _Dot()
    _estimate(replace(video, sha256="other"), other_input, cache=tmp_path)
    other_model.model = "other"
    _estimate(video, other_model, cache=tmp_path)
    assert (other_input.opened, other_model.opened) == (4, 4)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:100])
    assert load_chunk(tmp_path / "000000.npz", "any") is None
    _estimate(video, again, cache=tmp_path)
    assert again.opened == 4


def test_a_place_that_cannot_hold_chunks_is_said(video: VideoInfo, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(PostureError, match="cannot be written"):
        _estimate(video, _Dot(), cache=blocked / "chunks")


def test_a_failing_chunk_stops_the_others(video: VideoInfo) -> None:
    backend = _Dot(fail_at=5)
    with pytest.raises(RuntimeError, match="killed"):
        _estimate(video, backend, spans=[(0.0, 20.0)], workers=2)
    assert backend.opened <= 4


def test_bytes_a_frame_are_as_stated(video: VideoInfo) -> None:
    series = _estimate(video, _Dot()).series
    size = sum(getattr(series, name).nbytes for name in COLUMNS) / len(series)
    assert f"{size:g} bytes a frame" in (stage.PoseResult.__doc__ or "")


# -- MediaPipe itself


@pytest.fixture(scope="module")
def by_workers(video: VideoInfo) -> dict[int, PoseResult]:
    backend = MediaPipeBackend(find_model("lite"))
    return {n: _estimate(video, backend, workers=n, spans=[(0.0, 1.5)]) for n in (1, 2, 3)}


def test_poses_are_the_same_to_the_bit_for_any_number_of_workers(by_workers: dict[int, PoseResult]) -> None:
    for n in (2, 3):
        _assert_same(by_workers[1].series, by_workers[n].series)


def test_poses_lie_on_the_rendered_runner(by_workers: dict[int, PoseResult], videos: Path) -> None:
    series = by_workers[1].series
    truth = np.load(videos / "fresh.npz")
    names = truth["joint_names"].tolist()
    assert series.seen.all()
    for landmark, joint in ((7, "ear_L"), (13, "elbow_L"), (15, "wrist_L"), (27, "ankle_L")):
        error = series.xy[:, landmark] - truth["px"][: len(series), names.index(joint)]
        # The figure is 445 px tall; bias included.
        assert np.median(np.hypot(*error.T)) < 25, joint


def test_poses_do_not_lag(by_workers: dict[int, PoseResult], videos: Path) -> None:
    series = by_workers[1].series
    truth = np.load(videos / "fresh.npz")
    wrist = truth["px"][:, truth["joint_names"].tolist().index("wrist_L")]

    def squared(lag: int) -> float:
        """Mean squared distance, bias removed, to the truth some frames earlier."""
        return float((series.xy[3:, 15] - wrist[3 - lag : len(series) - lag]).var(axis=0).sum())

    before, now, after = (squared(lag) for lag in (-1, 0, 1))
    # Vertex of the parabola, in frames: 0.13 without MediaPipe's filter, 0.39 with it.
    assert abs(before - after) / (2 * (before - 2 * now + after)) < 0.25
