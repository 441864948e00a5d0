"""Levels and patterns on numbers with known truth."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from math import nan, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from scipy import stats

from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.levels import Level, Levels, Place, Reference, Shape, apart, judge_levels
from posture.levels.build import make_reference
from posture.levels.errors import Doubt
from posture.levels.reference import (
    LEAST_RUNNERS,
    LEAST_STRIDES,
    LEVELLED,
    ReferenceClip,
    held_against,
    load_reference,
    named_apart,
)
from posture.levels.shapes import SHAPES, TAIL
from posture.levels.spread import Spread, along
from posture.levels.stage import Held, held
from posture.levels.types import Pattern
from tests.conftest import ROOT

SQUARE = Doubt(nan, 0.0)


def clip(runner: str, **levels: float) -> ReferenceClip:
    return ReferenceClip(
        runner=runner, source="made", view=ViewKind.SIDE, gait="running", strides=10, levels=levels
    )  # fmt: skip


@cache
def runners(count: int = 20, seed: int = 1) -> Reference:
    """Runners with exactly the spread that real ones have (mean and covariance of trunk and neck)."""
    rng = np.random.default_rng(seed)
    raw = rng.standard_normal((count, 2))
    raw = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw.T))).T
    both = raw @ np.linalg.cholesky(np.array([[9.0, 3.0], [3.0, 9.0]])).T + [5.0, 22.0]
    clips = [
        clip(f"r{i}", trunk_lean=t, neck_incl=n, neck_trunk=n - t, wrist_h=0.45 + 0.02 * a, wrist_h_p95=0.65 + 0.03 * b,
             elbow_flex=94.0 + 9.0 * a)
        for i, ((t, n), (a, b)) in enumerate(zip(both, raw, strict=True))
    ]  # fmt: skip
    return make_reference(clips, "full sha256:1", "mediapipe 1.2")


def run(strides: int = 10, spread: float = 0.0, doubt: Doubt = SQUARE, **levels: float) -> Held:
    """A recording whose strides lie evenly around its levels."""
    about = np.linspace(-1.0, 1.0, strides) if strides > 1 else np.zeros(1)
    values = {id: level + spread * about for id, level in levels.items()}
    return Held(values, frozenset(), ViewKind.SIDE, "running", doubt)


def judged(**levels: float) -> Levels:
    return judge_levels(run(**levels), runners())


def found(levels: Levels) -> list[Shape]:
    return [pattern.shape for pattern in levels.found]


# What is read on real runners, with what the eye says of them.
@pytest.mark.parametrize(
    ("trunk", "neck", "expected"),
    [
        (4.1, 36.3, [Shape.HEAD_FORWARD]),  # chin down to the console
        (6.4, 34.8, [Shape.HEAD_FORWARD]),  # looks down
        (22.4, 51.9, [Shape.SLUMPED]),  # labelled hunched
        (10.5, 32.9, [Shape.SLUMPED]),  # the end of a rendered runner who slumps
        (15.5, 32.0, [Shape.WHOLE_LEAN]),  # all of the body, as in a sprint
        (-5.5, 11.5, [Shape.LEANING_BACK]),
        (7.7, 23.1, []),  # labelled right
        (8.9, 28.2, []),
        (-1.0, 18.0, []),
    ],
)
def test_each_posture_is_told_by_trunk_and_neck_together(trunk: float, neck: float, expected: list[Shape]) -> None:
    assert found(judged(trunk_lean=trunk, neck_incl=neck)) == expected


def test_several_metrics_that_are_a_little_out_count_as_they_should() -> None:
    levels = judged(trunk_lean=10.5, neck_incl=29.5, neck_trunk=19.0)
    assert {level.place for level in levels.levels.values()} <= {Place.USUAL, Place.HIGH}
    assert levels.levels["trunk_lean"].place is Place.USUAL
    assert levels.patterns[Shape.SLUMPED].size > max(
        abs(levels.levels[id].value - mean) / 3.0 / 2.8 for id, mean in (("trunk_lean", 5.0), ("neck_incl", 22.0))
    )


def test_a_forward_head_on_a_trunk_that_leans_back_is_no_pattern_and_no_clean_bill() -> None:
    levels = judged(trunk_lean=-4.0, neck_incl=33.0)
    assert found(levels) == []
    assert levels.patterns[Shape.HEAD_FORWARD].found is None


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({"wrist_h": 0.60, "wrist_h_p95": 0.85}, [Shape.HANDS_HIGH]),
        ({"wrist_h": 0.45, "wrist_h_p95": 0.90}, []),  # a wide swing
        ({"elbow_flex": 130.0}, [Shape.ELBOWS_TIGHT]),
        ({"elbow_flex": 60.0}, [Shape.ELBOWS_STRETCHED]),
        ({"elbow_flex": 85.0}, []),
    ],
)
def test_arms(levels: dict[str, float], expected: list[Shape]) -> None:
    assert found(judged(**levels)) == expected


def test_the_shift_along_a_direction_is_the_prediction_of_a_regression() -> None:
    rng = np.random.default_rng(0)
    levels = rng.standard_normal((15, 2)) @ np.array([[3.0, 1.0], [0.0, 2.0]])
    new = np.array([2.0, 7.0])
    fit = stats.linregress(levels[:, 0], levels[:, 1])
    left = levels[:, 1] - fit.intercept - fit.slope * levels[:, 0]
    from_mean = new[0] - levels[:, 0].mean()
    error = sqrt((left**2).sum() / 13 * (1 + 1 / 15 + from_mean**2 / ((levels[:, 0] - levels[:, 0].mean()) ** 2).sum()))
    expected = (new[1] - fit.intercept - fit.slope * new[0]) / error
    seen = along(new, Spread.of(levels), np.array([0.0, 1.0]), 0.01)
    assert seen.t == pytest.approx(expected)
    assert seen.critical == pytest.approx(stats.t.isf(0.01, 13))


def test_the_prediction_interval_is_the_textbooks() -> None:
    values = np.array([[1.0], [2.0], [4.0], [7.0]])
    half = stats.t.ppf(0.975, 3) * values.std(ddof=1) * sqrt(1 + 1 / 4)
    interval = Spread.of(values).interval(0.95)
    assert (interval.low, interval.high) == pytest.approx((3.5 - half, 3.5 + half))
    assert Spread.of(values).interval(0.95, error=2.0).high > interval.high


def test_no_more_runners_than_allowed_lie_out_whatever_their_number() -> None:
    rng = np.random.default_rng(4)
    mixing = np.linalg.cholesky(np.array([[9.0, 3.0], [3.0, 9.0]])).T
    for count in (10, 20):
        out = 0
        for _ in range(2000):
            drawn = rng.standard_normal((count + 1, 2)) @ mixing
            out += along(drawn[0], Spread.of(drawn[1:]), np.array([5.0, 10.0]), 0.05).size > 1.0
        assert 0.035 < out / 2000 < 0.065


_LEVEL = st.floats(-30.0, 60.0)


@settings(deadline=None)
@given(_LEVEL, _LEVEL, st.floats(0.1, 20.0), st.floats(0.1, 10.0))
def test_more_along_is_further_out_and_doubt_never_is(trunk: float, neck: float, more: float, error: float) -> None:
    spread = Spread.of(runners().levels(("trunk_lean", "neck_incl"), ViewKind.SIDE, "running"))
    for shape in (Shape.HEAD_FORWARD, Shape.SLUMPED, Shape.WHOLE_LEAN):
        direction = SHAPES[shape].vector
        here = along(np.array([trunk, neck]), spread, direction, TAIL)
        assert along(np.array([trunk, neck]) + more * direction, spread, direction, TAIL).t > here.t
        assert along(np.array([trunk, neck]), spread, 3.0 * direction, TAIL).t == pytest.approx(here.t)
    usual = spread.interval(0.95)
    assert spread.interval(0.95, error).low < usual.low < usual.high < spread.interval(0.95, error).high


@settings(deadline=None)
@given(st.floats(-10.0, 50.0), st.integers(3, 40), st.floats(0.0, 8.0), st.floats(-20.0, 20.0))
def test_a_place_is_consistent_with_its_interval(neck: float, strides: int, spread: float, roll: float) -> None:
    level = judge_levels(run(strides, spread, Doubt(roll, 5.0), neck_incl=neck), runners()).levels["neck_incl"]
    out = not level.usual.low <= level.value <= level.usual.high
    assert (level.place in (Place.HIGH, Place.LOW)) is out is (level.beyond > 0)
    assert bool(level.reason) is (level.place is Place.UNKNOWN)
    assert level.above == sum(other < neck for other in level.others)


def test_a_rolled_camera_and_a_restless_head_make_it_unsure() -> None:
    sure = judge_levels(run(neck_incl=33.0, trunk_lean=5.0), runners())
    assert (sure.levels["neck_incl"].place, sure.patterns[Shape.HEAD_FORWARD].found) == (Place.HIGH, True)
    for unsure in (
        run(neck_incl=33.0, trunk_lean=5.0, doubt=Doubt(12.0, 0.0)),
        run(neck_incl=33.0, trunk_lean=5.0, strides=3, spread=7.0),
    ):
        levels = judge_levels(unsure, runners())
        assert levels.levels["neck_incl"].place is Place.UNKNOWN
    assert levels.patterns[Shape.HEAD_FORWARD].found is None
    # A roll turns trunk and neck alike: what lies between them stays sure.
    rolled = judge_levels(run(neck_incl=40.0, trunk_lean=5.0, doubt=Doubt(12.0, 0.0)), runners())
    assert found(rolled) == [Shape.HEAD_FORWARD]


def test_angles_between_body_parts_do_not_mind_a_roll() -> None:
    places = [
        judge_levels(run(neck_trunk=30.0, doubt=Doubt(roll, 0.0)), runners()).levels["neck_trunk"]
        for roll in (0.0, 9.0)
    ]
    assert places[0] == places[1]


def test_what_cannot_be_placed_says_why() -> None:
    few = judge_levels(run(strides=LEAST_STRIDES - 1, neck_incl=36.0, trunk_lean=4.0), runners())
    assert few.levels["neck_incl"].place is Place.UNKNOWN
    assert "needs 3 strides; this has 2" in few.levels["neck_incl"].reason
    assert few.patterns[Shape.HEAD_FORWARD].found is None
    missing = judge_levels(run(neck_incl=36.0), runners())
    assert "Trunk lean was not measured" in missing.patterns[Shape.HEAD_FORWARD].reason
    alone = judge_levels(run(neck_incl=36.0), runners(LEAST_RUNNERS - 1))
    assert "takes 10 reference runners; there are 9" in alone.levels["neck_incl"].reason
    front = judge_levels(replace(run(wrist_h=0.9), view=ViewKind.FRONT), runners())
    assert front.reason.endswith("not compared with others here: the 20 reference runners were filmed from the side.")
    trend = judge_levels(replace(run(neck_incl=36.0), trend_only=frozenset({"neck_incl"})), runners())
    assert "only a change means anything" in trend.levels["neck_incl"].reason


def test_another_model_is_not_compared() -> None:
    reference = runners()
    assert held_against(reference, "full sha256:1", "mediapipe 1.2.9") == ""
    assert "seen by full, this recording by lite" in held_against(reference, "lite sha256:2", "mediapipe 1.2.3")
    assert "full sha256:2" in held_against(reference, "full sha256:2", "mediapipe 1.2.3")
    assert "mediapipe 1.3" in held_against(reference, "full sha256:1", "mediapipe 1.3.0")


def test_engines_that_read_alike_share_a_reference() -> None:
    """Neither differs more from the other than from itself on a picture that is moved (`benchmarks/engines.py`)."""
    assert held_against(runners(), "full sha256:1", "litert 2.3.1") == ""
    # LiteRT only runs the networks; what moves landmarks is in the model.
    assert {held_against(runners(), "full sha256:1", f"litert {v}") for v in ("2.1.6", "2.2.0", "2.4.0")} == {""}
    assert "by litert, which may" not in held_against(runners(), "lite sha256:2", "litert 2.3.1")


def test_models_and_engines_are_named_by_what_tells_them_apart() -> None:
    seen = ("full sha256:1", "litert 2.3")
    assert named_apart(seen, ("lite sha256:2", "mediapipe 1.3")) == ("full", "lite")
    assert named_apart(seen, ("full sha256:2", "litert 2.3")) == ("full sha256:1", "full sha256:2")
    assert named_apart(seen, ("full sha256:1", "mediapipe 1.3")) == ("litert 2.3", "mediapipe 1.3")


def test_what_the_program_takes_of_mediapipe_was_measured() -> None:
    """A version of its graph that nobody measured must not come with an installation: levels would be lost."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    taken = next(line for line in project["dependencies"] if line.startswith("mediapipe"))
    bounds = Requirement(taken).specifier
    assert bounds.contains(load_reference().engine.removeprefix("mediapipe ") + ".9")
    assert not bounds.contains("1.3.0")


