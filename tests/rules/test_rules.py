from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from posture.drift.types import Status, Timing
from posture.kinematics.types import ViewKind
from posture.rules import Confidence, Verdict, leading, load_causes
from posture.rules.logic import all_of, any_of, at_least, negate
from posture.rules.types import Role
from posture.strides.types import Gait
from tests.evidence import findings, result, slump
from tests.forbidden import forbidden

YES, NO, OPEN, ASK = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.CANNOT_TELL, Verdict.NEEDS_ANSWERS
FRONT, REAR, OBLIQUE = ViewKind.FRONT, ViewKind.REAR, ViewKind.OBLIQUE
ARTICLE = ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11a", "C11b", "C12", "C13", "C14", "C15"]
#: What the article does not name comes behind it.
ORDER = [*ARTICLE, "C16", "C17"]
LATE_PAIN = {"pain_sites": ("upper_back",), "pain_starts": "late"}
SORE = {
    "pain_sites": ("upper_back",),
    "pain_level": 3.0,
    "pain_starts": "after",
    "soreness_peak": 48.0,
    "soreness_days": 4.0,
}


def test_truth_table_of_and_or_not() -> None:
    table = {
        (True, True): (True, True),
        (True, False): (False, True),
        (True, None): (None, True),
        (False, True): (False, True),
        (False, False): (False, False),
        (False, None): (False, None),
        (None, True): (None, True),
        (None, False): (False, None),
        (None, None): (None, None),
    }
    assert {pair: (all_of(pair), any_of(pair)) for pair in product((True, False, None), repeat=2)} == table
    assert [negate(truth) for truth in (True, False, None)] == [False, True, None]


def test_at_least_is_unknown_only_while_the_unknown_could_decide() -> None:
    for truths in product((True, False, None), repeat=4):
        for count in range(1, 5):
            outcomes = {
                sum(filled) >= count
                for filled in product((True, False), repeat=4)
                if all(t is None or t is f for t, f in zip(truths, filled, strict=True))
            }
            expected = outcomes.pop() if len(outcomes) == 1 else None
            assert at_least(count, truths) is expected


def test_every_cause_of_the_article_is_there_in_its_order() -> None:
    causes = load_causes().cause
    assert [cause.id for cause in causes] == ORDER
    assert [cause.id for cause in causes if not cause.behind] == ARTICLE
    assert list(findings()) == ORDER


