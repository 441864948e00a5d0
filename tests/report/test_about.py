"""Name, day, note and height: on every report, in the record and in the history; and lengths in centimetres."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from posture.about import height_of
from posture.cli import main
from posture.history import History
from posture.kinematics.centimetres import TRUNK_SHARE, centimetres
from posture.storage.folder import AnalysisFolder
from tests.report_run import kept_run

SAID = ("--runner", "Anna  Lee", "--date", "2026-03-14", "--note", "after <10> km")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, videos: Path) -> tuple[AnalysisFolder, str, Path]:
    """An analysis repeated with all that can be said about it, what the terminal said, and the history."""
    base = tmp_path_factory.mktemp("about")
    folder, db = base / "run.posture", base / "h.sqlite"
    kept_run(videos, folder, video=False)
    AnalysisFolder(folder).claim("tired.mp4", "0" * 64, force=True)
    done = CliRunner().invoke(main, ["analyze", str(folder), *SAID, "--height", "180", "--db", str(db)])
    assert done.exit_code == 0, done.output
    return AnalysisFolder(folder), done.output, db


def test_name_day_and_note_stand_on_terminal_page_record_and_history(told) -> None:
    folder, printed, db = told
    page, record = folder.page.read_text(encoding="utf-8"), json.loads(folder.record.read_text(encoding="utf-8"))
    assert "Anna Lee, 14 March 2026, after <10> km" in " ".join(printed.split())
    assert "Anna Lee, 14 March 2026, after &lt;10&gt; km" in page
    assert record["about"] == {"runner": "Anna Lee", "date": "2026-03-14", "note": "after <10> km", "height_cm": 180.0}
    with History(db) as history:
        (kept,) = history.analyses("anna lee")
    assert (kept.when.date(), kept.dated, kept.note) == (date(2026, 3, 14), True, "after <10> km")


def test_a_height_gives_centimetres_beside_trunk_lengths_and_no_height_none(told, tmp_path: Path) -> None:
    folder, printed, _ = told
    hand = json.loads(folder.record.read_text(encoding="utf-8"))["metrics"]["wrist_h"]
    assert hand["centimetres"]["value"] == pytest.approx(hand["level"] * TRUNK_SHARE * 180)
    assert hand["centimetres"]["low"] < hand["centimetres"]["value"] < hand["centimetres"]["high"]
    for text in (printed, folder.page.read_text(encoding="utf-8")):
        assert f"about {hand['centimetres']['value']:.0f} cm (" in text
    again = shutil.copytree(folder.path, tmp_path / "other.posture")
    record = json.loads(AnalysisFolder(again).record.read_text(encoding="utf-8"))
    record["settings"]["clip"]["height_cm"] = None
    AnalysisFolder(again).record.write_text(json.dumps(record), encoding="utf-8")
    plain = CliRunner().invoke(main, ["analyze", str(again)])
    assert plain.exit_code == 0, plain.output
    assert "Anna Lee" in plain.output
    assert " cm" not in plain.output


@given(st.floats(-2, 2), st.floats(0, 0.5), st.floats(100, 230))
def test_centimetres_grow_with_the_height_and_lie_in_an_interval_no_narrower_than_the_measurement(
    trunks: float, error: float, height: float
) -> None:
    found = centimetres(trunks, error, height)
    assert found.value == pytest.approx(trunks * TRUNK_SHARE * height)
    assert found.high - found.low >= 2 * error * TRUNK_SHARE * height - 1e-9
    assert found.high - found.value == pytest.approx(found.value - found.low)


def test_a_comma_is_a_decimal_point_in_a_height() -> None:
    assert height_of("171,5") == 171.5
