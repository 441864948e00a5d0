"""The head's vector against a planar model of trunk, neck and head; and the indices over several metrics."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.kinematics import METRICS
from posture.kinematics.body import Body
from posture.kinematics.composite import slouch_index, tension_index
from posture.kinematics.head import JACOBIAN, PATTERN_METRICS, SLUMPS, HeadChange, classify_head
from posture.kinematics.side import head_and_trunk
from posture.kinematics.types import View, ViewKind
from posture.landmarks import COUNT, L
from posture.series import Floats, PoseSeries

FLOORS = {i: METRICS[i].floor for i in (*PATTERN_METRICS, "head_pitch", "shrug_v")}


@dataclass(frozen=True)
class Planar:
    """Trunk, shoulder girdle, neck and head in the sagittal plane, metres and degrees.

    The shoulder joint is carried by the thorax above the bend, 8 cm below and 6 cm ahead of C7 (method 1.2).
    """

    lean: float = 5.0
    flexion: float = 0.0
    protraction: float = 0.0
    shrug: float = 0.0
    head: float = 0.0
    nod: float = 0.0

    def points(self) -> dict[int, Floats]:
        def turned(vector: tuple[float, float], degrees: float) -> Floats:
            a = np.radians(degrees)
            return np.array(
                [vector[0] * np.cos(a) + vector[1] * np.sin(a), vector[1] * np.cos(a) - vector[0] * np.sin(a)]
            )

        hip = np.zeros(2)
        thoracic = self.lean + self.flexion
        # Half of the trunk below the bend, half above it.
        bend = hip + turned((0.0, 0.25), self.lean)
        c7 = bend + turned((-0.06, 0.33), thoracic)
        shoulder = c7 + turned((0.06 + self.protraction, -0.08 + self.shrug), thoracic)
        ear = c7 + turned((0.11, 0.14), thoracic - 5.0) + np.array([self.head, 0.0])
        nose = ear + turned((0.11, 0.0), self.nod)
        return {L.LEFT_HIP: hip, L.LEFT_SHOULDER: shoulder, L.LEFT_EAR: ear, L.NOSE: nose}


def metrics_of(model: Planar) -> dict[str, float]:
    """Through the program's own formulas."""
    time = np.arange(40) / 30
    xy = np.full((40, COUNT, 2), np.nan)
    for landmark, point in model.points().items():
        pixel = np.array([300 + 200 * point[0], 300 - 200 * point[1]])
        xy[:, landmark] = pixel
        if landmark != L.NOSE:
            xy[:, landmark + 1] = pixel
    ones = np.ones((40, COUNT))
    clip = PoseSeries(time, xy, np.full((40, COUNT, 3), np.nan), ones, ones, np.zeros(40, dtype=int), (600, 600))
    view = View(ViewKind.SIDE, 0.0, "right", 1, np.full(40, "side"), np.zeros(40), np.ones(40, dtype=int), 1.0)
    return {i: float(column[20]) for i, column in head_and_trunk(Body(clip, view, np.zeros(1))).items()}


def change(**fields: float) -> dict[str, float]:
    base, moved = metrics_of(Planar()), metrics_of(replace(Planar(), **fields))
    return {i: moved[i] - base[i] for i in base}


SINGLE = {
    HeadChange.HEAD_FORWARD: {"head": 0.03},
    HeadChange.ROUNDED: {"protraction": 0.03},
    HeadChange.SLOUCH: {"head": 0.03, "protraction": 0.03},
    HeadChange.THORACIC_SLOUCH: {"flexion": 10.0},
    HeadChange.WHOLE_LEAN: {"lean": 9.0},
}


@pytest.mark.parametrize("pattern", list(SINGLE))
def test_the_planar_model_has_the_jacobian_of_the_literature(pattern: HeadChange) -> None:
    seen = change(**SINGLE[pattern])
    for metric, expected in zip(PATTERN_METRICS, JACOBIAN[pattern], strict=True):
        assert seen[metric] == pytest.approx(expected, abs=1.5), metric


def test_the_other_columns_of_the_jacobian() -> None:
    nod = change(nod=15.0)
    assert nod["head_pitch"] == pytest.approx(15.0, abs=0.01)
    assert all(nod[i] == pytest.approx(0.0, abs=1e-9) for i in nod if i != "head_pitch")
    shrug = change(shrug=0.02)
    assert shrug["shrug_v"] == pytest.approx(-0.055, abs=0.015)
    assert shrug["ear_hip"] == pytest.approx(0.0, abs=1e-9)
    assert abs(shrug["neck_incl"]) < 2.0
    assert change(head=0.03)["head_fwd"] == pytest.approx(0.060, abs=0.01)
    assert change(protraction=0.03)["head_fwd"] == pytest.approx(-0.086, abs=0.015)
    assert change(lean=9.0)["head_fwd"] == pytest.approx(0.0, abs=1e-9)