#: Cause, drifts, where the camera stands, answers, verdict.
CASES = [
    ("C1", [*slump(), result("wrist_h", 0.12)], {}, YES),
    ("C1", [], {}, OPEN),
    ("C1", [result(m) for m in ("elbow_width", "wrist_width", "weave")], {}, NO),
    ("C2", [], {"desk_pain": True}, YES),
    ("C2", [], {"desk_pain": False, "spine_history": ("none",)}, NO),
    ("C2", [], {"desk_pain": False}, ASK),
    ("C3", [], {"pain_sites": ("neck",), "pain_weeks": 8.0}, YES),
    ("C3", [], {"pain_sites": ("none",)}, NO),
    ("C3", [], {"pain_sites": ("neck",), "pain_level": 3.0}, ASK),
    ("C4", slump(), {}, YES),
    ("C4", [], {}, NO),
    ("C4", [result(m, 2.5, status=Status.POSSIBLE) for m in ("trunk_lean", "ear_hip")], {}, OPEN),
    ("C4", [], {"view": FRONT}, OPEN),
    ("C5", [result("neck_trunk", 7), result("neck_incl", 7), result("ear_hip", 2.4)], {}, YES),
    ("C5", [], {}, NO),
    ("C5", [result("neck_trunk", 7), result("ear_hip", status=Status.TOO_SHORT)], {}, OPEN),
    ("C6", slump(), LATE_PAIN, YES),
    ("C6", slump(), {"pain_sites": ("low_back",)}, NO),
    ("C6", slump(), {"pain_sites": ("upper_back",), "pain_starts": "always"}, NO),
    ("C6", [], LATE_PAIN, NO),
    ("C6", slump(), {}, ASK),
    ("C7", [result("wrist_h", 0.1)], {}, YES),
    ("C7", [result("wrist_h", 0.1)], {"view": FRONT}, YES),
    ("C7", [result("wrist_h", -0.1)], {}, NO),
    ("C7", [result("wrist_h", 0.06)], {}, OPEN),
    ("C7", [result("wrist_h", status=Status.WITHHELD)], {"view": REAR}, OPEN),
    ("C8", [result("elbow_width", -0.15), result("wrist_width", -0.15)], {"view": FRONT}, YES),
    ("C8", [result("elbow_width", -0.15)], {"view": FRONT}, NO),
    ("C8", [], {}, OPEN),
    ("C8", [result("wrist_trunk_d", 0.2), result("wrist_ap_amp", -0.4)], {}, OPEN),
    ("C8", [result("wrist_trunk_d", -0.15), result("wrist_ap_amp", -0.4)], {}, YES),
    ("C9", [result("weave", 0.2)], {"view": FRONT}, YES),
    ("C9", [], {"view": FRONT}, NO),
    ("C9", [], {"view": REAR}, OPEN),
    ("C10", [result("upper_arm_amp", -15), result("elbow_rom", -15)], {}, YES),
    ("C10", [result("elbow_rom", -15), result("wrist_h", 0.06)], {}, YES),
    ("C10", [result("elbow_flex", 9), result("wrist_h", 0.1)], {}, NO),
    ("C10", [result("elbow_rom", -15)], {}, NO),
    ("C10", [result(m, status=Status.NOT_MEASURABLE) for m in ("upper_arm_amp", "shrug_v", "elbow_rom")], {}, OPEN),
    ("C11a", [], {"pain_sites": ("upper_back",), "lower_pain": True}, YES),
    ("C11a", [], {"pain_sites": ("upper_back",), "lower_pain": False}, NO),
    ("C11a", [], {"lower_pain": True}, ASK),
    ("C11b", [], {"pain_sites": ("upper_back",), "skin_signs": ("itch",)}, YES),
    ("C11b", [], {"pain_sites": ("upper_back",), "skin_signs": ("none",)}, NO),
    ("C11b", [], {"pain_sites": ("upper_back",)}, ASK),
    ("C12", [], {**SORE, "soreness_onset": 24.0}, YES),
    ("C12", [], {**SORE, "soreness_onset": 0.0}, NO),
    ("C12", [], {**SORE, "soreness_onset": 24.0, "pain_starts": "late"}, NO),
    ("C12", [], {**SORE, "soreness_onset": 24.0, "pain_level": 9.0}, NO),
    ("C12", [], SORE, ASK),
    ("C13", [], {"pain_sites": ("neck",), "sitting_hours": 9.0}, YES),
    ("C13", [], {"pain_sites": ("neck",), "sitting_hours": 2.0}, NO),
    ("C13", [], {"sitting_hours": 9.0}, ASK),
    ("C14", [result("lat_lean", -3)], {"view": REAR}, YES),
    ("C14", [], {"view": FRONT}, NO),
    ("C14", [], {}, OPEN),
    ("C15", slump(), {"strength_sessions": 0.0}, YES),
    ("C15", slump(), {"strength_sessions": 3.0}, NO),
    ("C15", slump(), {}, ASK),
    ("C16", [result("overstride", 0.05)], {}, YES),
    ("C16", [], {}, NO),
    ("C16", [result("overstride", 0.05), result("trunk_lean", 4.0)], {}, NO),
    ("C16", [result("overstride", 0.025)], {}, OPEN),
    ("C16", [result("overstride", 0.05)], {"view": FRONT}, OPEN),
    ("C17", [result("vert_osc", 0.05)], {}, YES),
    ("C17", [result("vert_osc", 0.05)], {"view": FRONT}, YES),
    ("C17", [result("vert_osc", -0.05)], {}, NO),
    ("C17", [result("vert_osc", status=Status.POSSIBLE)], {}, OPEN),
]


@pytest.mark.parametrize(("cause", "drifts", "rest", "verdict"), CASES)
def test_verdict(cause: str, drifts: list, rest: dict, verdict: Verdict) -> None:
    finding = findings(*drifts, **rest)[cause]
    assert finding.verdict is verdict
    assert finding.reason
    assert finding.text
    assert (finding.confidence > 0) is not verdict.is_open
    assert (finding.effect > 0) == (verdict is YES)
    assert finding.trace
    assert all(line.why for line in finding.trace)


@pytest.mark.parametrize(("cause", "drifts", "rest", "verdict"), CASES)
def test_no_finding_says_more_than_it_may(cause: str, drifts: list, rest: dict, verdict: Verdict) -> None:
    for finding in findings(*drifts, **rest).values():
        said = [finding.title, finding.text, finding.reason, finding.claim, finding.evidence, finding.question]
        said += [part for line in finding.trace for part in (line.text, line.why)]
        assert [claim for text in said for claim in forbidden(text)] == []
        assert "  " not in finding.reason
        assert finding.reason.endswith((".", "!"))


def test_every_cause_is_tried_all_three_ways() -> None:
    tried = {(cause, None if verdict.is_open else verdict) for cause, _, _, verdict in CASES}
    assert {(cause, verdict) for cause in ORDER for verdict in (YES, NO, None)} == tried


