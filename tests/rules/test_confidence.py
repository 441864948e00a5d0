from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.kinematics.types import ViewKind
from posture.rules import Confidence, Verdict
from posture.rules.confidence import CAPS, label
from tests.evidence import findings, result, slump

SIDEWAYS = ("C1", "C4", "C5", "C7", "C10", "C15")
ARMS = (("wrist_h", 0.2), ("elbow_rom", -25.0), ("upper_arm_amp", -20.0))
UNIT = st.floats(0.0, 1.0)


def everything(kind: ViewKind, yaw: float, sure: float, strides: int, share: float, spread: float) -> dict[str, float]:
    """Confidence of each cause that a side view supports, for one and the same runner."""
    drifts = [(r.metric, r.change) for r in slump(14)] + list(ARMS)
    made = [result(metric, change, strides=strides, spread=spread) for metric, change in drifts]
    found = findings(
        *made, view=kind, yaw=yaw, view_confidence=sure, strides=strides, share=share, strength_sessions=0.0
    )
    return {cause: f.confidence for cause, f in found.items() if f.verdict is Verdict.SUPPORTED}


def camera(yaw: float) -> ViewKind:
    return ViewKind.SIDE if yaw <= 20 else ViewKind.OBLIQUE


@settings(max_examples=60, deadline=None)
@given(
    yaws=st.tuples(st.floats(0, 60), st.floats(0, 60)),
    sures=st.tuples(UNIT, UNIT),
    strides=st.tuples(st.integers(60, 4000), st.integers(60, 4000)),
    shares=st.tuples(st.floats(0.5, 1), st.floats(0.5, 1)),
    spreads=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_nothing_worse_makes_a_finding_surer(
    yaws: tuple[float, float],
    sures: tuple[float, float],
    strides: tuple[int, int],
    shares: tuple[float, float],
    spreads: tuple[float, float],
) -> None:
    good = everything(camera(min(yaws)), min(yaws), max(sures), max(strides), max(shares), min(spreads))
    bad = everything(camera(max(yaws)), max(yaws), min(sures), min(strides), min(shares), max(spreads))
    for cause in set(good) & set(bad):
        assert bad[cause] <= good[cause] + 1e-12


@pytest.mark.parametrize(
    "worse",
    [
        {"yaw": 15.0},
        {"sure": 0.6},
        {"strides": 70},
        {"share": 0.6},
        {"spread": 0.8},
        {"kind": ViewKind.OBLIQUE, "yaw": 30.0},
    ],
)
def test_each_thing_that_is_worse_makes_every_finding_less_sure(worse: dict) -> None:
    best = {"kind": ViewKind.SIDE, "yaw": 0.0, "sure": 1.0, "strides": 1000, "share": 1.0, "spread": 0.0}
    good, bad = everything(**best), everything(**{**best, **worse})
    assert {"C4", "C5", "C7", "C10"} <= set(good)
    for cause in ("C4", "C5", "C10"):
        assert bad[cause] < good[cause]


@settings(max_examples=30, deadline=None)
@given(off=st.tuples(st.floats(0, 30), st.floats(0, 30)))
def test_the_same_from_the_front(off: tuple[float, float]) -> None:
    squarely, askew = (
        findings(result("weave", 0.3), view=ViewKind.FRONT, yaw=90.0 - angle)["C9"].confidence for angle in sorted(off)
    )
    assert askew <= squarely


@settings(max_examples=40, deadline=None)
@given(size=st.floats(3.5, 30), more=st.floats(0, 20))
def test_a_larger_change_is_never_less_sure(size: float, more: float) -> None:
    lesser, larger = (findings(*slump(2 * s))["C4"] for s in (size, size + more))
    assert lesser.verdict is larger.verdict is Verdict.SUPPORTED
    assert larger.confidence >= lesser.confidence - 1e-12
    assert larger.effect >= lesser.effect


def test_more_signs_never_make_it_less_sure() -> None:
    two = findings(result("upper_arm_amp", -25), result("elbow_rom", -25))["C10"]
    weak = result("wrist_h", 0.06, spread=0.9)
    assert findings(result("upper_arm_amp", -25), result("elbow_rom", -25), weak)["C10"].confidence >= two.confidence
    assert findings(*slump(), effort=9.0)["C4"].confidence > findings(*slump())["C4"].confidence


@settings(deadline=None)
@given(UNIT)
def test_labels(value: float) -> None:
    expected = "low" if value < 0.4 else "high" if value > 0.7 else "moderate"
    assert label(value) == expected


def test_caps_hold_their_labels() -> None:
    assert {cap: label(value) for cap, value in CAPS.items()} == {cap: cap for cap in Confidence}


def test_factors_are_named_and_their_product_is_the_confidence() -> None:
    finding = findings(*slump())["C4"]
    product = 1.0
    for factor in finding.factors.values():
        assert 0 < factor <= 1
        product *= factor
    assert set(finding.factors) == {"view", "landmarks", "strides", "change", "corroboration"}
    assert finding.confidence == pytest.approx(product)
