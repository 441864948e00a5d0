"""The sheet for a clinic: what it says, what it keeps to itself, and that it is a PDF of one or two pages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from posture import pipeline
from posture.analysis import Analysis
from posture.cli import main
from posture.report import text
from posture.report.sheet import pdf
from posture.report.sheet.content import content, curves
from posture.report.text.story import Story
from posture.storage.folder import AnalysisFolder
from tests.report_run import kept_run, with_intake


@pytest.fixture(scope="module")
def analysis(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    folder = tmp_path_factory.mktemp("sheet") / "run.posture"
    kept = kept_run(videos, folder, video=False)
    AnalysisFolder(folder).claim("tired.mp4", "0" * 64, force=True)
    return kept


def test_every_value_has_its_error_its_usual_range_and_the_change_that_the_reports_tell(analysis: Analysis) -> None:
    told = {row[0]: row for row in content(analysis)["values"]}
    for row in analysis.rows.values():
        label, value, usual, change, counts, _ = told[row.metric.label]
        assert value.startswith(text.number(row.level, row.metric)), label
        assert "±" in value
        assert counts == text.number(row.floor, row.metric)
        if row.drift is not None and row.drift.change == row.drift.change:
            assert change.startswith(text.number(text.shown_change(row.drift), row.metric, sign=True))
        level = analysis.levels.levels.get(row.metric.id)
        assert (usual == "–") == (level is None or level.place.name == "UNKNOWN")


def test_plan_and_curves_are_those_of_what_leads(analysis: Analysis) -> None:
    story, said = Story(analysis), content(analysis)
    assert story.today is not None
    plan = dict(said["plan"]["lines"])
    assert story.today.plan is not None
    assert plan["While running"] == story.today.plan.cue
    assert plan["Dose"] == story.today.plan.dose
    assert "sets" in plan["Strength"]
    assert "weeks" in plan["Film again"]
    assert curves(analysis) == list(story.leading_metrics[:2])


def test_with_a_sign_of_an_emergency_there_are_only_the_referral_and_the_values(analysis: Analysis) -> None:
    judged = with_intake(analysis, red_flags=("chest_pain",))
    said = content(judged)
    assert curves(judged) == []
    assert said["referral"]["signs"]
    assert (said["sentence"], said["leads"], said["plan"]) == ("", [], None)
    assert said["values"]


def test_beside_a_sign_for_a_doctor_there_is_no_plan(analysis: Analysis) -> None:
    said = content(with_intake(analysis, red_flags=("night",), pain_sites=("upper_back",)))
    assert said["referral"]
    assert said["plan"] is None


def test_it_prints_on_one_or_two_pages_whatever_the_name(analysis: Analysis, tmp_path: Path) -> None:
    name = '#import "x"; $ <b> \\ " Ἄννα Øyvind'
    typst = pytest.importorskip("typst")
    done = CliRunner().invoke(
        main, ["analyze", str(analysis.folder), "--runner", name, "--db", str(tmp_path / "h"), "-q"]
    )
    assert done.exit_code == 0, done.output
    target = tmp_path / "sheet.pdf"
    done = CliRunner().invoke(main, ["report", str(analysis.folder), "--pdf", "--out", str(target)])
    assert done.exit_code == 0, done.output
    assert target.read_bytes().startswith(b"%PDF-")
    again = pipeline.load(analysis.folder) if analysis.folder else analysis
    pages = typst.compile(**pdf.source(again), format="svg")
    assert isinstance(pages, list)
    assert len(pages) == 2


def test_without_the_renderer_one_sentence_says_what_to_install(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    done = CliRunner().invoke(main, ["report", str(analysis.folder), "--pdf", "--out", str(tmp_path / "x.pdf")])
    assert done.exit_code == 2
    assert done.output.strip().endswith("a PDF needs the extra: pip install 'running-posture[pdf]'.")
    assert not (tmp_path / "x.pdf").exists()


def test_a_name_for_the_sheet_without_a_sheet_is_refused(analysis: Analysis) -> None:
    done = CliRunner().invoke(main, ["report", str(analysis.folder), "--out", "x.pdf"])
    assert done.exit_code == 2
    assert "--pdf" in done.output
