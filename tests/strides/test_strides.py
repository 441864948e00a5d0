"""Strides, gait and per-stride values of a runner made of sines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.cleaning import clean
from posture.kinematics import Metrics, compute, find_view
from posture.kinematics.registry import LEGS
from posture.landmarks import MIRROR, L
from posture.series import PoseSeries
from posture.settings import CleaningSettings, StrideSettings
from posture.strides import (
    FEW_STRIDES,
    Clock,
    Event,
    EventKind,
    Gait,
    Strides,
    find_strides,
    phase_curve,
    stride_table,
)
from posture.strides.grouping import Grouping, at_phases
from posture.strides.marks import _filled as filled
from posture.strides.period import autocorrelation, first_peak
from tests.analytic_runner import SIZE, series_of, side_runner, side_view


def clock(seconds: float, rate: float = 30.0) -> np.ndarray:
    return np.arange(int(seconds * rate)) / rate


def strides_of(series: PoseSeries, facing: int = 1, events: tuple[Event, ...] = ()) -> Strides:
    view = side_view(series, facing)
    bounds = find_strides(series, view, StrideSettings())
    return stride_table(series, view, compute(series, view), bounds, events)


def test_every_stride_of_a_steady_run_is_found_to_a_fraction_of_a_frame():
    found = strides_of(side_runner(clock(20), 0.7))
    assert found.gait is Gait.RUNNING
    assert found.clock == Clock.right()
    assert found.signal == "right ankle, fore and aft"
    # The right ankle is foremost at whole cycles; the first of them is the clip's first frame.
    assert len(found.kept) >= 27
    np.testing.assert_allclose(found.kept["duration"], 0.7, atol=0.003)
    np.testing.assert_allclose(found.kept["start"] / 0.7, np.rint(found.kept["start"] / 0.7), atol=0.01)
    np.testing.assert_allclose(found.kept["cadence"], 120 / 0.7, rtol=0.005)


def test_first_and_last_frame_lie_within_the_stride():
    series = side_runner(clock(10))
    table = strides_of(series).table
    assert (series.time[table["first"]] >= table["start"]).all()
    assert (series.time[table["first"] - 1] < table["start"]).all()
    assert (series.time[table["last"] - 1] < table["end"]).all()


@pytest.mark.parametrize("kept", [0.8, 0.6])
def test_frames_lost_at_random_lose_no_strides(kept: float):
    every = clock(120)
    series = side_runner(every[np.random.default_rng(0).random(len(every)) < kept])
    found = strides_of(series)
    assert len(found.kept) >= 168
    assert found.kept["duration"].median() == pytest.approx(0.7, abs=0.002)
    np.testing.assert_allclose(found.kept["duration"], 0.7, atol=0.05)
    # The frames of a stride are those that lie within it.
    first = series.time[found.table["first"]]
    assert (first >= found.table["start"]).all()
    assert (series.time[found.table["first"][1:] - 1] < found.table["start"][1:]).all()


def test_a_change_of_pace_is_followed():
    time = clock(40)
    found = strides_of(side_runner(time, np.interp(time, [10, 30], [0.8, 0.6])))
    assert found.rejected == {}
    late = found.kept["start"] > 32
    assert found.kept["duration"][late].median() == pytest.approx(0.6, abs=0.003)
    assert found.kept["duration"][found.kept["start"] < 8].median() == pytest.approx(0.8, abs=0.003)


def test_walking_is_walking():
    found = strides_of(side_runner(clock(20), 1.1, walking=True, swing=0.2))
    assert found.gait is Gait.WALKING
    assert (found.kept["gait"] == "walking").all()


@pytest.mark.parametrize("factor", [2.0, 9.0])
def test_slow_motion_is_told_and_estimated(factor: float):
    found = strides_of(side_runner(clock(60), 0.7 * factor))
    assert found.gait is Gait.SLOW_MOTION
    assert found.clock.factor == pytest.approx(factor, rel=0.05)
    assert found.clock.low < factor < found.clock.high
    assert found.clock.sure


def test_a_clock_is_worded_as_vaguely_as_it_is_known():
    assert Clock(2.08, 1.81, 2.39, sure=True).words() == "about 2.1 times (1.8 to 2.4)"
    assert Clock(0.5, 0.4, 0.8, sure=False).words() == "about 2 times (1.2 to 2.5)"


def test_a_walking_warm_up_is_not_averaged_into_the_run():
    walk, run = side_runner(clock(20), 1.1, walking=True, swing=0.2), side_runner(clock(30), 0.7)
    time = np.r_[walk.time, run.time + 21]
    series = series_of(time, np.concatenate([walk.xy, run.xy]), np.repeat([0, 1], [len(walk), len(run)]))
    found = strides_of(series)
    assert found.gait is Gait.RUNNING
    assert (found.kept["start"] > 20).all()
    assert found.rejected["walking, where most of the clip is running"] >= 15


def test_standing_gives_no_strides():
    rng = np.random.default_rng(1)
    still = side_runner(clock(20)).xy[:1] + np.cumsum(rng.normal(0, 0.1, (600, 33, 2)), axis=0) * 0.3
    found = strides_of(series_of(clock(20), still))
    assert found.gait is Gait.NONE
    assert len(found.table) == 0
    assert np.isnan(found.clock.factor)


def test_no_stride_crosses_a_cut():
    time = clock(20)
    series = side_runner(time, segment=(time >= 9.9).astype(int))
    table = strides_of(series).table
    assert set(table["segment"]) == {0, 1}
    assert not ((table["start"] < 9.9) & (table["end"] > 9.9)).any()


@pytest.mark.parametrize("rate", [24.0, 60.0, 120.0])
def test_hidden_legs_leave_the_bounce(rate: float):
    series = side_runner(clock(20, rate))
    xy = series.xy.copy()
    xy[:, [L.LEFT_ANKLE, L.RIGHT_ANKLE]] = np.nan
    found = strides_of(series.with_xy(xy))
    assert found.signal == "bounce of the hips"
    assert found.kept["duration"].median() == pytest.approx(0.7, abs=0.004)


def test_where_the_sides_of_the_feet_are_confused_the_bounce_keeps_the_rhythm():
    """As the small model does: for stretches of seconds, left and right change places now and then."""
    time = clock(60)
    series = side_runner(time)
    xy = series.xy.copy()
    rng = np.random.default_rng(3)
    confused = (time % 12 < 4) & (rng.random(time.size) < 0.5)
    for left in (L.LEFT_ANKLE, L.LEFT_KNEE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX):
        pair = [left, left + 1]
        xy[np.ix_(confused, pair)] = xy[np.ix_(confused, pair[::-1])]
    found = strides_of(series.with_xy(xy))
    assert len(found.kept) >= 80
    np.testing.assert_allclose(found.kept["duration"], 0.7, atol=0.02)


def test_a_stride_with_a_hidden_foot_is_refused_with_the_reason():
    series = side_runner(clock(20))
    xy = series.xy.copy()
    xy[300:306, L.RIGHT_ANKLE] = np.nan
    found = strides_of(series.with_xy(xy))
    assert found.rejected == {"the leg was hidden": 1}
    bad = found.table[~found.table["kept"]].iloc[0]
    assert bad["start"] < 10.1 < bad["end"]
    assert bad["valid_fraction"] < 0.9


def test_a_stumble_is_refused_and_its_neighbours_are_not():
    time = clock(30)
    pace = np.where((time > 15.4) & (time < 16.4), 1.0, 0.7)
    found = strides_of(side_runner(time, pace))
    assert found.rejected == {"much longer than the strides around it": 1}


def test_strides_that_touch_an_event_are_cut_out():
    event = Event(5.0, 6.0, EventKind.FACE, "the right hand is at the face")
    found = strides_of(side_runner(clock(20)), events=(event,))
    assert found.events == (event,)
    assert 2 <= found.rejected["hand at the face"] <= 3
    assert not ((found.kept["start"] < 6.0) & (found.kept["end"] > 5.0)).any()


def test_few_strides_are_said():
    assert strides_of(side_runner(clock(5))).few
    long = strides_of(side_runner(clock(12)))
    assert len(long.kept) >= FEW_STRIDES
    assert not long.few


def test_a_turned_camera_is_in_the_table():
    series = side_runner(clock(20))
    turned = series.time >= 10.0
    view = replace(
        side_view(series), frame_yaw=np.where(turned, 30.0, 0.0), frame_kind=np.where(turned, "oblique", "side")
    )
    bounds = find_strides(series, view, StrideSettings())
    table = stride_table(series, view, compute(series, view), bounds, ()).table
    early, late = table["end"] < 9.9, table["start"] > 10.1
    assert set(table["view"][early]) == {"side"}
    assert set(table["view"][late]) == {"oblique"}
    np.testing.assert_allclose(table["yaw"][late], 30.0)


def test_an_empty_or_single_frame_clip_is_no_error():
    for frames in (0, 1, 2):
        series = side_runner(clock(1)).take(np.arange(30) < frames)
        bounds = find_strides(series, side_view(series), StrideSettings())
        empty = Metrics(series.time, {}, {}, frozenset())
        assert stride_table(series, side_view(series), empty, bounds, ()).gait is Gait.NONE


# --- the numbers of a stride -----------------------------------------------------------------------------------


def groups(time: np.ndarray, stride: float) -> Grouping:
    edges = np.arange(0.05, time[-1], stride)
    start, end = edges[:-1], edges[1:]
    return Grouping(time, start, end, np.searchsorted(time, start), np.searchsorted(time, end))


def test_means_do_not_ripple_with_the_beat_of_frame_and_stride():
    time = clock(60)
    group = groups(time, 0.73)
    wave = 5 + 20 * np.cos(2 * np.pi * time / 0.73)
    plain = group.total(wave[group.frames]) / group.count
    assert np.std(group.mean(wave)) < 0.1 * np.std(plain)
    np.testing.assert_allclose(group.mean(wave), 5.0, atol=0.1)


def test_means_weigh_the_phases_of_a_stride_alike_where_frames_come_unevenly():
    """A phone that leaves out every other frame in one half of each stride, over a wave that is high there."""
    every = clock(60, 60.0)
    dense = np.sin(2 * np.pi * (every - 0.05) / 0.7) < 0
    time = every[dense | (np.arange(len(every)) % 2 == 0)]
    group = groups(time, 0.7)
    wave = 5 + 20 * np.sin(2 * np.pi * (time - 0.05) / 0.7)
    assert abs(np.mean(group.total(wave[group.frames]) / group.count) - 5.0) > 3.0
    np.testing.assert_allclose(group.mean(wave), 5.0, atol=0.1)


@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.75])
def test_frames_missing_at_one_phase_do_not_move_a_mean(phase):
    """Every stride misses a tenth of its frames at the same point of a bounce: it must not read as slump."""
    time = clock(60, 60.0)
    group = groups(time, 0.7)
    cycle = (time - 0.05) / 0.7 % 1.0
    wave = 5 + 4 * np.cos(4 * np.pi * cycle) + 2 * np.sin(2 * np.pi * cycle)
    holed = np.where(np.abs((cycle - phase + 0.5) % 1.0 - 0.5) < 0.045, np.nan, wave)
    assert 0.88 < group.seen(holed).mean() < 0.95
    assert np.abs(group.mean(holed) - group.mean(wave)).mean() > 0.15
    np.testing.assert_allclose(group.mean(group.completed(holed)), group.mean(wave), atol=0.01)


@given(
    mean=st.floats(-50, 50),
    size=st.tuples(*[st.floats(-30, 30)] * 4),
    lost=st.integers(0, 8),
    seed=st.integers(0, 99),
)
@settings(max_examples=40, deadline=None)
def test_the_fit_returns_its_own_harmonics_even_with_frames_missing(mean, size, lost, seed):
    time = clock(30)
    group = groups(time, 0.7)
    turn = 2 * np.pi * (time - 0.05) / 0.7
    a, b, c, d = size
    wave = mean + a * np.cos(turn) + b * np.cos(2 * turn) + c * np.sin(turn) + d * np.sin(2 * turn)
    wave[np.random.default_rng(seed).integers(0, len(time), lost)] = np.nan
    np.testing.assert_allclose(group.harmonics(wave), np.broadcast_to((mean, *size), (len(group.start), 5)), atol=1e-6)


def test_noise_does_not_inflate_an_amplitude():
    time = clock(600)
    group = groups(time, 0.7)
    wave = 20 * np.cos(2 * np.pi * time / 0.7)
    noisy = wave + np.random.default_rng(0).normal(0, 5, len(time))
    raw = group.quantile(noisy, 1.0) - group.quantile(noisy, 0.0)
    assert np.mean(raw) > 47
    assert group.amplitude(wave) == pytest.approx(40, rel=0.003)
    assert np.mean(group.amplitude(noisy)) == pytest.approx(40, abs=1.5)


@given(st.floats(0, 1), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_quantiles_are_those_of_each_stride(q, seed):
    rng = np.random.default_rng(seed)
    time = clock(20)
    group = groups(time, 0.7)
    values = rng.normal(size=len(time))
    values[rng.random(len(time)) < 0.05] = np.nan
    expected = [np.nanquantile(values[a:b], q) for a, b in zip(group.first, group.last, strict=True)]
    np.testing.assert_allclose(group.quantile(values, q), expected)


def test_a_metric_seen_in_too_few_frames_has_no_value():
    series = side_runner(clock(20))
    view = side_view(series)
    trunk = np.full(len(series), 7.0)
    trunk[300:304] = np.nan
    bounds = find_strides(series, view, StrideSettings())
    metrics = Metrics(series.time, {"trunk_lean": trunk}, {}, frozenset())
    table = stride_table(series, view, metrics, bounds, ()).table
    assert table["kept"].all()
    assert table["trunk_lean"].isna().sum() == 1
    np.testing.assert_allclose(table["trunk_lean"].dropna(), 7.0)
    assert table["elbow_flex"].isna().all()


def test_bounce_is_per_step_and_in_torso_lengths():
    found = strides_of(side_runner(clock(30)))
    np.testing.assert_allclose(found.kept["vert_osc"], 0.18, atol=0.01)


def test_smoothness_is_given_from_fifty_frames_a_second_and_falls_with_jerks():
    def smooth(rate: float, tremor: float) -> float:
        time = clock(20, rate)
        series = side_runner(time)
        xy = series.xy.copy()
        xy[:, L.RIGHT_WRIST, 0] += tremor * np.sin(2 * np.pi * 7 * time)
        return float(strides_of(series.with_xy(xy)).kept["smooth"].median())

    assert np.isnan(smooth(30.0, 0.0))
    assert smooth(60.0, 4.0) < smooth(60.0, 0.0) < -1.0
    assert smooth(120.0, 0.0) == pytest.approx(smooth(60.0, 0.0), abs=0.05)


def test_the_phase_curve_is_the_course_over_the_cycle():
    series = side_runner(clock(40))
    table = find_strides(series, side_view(series), StrideSettings())
    ankle = series.xy[:, L.RIGHT_ANKLE, 0]
    half = (np.arange(len(table)) >= len(table) // 2).astype(int)
    curve = phase_curve(ankle, table, series.time, half)
    assert curve.mean.shape == (2, 50)
    expected = 320 + 70 * np.cos(2 * np.pi * curve.phase)
    np.testing.assert_allclose(curve.mean, np.tile(expected, (2, 1)), atol=2.0)
    assert curve.spread.max() < 2.0


def test_a_curve_over_a_gap_is_unknown_there_and_known_elsewhere():
    time = clock(10)
    group = groups(time, 0.7)
    values = time.copy()
    values[60] = np.nan
    seen = np.isfinite(at_phases(values, time, group.start, group.end, np.linspace(0, 1, 21)))
    assert 0 < (~seen).sum() <= 3


# --- invariance ------------------------------------------------------------------------------------------------


@given(
    shift=st.tuples(st.floats(-200, 200), st.floats(-200, 200)),
    scale=st.floats(0.3, 3),
    stride=st.floats(0.55, 0.95),
)
@settings(max_examples=15, deadline=None)
def test_place_and_size_in_the_picture_change_nothing(shift, scale, stride):
    series = side_runner(clock(12), stride)
    moved = series.with_xy(series.xy * scale + shift)
    one, other = strides_of(series).table, strides_of(moved).table
    assert len(one) == len(other) > 8
    for column in ("start", "end", "trunk_lean", "cadence"):
        np.testing.assert_allclose(one[column], other[column], rtol=1e-6, atol=1e-6)
    # A stride that begins right on a frame may or may not have it in its fit.
    for column in ("elbow_rom", "vert_osc"):
        np.testing.assert_allclose(one[column], other[column], rtol=0.01, atol=1e-6)


@given(st.floats(0.55, 0.95))
@settings(max_examples=15, deadline=None)
def test_the_mirror_image_has_the_same_strides(stride):
    series = side_runner(clock(12), stride)
    flipped = series.xy[:, MIRROR] * (-1.0, 1.0) + (SIZE[0], 0.0)
    one, other = strides_of(series).table, strides_of(series.with_xy(flipped), facing=-1).table
    for column in ("start", "end", "trunk_lean", "elbow_flex", "upper_arm_amp"):
        np.testing.assert_allclose(one[column], other[column], atol=1e-6)


@given(st.floats(0.55, 0.95))
@settings(max_examples=10, deadline=None)
def test_the_frame_rate_changes_nothing_beyond_sampling(stride):
    at30, at120 = (strides_of(side_runner(clock(12, rate), stride)).kept for rate in (30, 120))
    assert abs(len(at30) - len(at120)) <= 1
    assert at30["duration"].mean() == pytest.approx(at120["duration"].mean(), rel=0.003)
    assert at30["trunk_lean"].mean() == pytest.approx(at120["trunk_lean"].mean(), abs=0.1)
    assert at30["upper_arm_amp"].mean() == pytest.approx(at120["upper_arm_amp"].mean(), rel=0.02)


# --- the autocorrelation ---------------------------------------------------------------------------------------


@given(st.floats(8, 40), st.floats(0, 0.3))
@settings(max_examples=30, deadline=None)
def test_the_first_peak_is_the_period_even_with_gaps(period, gaps):
    frames = np.arange(200)
    wave = np.cos(2 * np.pi * frames / period)
    wave[np.random.default_rng(0).random(200) < gaps] = np.nan
    lag, height = first_peak(autocorrelation(wave[None]), np.array([6.0]), np.array([60.0]))
    assert lag[0] == pytest.approx(period, rel=0.03)
    assert height[0] > 0.9


def test_a_ramp_has_no_period():
    assert first_peak(autocorrelation(np.linspace(0, 1, 200)[None]), np.array([6.0]), np.array([100.0]))[1][0] == 0.0


@pytest.mark.parametrize(
    ("rate", "withheld"), [(60.0, set()), (30.0, {"smooth"}), (20.0, {"smooth"}), (15.0, {"smooth", "vert_osc"})]
)
def test_what_needs_more_frames_is_withheld_with_the_reason_and_not_told_too_small(
    rate: float, withheld: set[str]
) -> None:
    series, _ = clean(side_runner(np.arange(0, 20, 1 / rate)), CleaningSettings())
    view = find_view(series)
    metrics = compute(series, view)
    few = {i for i, reason in metrics.withheld.items() if "frames/s" in reason}
    assert few - LEGS.keys() == withheld
    assert few & LEGS.keys() == (set(LEGS) if rate < 25 else set())
    if "vert_osc" not in withheld:
        table = stride_table(series, view, metrics, find_strides(series, view, StrideSettings()), ())
        assert table.kept["vert_osc"].median() == pytest.approx(0.18, rel=0.05)


@pytest.mark.parametrize("rate", [15, 12])
def test_a_rate_that_falls_in_mid_clip_costs_its_strides_what_needs_more_frames(rate: int) -> None:
    """From 30 frames/s: the low-pass takes a tenth of the bounce there, which is no change of the runner."""
    time = np.r_[np.arange(0, 20, 1 / 30), np.arange(20, 40, 1 / rate)]
    series, _ = clean(side_runner(time), CleaningSettings())
    view = find_view(series)
    table = stride_table(series, view, compute(series, view), find_strides(series, view, StrideSettings()), ()).kept
    early, late = table[table["end"] < 20], table[table["start"] > 20]
    assert min(len(early), len(late)) > 20
    assert early["vert_osc"].median() == pytest.approx(0.18, rel=0.05)
    assert late["vert_osc"].isna().all()
    assert late["trunk_lean"].notna().all()


def test_too_few_frames_for_a_stride_give_none_instead_of_half_the_cadence() -> None:
    series = side_runner(np.arange(0, 20, 1 / 7.5))
    assert find_strides(series, side_view(series), StrideSettings()).empty


def test_marks_that_one_foot_misses_are_put_in_by_the_rhythm_of_the_body() -> None:
    """Confused sides break the peaks of a foot for five strides; a pause that holds no whole strides stays one."""
    period = np.full(400, 20.0)
    seen = np.r_[10.0:111.0:20.0, 231.0:392.0:20.0]
    odd = np.r_[10.0:111.0:20.0, 240.0:392.0:20.0]
    assert len(filled(seen, period)) == len(seen) + 5
    assert np.diff(filled(seen, period)) == pytest.approx(20.0, abs=0.2)
    assert len(filled(odd, period)) == len(odd)
