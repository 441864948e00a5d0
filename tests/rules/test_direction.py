"""Changes and levels count only away from neutral: what gets better is never told as a cause."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.drift.floor import floor_of
from posture.drift.timing import find_timing
from posture.drift.types import Timing
from posture.kinematics import METRICS
from posture.kinematics.neutral import Turn, beyond, turn
from posture.kinematics.types import ViewKind
from posture.rules import Verdict
from posture.settings import DriftSettings
from tests.evidence import findings, result

YES, NO, OPEN = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.CANNOT_TELL
FRONT = ViewKind.FRONT
NEUTRAL = sorted(m.id for m in METRICS.values() if m.neutral is not None)


def drift(metric: str, start: float, end: float, timing: Timing | None = None):
    return result(metric, end - start, baseline=start, timing=timing)


def lean(*, apart: float, spread: float) -> tuple:
    """The upper body comes forward by 5 degrees; the neck against the trunk changes by so much, give or take."""
    neck = result("neck_trunk", apart, spread=spread / METRICS["neck_trunk"].floor)
    return (
        result("trunk_lean", 5.0),
        result("ear_hip", 5.0 + 0.35 * apart),
        neck,
        result("neck_incl", 5.0 + apart),
    )


@given(metric=st.sampled_from(NEUTRAL), start=st.floats(-60, 120), end=st.floats(-60, 120))
def test_there_and_back_again_is_never_away_twice(metric: str, start: float, end: float) -> None:
    known = METRICS[metric]
    there, back = turn(known, start, end, known.floor), turn(known, end, start, known.floor)
    assert (there is Turn.AWAY) == (back is Turn.TOWARDS)
    if there is Turn.AWAY:
        assert beyond(known, end) > beyond(known, start)


def test_every_band_of_neutral_lies_within_what_is_unremarkable() -> None:
    for id in NEUTRAL:
        metric = METRICS[id]
        low, high = metric.neutral or (inf, -inf)
        assert low <= high
        for band in (metric.amber, metric.red):
            # An absolute error may pass the amber edge, never the red one.
            assert band is None or (band[0] - metric.absolute_error <= low and min(high, band[1]) <= band[1])


@pytest.mark.parametrize(
    ("cause", "drifts", "view"),
    [
        ("C14", [drift("lat_lean", 5.7, 1.7)], FRONT),
        ("C14", [drift("lat_lean", -5.7, -1.7)], FRONT),
        ("C14", [drift("arm_asym", 29.0, 12.0), drift("shoulder_obliquity", 4.7, 0.6)], FRONT),
        ("C4", [drift("trunk_lean", 26.0, 16.0, Timing.IMPROVING), drift("ear_hip", 20.0, 12.0)], ViewKind.SIDE),
        ("C4", [drift("trunk_lean", -12.0, -2.0), drift("ear_hip", -9.0, 0.0)], ViewKind.SIDE),
        ("C7", [drift("wrist_h", -0.1, 0.1)], ViewKind.SIDE),
        ("C7", [drift("wrist_h", 0.02, 0.13)], ViewKind.SIDE),
        ("C8", [drift("elbow_width", 0.6, 0.45), drift("wrist_width", 0.95, 0.8)], FRONT),
        ("C9", [drift("cross_frac", 40.0, 8.0, Timing.IMPROVING)], FRONT),
    ],
)
def test_an_improvement_is_no_cause(cause: str, drifts: list, view: ViewKind) -> None:
    finding = findings(*drifts, view=view)[cause]
    assert finding.verdict is NO
    assert "changed" in finding.text
    assert "kept" not in finding.text
    assert finding.confidence > 0


def test_the_same_size_away_from_neutral_is_one() -> None:
    for start, end in ((1.7, 5.7), (-1.7, -5.7), (1.0, -5.7)):
        assert findings(drift("lat_lean", start, end), view=FRONT)["C14"].verdict is YES
    assert findings(drift("wrist_h", 0.45, 0.56))["C7"].verdict is YES


def test_a_lean_that_changes_sides_is_neither() -> None:
    assert findings(drift("lat_lean", -3.0, 3.0), view=FRONT)["C14"].verdict is OPEN


@pytest.mark.parametrize(
    ("settings", "led", "verdict"),
    [
        (DriftSettings(), Turn.AWAY, YES),
        (DriftSettings(floors={"lat_lean": 7.0}), Turn.ACROSS, OPEN),
        (DriftSettings(floors={"lat_lean": 7.0}, floor_factor=2.0), Turn.ACROSS, OPEN),
        (DriftSettings(floors={"lat_lean": 1.0}, floor_factor=2.0), Turn.AWAY, YES),
    ],
)
def test_a_change_leads_away_by_the_floor_that_judged_it(settings: DriftSettings, led: Turn, verdict: Verdict) -> None:
    """From 7 degrees on one side to 11 on the other: 18 degrees, and 4 further out."""
    metric = METRICS["lat_lean"]
    floor = floor_of(metric, -7.0, settings)
    changed = replace(drift("lat_lean", -7.0, 11.0), floor=floor, mdc=floor)
    assert turn(metric, changed.baseline, changed.end, floor) is led
    assert findings(changed, view=FRONT)["C14"].verdict is verdict


def test_a_level_counts_on_its_own_side_only() -> None:
    across = result("cross_depth", baseline=-0.3, timing=Timing.PRE_EXISTING)
    assert findings(across, view=FRONT)["C9"].verdict is YES
    apart = result("cross_depth", baseline=10.0, timing=Timing.PRE_EXISTING)
    assert findings(apart, view=FRONT)["C9"].verdict is NO


def test_a_level_that_is_amber_and_confirmed_has_a_confidence() -> None:
    finding = findings(result("wrist_h_p95", baseline=0.85, timing=Timing.PRE_EXISTING))["C7"]
    assert finding.verdict is YES
    assert finding.confidence > 0.3


def test_a_red_level_that_gets_less_is_told_as_improving_while_it_is_red() -> None:
    assert findings(drift("wrist_h_p95", 1.2, 1.1, Timing.IMPROVING))["C7"].timing is Timing.IMPROVING
    assert findings(drift("wrist_h_p95", 1.2, 0.7, Timing.IMPROVING))["C7"].verdict is NO


def test_a_drift_towards_neutral_is_improving_without_any_band() -> None:
    timing = find_timing(METRICS["arm_asym"], drifted=True, baseline=29.0, change=-17.0, floor=10.0, upright=None)
    assert timing is Timing.IMPROVING


def test_from_an_oblique_camera_only_the_direction_counts() -> None:
    drifts = [drift("trunk_lean", -12.0, -2.0), drift("ear_hip", -12.0, -2.0), result("neck_trunk", 6.0)]
    drifts.append(result("neck_incl", 16.0))
    assert findings(*drifts, view=ViewKind.OBLIQUE)["C4"].verdict is YES
    assert findings(*drifts)["C4"].verdict is NO


def test_slump_or_lean_is_either_until_the_neck_decides() -> None:
    assert findings(*lean(apart=5.0, spread=1.0))["C4"].verdict is YES
    assert findings(*lean(apart=0.0, spread=1.0))["C4"].verdict is NO
    for apart in (0.0, 2.5, 5.0):
        finding = findings(*lean(apart=apart, spread=6.0))["C4"]
        assert finding.verdict is OPEN
        assert "either" in finding.text


def test_technique_as_a_whole_counts_one_measurement_once() -> None:
    hands, elbow, arm = result("wrist_h", 0.12), result("elbow_rom", -15), result("upper_arm_amp", -15)
    shared = findings(hands, elbow)
    assert shared["C7"].verdict is YES
    assert shared["C10"].verdict is YES
    assert shared["C1"].verdict is not YES
    assert any("same measurements" in line.why for line in shared["C1"].trace)
    assert findings(hands, elbow, arm)["C1"].verdict is YES