def test_one_runner_counts_once_and_tells_how_recordings_differ() -> None:
    reference = make_reference(
        [clip("a", neck_incl=20.0), clip("b", neck_incl=23.0), clip("b", neck_incl=25.0), clip("b", neck_incl=27.0)],
        "full", "mediapipe 1.2",
    )  # fmt: skip
    assert reference.name == "2 reference runners"
    assert reference.levels(("neck_incl",), ViewKind.SIDE, "running").ravel() == pytest.approx([20.0, 25.0])
    assert reference.recording_error("neck_incl", ViewKind.SIDE, "running") == pytest.approx(2.0)
    assert np.isnan(reference.only("a").recording_error("neck_incl", ViewKind.SIDE, "running"))
    assert [clip.runner for clip in reference.without("a").clip] == ["b"] * 3
    assert len(reference.without("nobody").clip) == 4


def test_three_clips_of_one_runner_and_two_of_another_share_their_freedom() -> None:
    clips = [("a", 20.0), ("a", 22.0), ("b", 30.0), ("b", 32.0), ("b", 34.0)]
    reference = make_reference([clip(name, neck_incl=level) for name, level in clips], "full", "mediapipe 1.2")
    # Squares of 2 and 8 over one and two degrees of freedom.
    expected = sqrt(10.0 / 3.0)
    assert reference.recording_error("neck_incl", ViewKind.SIDE, "running") == pytest.approx(expected)


