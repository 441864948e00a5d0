from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.errors import PostureError
from posture.rules import load_causes
from posture.rules.questions import load_questions
from posture.rules.schema import Cause
from posture.rules.telling import _plan
from posture.toml_lines import line_of
from tests.forbidden import forbidden

RULES = Path(load_causes.__code__.co_filename).parent
CAUSES = load_causes().cause

NEW = """[[cause]]
id = "X1"
title = "Head held to one side"
claim = "A coach's own."
question = "Does your head hang to one side?"
views = ["front"]
when = { metric = "head_tilt", direction = "any" }
[cause.evidence]
strength = "expert opinion"
text = "A coach's own."
sources = []
[cause.text]
supported = "It tilts."
not_supported = "It does not."
open = "Cannot be seen."
[cause.remedy]
cue = "Level eyes."
drill = "Look at the horizon."
strength = "Side plank."
dose = "Twice a week."
care = "See a physiotherapist."
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_coach_changes_what_the_file_names_and_nothing_else(tmp_path: Path) -> None:
    text = '[[cause]]\nid = "C7"\ncap = "low"\n[cause.remedy]\ncue = "Hands at the hips."\n'
    causes = {cause.id: cause for cause in load_causes(written(tmp_path, text)).cause}
    assert list(causes) == [cause.id for cause in CAUSES]
    changed, own = causes.pop("C7"), next(cause for cause in CAUSES if cause.id == "C7")
    assert changed.remedy.cue == "Hands at the hips."
    assert changed.cap == "low"
    assert changed.remedy.drill == own.remedy.drill
    assert changed.when == own.when
    assert all(cause == causes[cause.id] for cause in CAUSES if cause.id != "C7")


def test_a_coach_adds_a_cause(tmp_path: Path) -> None:
    assert [cause.id for cause in load_causes(written(tmp_path, NEW)).cause][-1] == "X1"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (('metric = "head_tilt"', 'metric = "head_tilts"'), 7, ["when.metric", "head_tilts"]),
        (('direction = "any"', 'direction = "sideways"'), 7, ["when.direction"]),
        (('direction = "any"', 'direction = "any", threshold = 4.0'), 7, ["source"]),
        (('direction = "any"', 'direction = "any", limit = "flag"'), 7, ["when.limit"]),
        (('when = { metric = "head_tilt", direction = "any" }', 'when = { yes = true }'), 7, ["when", "onset_of"]),
        (('title = "Head held to one side"', 'title = ""'), 3, ["title"]),
        (('title = "Head held to one side"\n', ""), 1, ["title"]),
        (('views = ["front"]', 'views = ["front", "above"]'), 6, ["views.1"]),
        (('strength = "Side plank."\n', ""), 16, ["remedy.strength"]),
        (('cue = "Level eyes."', 'hint = "Level eyes."'), 16, ["remedy.cue"]),
        (("sources = []", 'sources = ["F999"]'), 11, ["evidence.sources", "F999"]),
        (('when = { metric = "head_tilt", direction = "any" }', 'when = { cause = "C77" }'), 7, ["when.cause", "C77"]),
        (('id = "X1"', 'id = "x 1"'), 2, ["id"]),
        (('id = "X1"\n', ""), 1, ["id"]),
        (('id = "X1"', 'id = "X1'), 2, ["TOML"]),
        (("[[cause]]", 'colour = "red"\n[[cause]]'), 1, ["colour"]),
        (('views = ["front"]', 'part_of = "C70"'), 6, ["part_of", "C70"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_line_and_key(
    tmp_path: Path, change: tuple[str, str], line: int, words: list[str]
) -> None:
    path = written(tmp_path, NEW.replace(*change, 1))
    with pytest.raises(PostureError) as error:
        load_causes(path)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    assert f"line {line}" in said
    assert "\n" not in said
    assert all(word in said for word in words)


def test_a_remedy_that_is_no_table_is_told(tmp_path: Path) -> None:
    for remedy in ('"a better cue"', "5"):
        with pytest.raises(PostureError, match=r"line 3.*remedy"):
            load_causes(written(tmp_path, f'[[cause]]\nid = "C4"\nremedy = {remedy}\n'))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ('answer = "shoe_size", at_least = 40, source = "mine"', ["shoe_size", "pain_sites"]),
        ('answer = "pain_sites", includes = ["ear"]', ["ear"]),
        ('answer = "pain_sites", equals = true', ["includes"]),
        ('answer = "sitting_hours", at_least = 5', ["source"]),
        ('answer = "coached"', ["equals"]),
    ],
)
def test_a_rule_asks_only_what_the_intake_asks(tmp_path: Path, answer: str, words: list[str]) -> None:
    first = '{ answer = "desk_pain", equals = true }'
    text = f'[[cause]]\nid = "C2"\nwhen = {{ any = [\n    {first},\n    {{ {answer} }},\n] }}\n'
    with pytest.raises(PostureError) as error:
        load_causes(written(tmp_path, text))
    assert "line 5: 'cause.0.when.any.1" in str(error.value)
    assert all(word in str(error.value) for word in words)


def test_causes_that_rest_on_each_other_are_refused(tmp_path: Path) -> None:
    text = '[[cause]]\nid = "C4"\nwhen = { cause = "C6" }\n'
    with pytest.raises(PostureError, match="rest on each other"):
        load_causes(written(tmp_path, text))


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostureError, match=r"line 23: 'cause\.1\.id'"):
        load_causes(written(tmp_path, NEW + NEW))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_what_is_no_rules_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "my.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PostureError, match=r"my\.toml"):
        load_causes(path)


def test_lines_of_keys_in_every_form_of_toml() -> None:
    text = (
        'a = 1\n# b = 2\nb.c = "x = [1]"\nlong = """\nd = 1\n"""\n[t]\nd = [\n  1,\n  { e = 2,\n    f = 3 },\n]\n'
        "[[u]]\ng = 1\n[u.v]\nh = 2\n[[u]]\ng = 3\n[u.v]\nh = 4\n"
    )
    for path, line in {
        ("a",): 1,
        ("b", "c"): 3,
        ("t", "d"): 8,
        ("t", "d", 0): 9,
        ("t", "d", 1, "f"): 11,
        ("u", 0, "g"): 14,
        ("u", 0, "v", "h"): 16,
        ("u", 1): 17,
        ("u", 1, "v", "h"): 20,
        ("u", 1, "v", "missing"): 19,
        ("nothing",): 1,
    }.items():
        assert line_of(text, path) == line


def test_what_is_said_aloud_has_six_words_at_most_and_is_the_coachs_own_where_the_cue_is(tmp_path: Path) -> None:
    assert all(4 <= len(cause.remedy.spoken.split()) <= 6 for cause in CAUSES)

    def spoken(remedy: str) -> tuple[str, str]:
        """As the file has it, and as it is told."""
        text = f'[[cause]]\nid = "C7"\n[cause.remedy]\n{remedy}\n'
        changed = next(c for c in load_causes(written(tmp_path, text)).cause if c.id == "C7")
        return changed.remedy.spoken, _plan(changed).spoken

    long = "Hands at the hips, and your elbows back."
    assert spoken('drill = "Walk."')[0] == next(cause for cause in CAUSES if cause.id == "C7").remedy.spoken
    assert spoken('cue = "Hands at the hips."') == ("", "Hands at the hips.")
    assert spoken(f'cue = "{long}"') == ("", "Hands too high")
    assert spoken(f'cue = "{long}"\nspoken = "Hands low."') == ("Hands low.", "Hands low.")
    with pytest.raises(PostureError, match=r"line 4: 'cause.0.remedy.spoken'.*8 words"):
        spoken(f'spoken = "{long}"')


@settings(deadline=None)
@given(st.lists(st.text("abc[]{}\"'#=,.\n ", max_size=12), max_size=6))
def test_strings_never_mislead_the_search_for_lines(values: list[str]) -> None:
    import json

    text = "".join(f"k{i} = {json.dumps(value)}\n" for i, value in enumerate(values))
    assert [line_of(text, (f"k{i}",)) for i in range(len(values))] == list(range(1, len(values) + 1))


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_every_plan_has_a_technique_and_a_strength_part(cause: Cause) -> None:
    plan = cause.remedy
    assert len({plan.cue, plan.drill, plan.strength, plan.dose, plan.care}) == 5
    assert all(len(part.split()) >= 4 for part in vars(plan).values())
    assert any(word in plan.dose for word in ("week", "therapist"))
    assert any(word in plan.care for word in ("physiotherapist", "doctor", "coach"))
    assert cause.question.endswith("?")


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_no_cause_says_more_than_it_may(cause: Cause) -> None:
    texts = [cause.title, cause.claim, cause.question, cause.evidence.text, *vars(cause.text).values()]
    texts += [*vars(cause.remedy).values(), *(note.text for note in cause.doubts + cause.notes)]
    assert [claim for text in texts for claim in forbidden(text)] == []
    assert "consistent with" in cause.text.supported


def test_no_question_and_no_referral_says_more_than_it_may() -> None:
    questions = load_questions()
    texts = [item.text for _, item in questions.asked()]
    texts += [option.text for _, item in questions.asked() for option in item.options]
    texts += [part for text in questions.referral.values() for part in (text.title, text.text)]
    assert [claim for text in texts for claim in forbidden(text)] == []


@pytest.mark.parametrize(
    "claim",
    [
        "You have a kyphosis.",
        "We diagnosed it.",
        "Your pain is caused by your head.",
        "This will cure it.",
        "It puts 60 pounds on your neck.",
        "27 kg of load",
        "Lactic acid makes muscles sore.",
    ],
)
def test_forbidden_claims_are_found(claim: str) -> None:
    assert forbidden(claim)


def test_the_article_is_told_in_our_own_words(shared: Path) -> None:
    def runs(text: str, length: int = 6) -> set[tuple[str, ...]]:
        words = "".join(c if c.isalpha() else " " for c in text.lower()).split()
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    article = runs((shared / "article.txt").read_text(encoding="utf-8"))
    for name in ("causes.toml", "questions.toml"):
        assert not runs((RULES / name).read_text(encoding="utf-8")) & article
