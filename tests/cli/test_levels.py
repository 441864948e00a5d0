"""Levels through the real command line: a short recording leads with them, a clinic's own reference is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from posture.cli import main
from posture.kinematics.registry import CARRIAGE
from posture.levels import load_reference
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.ledger import Ledger
from tests.conftest import ROOT
from tests.report_run import recording


def command(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed, catch_exceptions=False)


def folder_of(videos: Path, where: Path, clip: str, *, bend: float = 0.0) -> Path:
    """An analysis folder whose poses are the truth of a rendered runner, stamped like the reference's.

    ``bend`` moves the whole head forward by so many pixels.
    """
    made = recording(videos, clip)
    series = made.series
    xy = series.xy.copy()
    xy[:, :11, 0] += bend * (1.0 if series.xy[:, 0, 0].mean() > series.xy[:, 7:9, 0].mean() else -1.0)
    folder = AnalysisFolder(where / f"{clip}.posture")
    folder.path.mkdir(parents=True)
    files = frozenset({"input.json", "poses.npz", "analysis.json"})
    Ledger(f"{clip}.mp4", "0" * 64, files).write(folder.input)
    stamped = replace(made, series=series.with_xy(xy), model=load_reference().model, estimator="mediapipe 1.2.9")
    stamped.save(folder.poses)
    folder.record.write_text(json.dumps({"settings": Settings().model_dump(mode="json")}))
    return folder.path


@pytest.fixture(scope="module")
def forward(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Twenty seconds of a leaning runner whose head was moved forward, and what is printed of them."""
    folder = folder_of(videos, tmp_path_factory.mktemp("levels"), "fresh", bend=45.0)
    return folder, command("analyze", folder, "--exclude", "20-99", "--no-video")


def record_of(folder: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    return found


def test_a_short_recording_leads_with_the_posture(forward: tuple[Path, Result]) -> None:
    folder, done = forward
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    reference = load_reference()
    assert "You run slumped: trunk and head come forward together" in said
    assert "Whether it changes as you tire takes a minute of running" in said
    assert f"Your posture among {reference.name}" in said
    assert "too short" not in said
    record = record_of(folder)["levels"]
    assert (record["reference"], record["from_start"], record["reason"]) == (reference.name, False, "")
    assert record["patterns"]["slumped"]["found"] is True
    level = record["metrics"]["neck_incl"]
    assert level["place"] == "high"
    assert level["usual"]["high"] < level["value"]
    assert level["above"] == len(level["others"])
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"Your posture among {reference.name}" in page
    placed = [id for id, each in record["metrics"].items() if each["others"] and id in CARRIAGE]
    assert page.count('<li class="level ') == len(placed)
    assert "Where it changed" not in page


def test_the_intake_asks_just_what_the_causes_need(forward: tuple[Path, Result], tmp_path: Path) -> None:
    folder, done = forward
    assert f"posture intake my.toml --for {folder}" in " ".join(done.output.split()).replace("- -", "--")
    needs = {id for finding in record_of(folder)["findings"] for id in finding["needs"]}
    assert {"sitting_hours", "pain_starts"} <= needs
    asked = command("intake", tmp_path / "me.toml", "--for", folder, typed="\n" * 60)
    assert asked.exit_code == 0, asked.output
    assert "How many hours do you sit" in asked.output
    assert "strength" not in asked.output.lower()
    assert asked.output.count(" > ") < command("intake", tmp_path / "all.toml", "--all", typed="\n" * 60).output.count(
        " > "
    )


def test_a_long_run_tells_where_its_start_lies(videos: Path, tmp_path: Path) -> None:
    folder = folder_of(videos, tmp_path, "tired")
    done = command("analyze", folder, "--no-video")
    assert done.exit_code == 0, done.output
    assert record_of(folder)["levels"]["from_start"] is True
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert f"The start of the run among {load_reference().name}" in page


def test_a_reference_of_another_model_is_not_compared_and_a_damaged_one_is_refused(
    videos: Path, tmp_path: Path
) -> None:
    folder = folder_of(videos, tmp_path, "fresh")
    shipped = ROOT / "posture" / "levels" / "reference.toml"
    own = tmp_path / "my.toml"
    own.write_text(shipped.read_text(encoding="utf-8").replace("full sha256", "lite sha256"), encoding="utf-8")
    done = command("analyze", folder, "--exclude", "20-99", "--no-video", "--reference", own)
    assert done.exit_code == 0, done.output
    assert "were seen by lite, this recording by full" in " ".join(done.output.split())
    own.write_text("nothing = 1\n")
    kept = (folder / "analysis.json").read_bytes()
    refused = command("analyze", folder, "--no-video", "--reference", own)
    assert refused.exit_code == 2
    assert str(own) in refused.output
    assert (folder / "analysis.json").read_bytes() == kept
