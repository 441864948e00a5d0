"""What the article does not name stands behind what it does: it never leads, and changes nothing that does."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from posture.errors import PostureError
from posture.kinematics.registry import CARRIAGE, LEGS
from posture.rules import Confidence, Verdict, leading, load_causes, trailing
from tests.evidence import findings, result

BEHIND = {cause.id for cause in load_causes().cause if cause.behind}
#: Changes of the legs, and of head, trunk and arms beside them, in flags.
_FLAGS = st.floats(-3.0, 3.0).filter(lambda size: abs(size) > 1.2)
_LEGS = st.dictionaries(st.sampled_from(sorted(LEGS)), _FLAGS)
_BODY = st.dictionaries(st.sampled_from(["trunk_lean", "ear_hip", "neck_trunk", "wrist_h", "elbow_rom"]), _FLAGS)
_ANSWERS = st.fixed_dictionaries({}, optional={
    "desk_pain": st.booleans(), "coached": st.booleans(), "pace_change": st.sampled_from(["faster", "slower"]),
    "pain_sites": st.just(("upper_back",)), "sitting_hours": st.just(9.0), "red_flags": st.just(("night",)),
})  # fmt: skip


def drifted(sizes: dict[str, float]) -> list:
    flags = {id: abs(metric.flag) for id, metric in {**CARRIAGE, **LEGS}.items()}
    return [result(id, size * (flags[id] if flags[id] >= 1e-9 else 1.0)) for id, size in sizes.items()]


@settings(max_examples=60, deadline=None)
@given(legs=_LEGS, bounce=st.floats(0.03, 0.2) | st.none(), body=_BODY, answers=_ANSWERS)
def test_the_legs_never_lead_and_move_no_finding(legs: dict, bounce: float | None, body: dict, answers: dict) -> None:
    """Whatever the legs do, what is found of the rest stays the same, and so do its order, cues and questions."""
    own = drifted(body)
    with_legs = drifted(legs) + ([result("vert_osc", bounce)] if bounce else [])
    found, plain = findings(*own, *with_legs, **answers), findings(*own, **answers)
    assert {id: f for id, f in found.items() if id not in BEHIND} == {
        id: f for id, f in plain.items() if id not in BEHIND
    }
    lead = leading(found.values(), most=len(found))
    assert lead == leading(plain.values(), most=len(plain))
    assert BEHIND.isdisjoint(finding.cause for finding in lead)
    last = trailing(found.values())
    assert len(last) <= 1
    assert {finding.cause for finding in last} <= BEHIND
    for id in BEHIND:
        assert found[id].label is not Confidence.HIGH
        assert not found[id].needs
        if "red_flags" in answers or any(f.plan and f.cause == "C3" for f in found.values()):
            assert found[id].plan is None
    if bounce:
        assert last


def test_both_give_one_cue() -> None:
    both = findings(result("overstride", 0.06), result("vert_osc", 0.06), result("wrist_h", 0.2))
    assert {id for id in BEHIND if both[id].verdict is Verdict.SUPPORTED} == {"C16", "C17"}
    assert [finding.cause for finding in trailing(both.values())] == ["C16"]
    alone = findings(result("vert_osc", 0.06))
    assert [finding.cause for finding in trailing(alone.values())] == ["C17"]


def test_a_body_that_goes_with_the_foot_is_no_foot_ahead_of_it() -> None:
    upright = findings(result("overstride", 0.06))["C16"]
    leaning = findings(result("overstride", 0.06), result("trunk_lean", 6.0))["C16"]
    assert (upright.verdict, leaning.verdict) == (Verdict.SUPPORTED, Verdict.NOT_SUPPORTED)
    faster = findings(result("overstride", 0.06), pace_change="faster")["C16"]
    assert faster.label is Confidence.LOW
    assert "pace rose" in faster.reason


@pytest.mark.parametrize("overstride", [0.0, 0.06])
@pytest.mark.parametrize("bounce", [0.0, 0.06])
@pytest.mark.parametrize("cadence", [-12.0, 0.0, 12.0])
def test_no_cue_asks_for_what_rose_already(overstride: float, bounce: float, cadence: float) -> None:
    moves = {"overstride": overstride, "vert_osc": bounce, "cadence": cadence}
    found = findings(*(result(metric, change) for metric, change in moves.items()))
    for id in ("C16", "C17"):
        told = found[id]
        if told.verdict is not Verdict.SUPPORTED:
            continue
        assert (told.plan is None) == (cadence > 0)
        assert ("steps got quicker as well" in told.reason) == (cadence > 0)
        slower_explains = id == "C17" and cadence < 0
        assert (told.label is Confidence.LOW) == (cadence > 0 or slower_explains)
    assert (found["C16"].verdict is Verdict.SUPPORTED) == (overstride > 0)
    assert (found["C17"].verdict is Verdict.SUPPORTED) == (bounce > 0)
    # Without a cue of its own it takes none from the others.
    assert findings(result("wrist_h", 0.2), *(result(m, c) for m, c in moves.items()))["C7"].plan is not None


def test_none_advises_beside_another_the_other_way() -> None:
    """All that speak of steps say: shorter and quicker; none asks for a stiffer, lower or longer carriage."""
    causes = {cause.id: cause for cause in load_causes().cause}
    steps = [c.remedy.cue.lower() for c in causes.values() if "step" in c.remedy.cue.lower()]
    assert len(steps) >= 4
    for cue in steps:
        assert "quick" in cue or "short" in cue
        assert "long" not in cue
    for id in BEHIND:
        told = f"{causes[id].remedy.cue} {causes[id].remedy.drill}".lower()
        assert not any(word in told for word in ("lean", "bend", "tall", "stiff", "arm", "hand", "faster pace"))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ('cap = "high"', "moderate or low"),
        ("before_others = true", "both behind and before"),
        ('part_of = "C4"', "told with none of them"),
    ],
)
def test_a_coachs_file_cannot_bring_one_to_the_front(tmp_path: Path, change: str, fault: str) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(f'[[cause]]\nid = "C17"\n{change}\n', encoding="utf-8")
    with pytest.raises(PostureError, match=fault):
        load_causes(file)
    file.write_text('[[cause]]\nid = "C4"\nagrees = [{ cause = "C16" }]\n', encoding="utf-8")
    with pytest.raises(PostureError, match="none of them rests on it"):
        load_causes(file)
    when = '{ metric = "trunk_lean", direction = "up" }'
    file.write_text(f'[[cause]]\nid = "C4"\npart_of = "C16"\npart_when = {when}\n', encoding="utf-8")
    with pytest.raises(PostureError, match=r"line 3: .*none is told with it"):
        load_causes(file)