def test_a_body_that_leans_as_a_whole_is_no_slump() -> None:
    found = findings(result("trunk_lean", 6), result("neck_incl", 6), result("ear_hip", 6))
    assert found["C4"].verdict is NO
    assert "as a whole" in found["C4"].reason
    assert found["C5"].verdict is NO


def test_rounded_shoulders_are_a_slump_and_no_head_forward() -> None:
    drifts = {"trunk_lean": 3.4, "neck_incl": -7.6, "neck_trunk": -11.0}
    found = findings(*(result(metric, change) for metric, change in drifts.items()))
    assert found["C4"].verdict is YES
    assert found["C5"].verdict is NO


def test_looking_down_is_another_thing_than_head_forward() -> None:
    found = findings(result("head_pitch", 10))
    assert found["C5"].verdict is NO
    assert "looking down" in found["C5"].reason


def test_in_a_thoracic_slouch_the_head_is_told_with_the_slump() -> None:
    found = findings(*slump(12))
    assert found["C5"].verdict is YES
    assert found["C5"].part_of == "C4"
    assert "C5" not in [finding.cause for finding in leading(found.values())]
    alone = findings(result("neck_trunk", 7), result("neck_incl", 7), result("ear_hip", 2.4))
    assert alone["C5"].part_of == ""


def test_closeness_cannot_be_ruled_out_from_the_side() -> None:
    finding = findings()["C8"]
    assert finding.verdict is OPEN
    assert finding.reason == "It takes a camera that looks from the front."
    supported = findings(result("wrist_trunk_d", -0.15), result("wrist_ap_amp", -0.4))["C8"]
    assert supported.label is Confidence.LOW


def test_a_trace_tells_every_condition_once_and_what_is_asked_not_to_be() -> None:
    trace = findings(*slump())["C10"].trace
    assert len({(line.text, line.role) for line in trace}) == len(trace)
    (negated,) = [line for line in trace if line.negated and line.role is Role.DECIDES]
    assert negated.text == "Head ahead of hips rises"
    assert negated.passed is False
    assert negated.value == pytest.approx(6.6)
    assert negated.threshold == pytest.approx(2.0)
    assert negated.unit == "deg"


def test_walking_gets_no_cause_of_running() -> None:
    seen = {"C1", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C14", "C15", "C16", "C17"}
    found = findings(*slump(), result("wrist_h", 0.2), gait=Gait.WALKING, desk_pain=True)
    assert {found[cause].verdict for cause in seen} == {OPEN}
    assert all("walking" in found[cause].reason for cause in seen)
    assert found["C2"].verdict is YES


@pytest.mark.parametrize("few", [0, 1, 2])
def test_few_strides_decide_nothing(few: int) -> None:
    found = findings(*slump(), strides=few)
    assert found["C4"].verdict is OPEN
    assert str(few) in found["C4"].reason


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.DRIFT, Status.STABLE}))
def test_only_drift_supports_and_only_rest_rules_out(status: Status) -> None:
    for change in (0.0, 0.3, -0.3):
        finding = findings(result("wrist_h", change, status=status))["C7"]
        assert finding.verdict is OPEN
        assert f"Made up as {status}" in finding.reason


def test_a_level_from_the_start_supports_and_says_so() -> None:
    high = result("wrist_h_p95", baseline=1.05, timing=Timing.PRE_EXISTING)
    finding = findings(high)["C7"]
    assert finding.verdict is YES
    assert finding.timing is Timing.PRE_EXISTING
    both = findings(high, result("wrist_h", 0.1))["C7"]
    assert both.verdict is YES
    better = result("wrist_h_p95", -0.1, baseline=np.float64(1.05), timing=Timing.IMPROVING)
    assert findings(better)["C7"].timing is Timing.IMPROVING
    amber = findings(result("wrist_h_p95", baseline=0.8))["C7"]
    assert amber.verdict is NO


def test_a_slump_from_the_start_shows_against_the_upright_reference() -> None:
    upright = {"trunk_lean": -8.0, "neck_incl": -16.0, "neck_trunk": -8.0, "ear_hip": -10.6}
    finding = findings(upright=upright)["C4"]
    assert finding.verdict is YES
    assert finding.timing is Timing.PRE_EXISTING
    assert findings(upright=dict.fromkeys(upright, 0.0))["C4"].verdict is NO


def test_a_one_sided_level_alone_is_of_low_confidence() -> None:
    level = result("shoulder_obliquity", baseline=12.0, timing=Timing.PRE_EXISTING)
    assert findings(level, view=FRONT)["C14"].label is Confidence.LOW
    assert findings(result("shoulder_obliquity", 5.0), view=FRONT)["C14"].label is not Confidence.LOW


