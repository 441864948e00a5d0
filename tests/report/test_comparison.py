"""Two clips held against each other, and two that complete each other, through the real command line."""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from posture import pipeline
from posture.analysis import Comparison
from posture.cli import main
from posture.cli.types import seconds
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS
from posture.report.text import comparison as said
from posture.report.text import not_one_estimator, ways
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from tests.report_run import kept_run


def command(*arguments: object) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture(scope="module")
def folders(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The truth of two runs from the side, each in a folder."""
    where = tmp_path_factory.mktemp("runs")
    for clip in ("fresh", "tired"):
        folder = where / f"{clip}.posture"
        kept_run(videos, folder, clip=clip, video=False)
        AnalysisFolder(folder).claim(f"{clip}.mp4", clip, force=True)
    return where


@pytest.fixture(scope="module")
def compared(folders: Path) -> tuple[Comparison, str, str, dict]:
    """Fresh against tired: in memory, in the terminal, on the page and as JSON."""
    first, second, page = folders / "fresh.posture", folders / "tired.posture", folders / "page.html"
    printed = command("compare", first, second, "--page", page).output
    told = json.loads(command("compare", first, second, "--json").stdout)
    return pipeline.compare(first, second), printed, page.read_text(encoding="utf-8"), told


def test_terminal_page_and_record_give_one_answer(compared) -> None:
    comparison, printed, page, told = compared
    sentence = said.sentence(comparison)
    assert sentence in " ".join(printed.split())
    assert f"<h1>{html.escape(sentence)}</h1>" in page
    assert told["sentence"] == sentence
    for name in ("fresh.mp4", "tired.mp4"):
        assert name in printed
        assert name in page


def test_two_models_are_told_everywhere_and_one_is_not_worth_a_word(compared, folders: Path, tmp_path: Path) -> None:
    caution = "not all seen by one pose model (truth, lite)"
    assert said.caution(compared[0]) == ""
    other, page = tmp_path / "other.posture", tmp_path / "page.html"
    shutil.copytree(folders / "tired.posture", other)
    poses = AnalysisFolder(other).poses
    replace(Recording.load(poses), model="lite sha256:2", estimator="litert 2.3.0").save(poses)
    printed = command("compare", folders / "fresh.posture", other, "--page", page).output
    assert caution in " ".join(printed.split())
    assert caution in page.read_text(encoding="utf-8")
    told = json.loads(command("compare", folders / "fresh.posture", other, "--json").stdout)
    assert [told[which]["provenance"]["model"] for which in ("first", "second")] == ["truth", "lite sha256:2"]


@pytest.mark.parametrize(
    ("stamps", "told"),
    [
        ([("full sha256:1", "litert 2.1.6"), ("full sha256:1", "mediapipe 1.2.3")], ""),
        ([("full sha256:1", "litert 2.3.0"), ("full sha256:2", "litert 2.3.0")], "(full sha256:1, full sha256:2)"),
        ([("none", "imported from OpenPose"), ("full sha256:1", "litert 2.3.0")], "(imported from OpenPose, full)"),
        ([("none", "imported from OpenPose"), ("none", "imported from TRC")], "one engine (imported from OpenPose, im"),
        ([("lite sha256:2", "a 1"), ("full sha256:1", "a 1"), ("full sha256:1", "b 1")], "one pose model (lite, full)"),
        ([("", ""), ("full sha256:1", "litert 2.3.0")], ""),
        ([], ""),
    ],
)
def test_what_did_not_see_alike_is_named(stamps: list[tuple[str, str]], told: str) -> None:
    found = not_one_estimator(stamps)
    assert told in found
    assert bool(found) is bool(told)


def test_what_neither_clip_could_see_is_not_worth_a_word(compared) -> None:
    comparison, printed, page, told = compared
    lacking = [id for id in METRICS if id in comparison.fresh.measured.withheld and id not in told["drift"]]
    assert "weave" in lacking
    for id in lacking:
        for text in (printed, page):
            assert METRICS[id].label.lower() not in text.lower().replace("shoulder levels", ""), id


def test_the_pictures_differ_as_the_numbers_do(compared) -> None:
    comparison, _, page, _ = compared
    figures = re.findall(r'<svg viewBox="[^"]+" role="img" aria-label="([^"]+)"', page)
    assert len(figures) == 2
    assert page.count("data:image/jpeg;base64,") == 2
    for result in said.different(comparison):
        label = METRICS[result.metric].label
        values = [re.search(rf"{label} (−?[\d.]+)", figure) for figure in figures]
        if all(values):
            first, second = (float(value[1].replace("−", "-")) for value in values if value)
            assert (second - first) * result.change > 0


def with_statuses(comparison: Comparison, status: Status, sign: float) -> Comparison:
    drift = {
        id: DriftResult(**{**vars(result), "status": status, "change": sign * 9.0, "end": result.baseline + sign * 9.0})
        for id, result in comparison.drift.items()
        if result.change == result.change
    }
    return Comparison(comparison.fresh, comparison.tired, True, drift, ())


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_sentence_is_made_from_status_and_sign(compared, sign: float) -> None:
    changed = with_statuses(compared[0], Status.DRIFT, sign)
    assert ways(said.different(changed)[:3]) in said.sentence(changed)
    perhaps = said.sentence(with_statuses(compared[0], Status.POSSIBLE, sign))
    assert "perhaps" in perhaps
    same = said.sentence(with_statuses(compared[0], Status.STABLE, sign))
    assert same.startswith("No difference: ")
    unsure = said.sentence(with_statuses(compared[0], Status.INCONCLUSIVE, sign))
    assert "not sure enough" in unsure


def test_a_side_and_a_front_clip_make_one_report(folders: Path, shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_run(shared / "rendered", folders / "weave.posture", clip="weave", video=False)
    AnalysisFolder(folders / "weave.posture").claim("weave.mp4", "weave", force=True)
    monkeypatch.chdir(folders)
    printed = command("compare", "tired.posture", "weave.posture").output
    record = json.loads((folders / "tired+weave.posture" / "analysis.json").read_text(encoding="utf-8"))
    assert {"ear_hip", "weave"} <= record["metrics"].keys()
    assert "one report" in printed
    assert "Film from the front too" not in " ".join(printed.split())
    refused = CliRunner().invoke(main, ["compare", "tired.posture", "weave.posture", "--page", "x.html"])
    assert refused.exit_code == 2
    assert not (folders / "x.html").exists()


def test_answers_of_an_earlier_time_are_said_to_be_used_again(folders: Path, tmp_path: Path) -> None:
    answers = tmp_path / "me.toml"
    answers.write_text('version = 1\nskipped = []\n[answers]\nred_flags = ["none"]\n', encoding="utf-8")
    from posture.rules.questions import load_questions

    answers.write_text(answers.read_text().replace("= 1", f"= {load_questions().version}"), encoding="utf-8")
    folder = folders / "fresh.posture"
    assert "used again" not in command("analyze", folder, "--intake", answers).output
    again = " ".join(command("analyze", folder).output.split())
    assert "The answers in me.toml, last changed on" in again
    assert "used again" in again


@pytest.mark.parametrize(("text", "value"), [("75", 75.0), ("1:15", 75.0), ("1:02:03.5", 3723.5), ("90:00", 5400.0)])
def test_times_are_read(text: str, value: float) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["1:70", "1:60", "1:61:00", "1:2:3:4", "-1", "1:-5", "nan", "", "1:"])
def test_slips_in_times_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^.*$"):
        seconds(text)
