"""What terminal, page and record say, read for contradictions over a matrix of runs, answers, views and lengths."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from posture import pipeline, rules
from posture.analysis import Analysis
from posture.drift.types import DriftResult, Status, Timing
from posture.kinematics.neutral import Turn, turn
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.report import page
from posture.report.terminal import parts
from posture.report.terminal import run as printing
from posture.report.text import WORDS
from posture.report.text.story import Story
from posture.rules import Intake, Urgency, Verdict
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from tests.evidence import result, run, slump
from tests.report_run import recording

SIDE, FRONT = ViewKind.SIDE, ViewKind.FRONT
CAUSES = {cause.id: cause for cause in rules.load_causes().cause}
PAIN = {"red_flags": ("none",), "breathless": False, "pain_sites": ("upper_back",), "pain_starts": "late"}
EXAMINED = {"examined_by": "doctor", "examined_on": "2026-01-02", "cleared": True}
INTAKES = {
    "nothing answered": None,
    "nothing hurts": {"red_flags": ("none",), "breathless": False, "pain_sites": ("none",)},
    "pain late in a run": PAIN | {"pain_level": 4.0, "pain_weeks": 2.0, "effort": 9.0, "sitting_hours": 9.0},
    "strong pain, a plan that failed": PAIN | {"pain_level": 9.0, "plan_failed": True, "skin_signs": ("tingling",)},
    "sore the day after": PAIN
    | {"pain_starts": "after", "pain_level": 3.0, "soreness_onset": 24.0, "soreness_peak": 48.0, "soreness_days": 4.0},
    "chest pain": PAIN | {"red_flags": ("chest_pain",)},
    "short of breath": {"breathless": True},
    "chest pain, examined": PAIN | {"red_flags": ("chest_pain",)} | EXAMINED,
    "pain at night": PAIN | {"red_flags": ("night",)} | EXAMINED,
    "for eight weeks": PAIN | {"pain_weeks": 8.0},
    "for eight weeks, examined": PAIN | {"pain_weeks": 8.0} | EXAMINED,
}


def drift(metric: str, start: float, end: float, timing: Timing | None = None) -> DriftResult:
    better = turn(METRICS[metric], start, end, METRICS[metric].floor) is Turn.TOWARDS
    return result(metric, end - start, baseline=start, timing=timing or (Timing.IMPROVING if better else None))


RUNS: dict[str, tuple[ViewKind, tuple[DriftResult, ...]]] = {
    "nothing changes": (SIDE, ()),
    "slump": (SIDE, slump()),
    "slump or lean": (
        SIDE,
        (
            result("trunk_lean", 5.0),
            result("ear_hip", 6.0),
            result("neck_trunk", 3.0, spread=1.5),
            result("neck_incl", 8.0),
        ),
    ),
    "comes upright": (SIDE, (drift("trunk_lean", 12.0, 3.0), drift("ear_hip", 15.0, 8.0))),
    "upright from far forward": (SIDE, (drift("trunk_lean", 26.0, 16.0), drift("ear_hip", 22.0, 14.0))),
    "leans back from the start": (SIDE, (result("trunk_lean", baseline=-10.0, timing=Timing.PRE_EXISTING),)),
    "hands up": (SIDE, (drift("wrist_h", 0.45, 0.6), drift("elbow_rom", 50.0, 30.0), drift("upper_arm_amp", 50, 30))),
    "hands from below the hip": (SIDE, (drift("wrist_h", -0.1, 0.1),)),
    "hands high from the start, and less": (SIDE, (drift("wrist_h_p95", 1.2, 1.1),)),
    "slump, hands and stiff arms": (
        SIDE,
        (*slump(), drift("wrist_h", 0.45, 0.6), drift("elbow_rom", 50, 30), drift("upper_arm_amp", 50, 30)),
    ),
    "nothing fits": (SIDE, (drift("head_pitch", 20.0, 5.0), drift("vert_osc", 0.2, 0.3))),
    "to the left": (FRONT, (drift("lat_lean", -1.0, -6.0), drift("shoulder_obliquity", 0.0, 4.0))),
    "to the right": (FRONT, (drift("lat_lean", 1.0, 6.0),)),
    "less to the left": (FRONT, (drift("lat_lean", -6.0, -1.0), drift("arm_asym", -29.0, -10.0))),
    "over from left to right": (FRONT, (drift("lat_lean", -3.0, 3.0),)),
    "weave": (FRONT, (drift("weave", 0.3, 0.6), drift("wrist_h", 0.45, 0.6), drift("cross_depth", 0.3, 0.05))),
    "hands stop crossing": (FRONT, (drift("cross_frac", 40.0, 8.0), drift("weave", 0.6, 0.3))),
    "narrower, and wide still": (FRONT, (drift("elbow_width", 0.6, 0.45), drift("wrist_width", 0.95, 0.8))),
}
#: What a text for runners does not say.
LABORATORY = (
    r"\btorso\b",
    r"sh\.w\.",
    r"[x×] floor",
    r"\bC\d+[ab]?\b",
    r"\bwithheld\b",
    r"\bnot given\b",
    r"could not see",
    r"not measurable",
    r"(?i)\bsparc\b",
    r"inconclusive",
    r"too coarsely",
    r"all through the stride",
    r"(?i)\bfloors?\b",
    r"It rests on: \.",
    r"confidence 0\.00",
    r"asked for",
    r"of the article",
)


@dataclass(frozen=True)
class Told:
    """One case, and all that is said of it."""

    name: str
    analysis: Analysis
    terminal: str
    page: str
    record: str

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for text in (self.terminal, self.page, self.record) if text)


@pytest.fixture(scope="module")
def bases(shared: Path) -> dict[tuple[ViewKind, bool], Analysis]:
    """A minute from the side and from the front, and ten seconds of each: only what drifts is made up."""
    found = {}
    for view, clip in ((SIDE, "fresh"), (FRONT, "weave")):
        made = recording(shared / "rendered", clip)
        found[view, False] = pipeline.behind_poses(made, Settings())
        short = replace(made, series=made.series.take(made.series.time < 12.0))
        found[view, True] = pipeline.behind_poses(short, Settings())
    return found


@pytest.fixture(scope="module")
def told(bases: dict[tuple[ViewKind, bool], Analysis], tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    folder = AnalysisFolder(tmp_path_factory.mktemp("matrix") / "none.posture")
    cases = [
        (f"{name}; {who}", replace(bases[view, False], drift=run(*changes, view=view)), answers)
        for name, (view, changes) in RUNS.items()
        for who, answers in INTAKES.items()
    ]
    cases += [
        (f"ten seconds from the {view}; {who}", bases[view, True], INTAKES[who])
        for view in (SIDE, FRONT)
        for who in INTAKES
    ]
    # The page is slow to draw: of each run with the answers that differ most.
    shown = ("pain late in a run", "chest pain")
    return [tell(name, case, answers, folder, with_page=name.endswith(shown)) for name, case, answers in cases]


def tell(name: str, base: Analysis, answers: dict | None, folder: AnalysisFolder, *, with_page: bool) -> Told:
    intake = Intake(answers) if answers is not None else None
    findings = rules.judge(base.drift, base.view, base.segmented, base.measured, intake, rules.load_causes())
    analysis = replace(base, intake=intake, findings=findings)
    console = Console(width=parts.WIDE, highlight=False, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "console", lambda: console)
        printing.print_summary(analysis)
    shown = visible(page.render(analysis, folder)) if with_page else ""
    record = json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)
    return Told(name, analysis, " ".join(console.export_text().split()), shown, record)


def visible(source: str) -> str:
    """What a page shows, but for settings and versions at its end."""
    body = re.sub(r"<(script|style|noscript)\b.*?</\1>", " ", source.split("<body>")[1], flags=re.DOTALL)
    body = body.split('aria-labelledby="method"')[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def advice_of(cause: str) -> tuple[str, ...]:
    plan = CAUSES[cause].remedy
    return plan.cue, plan.drill


def test_after_a_sign_of_an_emergency_nothing_but_the_referral_is_told(told: list[Told]) -> None:
    some = [case for case in told if Story(case.analysis).emergency]
    assert len(some) >= len(RUNS) * 3
    for case in some:
        referral = Story(case.analysis).referral
        assert referral is not None
        assert all(sign in text for sign in referral.signs for text in (case.terminal, case.page) if text)
        for text in case.texts:
            assert not [c.title for c in CAUSES.values() if c.title in text], case.name
            assert not [part for id in CAUSES for part in advice_of(id) if part in text], case.name
            assert not [line for line in WORDS["film"].values() if line in text], case.name
            assert not re.search(r"rarely|harmless|seldom", text), case.name


def test_beside_any_sign_nothing_advises(told: list[Told]) -> None:
    some = [case for case in told if Story(case.analysis).referral]
    assert any(Story(case.analysis).referral.urgency is Urgency.URGENT for case in some)  # type: ignore[union-attr]
    for case in some:
        assert not [part for id in CAUSES for part in advice_of(id) for text in case.texts if part in text], case.name


def test_whoever_was_examined_and_cleared_is_advised_again(told: list[Told]) -> None:
    case = next(case for case in told if case.name == "slump; for eight weeks, examined")
    assert "a doctor on 2026-01-02" in case.terminal
    assert CAUSES["C4"].remedy.cue in case.terminal
    assert CAUSES["C3"].remedy.care not in case.record


def test_there_is_one_cue_for_today_and_it_is_of_the_first_finding(told: list[Told]) -> None:
    several = 0
    for case in told:
        for text in (case.terminal, case.page):
            assert text.count("Today:") <= 1, case.name
        story = Story(case.analysis)
        if story.today is not None:
            several += bool(story.later)
            assert case.terminal.count("Today:") == 1, case.name
    assert several > 5


def test_an_examination_is_the_only_voice(told: list[Told]) -> None:
    for case in (case for case in told if case.name.endswith("a plan that failed")):
        advising = [finding.cause for finding in case.analysis.findings if finding.plan is not None]
        assert advising in (["C3"], []), case.name


def test_what_is_not_decided_or_ruled_out_does_not_advise(told: list[Told]) -> None:
    for case in told:
        for finding in case.analysis.findings:
            if finding.verdict is not Verdict.SUPPORTED:
                assert not [p for p in advice_of(finding.cause) for text in case.texts if p in text], case.name


def test_no_advice_speaks_against_the_direction_of_its_measurement(told: list[Told]) -> None:
    for case in told:
        for finding in case.analysis.findings:
            lines = [line for line in finding.trace if line.passed and not line.negated and finding.plan]
            changed = {m for line in lines for m in line.metrics if line.role.name in ("DECIDES", "SUPPORTS")}
            for metric in changed & {m for m, r in case.analysis.drift.items() if r.status is Status.DRIFT}:
                moved = case.analysis.drift[metric]
                led = turn(METRICS[metric], moved.baseline, moved.end, moved.floor)
                assert led is Turn.AWAY or finding.timing is Timing.IMPROVING, (case.name, finding.cause, metric)


def opposites(drifts: dict[str, DriftResult]) -> Iterator[str]:
    """Phrases that would contradict a drift."""
    for metric, moved in drifts.items():
        words = WORDS["way"][metric]
        if moved.status is not Status.DRIFT:
            continue
        if "more" not in words:
            yield words["down" if moved.change > 0 else "up"]
            continue
        wrong = WORDS["side"]["left" if moved.end > 0 else "right"]
        yield from (phrase.format(side=wrong) for phrase in words.values())
        right = WORDS["side"]["right" if moved.end > 0 else "left"]
        yield words["less" if abs(moved.end) > abs(moved.baseline) else "more"].format(side=right)


def test_every_sentence_follows_the_sign_of_its_value(told: list[Told]) -> None:
    for case in told:
        for phrase in opposites(dict(case.analysis.drift)):
            assert not [text for text in case.texts if phrase in text], (case.name, phrase)
        for metric, moved in case.analysis.drift.items():
            if moved.status is Status.DRIFT:
                other = "falls" if moved.change > 0 else "rises"
                assert not [text for text in case.texts if f"{METRICS[metric].label} {other}" in text], case.name


def test_nothing_that_changed_is_said_to_have_stayed(told: list[Told]) -> None:
    for case in told:
        drifted = {m for m, r in case.analysis.drift.items() if r.status is Status.DRIFT}
        if drifted:
            assert "No change" not in case.terminal + case.page, case.name
        for finding in case.analysis.findings:
            lines = [line for line in finding.trace if line.role.name in ("DECIDES", "SUPPORTS")]
            if drifted & {metric for line in lines if not line.negated for metric in line.metrics}:
                assert not re.search(r"\bkept\b|stayed as", finding.text), (case.name, finding.cause)


def test_a_change_for_the_better_is_told_as_one(told: list[Told]) -> None:
    for name in ("comes upright", "less to the left", "hands stop crossing", "hands from below the hip"):
        case = next(case for case in told if case.name == f"{name}; nothing answered")
        assert not [f.cause for f in case.analysis.findings if f.verdict is Verdict.SUPPORTED], name
        assert "for the better" in Story(case.analysis).sentence, name


def test_a_consequence_is_no_change(told: list[Told]) -> None:
    case = next(case for case in told if case.name == "slump; pain late in a run")
    assert "As the run went on: upper body slumps." in Story(case.analysis).sentence
    assert "consistent with: strain on the upper spine" in Story(case.analysis).sentence


def test_nobody_is_told_to_film_from_where_the_camera_stood(told: list[Told]) -> None:
    for case in told:
        wrong = "side" if case.analysis.view.kind is SIDE else "front"
        # What needs another camera says so in its own reason.
        for finding in case.analysis.findings:
            assert f"It shows from the {wrong}" not in finding.text, (case.name, finding.cause)
        assert f"Film from the {wrong} too" not in case.terminal + case.page, case.name


def test_a_short_clip_has_no_fresh_part_and_no_end(told: list[Told]) -> None:
    some = [case for case in told if case.name.startswith("ten seconds")]
    assert some
    for case in some:
        assert WORDS["page"]["pair"] not in case.page
        assert not [f.cause for f in case.analysis.findings if f.measured and f.verdict is Verdict.SUPPORTED]


def test_no_text_speaks_the_language_of_a_laboratory(told: list[Told]) -> None:
    for case in told:
        for text in (case.terminal, case.page):
            said = text.replace("Made up as withheld", "")
            assert [found for word in LABORATORY if (found := re.findall(word, said))] == [], case.name
            assert re.findall(r"\d\.\d{3,}", text) == [], case.name


def test_a_difference_is_that_of_the_values_beside_it(told: list[Told]) -> None:
    """Whoever takes the first value from the second finds the change that is told."""
    number = r"([−+]?\d+(?:\.\d+)?)"
    pattern = re.compile(rf"{number} → {number}(?:°|%| [a-z/]+(?: [a-z]+)?), change {number}")
    found = 0
    for case in told:
        for first, last, change in pattern.findall(case.terminal):
            values = [float(value.replace("−", "-")) for value in (first, last, change)]
            assert round(values[1] - values[0], 2) == values[2], (case.name, first, last, change)
            found += 1
    assert found > 20