@pytest.mark.parametrize(("kind", "off"), [("side", 10.0), ("oblique", 10.0), ("front", 80.0), ("rear", 80.0)])
def test_yaw_is_doubted_from_the_views_own_direction(kind: str, off: float) -> None:
    view = View(ViewKind(kind), 10.0, None, 1, np.array([kind]), np.zeros(1), np.ones(1, dtype=int), 1.0)
    measured = Metrics(np.zeros(1), {}, {}, frozenset({"trunk_lean"}))
    recorded = held(pd.DataFrame({"neck_incl": [20.0, nan]}), measured, view, "running", 2.0)
    assert recorded.doubt == Doubt(2.0, off)
    assert recorded.values["neck_incl"].tolist() == [20.0]


def test_the_pattern_that_is_furthest_out_stands_first() -> None:
    levels = judged(trunk_lean=20.0, neck_incl=40.0)
    shapes = list(levels.patterns)[:2]
    patterns = {shape: Pattern(shape, True, size, 10, "") for shape, size in zip(shapes, (1.2, 3.4), strict=True)}
    assert [pattern.size for pattern in replace(levels, patterns=patterns).found] == [3.4, 1.2]


def test_two_short_recordings_are_told_apart_beyond_their_errors_and_the_floor() -> None:
    def level(trunk: float, spread: float = 0.0) -> Level:
        return judge_levels(run(trunk_lean=trunk, spread=spread), runners()).levels["trunk_lean"]

    def told(first: Level, second: Level, floor: float) -> bool:
        return apart(second.value - first.value, first, second, floor)

    assert told(level(6.3), level(-0.8), 2.0)
    assert told(level(-0.8), level(6.3), 2.0)
    assert not told(level(6.3), level(4.8), 2.0)
    # What counts is the difference that is told, not one between other summaries of the same strides.
    assert not apart(1.9, level(6.3), level(-0.8), 2.0)
    assert not told(level(6.3), level(3.3), 4.0)
    assert not told(level(6.3, spread=6.0), level(3.3, spread=6.0), 2.0)


def test_asymmetry_and_pitch_have_no_level() -> None:
    assert not {"arm_asym", "shoulder_obliquity", "lat_lean", "head_pitch", "cadence", "smooth"} & set(LEVELLED)
    assert {id for direction in SHAPES.values() for id in direction.metrics} <= set(LEVELLED) <= set(METRICS)
