from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.cli import main
from posture.errors import PostureError
from posture.rules import Intake, ask, find_referral, load_intake
from posture.rules.asking import parse
from posture.rules.intake import Value, save_intake
from posture.rules.questions import Item, Urgency, load_questions
from tests.hang import HANG_S

ITEMS = [item for _, item in load_questions().asked()]
BY_ID = {item.id: item for item in ITEMS}


def some_answer(item: Item) -> st.SearchStrategy[Value]:
    ids = [option.id for option in item.options]
    if item.kind == "yes_no":
        return st.booleans()
    if item.kind == "number":
        return st.floats(item.low, item.high, allow_nan=False)
    if item.kind == "date":
        return st.dates(date(1990, 1, 1), date(2026, 1, 1)).map(date.isoformat)
    if item.kind == "choice":
        return st.sampled_from(ids)
    some = st.lists(st.sampled_from([id for id in ids if id != "none"]), min_size=1, unique=True)
    return st.one_of(st.just(("none",)), some.map(tuple))


def typing(*lines: str) -> tuple[list[str], list[str], object]:
    """A prompt that types lines and then stops, with what was asked and said."""
    rest, asked = list(lines), []

    def prompt(text: str) -> str:
        asked.append(text)
        return rest.pop(0) if rest else "q"

    return asked, [], prompt


def converse(path: Path, *lines: str) -> tuple[Intake, list[str], list[str]]:
    asked, said, prompt = typing(*lines)
    return ask(path, prompt, said.append), asked, said  # type: ignore[arg-type]


def test_there_are_sixteen_questions_in_order() -> None:
    assert [question.number for question in load_questions().question] == list(range(1, 17))
    assert len(BY_ID) == len(ITEMS)
    for item in ITEMS:
        ids = [option.id for option in item.options]
        assert len(set(ids)) == len(ids)
        assert item.kind != "choices" or ids[0] == "none"


@settings(max_examples=50, deadline=None)
@given(st.fixed_dictionaries({}, optional={item.id: some_answer(item) for item in ITEMS}))
def test_answers_come_back_as_they_were_kept(tmp_path_factory: pytest.TempPathFactory, answers: dict) -> None:
    path = tmp_path_factory.getbasetemp() / "me.toml"
    intake = Intake(answers, ("coached",) if "coached" not in answers else ())
    save_intake(path, intake)
    assert load_intake(path) == intake
    tomllib.loads(path.read_text(encoding="utf-8"))


def test_every_answer_is_kept_at_once_and_the_next_call_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    first, asked, _ = converse(path, "1", "", "2 3", "4")
    assert first.answers == {"red_flags": ("none",), "pain_sites": ("upper_back", "neck"), "pain_level": 4.0}
    assert first.skipped == ("breathless",)
    assert load_intake(path) == first
    _, asked, _ = converse(path, "", "", "")
    assert "how many weeks" in asked[3]


def test_warning_signs_and_where_it_hurts_are_asked_first_and_every_time(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    _, asked, _ = converse(path, "1", "n", "2")
    first = [BY_ID[id].text for id in ("red_flags", "breathless", "pain_sites")]
    assert all(text in question for text, question in zip(first, asked[:3], strict=True))
    kept, again, said = converse(path, "", "y", "")
    assert again[0].startswith(BY_ID["red_flags"].text)
    assert "Enter keeps: none of them" in again[0]
    assert kept.answers == {"red_flags": ("none",), "breathless": True, "pain_sites": ("upper_back",)}
    assert load_questions().referral[Urgency.EMERGENCY].text in "".join(said)


def test_who_was_not_examined_is_not_asked_when(tmp_path: Path) -> None:
    others = tuple(item.id for item in ITEMS if item.id not in ("examined_by", "examined_on", "cleared"))
    for typed, follows in (("1", False), ("2", True)):
        path = tmp_path / f"{typed}.toml"
        save_intake(path, Intake({"pain_sites": ("neck",)}, tuple(id for id in others if id != "pain_sites")))
        _, asked, _ = converse(path, "", "", "", typed, "2026-01-01", "y")
        assert any(BY_ID["examined_on"].text in text for text in asked) is follows


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "2126-01-01"])
def test_a_day_is_a_day_that_has_been(typed: str) -> None:
    with pytest.raises(ValueError, match="Type a day like"):
        parse(BY_ID["examined_on"], typed)


def test_what_was_skipped_comes_again_only_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    done, asked, _ = converse(path, *[""] * len(ITEMS))
    # When and for what somebody was examined is asked only of those who were.
    assert len(asked) == len(ITEMS) - 2 == len(done.skipped)
    _, again, _ = converse(path, "", "", "", "3")
    assert again[:4] == asked[:4]
    assert load_intake(path).answers == {"pain_level": 3.0}


