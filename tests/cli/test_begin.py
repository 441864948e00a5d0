"""The first minutes: the program's bare name, and the report that opens by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from posture.cli import main
from posture.storage.folder import AnalysisFolder
from tests.report_run import kept_run


def test_the_bare_name_says_the_three_things_that_one_can_do() -> None:
    said = CliRunner().invoke(main, [])
    assert said.exit_code == 0
    for command in ("posture app", "posture analyze", "posture live", "posture --help"):
        assert command in said.output
    assert len(said.output.splitlines()) < 10
    assert "Traceback" not in said.output
    assert CliRunner().invoke(main, ["nonsense"]).exit_code == 2


@pytest.fixture(scope="module")
def folder(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("begin") / "run.posture"
    kept_run(videos, place, video=False)
    AnalysisFolder(place).claim("tired.mp4", "0" * 64, force=True)
    return place


def test_the_report_opens_on_wish_and_only_then(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("click.launch", opened.append)
    monkeypatch.chdir(folder.parent)
    assert CliRunner().invoke(main, ["analyze", "run.posture"]).exit_code == 0
    assert opened == []
    assert CliRunner().invoke(main, ["analyze", "run.posture", "--open", "--quiet"]).exit_code == 0
    assert opened == [(folder / "report.html").as_uri()]


def test_a_picture_to_share_from_the_command_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    said = CliRunner().invoke(main, ["report", "run.posture", "--png"])
    assert (said.exit_code, said.output) == (0, "run.png\n")
    assert (folder.parent / "run.png").read_bytes()[:4] == b"\x89PNG"
    for wrong in (["--png", "--pdf"], ["--face-blur"], ["--out", "x.png"]):
        assert CliRunner().invoke(main, ["report", "run.posture", *wrong]).exit_code == 2
