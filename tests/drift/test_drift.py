"""Drift: each part against known truth, then the stage as the pipeline calls it."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd
import pytest
import ruptures
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.drift import ClipStrides, SpeedLog, assess, compare
from posture.drift.blocks import StrideSeries, block_count, block_levels, block_medians, fifths, outliers
from posture.drift.measure import without_numbers
from posture.drift.onset import find_onset
from posture.drift.rate import rate, thin
from posture.drift.scan import Stretch
from posture.drift.size import cliffs_delta, effect_size, pooled_sem, sem_beside, session_sem
from posture.drift.speed import at_one_speed
from posture.drift.status import judge
from posture.drift.timing import find_timing
from posture.drift.types import DriftResult, Episode, Interval, Status, Timing
from posture.errors import PostureError
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.series import CameraMotion
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides

SETTINGS = DriftSettings()
STRIDE = 0.73  # s, 164 steps a minute


def white(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count)


def clip(count: int, values: dict[str, np.ndarray], **columns: object) -> tuple[Strides, View, Metrics]:
    """Strides of a side view as the earlier stages hand them on."""
    start = STRIDE * np.arange(count)
    frame = {"start": start, "end": start + STRIDE, "kept": True, "yaw": 4.0, "cadence": 164.0, **values, **columns}
    time = np.array([0.0, STRIDE * count])
    view = View(ViewKind.SIDE, 4.0, "left", -1, np.full(2, "side"), np.zeros(2), -np.ones(2, dtype=int), 1.0)
    withheld = {name: "Needs another camera." for name in METRICS if name not in frame}
    metrics = Metrics(time, {name: np.zeros(2) for name in METRICS if name in frame}, withheld, frozenset())
    return Strides(pd.DataFrame(frame), Gait.RUNNING, "left ankle", 1.0, {}), view, metrics


def run(count: int, values: dict[str, np.ndarray], camera: CameraMotion | None = None, **options: object):
    columns = {k: options.pop(k) for k in ("yaw", "cadence") if k in options}
    return assess(*clip(count, values, **columns), camera=camera, settings=SETTINGS, **options)


def ramp(count: int, size: float, begin: float = 0.3) -> np.ndarray:
    return size * np.clip((np.linspace(0, 1, count) - begin) / (1 - begin), 0, 1)


# --- blocks ---


def test_outlying_strides_are_dropped_and_the_others_kept() -> None:
    value = white(80)
    value[[5, 40, 79]] += 15.0
    assert np.flatnonzero(outliers(value)).tolist() == [5, 40, 79]


def test_outliers_of_many_runs_are_those_of_each() -> None:
    runs = np.random.default_rng(2).standard_t(3, (5, 40))
    marked = outliers(runs)
    assert marked.any()
    np.testing.assert_array_equal(marked, [outliers(run) for run in runs])


def test_a_constant_stretch_has_no_outliers() -> None:
    assert not outliers(np.r_[np.ones(30), 1.01, np.ones(30)]).any()
    assert not outliers(np.ones(3)).any()


@pytest.mark.parametrize(("strides", "blocks"), [(59, 5), (60, 6), (74, 7), (82, 8), (5000, 8)])
def test_blocks_hold_ten_strides_at_least(strides: int, blocks: int) -> None:
    assert block_count(strides) == blocks
    assert fifths(strides) >= 20


def test_block_medians_are_in_order_of_time() -> None:
    assert block_medians(np.arange(60.0), 6).tolist() == [4.5, 14.5, 24.5, 34.5, 44.5, 54.5]


# --- size ---


@pytest.mark.parametrize("shape", [np.zeros(400), ramp(400, 5.0), ramp(400, 5.0, 0.8), 5.0 * (np.arange(400) > 200)])
def test_the_noise_of_a_run_is_not_its_drift(shape: np.ndarray) -> None:
    runs = np.random.default_rng(1).standard_normal((200, 400)) + shape
    truth = block_levels(np.random.default_rng(2).standard_normal((2000, 10)), 1).std()
    assert np.median(session_sem(runs)) == pytest.approx(truth, rel=0.1)


@pytest.mark.parametrize("unit", [1e-6, 1e3])
def test_noise_is_in_the_unit_of_its_metric(unit: float) -> None:
    value, one, other = white(120), Stretch(30, 60, 1.0, 0.0), Stretch(30, 60, unit, 0.0)
    assert session_sem(unit * value) == pytest.approx(unit * session_sem(value), rel=1e-9)
    assert sem_beside(unit * value, other) == pytest.approx(unit * sem_beside(value, one), rel=1e-9)


def test_effect_sizes() -> None:
    assert effect_size(2.0, np.array([-1.0, 0.0, 1.0])) == pytest.approx(2.0 / 1.4826)
    assert np.isnan(effect_size(2.0, np.ones(5)))
    assert cliffs_delta(np.arange(3.0), np.arange(3.0) + 10) == 1.0
    assert cliffs_delta(np.arange(3.0), np.arange(3.0)) == 0.0
    assert pooled_sem(np.r_[np.zeros(10), np.full(10, 2.0)], np.r_[np.zeros(10), np.full(10, 2.0)]) == pytest.approx(
        np.sqrt(2.0)
    )


# --- rate ---


def test_rate_is_per_minute_and_shrugs_off_outliers() -> None:
    time = STRIDE * np.arange(200)
    value = 5.0 + 1.5 * time / 60.0 + 0.2 * white(200)
    value[::20] += 30.0
    slope, interval = rate(StrideSeries(time, value), 200, 1)
    assert slope == pytest.approx(1.5, abs=0.15)
    assert interval.low < 1.5 < interval.high
    assert interval.high - interval.low < 1.0


def test_rate_of_a_long_run_is_that_of_its_thinned_strides() -> None:
    time = STRIDE * np.arange(4000)
    slope, _ = rate(StrideSeries(time, 2.0 * time / 60.0 + white(4000)), 100, 1)
    assert slope == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(("strides", "groups"), [(300, 300), (301, 150), (600, 300), (4000, 285)])
def test_a_long_run_is_thinned_to_even_groups(strides: int, groups: int) -> None:
    time = STRIDE * np.arange(strides)
    few = thin(StrideSeries(time, 3.0 * time), 300)
    assert len(few) == groups
    assert few.value == pytest.approx(3.0 * few.time)


# --- onset ---


@pytest.mark.parametrize("begin", [0.2, 0.5, 0.75])
@pytest.mark.parametrize("end", [1.0, 0.9])
def test_onset_is_where_the_ramp_begins(begin: float, end: float) -> None:
    place = np.linspace(0, 1, 200)
    time = 100.0 * place
    value = 6.0 * np.clip((place - begin) / (end - begin), 0, 1) + 0.3 * white(200)
    onset = find_onset(StrideSeries(time, value))
    assert onset is not None
    assert onset.shape == "ramp"
    assert onset.time == pytest.approx(100 * begin, abs=4)
    assert onset.interval.low <= 100 * begin <= onset.interval.high
    assert onset.interval.high - onset.interval.low >= 100 / 8 - 1e-9


@pytest.mark.parametrize("begin", [60, 100, 150])
def test_a_jump_is_found_where_ruptures_finds_it(begin: int) -> None:
    value = 4.0 * (np.arange(200) >= begin) + white(200)
    time = STRIDE * np.arange(200)
    onset = find_onset(StrideSeries(time, value))
    assert onset is not None
    reference = ruptures.Dynp(model="l2", min_size=10, jump=1).fit(value).predict(n_bkps=1)[0]
    assert onset.shape == "step"
    assert onset.time == pytest.approx(STRIDE * begin, abs=2.5)
    assert onset.time == pytest.approx(time[reference], abs=2.5)


def test_no_onset_is_told_where_most_of_the_run_could_be_it() -> None:
    """Two degrees over a run that wanders by as much."""
    wander = np.cumsum(white(100, 3))
    series = StrideSeries(STRIDE * np.arange(100), 4.0 * np.linspace(0, 1, 100) ** 2 + wander / wander.std())
    assert find_onset(series) is None


# --- status ---


def result(**numbers: object) -> DriftResult:
    blank = without_numbers("trunk_lean", Status.INCONCLUSIVE, "", 100)
    known: dict[str, object] = {"mdc": 2.0, "floor": 2.0, "margin": 3.0, "baseline": 5.0}
    return replace(blank, **{**known, **numbers})  # type: ignore[arg-type]


BUMP = Episode(30.0, 60.0, 40, 5.0, Interval(4.0, 6.0), 0.001)


@pytest.mark.parametrize(
    ("change", "bound", "q", "response", "least", "expected"),
    [
        (3.0, 4.0, 0.01, nan, 1.0, Status.DRIFT),
        (-3.0, 4.0, 0.01, 0.2, 0.1, Status.DRIFT),
        (3.0, 4.0, 0.2, 0.9, 0.7, Status.POSSIBLE),
        (1.5, 2.5, 0.01, 0.9, 0.7, Status.POSSIBLE),
        (1.3, 1.8, 0.01, 0.9, 0.7, Status.STABLE),
        (0.2, 1.2, 0.8, 0.9, 0.7, Status.STABLE),
        (0.2, 2.9, 0.8, 0.9, 0.7, Status.STABLE),
        (0.2, 3.0, 0.8, 0.9, 0.7, Status.INCONCLUSIVE),
        (0.2, 5.0, 0.01, 0.9, 0.7, Status.INCONCLUSIVE),
        (0.2, 1.2, 0.8, 0.3, 0.3, Status.NOT_MEASURABLE),
        (0.2, 1.2, 0.8, 0.9, 0.2, Status.NOT_MEASURABLE),
        (0.2, 1.2, 0.8, nan, 1.0, Status.INCONCLUSIVE),
    ],
)
def test_status(change: float, bound: float, q: float, response: float, least: float, expected: Status) -> None:
    given_result = result(change=change, bound=bound, q=q, p_lasting=q)
    assert judge(given_result, fdr=0.05, response=response, least_response=least)[0] is expected


@pytest.mark.parametrize(
    ("change", "q", "lasting", "expected"),
    [
        (0.2, 0.01, 0.6, Status.EPISODE),
        (0.2, 0.2, 0.6, Status.INCONCLUSIVE),
        (3.0, 0.01, 0.01, Status.DRIFT),
        (3.0, 0.01, 0.6, Status.EPISODE),
    ],
)
def test_what_came_and_went_is_told_unless_something_stayed(
    change: float, q: float, lasting: float, expected: Status
) -> None:
    given_result = result(change=change, bound=6.0, q=q, p_lasting=lasting, episode=BUMP)
    assert judge(given_result, fdr=0.05, response=0.9, least_response=0.7)[0] is expected


# --- timing ---

LEAN = METRICS["trunk_lean"]  # amber -2 to 15, red -7 to 22


@pytest.mark.parametrize(
    ("drifted", "baseline", "change", "upright", "expected"),
    [
        (True, 6.0, 4.0, None, Timing.LATE),
        (True, 16.0, 4.0, None, Timing.LATE),
        (True, 16.0, 4.0, 3.0, Timing.BOTH),
        (True, 24.0, 4.0, None, Timing.BOTH),
        (True, 24.0, -4.0, None, Timing.IMPROVING),
        (False, 24.0, 0.5, None, Timing.PRE_EXISTING),
        (False, 16.0, 0.5, None, Timing.NONE),
        (False, 16.0, 0.5, 15.0, Timing.NONE),
        (False, 16.0, 0.5, 3.0, Timing.PRE_EXISTING),
        (False, 6.0, 0.5, -10.0, Timing.NONE),
        (False, -5.0, 0.5, 3.0, Timing.PRE_EXISTING),
    ],
)
def test_timing(drifted: bool, baseline: float, change: float, upright: float | None, expected: Timing) -> None:
    got = find_timing(
        LEAN, drifted=drifted, baseline=baseline, change=change, floor=2.0, upright=upright, upright_floor=4.0
    )
    assert got is expected


@pytest.mark.parametrize(("upright", "expected"), [(11.0, Timing.PRE_EXISTING), (13.0, Timing.NONE)])
@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_an_upright_reference_counts_two_floors_in_joined_runs_too(
    factor: float, upright: float, expected: Timing
) -> None:
    """Trunk lean of 16 degrees is amber; two floors are 4 degrees, whether or not the run itself was doubled."""
    joined = SETTINGS.model_copy(update={"floor_factor": factor})
    arguments = clip(120, {"trunk_lean": 16.0 + 0.1 * white(120)})
    got = assess(*arguments, camera=None, settings=joined, upright={"trunk_lean": upright})["trunk_lean"]
    assert got.timing is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [({}, Timing.IMPROVING), ({"floors": {"trunk_lean": 7.0}, "floor_factor": 2.0}, Timing.LATE)],
)
def test_a_change_improves_by_the_floor_that_judged_it(changed: dict[str, object], expected: Timing) -> None:
    """From 14 degrees forward to 7 backward: a change of 21, and 12 nearer to upright, which is less than 14."""
    lean = np.where(np.arange(120) < 60, 14.0, -7.0) + 0.1 * white(120)
    arguments = clip(120, {"trunk_lean": lean})
    got = assess(*arguments, camera=None, settings=SETTINGS.model_copy(update=changed))["trunk_lean"]
    assert got.status is Status.DRIFT
    assert got.timing is expected


# --- the stage ---


def test_a_minute_reaches_a_verdict_and_twenty_seconds_do_not() -> None:
    lean = 5.0 + 0.3 * white(82)
    minute, short = run(82, {"trunk_lean": lean}), run(27, {"trunk_lean": lean[:27]})
    assert minute["trunk_lean"].status not in (Status.TOO_SHORT, Status.DRIFT, Status.POSSIBLE)
    assert short["trunk_lean"].status is Status.TOO_SHORT
    assert np.isfinite(short["trunk_lean"].change)
    assert short["trunk_lean"].floor == 2 * LEAN.floor


def test_every_metric_of_the_registry_gets_a_result() -> None:
    results = run(82, {"trunk_lean": white(82)})
    assert set(results) == set(METRICS)
    assert results["weave"].status is Status.WITHHELD
    assert results["weave"].reason == "Needs another camera."


def test_nothing_at_all_is_too_short() -> None:
    results = run(0, {"trunk_lean": np.empty(0)})
    assert results["trunk_lean"].status is Status.TOO_SHORT
    unseen = run(100, {"trunk_lean": np.full(100, nan)})
    assert unseen["trunk_lean"].status is Status.TOO_SHORT


def test_drift_has_size_onset_rate_and_timing() -> None:
    truth = ramp(150, 5.0, 0.4)
    found = run(150, {"trunk_lean": 5.0 + truth + white(150)})["trunk_lean"]
    assert found.status is Status.DRIFT
    assert found.timing is Timing.LATE
    judged = truth[15:]
    true_change = np.median(judged[-27:]) - np.median(judged[:27])
    assert found.change == pytest.approx(true_change, abs=1.0)
    assert found.interval.low < true_change < found.interval.high
    assert found.onset is not None
    assert found.onset.interval.low <= 0.4 * 150 * STRIDE <= found.onset.interval.high
    assert found.rate > 0
    assert found.effect > 2
    assert found.cliff > 0.9


@settings(deadline=None, max_examples=20)
@given(st.floats(-20, 20), st.sampled_from([-1.0, 1.0]), st.integers(0, 5))
def test_mirrored_series_get_mirrored_results(level: float, sign: float, seed: int) -> None:
    series = ramp(90, 4.0) + white(90, seed)
    one = run(90, {"trunk_lean": series})["trunk_lean"]
    other = run(90, {"trunk_lean": level + sign * series})["trunk_lean"]
    assert other.change == pytest.approx(sign * one.change)
    assert (other.p, other.status) == (pytest.approx(one.p), one.status)


def test_the_warm_up_is_left_out() -> None:
    """A stiff first tenth is not what the run is compared with."""
    lean = 5.0 + 0.3 * white(200)
    lean[:20] += 6.0
    assert run(200, {"trunk_lean": lean})["trunk_lean"].baseline == pytest.approx(5.0, abs=0.2)


def test_baseline_can_be_chosen() -> None:
    lean = 5.0 + 0.3 * white(200) + ramp(200, 5.0, 0.5)
    lean[:80] += 8.0
    chosen = run(200, {"trunk_lean": lean}, baseline=(80 * STRIDE, 110 * STRIDE))["trunk_lean"]
    assert chosen.baseline == pytest.approx(5.3, abs=0.5)
    assert chosen.change > 3.0
    short = run(200, {"trunk_lean": lean}, baseline=(80 * STRIDE, 85 * STRIDE))["trunk_lean"]
    assert short.status is Status.TOO_SHORT
    assert "baseline" in short.reason
    with pytest.raises(PostureError, match="not a stretch"):
        run(200, {"trunk_lean": lean}, baseline=(500.0, 600.0))


def test_floors_can_be_set_and_scale_with_the_baseline() -> None:
    strides, view, metrics = clip(150, {"trunk_lean": white(150), "upper_arm_amp": 60 + white(150)})
    floors = DriftSettings(floors={"trunk_lean": 7.0})
    results = assess(strides, view, metrics, camera=None, settings=floors)
    assert results["trunk_lean"].floor == 7.0
    assert results["upper_arm_amp"].floor == pytest.approx(12.0, abs=0.2)


def test_a_late_step_is_a_drift_and_end_is_what_follows_it() -> None:
    lean = 5.0 + white(90, 11) + 4.0 * (np.arange(90) >= 78)
    late = run(90, {"trunk_lean": lean})["trunk_lean"]
    assert late.status is Status.DRIFT
    assert late.change == pytest.approx(4.0, abs=1.0)


def test_a_level_is_not_judged_where_only_change_counts() -> None:
    strides, view, metrics = clip(150, {"trunk_lean": 30.0 + white(150)})
    for trend_only, expected in ((frozenset(), Timing.PRE_EXISTING), (frozenset({"trunk_lean"}), Timing.NONE)):
        seen = replace(metrics, trend_only=trend_only)
        assert assess(strides, view, seen, camera=None, settings=SETTINGS)["trunk_lean"].timing is expected


def test_no_swing_shrinks_by_more_than_there_was() -> None:
    """Elbow swing may show as little as half of a change: twice this one would be more than all of it."""
    found = run(150, {"elbow_rom": 30 - ramp(150, 18.0) + white(150)})["elbow_rom"]
    assert found.interval.low == pytest.approx(-found.baseline)
    assert found.interval.high > -18.5


# --- confounders ---


def test_a_runner_who_slides_past_the_camera_has_no_drift_of_the_elbow() -> None:
    """Yaw is signed: from 9 degrees behind to 9 degrees ahead is 18, not nothing."""
    values = {"elbow_flex": 90 + ramp(150, 10.0, 0.0) + white(150)}
    assert run(150, values, yaw=np.full(150, 9.0))["elbow_flex"].status is Status.DRIFT
    assert run(150, values, yaw=np.linspace(-9, 9, 150))["elbow_flex"].status is Status.NOT_DECIDABLE


def test_confounders_are_sought_in_the_metrics_own_strides() -> None:
    """From the side for 70 % of the run and then from behind: what the camera did after the last side stride is
    nothing to a lean, and what it did before is to the elbow."""
    own = np.arange(200) < 140
    seen = {
        "trunk_lean": np.where(own, 5 + 4.6 * np.clip((np.arange(200) - 40) / 100, 0, 1) + white(200), nan),
        "elbow_flex": np.where(own, 90 + 9 * np.arange(200) / 140 + white(200, 1), nan),
    }
    behind = run(200, seen, yaw=np.where(own, 0.0, -85.0))
    assert behind["trunk_lean"].status is Status.DRIFT
    turned = run(200, seen, yaw=np.where(own, np.linspace(0, 18 / 0.7, 200), 0.0))
    assert turned["elbow_flex"].status is Status.NOT_DECIDABLE


def test_a_camera_that_turns_explains_arm_angles_but_not_the_trunk() -> None:
    values = {"upper_arm": -30 + ramp(150, 7.5) + white(150), "trunk_lean": 5 + ramp(150, 5.0) + white(150)}
    still, turned = run(150, values), run(150, values, yaw=4.0 + ramp(150, 14.0))
    assert still["upper_arm"].status is Status.DRIFT
    assert turned["upper_arm"].status is Status.NOT_DECIDABLE
    assert "camera" in turned["upper_arm"].reason
    assert turned["trunk_lean"].status is Status.DRIFT


def motion(count: int, roll: np.ndarray, scale: np.ndarray, measured: np.ndarray) -> CameraMotion:
    time = np.linspace(0, STRIDE * count, roll.size)
    gone = np.where(measured, 0.0, nan)
    return CameraMotion(time, np.zeros((roll.size, 2)), roll + gone, scale + gone, measured, (1280, 720))


def test_roll_that_was_measured_is_said_and_roll_that_was_lost_vetoes() -> None:
    values = {"trunk_lean": 5 + ramp(150, 5.0) + white(150), "elbow_flex": 90 + ramp(150, 15.0) + white(150)}
    roll, scale = np.linspace(0, 4, 200), np.ones(200)
    seen = run(150, values, camera=motion(150, roll, scale, np.ones(200, dtype=bool)))
    assert seen["trunk_lean"].status is Status.DRIFT
    assert "taken out" in seen["trunk_lean"].reason
    lost = run(150, values, camera=motion(150, roll, scale, np.arange(200) < 150))
    assert lost["trunk_lean"].status is Status.NOT_DECIDABLE
    assert lost["elbow_flex"].status is Status.DRIFT


def test_only_a_large_zoom_explains_anything() -> None:
    values = {"trunk_lean": 5 + ramp(150, 4.0) + white(150)}
    for zoom, expected in ((1.1, Status.DRIFT), (1.9, Status.NOT_DECIDABLE)):
        camera = motion(150, np.zeros(200), np.linspace(1, zoom, 200), np.ones(200, dtype=bool))
        assert run(150, values, camera=camera)["trunk_lean"].status is expected


def belt(change: float, count: int = 150) -> SpeedLog:
    time = np.linspace(0, STRIDE * count, 300)
    return SpeedLog(time, 3.0 * (1 + change * time / time[-1]), np.zeros(300))


def test_a_faster_belt_is_not_fatigue() -> None:
    cadence = 164 * (1 + 0.05 * np.linspace(0, 1, 150)) + white(150)
    swing = {"upper_arm_amp": 50 * (1 + ramp(150, 0.5)) + white(150), "elbow_flex": 90 + ramp(150, 15.0) + white(150)}
    unknown = run(150, swing, cadence=cadence)
    logged = run(150, swing, cadence=cadence, speed=belt(0.06))
    constant = run(150, swing, cadence=cadence, speed=SpeedLog.constant(3.0))
    assert unknown["cadence"].status is Status.NOT_DECIDABLE
    assert "may have changed" in unknown["cadence"].reason
    assert unknown["elbow_flex"].status is Status.DRIFT  # does not depend on speed
    assert logged["cadence"].status is Status.NOT_DECIDABLE
    assert logged["cadence"].reason.startswith("Speed changed")
    assert logged["upper_arm_amp"].status is Status.DRIFT  # 50 % more swing is not 6 % more speed
    assert constant["cadence"].status is Status.DRIFT


def test_speed_that_goes_up_and_down_is_taken_out() -> None:
    """Intervals: swing follows the belt and does not drift."""
    time = STRIDE * np.arange(160)
    pace = 3.0 + 0.5 * (np.sin(2 * np.pi * time / 40) > 0)
    faster = 1 + 0.5 * (pace - 3.0)
    swing = 50 * faster + white(160)
    log = SpeedLog(time, pace, np.full(160, nan))
    plain, corrected = run(160, {"upper_arm_amp": swing}), run(160, {"upper_arm_amp": swing}, speed=log)
    assert corrected["upper_arm_amp"].mdc <= plain["upper_arm_amp"].mdc
    assert abs(corrected["upper_arm_amp"].change) < 1.5
    assert corrected["upper_arm_amp"].interval.high < plain["upper_arm_amp"].interval.high
    tired = (50 - ramp(160, 20.0)) * faster + white(160)
    tiring = run(160, {"upper_arm_amp": tired}, speed=log)["upper_arm_amp"]
    assert tiring.status is Status.DRIFT
    assert "taken out" in tiring.reason
    assert tiring.change == pytest.approx(-17.1 * 1.125, abs=2.0)  # at the mean speed of the run
    assert tiring.pace is not None
    assert tiring.pace.taken_out
    as_run = run(160, {"upper_arm_amp": tired})["upper_arm_amp"]
    assert (tiring.pace.baseline, tiring.pace.end) == (as_run.baseline, as_run.end)


def course(count: int, begin: float, end: float, *, back: bool) -> np.ndarray:
    """0 to 1: a ramp (a step if it is short) that stays, or a stretch that comes back."""
    place = (np.arange(count) + 0.5) / count
    return ((place >= begin) & (place < end)) * 1.0 if back else np.clip((place - begin) / (end - begin), 0, 1)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.1, 0.8), st.floats(0.05, 0.6), st.booleans(), st.floats(0.3, 0.8), st.sampled_from([-1, 1]))
def test_speed_in_the_shape_of_any_drift_is_never_taken_out(
    begin: float, length: float, back: bool, by: float, way: int
) -> None:
    shape = course(240, begin, min(begin + length, 0.95), back=back)
    time = STRIDE * np.arange(240)
    log = SpeedLog(time, 3.3 + way * by * shape, np.full(240, nan))
    series = StrideSeries(time, 5 + 5 * shape + white(240))
    assert at_one_speed(series, log, proportional=False) is None


@settings(deadline=None, max_examples=20)
@given(st.floats(0.2, 0.8), st.floats(4.0, 8.0), st.integers(0, 9))
def test_intervals_do_not_take_a_drift_away(begin: float, size: float, seed: int) -> None:
    time = STRIDE * np.arange(300)
    log = SpeedLog(time, 3.0 + 0.5 * (np.sin(2 * np.pi * time / 31) > 0), np.full(300, nan))
    drift = size * (np.arange(300) >= 300 * begin)
    level = at_one_speed(StrideSeries(time, 5 + drift + white(300, seed)), log, proportional=False)
    assert level is not None
    assert level.value[-40:].mean() - level.value[:40].mean() == pytest.approx(size, abs=1.0)


@given(st.floats(-30, 30), st.floats(0.5, 3.0))
@settings(deadline=None, max_examples=20)
def test_speed_adds_to_an_angle_and_multiplies_a_length(zero: float, size: float) -> None:
    time = STRIDE * np.arange(120)
    log = SpeedLog(time, 3.0 + 0.5 * (np.sin(2 * np.pi * time / 25) > 0), np.full(120, nan))
    value = 8.0 * (1 + 0.2 * (log.speed - 3.0)) + 0.1 * white(120)
    angle, length = (at_one_speed(StrideSeries(time, value), log, proportional=p) for p in (False, True))
    shifted = at_one_speed(StrideSeries(time, value + zero), log, proportional=False)
    scaled = at_one_speed(StrideSeries(time, value * size), log, proportional=True)
    assert angle is not None
    assert length is not None
    assert shifted is not None
    assert scaled is not None
    np.testing.assert_allclose(shifted.value, angle.value + zero, atol=1e-9)
    np.testing.assert_allclose(scaled.value, length.value * size, rtol=1e-9)
    assert np.ptp(length.value) < 0.7 < np.ptp(value)


@pytest.mark.parametrize("begin", [0.7, 0.84])
def test_a_runner_who_fades_and_slumps_is_not_called_stable(begin: float) -> None:
    """From 3.3 to 2.7 m/s with a slump of 5 degrees at the same time: the slump is told, and the pace beside it."""
    fade = np.clip((np.linspace(0, 1, 250) - begin) / (0.85 - begin), 0, 1)
    log = SpeedLog(STRIDE * np.arange(250), 3.3 - 0.6 * fade, np.full(250, nan))
    values = {"trunk_lean": 3 + 5 * fade + white(250), "ear_hip": 6 + 5.6 * fade + white(250, 1)}
    with_log, without = run(250, values, speed=log), run(250, values)
    for metric, plain in without.items():
        told = with_log[metric]
        if metric in values:
            assert told.status is Status.DRIFT
            assert told.change == plain.change
            assert told.pace is not None
            assert told.pace.change == pytest.approx(-18.2, abs=0.5)
            assert told.pace.effect == pytest.approx(1.9, abs=0.1)
            assert "may be speed" in told.reason


def test_a_lean_that_comes_with_a_faster_belt_is_not_decidable_and_the_neck_follows_it() -> None:
    """From 9 to 13 km/h: 3 degrees of lean are what speed alone does."""
    values = {name: level + ramp(250, 3.5, 0.0) + white(250, level) for name, level in LEANS.items()}
    log = SpeedLog(np.array([0.0, STRIDE * 250]), np.array([2.5, 3.6]), np.full(2, nan))
    for name, result in run(250, values, speed=log).items():
        if name in values:
            assert result.pace is not None
            assert result.status is (Status.NOT_DECIDABLE if name != "neck_incl" else Status.STABLE)  # its floor is 4


#: Levels of what leans with the trunk, degrees.
LEANS = {"trunk_lean": 3, "ear_hip": 6, "neck_incl": 16}


def test_a_steeper_belt_is_not_a_slouch() -> None:
    time = np.linspace(0, STRIDE * 150, 300)
    log = SpeedLog(time, np.full(300, 3.0), np.linspace(0, 6, 300))
    values = {"trunk_lean": 5 + ramp(150, 3.5) + 0.5 * white(150)}
    assert run(150, values)["trunk_lean"].status is Status.DRIFT
    assert run(150, values, speed=log)["trunk_lean"].status is Status.NOT_DECIDABLE


# --- two clips ---


def side(count: int, lean: float, seed: int, **columns: object) -> ClipStrides:
    return ClipStrides(*clip(count, {"trunk_lean": lean + white(count, seed)}, **columns))


def test_two_clips_differ_beyond_doubled_floors() -> None:
    fresh, tired = side(60, 5.0, 1), side(60, 8.5, 2)
    moved = compare(fresh, tired, same_camera=False, settings=SETTINGS)["trunk_lean"]
    fixed = compare(fresh, tired, same_camera=True, settings=SETTINGS)["trunk_lean"]
    assert (moved.floor, fixed.floor) == (4.0, 2.0)
    assert moved.status is Status.POSSIBLE
    assert fixed.status is Status.DRIFT
    assert fixed.change == pytest.approx(3.5, abs=0.6)
    assert fixed.onset is None


def test_no_level_is_neutral_between_clips_where_only_change_counts() -> None:
    fresh, tired = side(60, 14.0, 1), side(60, 8.0, 2)
    for trend_only, expected in ((frozenset(), Timing.IMPROVING), (frozenset({"trunk_lean"}), Timing.LATE)):
        clips = (replace(c, metrics=replace(c.metrics, trend_only=trend_only)) for c in (fresh, tired))
        assert compare(*clips, same_camera=True, settings=SETTINGS)["trunk_lean"].timing is expected


def test_short_clips_get_values_and_no_verdict() -> None:
    few = compare(side(4, 5.0, 1), side(5, 12.0, 2), same_camera=False, settings=SETTINGS)["trunk_lean"]
    assert few.status is Status.TOO_SHORT
    assert few.change > 4
    assert np.isnan(few.p)


def test_clips_from_other_sides_or_speeds_are_not_compared() -> None:
    fresh, tired = side(60, 5.0, 1), side(60, 9.5, 2, cadence=172.0)
    other = replace(tired, view=replace(tired.view, near="right"))
    assert compare(fresh, other, same_camera=True, settings=SETTINGS)["trunk_lean"].status is Status.WITHHELD
    assert compare(fresh, tired, same_camera=True, settings=SETTINGS)["trunk_lean"].status is Status.NOT_DECIDABLE