def test_another_explanation_caps_and_is_told() -> None:
    plain, uphill = findings(*slump())["C4"], findings(*slump(), slope="up")["C4"]
    assert plain.label is not Confidence.LOW
    assert uphill.label is Confidence.LOW
    assert "uphill" in uphill.reason


def test_caps() -> None:
    assert findings(*slump(60), strides=5000, view=OBLIQUE, effort=9.0)["C4"].label is Confidence.LOW
    certain = [result(r.metric, r.change, strides=5000, spread=0.0) for r in slump(60)]
    assert findings(*certain, effort=9.0)["C4"].label is Confidence.HIGH
    slower = result("cadence", -10.0)
    assert findings(*certain, slower, effort=9.0)["C4"].label is Confidence.MODERATE
    painful = findings(*certain, effort=9.0, **LATE_PAIN)["C6"]
    assert painful.confidence <= 0.7
    assert findings(*slump(), gait=Gait.UNSURE)["C4"].label is Confidence.LOW


def test_a_summary_leads_with_three_by_confidence_times_effect() -> None:
    drifts = [*slump(), result("wrist_h", 0.3), result("elbow_rom", -30), result("upper_arm_amp", -20)]
    found = findings(*drifts, desk_pain=True, **LATE_PAIN)
    lead = leading(found.values())
    assert len(lead) == 3
    weights = [finding.confidence * finding.effect for finding in lead]
    assert weights == sorted(weights, reverse=True)
    others = [f for f in found.values() if f.verdict is YES and f not in lead and not f.part_of]
    assert max(f.confidence * f.effect for f in others) <= weights[-1]


def test_a_cause_that_only_counts_others_takes_no_ones_place() -> None:
    drifts = [*slump(), result("wrist_h", 0.2), result("elbow_rom", -30), result("upper_arm_amp", -20)]
    found = findings(*drifts, coached=False, desk_pain=True)
    assert found["C1"].verdict is YES
    assert [cause for cause, finding in found.items() if finding.sums_up] == ["C1"]
    order = [finding.cause for finding in leading(found.values(), most=len(found))]
    assert len(order) > 3
    assert order[-1] == "C1"
    weight = {cause: finding.confidence * finding.effect for cause, finding in found.items()}
    assert weight[order[-2]] < weight["C1"]
    assert [weight[cause] for cause in order[:-1]] == sorted((weight[c] for c in order[:-1]), reverse=True)


def test_early_and_late_onsets() -> None:
    for onset, verdict in ((20.0, YES), (70.0, NO), (49.0, OPEN)):
        drifts = [result(r.metric, r.change, onset=onset) for r in slump()]
        assert findings(*drifts, strength_sessions=0.0)["C15"].verdict is verdict


def test_only_what_is_supported_advises() -> None:
    for finding in findings(*slump(), result("wrist_h", 0.2), **LATE_PAIN).values():
        assert (finding.plan is not None) == (finding.verdict is YES)


def test_a_sign_for_a_doctor_takes_every_plan_away() -> None:
    flagged = findings(*slump(), red_flags=("night",))
    assert all(finding.plan is None for finding in flagged.values())
    assert flagged["C4"].verdict is YES


def test_after_a_sign_of_an_emergency_no_cause_is_told() -> None:
    assert findings(*slump(), red_flags=("chest_pain",)) == {}
    examined = {"examined_by": "doctor", "examined_on": "2026-01-01", "cleared": True}
    assert findings(*slump(), red_flags=("chest_pain",), **examined) == {}


def test_an_examination_comes_before_any_technique() -> None:
    strong = {**LATE_PAIN, "pain_level": 9.0, "plan_failed": True, "skin_signs": ("tingling",), "sitting_hours": 9.0}
    found = findings(*slump(), **strong)
    assert {"C3", "C4", "C11b", "C13"} <= {cause for cause, finding in found.items() if finding.verdict is YES}
    assert [cause for cause, finding in found.items() if finding.plan is not None] == ["C3"]


def test_who_was_examined_and_cleared_gets_advice_again() -> None:
    weeks = {**LATE_PAIN, "pain_weeks": 8.0}
    assert all(finding.plan is None for finding in findings(*slump(), **weeks).values())
    examined = {"examined_by": "physio", "examined_on": "2026-01-01", "cleared": True}
    found = findings(*slump(), **weeks, **examined)
    assert found["C4"].plan is not None
    assert found["C3"].plan is None
    assert "a physiotherapist on 2026-01-01" in found["C3"].text
    for missing in ({"examined_by": "none"}, {"cleared": False}):
        assert all(f.plan is None for f in findings(*slump(), **{**weeks, **examined, **missing}).values())
