"""What is printed and kept for any recording and any answers claims nothing that a camera cannot know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from posture import pipeline, rules
from posture.analysis import Analysis
from posture.analysis.inputs import Beside
from posture.analysis.record import plain_record
from posture.report import terminal, text
from posture.report.text.story import Story
from posture.rules import Intake, Verdict
from posture.rules.intake import Value
from posture.rules.questions import Item, load_questions
from posture.settings import Settings
from tests.forbidden import forbidden
from tests.report_run import recording

pytestmark = pytest.mark.slow

CLIPS = ("tired", "arms", "fresh", "weave", "weave_rear", "oblique")


def answers(item: Item) -> Iterator[Value]:
    """Every answer that differs in what follows from it."""
    match item.kind:
        case "yes_no":
            yield from (True, False)
        case "date":
            yield "2026-01-01"
        case "number":
            yield from (item.low, item.high)
        case "choice":
            yield from (option.id for option in item.options)
        case "choices":
            yield from ((option.id,) for option in item.options)


def intakes() -> list[Intake]:
    """Each answer by itself, beside a pain that lets all causes speak; all flags, and all last answers, at once."""
    pain: dict[str, Value] = {"pain_sites": ("upper_back",), "pain_starts": "late", "effort": 9.0}
    items = [item for _, item in load_questions().asked()]
    single = [Intake(pain | {item.id: value}) for item in items for value in answers(item)]
    flags = next(item for item in items if item.id == "red_flags")
    every = tuple(option.id for option in flags.options if option.id != "none")
    return [*single, Intake(pain | {"red_flags": every}), Intake({item.id: list(answers(item))[-1] for item in items})]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def printed(analysis: Analysis, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    terminal.print_summary(analysis, verbose=True)
    return " ".join(capsys.readouterr().out.split())


def judged(analysis: Analysis, intake: Intake | None) -> Analysis:
    """The same run with other answers."""
    findings = rules.judge(
        analysis.drift, analysis.view, analysis.segmented, analysis.measured, intake, rules.load_causes()
    )
    return replace(analysis, intake=intake, findings=findings)


@pytest.fixture(scope="module")
def runs(shared: Path) -> dict[str, Analysis]:
    """Rendered runners from all sides, and one of few strides."""
    found = {clip: pipeline.behind_poses(recording(shared / "rendered", clip), Settings()) for clip in CLIPS}
    short = recording(shared / "rendered", "fresh")
    short = replace(short, series=short.series.take(short.series.time < 5.0))
    return found | {"few strides": pipeline.behind_poses(short, Settings(), Beside())}


def test_no_output_of_any_clip_claims_too_much(runs: dict[str, Analysis], capsys: pytest.CaptureFixture[str]) -> None:
    for name, analysis in runs.items():
        said = [printed(analysis, capsys), *strings(plain_record(analysis)), *text.film_next(analysis)]
        said.append(Story(analysis).sentence)
        assert [claim for line in said for claim in forbidden(line)] == [], name


def test_no_answer_claims_too_much_and_every_sign_for_a_doctor_ends_all_advice(
    runs: dict[str, Analysis], capsys: pytest.CaptureFixture[str]
) -> None:
    remedies = [cause.remedy for cause in rules.load_causes().cause]
    advice = [part for plan in remedies for part in (plan.cue, plan.drill, plan.strength)]
    referred = 0
    for intake in intakes():
        analysis = judged(runs["tired"], intake)
        said = printed(analysis, capsys)
        kept = [*strings([asdict(finding) for finding in analysis.findings]), said]
        assert [claim for line in kept for claim in forbidden(line)] == [], intake.answers
        story = Story(analysis)
        if story.referral is None:
            assert story.today is not None
            assert story.today.plan is not None
            assert story.today.plan.cue in said
            continue
        referred += 1
        assert story.referral.text in said
        assert all(sign in said for sign in story.referral.signs)
        if not story.emergency:
            assert said.index(story.referral.title) < said.index(story.sentence)
        assert all(f.plan is None for f in analysis.findings)
        assert not [part for part in advice if part in said]
    assert referred >= 25


def test_what_cannot_be_seen_and_no_change_are_full_answers(runs: dict[str, Analysis]) -> None:
    steady = runs["fresh"]
    assert not [f.cause for f in steady.findings if f.verdict is Verdict.SUPPORTED]
    assert "No change found" in Story(steady).sentence
    for analysis in runs.values():
        assert len(list(text.film_next(analysis))) >= 2
        for finding in analysis.findings:
            if finding.verdict.is_open:
                assert finding.reason.endswith(".")
                assert finding.text