def test_who_hurts_nowhere_is_not_asked_about_pain(tmp_path: Path) -> None:
    _, asked, _ = converse(tmp_path / "me.toml", "", "", "1", *[""] * len(ITEMS))
    of_pain = [item for question, item in load_questions().asked() if question.with_pain]
    assert len(asked) == len(ITEMS) - len(of_pain)
    assert not any(item.text in text for item in of_pain for text in asked)


@pytest.mark.parametrize(
    ("item", "typed", "value"),
    [
        ("coached", "Yes", True),
        ("coached", "n", False),
        ("sitting_hours", "7,5", 7.5),
        ("sitting_hours", "0", 0.0),
        ("experience", "2", "some"),
        ("carried", "2, 4 4", ("bag", "phone")),
        ("carried", "1", ("none",)),
    ],
)
def test_what_is_typed_is_understood(item: str, typed: str, value: Value) -> None:
    assert parse(BY_ID[item], typed) == value


@pytest.mark.parametrize(
    ("item", "typed"),
    [
        ("coached", "perhaps"),
        ("sitting_hours", "25"),
        ("sitting_hours", "-1"),
        ("sitting_hours", "nan"),
        ("sitting_hours", "many"),
        ("experience", "0"),
        ("experience", "1 2"),
        ("experience", ","),
        ("carried", "7"),
        ("carried", "1 2"),
        ("carried", ","),
        ("carried", "²"),
    ],
)
def test_what_is_not_understood_is_asked_again(tmp_path: Path, item: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"^Type|^The first"):
        parse(BY_ID[item], typed)
    before = {i.id: True for i in ITEMS if i.id != item}
    path = tmp_path / "me.toml"
    save_intake(path, Intake({}, tuple(before)))
    first = ["", "", ""]
    kept, asked, said = converse(path, *first, typed)
    assert asked[3] == asked[4]
    assert said[-1].startswith("  ")
    assert item not in kept.answers


@pytest.mark.parametrize(
    ("answers", "urgency"),
    [
        ({}, None),
        ({"red_flags": ("none",), "breathless": False, "pain_weeks": 6.0}, None),
        ({"red_flags": ("chest_pain",)}, Urgency.EMERGENCY),
        ({"red_flags": ("recurrent", "night")}, Urgency.URGENT),
        ({"breathless": True}, Urgency.EMERGENCY),
        *[({"red_flags": (sign,)}, Urgency.EMERGENCY) for sign in ("clot", "artery", "urine", "legs", "tearing")],
        *[({"red_flags": (sign,)}, Urgency.URGENT) for sign in ("infection", "rash", "belly", "bone")],
        ({"pain_weeks": 7.0}, Urgency.CARE),
        ({"skin_signs": ("radiates_arm",)}, Urgency.CARE),
        ({"skin_signs": ("itch",)}, None),
        ({"spine_history": ("osteoporosis",), "pain_weeks": 20.0}, Urgency.URGENT),
    ],
)
def test_signs_for_a_doctor(answers: dict[str, Value], urgency: Urgency | None) -> None:
    referral = find_referral(Intake(answers))
    assert (referral.urgency if referral else None) == urgency
    assert referral is None or (referral.signs and referral.text)
    assert find_referral(None) is None


def test_every_flagged_choice_leads_to_its_referral() -> None:
    flagged = [(item, option) for item in ITEMS for option in item.options if option.flag]
    assert len(flagged) >= 15
    for item, option in flagged:
        value = (option.id,) if item.kind == "choices" else option.id
        referral = find_referral(Intake({item.id: value}))
        assert referral is not None
        assert referral.urgency is option.flag
        assert referral.signs == (option.text,)


def test_the_referral_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    save_intake(path, Intake({}, tuple(item.id for item in ITEMS if item.id != "red_flags")))
    _, _, said = converse(path, "2 3")
    assert load_questions().referral[Urgency.EMERGENCY].text in said[-1]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('version = 1\n[answers]\ncoached = "yes"\n', 3, ["answers.coached"]),
        ("version = 1\n[answers]\n\nsitting_hours = 30\n", 4, ["answers.sitting_hours", "24"]),
        ("version = 1\n[answers]\nsitting_hours = nan\n", 3, ["sitting_hours"]),
        ('version = 1\n[answers]\nexperience = "none"\n', 3, ["experience"]),
        ('version = 1\n[answers]\ncarried = ["bag",\n  "dog"]\n', 4, ["carried", "phone"]),
        ('version = 1\n[answers]\ncarried = ["none", "bag"]\n', 3, ["carried", "excludes"]),
        ("version = 1\n[answers]\nshoe_size = 43\n", 3, ["shoe_size"]),
        ("version = 2\n[answers]\n", 1, ["version"]),
        ("version = 1\n", 1, ["answers"]),
        ("version = \n", 1, ["TOML"]),
    ],
)
def test_a_wrong_file_is_told_with_line_and_key(tmp_path: Path, text: str, line: int, words: list[str]) -> None:
    path = tmp_path / "me.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PostureError) as error:
        load_intake(path)
    said = str(error.value)
    assert said.startswith(f"{path}: ")
    assert f"line {line}" in said
    assert all(word in said for word in words)


