"""What stands beside a change: gaps between clips, camera and speed, an upright recording, what came and went."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from posture.drift import added_to, fresh_and_end, upright_levels
from posture.drift.blocks import StrideSeries, fifths
from posture.drift.borders import GAP_S, beyond_borders
from posture.drift.confounders import Moved
from posture.drift.critical import LEVELS, chance, critical_values
from posture.drift.difference import difference_p
from posture.drift.meanwhile import _around
from posture.drift.scan import Scan, Stretch, scan
from posture.drift.types import Episode, Interval, Pace, Status
from posture.drift.verdict import _came_and_went, judge_all
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.settings import DriftSettings
from posture.strides.types import Gait
from tests.drift.test_drift import BUMP, SETTINGS, STRIDE, belt, clip, result, run, white

# --- gaps between clips ---

CLIP = 80
#: Of each stride, of two clips with five minutes between.
TORN = STRIDE * np.arange(2 * CLIP) + np.where(np.arange(2 * CLIP) < CLIP, 0.0, 300.0)


def seen(value: np.ndarray, time: np.ndarray = TORN) -> tuple[Scan, Scan]:
    """What happened, before and after a look at the gap."""
    found = scan(value, fifths(value.size) // 2)
    return found, beyond_borders(found, StrideSeries(time, value))


def test_a_level_that_jumps_over_a_gap_must_be_beyond_what_clips_differ_by() -> None:
    value = white(2 * CLIP) + np.where(np.arange(2 * CLIP) < CLIP, 0.0, 1.5)
    before, after = seen(value)
    expected = difference_p(value[:CLIP], value[CLIP:])
    assert expected > before.change.p
    assert after.change == replace(before.change, p=expected)
    assert after.p == expected


@pytest.mark.parametrize("begin", [40, 115])
def test_a_change_within_a_clip_has_nothing_to_do_with_the_gap(begin: int) -> None:
    before, after = seen(white(2 * CLIP) + np.where(np.arange(2 * CLIP) < begin, 0.0, 3.0))
    assert after.change == before.change
    assert after.p == before.p


def test_a_ramp_that_crosses_the_gap_is_compared_across_it() -> None:
    value = white(2 * CLIP)
    crossing = Scan(0.001, Stretch(40, 120, 2.0, 0.001, ramp=True), None)
    beside = Scan(0.001, Stretch(90, 120, 2.0, 0.001, ramp=True), None)
    series = StrideSeries(TORN, value)
    assert beyond_borders(crossing, series).change.p == difference_p(value[:CLIP], value[CLIP:])
    assert beyond_borders(beside, series).change.p == 0.001


def test_an_excursion_that_ends_at_the_gap_is_raised_by_itself() -> None:
    value = white(2 * CLIP)
    found = Scan(0.001, Stretch(20, 160, 1.0, 0.002), Stretch(60, CLIP, 2.0, 0.001))
    after = beyond_borders(found, StrideSeries(TORN, value))
    assert after.change.p == 0.002
    assert after.excursion is not None
    assert after.excursion.p == difference_p(value[:CLIP], value[CLIP:])
    assert after.p == 0.002


def test_clips_too_short_to_be_compared_and_short_pauses_are_one_recording() -> None:
    value = white(2 * CLIP) + np.where(np.arange(2 * CLIP) < CLIP, 0.0, 1.5)
    short = STRIDE * np.arange(2 * CLIP) + np.where(np.arange(2 * CLIP) < CLIP, 0.0, GAP_S - 2 * STRIDE)
    before, after = seen(value, short)
    assert after is before
    early = STRIDE * np.arange(2 * CLIP) + np.where(np.arange(2 * CLIP) < 40, 0.0, 300.0)
    found = Scan(0.001, Stretch(40, 160, 2.0, 0.001), None)
    assert beyond_borders(found, StrideSeries(early, value)).change == found.change


# --- chance ---


def test_chance_is_what_long_memory_makes_of_it() -> None:
    made = critical_values(8, 1500, seed=5)
    assert (np.diff(made) > 0).all()
    assert chance(8, made[1:4]) == pytest.approx(np.array(LEVELS[1:4]), rel=0.3)
    np.testing.assert_array_equal(critical_values(8, 1500, seed=5), made)


# --- upright ---


def test_an_upright_recording_of_somebody_who_stands_tells_of_posture_alone() -> None:
    count = 30
    values = {"trunk_lean": np.full(count, 3.0), "elbow_rom": np.full(count, 30.0), "vert_osc": np.full(count, 0.2)}
    strides, _, metrics = clip(count, values)
    running = upright_levels(strides, metrics)
    assert running.levels == {"trunk_lean": 3.0, "elbow_rom": 30.0, "vert_osc": 0.2, "cadence": 164.0}
    walking = upright_levels(replace(strides, gait=Gait.WALKING), metrics)
    assert (walking.gait, walking.levels) == (Gait.WALKING, {"trunk_lean": 3.0})
    trend = upright_levels(strides, replace(metrics, trend_only=frozenset({"trunk_lean"})))
    assert "trunk_lean" not in trend.levels
    frames = replace(metrics, values={"trunk_lean": np.array([4.0, nan, 6.0]), "ear_hip": np.array([nan, nan])})
    standing = upright_levels(replace(strides, table=strides.table.iloc[:0]), frames)
    assert (standing.gait, standing.levels) == (Gait.NONE, {"trunk_lean": 5.0})


@pytest.mark.parametrize(("lean", "beyond"), [(6.9, False), (7.1, True), (-1.1, True)])
def test_what_running_adds_to_upright_counts_from_two_floors_on(lean: float, beyond: bool) -> None:
    strides, _, metrics = clip(30, {"trunk_lean": np.full(30, 3.0)})
    fresh = {"trunk_lean": result(baseline=lean), "ear_hip": result(baseline=nan)}
    (added,) = added_to(upright_levels(strides, metrics), fresh, SETTINGS).values()
    assert added.added == pytest.approx(lean - 3.0)
    assert added.floor == pytest.approx(2 * METRICS["trunk_lean"].floor)
    assert added.beyond is beyond


# --- fresh and end ---


def test_the_fresh_part_and_the_end_are_fifths_behind_the_warm_up() -> None:
    count = 200
    strides, _, metrics = clip(count, {"trunk_lean": white(count)})
    group = fresh_and_end(strides, metrics, DriftSettings(warmup_share=0.1))
    assert (group[:19] == -1).all()
    judged = group[20:]
    assert (judged[: fifths(180) - 1] == 0).all()
    assert (group[-fifths(180) :] == 1).all()
    assert np.count_nonzero(group == 0) == np.count_nonzero(group == 1) == fifths(np.count_nonzero(group[20:] > -2))
    chosen = fresh_and_end(strides, metrics, SETTINGS, (0.0, 30 * STRIDE))
    assert np.flatnonzero(chosen == 0).tolist() == list(range(30))


@pytest.mark.parametrize("start", [0.0, 500.0])
def test_the_warm_up_is_a_share_of_the_clip_wherever_its_clock_begins(start: float) -> None:
    strides, _, metrics = clip(200, {"trunk_lean": white(200)})
    table = strides.table.assign(start=strides.table["start"] + start, end=strides.table["end"] + start)
    later = replace(metrics, time=metrics.time + start)
    group = fresh_and_end(replace(strides, table=table), later, DriftSettings(warmup_share=0.1))
    assert np.flatnonzero(group == 0)[0] == 20


# --- what came and went ---


@pytest.mark.parametrize(("faster", "status", "said"), [
    (0.15, Status.EPISODE, "speed changed by +5.0 % along with it: up to 16 % of it may be speed"),
    (0.6, Status.NOT_DECIDABLE, "Speed changed by +20.0 % along with it"),
])  # fmt: skip
def test_what_came_and_went_is_held_against_the_speed(faster: float, status: Status, said: str) -> None:
    """Forty strides of 200 with a third more swing, on a belt that went faster for just as long."""
    during = (np.arange(200) >= 80) & (np.arange(200) < 120)
    swing = {"upper_arm_amp": 50.0 + 16.0 * during + white(200)}
    constant = run(200, swing)["upper_arm_amp"]
    assert (constant.status, constant.episode and constant.episode.pace) == (Status.EPISODE, None)
    flat = belt(0.0, 200)
    log = replace(flat, speed=3.0 + faster * np.interp(flat.time, STRIDE * np.arange(200), during))
    beside = run(200, swing, speed=log)["upper_arm_amp"]
    assert beside.status is status
    assert said in beside.reason


def test_an_episode_that_something_else_explains_is_none() -> None:
    came = Episode(30.0, 60.0, 40, 6.0, Interval(5.0, 7.0), 0.001)
    given = {"trunk_lean": result(change=0.1, bound=9.0, p=0.001, p_lasting=0.8, episode=came)}
    still = Moved(ViewKind.SIDE)
    (told,) = judge_all(given, {"trunk_lean": still}, 0.05, {"trunk_lean": still}).values()
    assert told.status is Status.EPISODE
    rolled = Moved(ViewKind.SIDE, uncorrected_roll=8.0)
    (vetoed,) = judge_all(given, {"trunk_lean": still}, 0.05, {"trunk_lean": rolled}).values()
    assert vetoed.status is Status.NOT_DECIDABLE
    assert vetoed.episode is None
    chance_only = {"trunk_lean": replace(given["trunk_lean"], p=0.8, episode=replace(came, p=0.8))}
    (none,) = judge_all(chance_only, {"trunk_lean": still}, 0.05, {}).values()
    assert none.episode is None


def test_chance_is_shared_within_a_family_and_never_with_another() -> None:
    family = {id: next(i for i, m in METRICS.items() if m.family == id) for id in ("exploratory", "legs")}
    ps = {"trunk_lean": 0.01, "neck_incl": 0.04, family["exploratory"]: 0.5, family["legs"]: 0.7}
    given = {id: replace(result(change=0.1, bound=9.0, p=p), metric=id) for id, p in ps.items()}
    told = judge_all(given, dict.fromkeys(given, Moved(ViewKind.SIDE)), 0.05)
    # The smaller of two is doubled; one alone stays as it is.
    assert {id: found.q for id, found in told.items()} == pytest.approx({**ps, "trunk_lean": 0.02})


def test_what_was_taken_out_over_the_run_was_taken_out_of_its_episode() -> None:
    whole, part = Pace(5.0, 0.2, 4.0, 6.0), Pace(2.0, 0.1)
    came = replace(BUMP, pace=part)
    assert _came_and_went(result(episode=came, pace=whole), came).pace == whole
    for other in (part, None):
        assert _came_and_went(result(episode=came, pace=other), came).pace == part


def test_an_episode_is_held_against_what_lies_before_it_or_behind_where_there_is_too_little() -> None:
    time = np.arange(100.0)
    assert _around(time, replace(BUMP, begin=30.0, end=60.0)) == Interval(0.0, 30.0)
    assert _around(time, replace(BUMP, begin=10.0, end=60.0)) == Interval(0.0, 10.0)
    assert _around(time, replace(BUMP, begin=9.0, end=60.0)) == Interval(60.0, 99.0)


def test_what_noise_alone_moves_gets_no_verdict() -> None:
    given = {"sh_yaw_amp": replace(result(change=40.0, bound=50.0, p=1e-4), metric="sh_yaw_amp")}
    (told,) = judge_all(given, {"sh_yaw_amp": Moved(ViewKind.FRONT)}, 0.05).values()
    assert told.status is Status.NOT_MEASURABLE
    assert "says nothing" in told.reason


def test_roll_that_was_taken_out_is_said_beside_a_change() -> None:
    given = {"trunk_lean": result(change=5.0, bound=6.0, p=1e-4, p_lasting=1e-4, phases=Interval(4.0, 6.0))}
    (told,) = judge_all(given, {"trunk_lean": Moved(ViewKind.SIDE, corrected_roll=-3.0)}, 0.05).values()
    assert told.status is Status.DRIFT
    assert "roll of 3.0 degrees was taken out" in told.reason