def test_protraction_is_blind_to_lean_and_moves_with_the_shoulders() -> None:
    assert change(lean=9.0)["protraction"] == pytest.approx(0.0, abs=1e-9)
    assert change(protraction=0.03)["protraction"] > METRICS["protraction"].floor
    assert change(head=0.03)["protraction"] < 0


@pytest.mark.parametrize("pattern", list(SINGLE))
def test_each_single_change_at_twice_its_mdc_gets_its_class(pattern: HeadChange) -> None:
    seen = change(**SINGLE[pattern])
    largest = max(abs(seen[i]) / FLOORS[i] for i in PATTERN_METRICS)
    scaled = {i: 2.0 / largest * seen[i] for i in (*PATTERN_METRICS, "head_pitch")}
    answer = classify_head(scaled, FLOORS)
    assert answer.change == pattern
    assert answer.confidence > 0.5


def test_looking_down_none_and_unclear() -> None:
    assert classify_head(change(nod=12.0), FLOORS).change == HeadChange.LOOKING_DOWN
    assert classify_head(change(shrug=0.02), FLOORS).change == HeadChange.NONE
    assert classify_head(dict.fromkeys(PATTERN_METRICS, 0.0), FLOORS).change == HeadChange.NONE
    assert classify_head({}, FLOORS).change == HeadChange.UNCLEAR
    upright = {i: -v for i, v in change(flexion=10.0).items()}
    assert classify_head(upright, FLOORS).change == HeadChange.UNCLEAR
    one_missing = change(flexion=10.0) | {"ear_hip": float("nan")}
    assert classify_head(one_missing, FLOORS).change == HeadChange.UNCLEAR


@given(size=st.floats(1.05, 10.0), pattern=st.sampled_from(list(JACOBIAN)))
def test_more_of_the_same_change_never_changes_the_class_or_lowers_confidence(size: float, pattern: HeadChange) -> None:
    vector = np.array(JACOBIAN[pattern])
    vector = vector / np.max(np.abs(vector) / [FLOORS[i] for i in PATTERN_METRICS])
    answers = [classify_head(dict(zip(PATTERN_METRICS, vector * s, strict=True)), FLOORS) for s in (size, 1.5 * size)]
    assert answers[0].change == answers[1].change == pattern
    assert 0 < answers[0].confidence <= answers[1].confidence <= 1


@pytest.mark.parametrize(("component", "tenser"), [
    ("upper_arm_amp", -1), ("elbow_rom", -1), ("shrug_v", -1), ("elbow_flex", 1), ("wrist_h", 1),
])  # fmt: skip
def test_every_component_counts_alike_in_minimal_detectable_changes(component: str, tenser: int) -> None:
    assert tension_index({component: np.array([tenser * 6.0])}, {component: 3.0}).value == pytest.approx([2.0])


def test_the_tension_index_needs_two_components_and_a_core_one() -> None:
    mdcs = {"upper_arm_amp": 8.0, "elbow_rom": 8.0, "shrug_v": 0.03, "elbow_flex": 6.0, "wrist_h": 0.05}
    tense = tension_index({"upper_arm_amp": np.full(5, -16.0), "elbow_flex": np.full(5, 12.0)}, mdcs)
    assert tense.supported
    assert tense.value == pytest.approx(np.full(5, 2.0))
    style = tension_index({"wrist_h": np.full(5, 0.2), "elbow_flex": np.full(5, 12.0)}, mdcs)
    assert not style.supported
    looser = tension_index({"upper_arm_amp": np.full(5, 16.0), "elbow_flex": np.full(5, -12.0)}, mdcs)
    assert not looser.supported
    assert np.all(looser.value < 0)
    gap = tension_index({"upper_arm_amp": np.array([-16.0, np.nan]), "wrist_h": np.array([0.05, 0.1])}, mdcs)
    assert gap.value == pytest.approx([1.5, 2.0])
    assert np.isnan(tension_index({}, mdcs).value)


def test_the_slouch_index_is_no_lean_index() -> None:
    changes = {"trunk_lean": np.array(4.0), "neck_incl": np.array(8.0), "ear_hip": np.array(6.0)}
    slumped = slouch_index(changes, FLOORS, HeadChange.THORACIC_SLOUCH in SLUMPS)
    assert slumped.value == pytest.approx(7.0)
    assert slumped.supported
    assert not slouch_index(changes, FLOORS, HeadChange.WHOLE_LEAN in SLUMPS).supported
    assert np.isnan(slouch_index({"trunk_lean": np.array(4.0)}, FLOORS, True).value)