def test_another_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "run.mp4"
    path.write_bytes(b"\x00\x00\x00\x20ftypisom\xff\xfe")
    before = path.read_bytes()
    outcome = CliRunner().invoke(main, ["intake", str(path)])
    assert outcome.exit_code == 2
    assert "run.mp4" in outcome.output
    assert path.read_bytes() == before


def test_the_command_keeps_answers(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    outcome = CliRunner().invoke(main, ["intake", str(path)], input="1\nn\n2\n11\n8\nq\n")
    assert outcome.exit_code == 0, outcome.output
    assert "Type a number from 0 to 10." in outcome.output
    assert f"4 answers in {path}" in outcome.output
    assert load_intake(path).answers == {
        "red_flags": ("none",),
        "breathless": False,
        "pain_sites": ("upper_back",),
        "pain_level": 8.0,
    }


def test_the_command_stops_at_the_end_of_input_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    outcome = CliRunner().invoke(main, ["intake", str(path)], input="1\n")
    assert "Traceback" not in outcome.output
    assert load_intake(path).answers == {"red_flags": ("none",)}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, ["intake", str(tmp_path / "nowhere" / "me.toml")])
    assert outcome.exit_code == 2
    assert "nowhere" in outcome.output
    assert outcome.output.count("\n") == 1


def read_until(terminal: int, words: str, seconds: float = HANG_S) -> str:
    text, end = "", time.monotonic() + seconds
    while words not in text:
        ready, _, _ = select.select([terminal], [], [], max(end - time.monotonic(), 0.0))
        assert ready, f"'{words}' did not come; there was: {text}"
        text += os.read(terminal, 4096).decode()
    return text


def test_a_person_at_a_terminal_answers_is_interrupted_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    # Ctrl-C in the instant between the prompt and the read is heard by Python with the next line only: hence its Enter.
    for typed, question in (((b"1\r", b"n\r", b"\x03\r"), "apply to you"), ((b"q\r",), "Enter keeps")):
        terminal, slave = pty.openpty()
        command = [sys.executable, "-m", "posture", "intake", str(path)]
        process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                   preexec_fn=lambda: _own_terminal())  # fmt: skip
        os.close(slave)
        try:
            assert question in read_until(terminal, " > ")
            for keys in typed:
                os.write(terminal, keys)
                if keys not in (b"\x03\r", b"q\r"):
                    read_until(terminal, " > ")
            assert process.wait(HANG_S) in (0, 130)
        finally:
            process.kill()
            os.close(terminal)
    assert load_intake(path).answers == {"red_flags": ("none",), "breathless": False}


def _own_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


SAFETY = [item.id for question, item in load_questions().asked() if question.safety]


def test_everything_that_can_lead_to_a_doctor_is_asked_of_everybody() -> None:
    flagged = {item.id for item in ITEMS if item.flag or any(option.flag for option in item.options)}
    assert flagged <= set(SAFETY)
    assert {"pain_sites", "examined_by", "cleared"} <= set(SAFETY)


def asked_by(*arguments: str, typed: str) -> int:
    outcome = CliRunner().invoke(main, ["intake", *arguments], input=typed)
    assert outcome.exit_code == 0, outcome.output
    return outcome.output.count(" > ")


def test_only_safety_is_asked_where_no_run_is_named(tmp_path: Path) -> None:
    painless, hurting, everything = "1\nn\n1\n" + "\n" * 60, "1\nn\n2\n" + "\n" * 60, "\n" * 60
    assert asked_by(str(tmp_path / "a.toml"), typed=painless) == 4
    assert asked_by(str(tmp_path / "b.toml"), typed=hurting) <= 9
    assert asked_by(str(tmp_path / "c.toml"), "--all", typed=everything) > 25


def test_what_is_asked_follows_what_was_answered(tmp_path: Path) -> None:
    def wanted(intake: Intake) -> tuple[str, ...]:
        return ("sitting_hours",) if intake.get("spine_history") == ("none",) else ()

    for typed, follows in (("1", True), ("2", False)):
        asked, _, prompt = typing("1", "n", "1", typed)
        ask(tmp_path / f"{typed}.toml", prompt, lambda _: None, wanted)  # type: ignore[arg-type]
        assert any(BY_ID["sitting_hours"].text in text for text in asked) is follows
