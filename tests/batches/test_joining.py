"""Clips of one run on one clock: order, gaps, floors, and what another camera adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture import pipeline
from posture.analysis.views import complete
from posture.batches.joining import UNKNOWN_GAP, Clock, arrange, join
from posture.drift.types import Status
from posture.series import CameraMotion, PoseSeries
from posture.settings import ClipSettings, DriftSettings, Settings, Span
from posture.storage.recording import IMPORTED, Recording
from tests.rendered import truth_series


def recording(series: PoseSeries, name: str = "a.mp4", recorded: str = "") -> Recording:
    begin, end = float(series.time[0]), float(series.time[-1])
    return Recording(
        name=name,
        sha256=name,
        key=name,
        estimator="truth",
        model=IMPORTED,
        rate=series.rate,
        duration=end + 1 / series.rate,
        turn=0,
        spans=(Span(begin, end),),
        people=(),
        notes=(),
        lost_frames=0,
        series=series,
        camera=CameraMotion.unknown(series.size),
        corners=np.empty((0, 2)),
        descriptors=np.empty((0, 32), np.uint8),
        recorded=recorded,
    )


def short(
    seconds: float = 10.0, name: str = "a.mp4", recorded: str = "", size: tuple[int, int] = (640, 360)
) -> Recording:
    time = np.arange(0.0, seconds, 0.1)
    n = time.size
    seen = np.ones((n, 33))
    series = PoseSeries(time, np.ones((n, 33, 2)), np.zeros((n, 33, 3)), seen, seen, np.zeros(n, int), size)
    return replace(recording(series, name, recorded), duration=seconds)


def at(minute: int, second: int = 0) -> str:
    return f"2026-05-02T10:{minute:02d}:{second:02d}+00:00"


def stretch(series: PoseSeries, start: float, stop: float) -> PoseSeries:
    """A stretch as a clip of its own, its clock beginning at zero."""
    part = series.take((series.time >= start) & (series.time < stop))
    return replace(part, time=part.time - start)


def test_order_and_gaps_come_from_when_the_files_were_made() -> None:
    order, starts = arrange([short(name="b", recorded=at(5)), short(name="a", recorded=at(7)), short(recorded=at(2))])
    assert order == [2, 0, 1]
    assert starts.seconds == (0.0, 180.0, 300.0)
    assert starts.clock is Clock.FILES


def test_files_written_at_their_end_are_not_taken_to_overlap() -> None:
    """A clip of 60 s and one of 10 s whose files are stamped 30 s apart: stamps of ends."""
    order, starts = arrange([short(60.0, recorded=at(1)), short(10.0, recorded=at(1, 30))])
    assert order == [0, 1]
    assert starts.seconds == (0.0, 80.0)


@pytest.mark.parametrize(
    "stamps", [(at(1), at(1), at(1)), ("", at(1), at(2)), ("2020-01-01T00:00:00+00:00", at(1), at(2))]
)
def test_stamps_that_make_no_run_leave_the_names_numbers_by_value(stamps: Sequence[str]) -> None:
    parts = [short(name=name, recorded=stamp) for name, stamp in zip(("run10", "run9", "Run2"), stamps, strict=True)]
    order, starts = arrange(parts)
    assert order == [2, 1, 0]
    assert starts.clock is Clock.NONE
    assert starts.seconds == (0.0, 10.0 + UNKNOWN_GAP, 20.0 + 2 * UNKNOWN_GAP)


def test_given_minutes_win_and_are_minutes_of_the_run() -> None:
    order, starts = arrange([short(recorded=at(1)), short(recorded=at(2))], [40.0, 5.0])
    assert order == [1, 0]
    assert starts.seconds == (300.0, 2400.0)
    assert arrange([short(name="b"), short(name="a")], [40.0, None])[1].clock is Clock.NONE


@given(st.lists(st.floats(0, 3), min_size=2, max_size=6))
def test_no_frame_of_a_joined_run_comes_before_the_one_before(minutes: list[float]) -> None:
    parts = [short() for _ in minutes]
    order, starts = arrange(parts, minutes)
    whole = join([parts[i] for i in order], starts, name="run", same_camera=False)
    assert np.all(np.diff(whole.series.time) > 0)
    assert len(whole.series) == 100 * len(minutes)
    assert np.unique(whole.series.segment).size == len(minutes)


def test_another_size_of_picture_keeps_its_angles() -> None:
    first, second = short(size=(640, 360)), short(size=(1920, 1080))
    order, starts = arrange([first, second])
    whole = join([first, second], starts, name="run", same_camera=False)
    assert order == [0, 1]
    assert whole.series.size == (640, 360)
    np.testing.assert_allclose(whole.series.xy[100:], 1 / 3)


@pytest.fixture(scope="module")
def tired(videos: Path) -> PoseSeries:
    return truth_series(videos / "tired.npz")


@pytest.fixture(scope="module")
def thirds(tired: PoseSeries) -> list[Recording]:
    return [recording(stretch(tired, 20.0 * i, 20.0 * i + 20), f"{i}.mp4", at(10 * i)) for i in range(3)]


def drift_of(parts: Sequence[Recording], factor: float = 1.0):
    order, starts = arrange(parts)
    whole = join([parts[i] for i in order], starts, name="run", same_camera=False)
    settings = Settings(clip=ClipSettings(view="left"), drift=DriftSettings(floor_factor=factor, warmup_share=0.0))
    return pipeline.behind_poses(whole, settings)


def test_a_drift_over_clips_is_the_drift_of_the_run(tired: PoseSeries, thirds: list[Recording]) -> None:
    settings = Settings(clip=ClipSettings(view="left"), drift=DriftSettings(warmup_share=0.0))
    uncut = pipeline.behind_poses(recording(tired), settings)
    joined = drift_of(thirds)
    for metric in ("trunk_lean", "ear_hip", "neck_incl"):
        assert joined.drift[metric].status is uncut.drift[metric].status is Status.DRIFT
        assert joined.drift[metric].change == pytest.approx(uncut.drift[metric].change, abs=0.5)
    # 5 s behind the begin of the last clip, which began 20 minutes into the run.
    assert joined.drift["trunk_lean"].onset is not None
    assert 600 < joined.drift["trunk_lean"].onset.time < 1220


def test_order_in_which_clips_are_given_changes_nothing(thirds: list[Recording]) -> None:
    one, other = drift_of(thirds), drift_of(thirds[::-1])
    assert one.drift["trunk_lean"] == other.drift["trunk_lean"]


def test_floors_of_a_run_from_several_camera_places_are_doubled(thirds: list[Recording]) -> None:
    one, two = drift_of(thirds).drift, drift_of(thirds, 2.0).drift
    known = [key for key, result in one.items() if np.isfinite(result.floor)]
    assert len(known) > 5
    for key in known:
        assert two[key].floor == pytest.approx(2 * one[key].floor)


def test_another_camera_adds_only_what_the_first_could_not_see(thirds: list[Recording], tired: PoseSeries) -> None:
    side = drift_of(thirds)
    # The same truth, taken for a front view: what matters here is whose numbers are taken, not what they are.
    front = pipeline.behind_poses(
        recording(tired), Settings(clip=ClipSettings(view="front"), drift=DriftSettings(warmup_share=0.0))
    )
    both = complete(side, front)
    assert "weave" in both.rows or "lat_lean" in both.rows
    for key, result in both.drift.items():
        taken = key in side.measured.withheld and key in front.rows
        assert repr(result) == repr((front if taken else side).drift[key])
    assert set(both.measured.withheld) == {key for key in side.measured.withheld if key not in front.rows}
    side_rows = both.strides[both.strides["first"] >= 0]
    assert side_rows["trunk_lean"].tolist() == side.strides["trunk_lean"].tolist()
    assert both.strides[both.strides["first"] < 0]["trunk_lean"].isna().all()
    assert both.segmented.table["start"].is_monotonic_increasing
