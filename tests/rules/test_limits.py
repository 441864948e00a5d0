"""The limit that a rule names beside a level, on whichever side it lies, and how far out it says that the level is."""

from __future__ import annotations

import pytest

from posture.drift.types import Interval, Timing
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.levels import Level as Placed
from posture.levels import Levels, Place
from posture.rules import confidence
from posture.rules.evidence import Evidence
from posture.rules.evidence_levels import SELDOM, Seen, level_outcome, none_judged
from posture.rules.intake import Intake
from posture.rules.outcome import Outcome
from posture.rules.schema import Level
from posture.settings import DriftSettings
from tests.evidence import result, run, seen, seen_from

ELBOW, USUAL, RARE = "elbow_flex", Interval(80.0, 100.0), Interval(70.0, 110.0)


def placed(value: float, place: Place, beyond: float = 0.0, others: int = 40, strides: int = 20) -> Placed:
    return Placed(ELBOW, value, 1.0, strides, place, beyond, USUAL, RARE, (90.0,) * others)


def asked(level: Placed, direction: str, upright: float | None = None) -> Outcome:
    drift = run()
    levels = Levels("forty", True, {ELBOW: level}, {})
    context = Seen(levels, seen_from(ViewKind.SIDE), seen(drift, ViewKind.SIDE), DriftSettings())
    return level_outcome(Level(level=ELBOW, direction=direction), level, upright, "elbow?", context)


@pytest.mark.parametrize(
    ("value", "place", "beyond", "upright", "direction", "truth", "limit"),
    [
        (90.0, Place.USUAL, 0.0, None, "up", False, 110.0),
        (115.0, Place.HIGH, SELDOM, None, "up", True, 110.0),
        (65.0, Place.LOW, SELDOM, None, "down", True, 70.0),
        (65.0, Place.LOW, SELDOM, None, "up", False, 70.0),
        (105.0, Place.HIGH, 0.95, None, "any", None, 110.0),
        (75.0, Place.LOW, 0.95, None, "any", None, 70.0),
        # The runner's own upright level confirms the lesser border, on the side of the level.
        (105.0, Place.HIGH, 0.95, 60.0, "up", True, 100.0),
        (75.0, Place.LOW, 0.95, 120.0, "down", True, 80.0),
        (75.0, Place.LOW, 0.95, 60.0, "down", None, 70.0),
        (105.0, Place.HIGH, 0.95, 120.0, "up", None, 110.0),
    ],
)
def test_a_level_among_runners_is_told_with_the_border_of_its_side(
    value: float, place: Place, beyond: float, upright: float | None, direction: str, truth: bool | None, limit: float
) -> None:
    outcome = asked(placed(value, place, beyond), direction, upright)
    (line,) = outcome.trace
    assert (outcome.truth, line.passed, line.value, line.threshold) == (truth, truth, value, limit)
    assert line.metrics == (ELBOW,)
    if truth is None:
        assert not outcome.factors
        assert not outcome.basis
        return
    out = abs(value - 90.0) / 10.0
    sure = confidence.change_quality(out) if truth else confidence.rest_quality(out)
    assert outcome.factors["level"] == pytest.approx(sure)
    assert outcome.factors["strides"] == confidence.level_quality(20)
    assert [basis.timing for basis in outcome.basis] == [Timing.PRE_EXISTING] * truth


def test_too_few_strides_leave_a_level_unknown() -> None:
    assert asked(placed(150.0, Place.UNKNOWN, others=0, strides=2), "up").truth is None


def by_bands(
    metric: str, baseline: float, direction: str, end: float | None = None, timing: Timing = Timing.PRE_EXISTING
) -> Outcome:
    change = 0.0 if end is None else end - baseline
    drift = run(result(metric, change, baseline=baseline, timing=timing))
    evidence = Evidence(
        drift, seen_from(ViewKind.SIDE), seen(drift, ViewKind.SIDE), (0.0, 100.0), Intake({}), {},
        lambda cause: pytest.fail(cause), lambda left_out: pytest.fail("asked without"), none_judged("nobody"),
        DriftSettings(),
    )  # fmt: skip
    return evidence.ask(Level(level=metric, direction=direction))


@pytest.mark.parametrize("metric", ["elbow_flex", "trunk_lean"])
@pytest.mark.parametrize(
    ("beyond", "direction", "truth", "side"),
    [
        (8.0, "up", True, 1), (-8.0, "down", True, 0), (-8.0, "up", False, 1), (8.0, "down", False, 0),
        (8.0, "any", True, 1), (-8.0, "any", True, 0),
    ],
)  # fmt: skip
def test_a_level_of_a_run_is_told_with_the_edge_of_its_side(
    metric: str, beyond: float, direction: str, truth: bool, side: int
) -> None:
    band = METRICS[metric].red or METRICS[metric].amber
    assert band is not None
    baseline = band[1] + beyond if beyond > 0 else band[0] + beyond
    outcome = by_bands(metric, baseline, direction)
    (line,) = outcome.trace
    assert (outcome.truth, line.passed) == (truth, truth)
    assert (line.value, line.threshold) == (baseline, band[side])
    assert [basis.timing for basis in outcome.basis] == [Timing.PRE_EXISTING] * truth
    sure = confidence.change_quality(8.0 / METRICS[metric].floor) if truth else 1.0
    assert outcome.factors["change"] == pytest.approx(sure)


def test_a_level_that_gets_better_counts_while_it_stays_beyond_red_at_both_ends() -> None:
    red = METRICS["trunk_lean"].red
    assert red is not None
    stayed = by_bands("trunk_lean", red[1] + 20.0, "up", red[1] + 2.0, Timing.IMPROVING)
    assert stayed.truth is True
    assert "getting less" in stayed.trace[0].why
    went = by_bands("trunk_lean", red[1] + 20.0, "up", red[1] - 2.0, Timing.IMPROVING)
    assert went.truth is False
    assert "got back" in went.trace[0].why
    assert not went.basis
