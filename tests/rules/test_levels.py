"""What causes make of levels, and which verdict the evidence allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from posture.drift.types import DriftResult, Status, Timing
from posture.kinematics.types import ViewKind
from posture.levels import Levels, judge_levels
from posture.rules import Confidence, Finding, Intake, Verdict, judge, load_causes
from posture.rules.intake import Value
from posture.rules.schema import Level
from tests.evidence import result, run, seen, seen_from, slump, some_strides
from tests.levels.test_levels import run as recorded
from tests.levels.test_levels import runners

YES, NO, OPEN, ASK = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.CANNOT_TELL, Verdict.NEEDS_ANSWERS
USUAL = {
    "trunk_lean": 6.0,
    "neck_incl": 22.0,
    "neck_trunk": 16.0,
    "wrist_h": 0.45,
    "wrist_h_p95": 0.65,
    "elbow_flex": 94.0,
}
FORWARD = {**USUAL, "neck_incl": 36.0, "neck_trunk": 30.0}
SLUMPED = {**USUAL, "trunk_lean": 14.0, "neck_incl": 40.0, "neck_trunk": 26.0}
LEANING = {**USUAL, "trunk_lean": 16.0, "neck_incl": 32.5, "neck_trunk": 16.5}
HIGH = {**USUAL, "wrist_h": 0.60, "wrist_h_p95": 0.85}


_C9 = next(cause for cause in load_causes().cause if cause.id == "C9")
#: A cause that rests on one level alone.
BY_ELBOW = _C9.model_copy(
    update={"views": (ViewKind.SIDE,), "when": Level(level="elbow_flex", direction="up"), "or_when": None, "agrees": ()}
)


def held(levels: Mapping[str, float], strides: int = 20) -> Levels:
    return judge_levels(recorded(strides, **levels), runners())


def told(
    *drifts: DriftResult,
    levels: Mapping[str, float] = USUAL,
    strides: int = 20,
    view: ViewKind = ViewKind.SIDE,
    upright: Mapping[str, float] | None = None,
    **answers: Value,
) -> dict[str, Finding]:
    """By cause, of a recording that is too short for a drift, unless some are given."""
    base = run(*drifts, view=view)
    if not drifts:
        base = {id: replace(result(id, status=Status.TOO_SHORT), metric=id) for id in base}
    found = judge(
        base,
        seen_from(view),
        some_strides(150 if drifts else strides),
        seen(base, view),
        Intake(answers) if answers else None,
        load_causes(),
        upright=upright,
        levels=held(levels, strides),
    )
    return {finding.cause: finding for finding in found}


@pytest.mark.parametrize(
    ("levels", "supported"),
    [
        (USUAL, set()),
        (FORWARD, {"C5"}),
        (SLUMPED, {"C4"}),
        (LEANING, set()),
        (HIGH, {"C7"}),
        ({**HIGH, "elbow_flex": 130.0}, {"C7", "C10"}),
        ({**FORWARD, "wrist_h": 0.60, "wrist_h_p95": 0.85}, {"C1", "C5", "C7"}),
    ],
)
def test_a_short_recording_supports_what_its_levels_show(levels: Mapping[str, float], supported: set[str]) -> None:
    found = told(levels=levels)
    assert {cause for cause, finding in found.items() if finding.verdict is YES} == supported
    for cause in supported:
        assert found[cause].timing is Timing.PRE_EXISTING
        assert found[cause].label is not Confidence.HIGH
        assert found[cause].confidence > 0.2


def test_what_is_usual_leaves_open_what_a_longer_run_would_bring() -> None:
    found = told()
    assert found["C5"].verdict is OPEN
    assert found["C5"].reason == "Whether it comes with the run takes a minute or more; this recording has 20 strides."
    assert found["C9"].reason == "It takes a camera that looks from the front."


def test_a_lean_of_the_whole_body_is_told_and_no_slump() -> None:
    assert "no slump" in told(levels=LEANING)["C4"].reason


def test_more_strides_make_a_level_surer_and_never_high() -> None:
    sure = [told(levels=FORWARD, strides=n)["C5"].confidence for n in (3, 6, 20, 50)]
    assert sure == sorted(sure)
    assert sure[0] < sure[-1] <= 0.7


def test_drift_and_level_together_were_there_and_grew() -> None:
    grew = told(*slump(), levels=SLUMPED)["C4"]
    assert (grew.verdict, grew.timing) == (YES, Timing.BOTH)
    came = told(*slump(), levels=USUAL)["C4"]
    assert (came.verdict, came.timing) == (YES, Timing.LATE)
    assert came.confidence == pytest.approx(grew.confidence)


def test_a_level_of_one_metric_needs_seldom_or_the_runners_own_upright() -> None:
    causes = load_causes().model_copy(update={"cause": (BY_ELBOW,)})

    def verdict(elbow: float, upright: float | None = None) -> Verdict:
        levels = held({**USUAL, "elbow_flex": elbow})
        base = run()
        own = {"elbow_flex": upright} if upright is not None else None
        (found,) = judge(
            base, seen_from(ViewKind.SIDE), some_strides(), seen(base, ViewKind.SIDE), None, causes,
            upright=own, levels=levels,
        )  # fmt: skip
        return found.verdict

    assert verdict(94.0) is NO
    assert verdict(60.0) is NO  # the other side
    assert verdict(115.0) is OPEN  # outside 95 %, inside 99 %: a note
    assert verdict(115.0, upright=60.0) is YES
    assert verdict(130.0) is YES


@pytest.mark.parametrize("strides", [3, 9])
def test_sitting_and_the_posture_of_a_desk_support_each_other(strides: int) -> None:
    alone = told(levels=FORWARD, strides=strides)
    both = told(levels=FORWARD, strides=strides, sitting_hours=9.0)
    assert both["C5"].confidence > alone["C5"].confidence
    assert both["C13"].verdict is YES
    assert "the two fit together" in both["C13"].text
    assert told(levels=USUAL, sitting_hours=9.0)["C13"].verdict is ASK
    assert alone["C13"].needs == ("pain_sites", "sitting_hours")


def test_an_open_cause_needs_answers_only_if_they_could_support_it() -> None:
    assert told(levels=USUAL)["C6"].verdict is OPEN
    asked = told(levels=FORWARD)["C6"]
    assert (asked.verdict, asked.needs) == (ASK, ("pain_sites", "pain_starts"))
    assert asked.reason == "It needs your answers on: where it hurts and when it starts."
    assert told(levels=FORWARD, pain_sites=("upper_back",), pain_starts="late")["C6"].verdict is YES
    assert not told(levels=FORWARD, pain_sites=("upper_back",), pain_starts="late")["C6"].needs


def test_no_verdict_rests_on_a_level_that_was_held_against_nobody() -> None:
    base = run()
    found = judge(base, seen_from(ViewKind.SIDE), some_strides(), seen(base, ViewKind.SIDE), None, load_causes())
    assert not [finding for finding in found if finding.verdict is YES]
