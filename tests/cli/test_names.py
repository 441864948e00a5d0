"""Names that are no text: bytes of another alphabet, as an old disk or the archive of a stranger has."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from posture.cli import main
from posture.video import probe
from tests.analytic_runner import as_csv, side_runner


def shown(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_a_batch_of_such_clips_is_analysed_drawn_told_and_forgotten(videos: Path, tmp_path: Path) -> None:
    clips, db = tmp_path / "L\udce4ufe", tmp_path / "h.sqlite"
    clips.mkdir()
    shutil.copy(videos / "fresh.mp4", clips / "J\udcf6rg.mp4")
    out = tmp_path / "L\udce4ufe.batch"
    shown("batch", clips, "--out", out, "--runner", "Anna", "--db", db, "--model", "lite", "--end", 3)
    folder = out / "J\udcf6rg.mp4.posture"
    assert pd.read_csv(out / "summary.csv")["clip"].tolist() == [r"J\udcf6rg.mp4"]
    assert r"J\udcf6rg.mp4" in (out / "summary.html").read_text()
    assert probe(folder / "overlay.mp4").duration == pytest.approx(3.0, abs=0.1)
    assert not pd.read_parquet((folder / "frames.parquet").open("rb")).empty
    shown("forget", "Anna", "--db", db, "--yes")
    assert not folder.exists()


@pytest.mark.parametrize("name", ["L\udce4ufe", "a\x1b[2J\nb"])
def test_everything_that_reads_or_writes_takes_such_a_folder(name: str, tmp_path: Path) -> None:
    where, db = tmp_path / name, tmp_path / "h.sqlite"
    where.mkdir()
    pytest.importorskip("ezc3d")
    poses, out = as_csv(side_runner(np.arange(0.0, 6.0, 1 / 30)), where / f"{name}.csv"), where / f"{name}.posture"
    for kind, text in (("settings", '[run]\nnote = "new shoes"'), ("intake", "version = 1\n[answers]")):
        (where / f"{name}.{kind}").write_text(text)
    files = [f"--{kind}={where / name}.{kind}" for kind in ("settings", "intake")]
    shown("analyze", poses, "--out", out, "--runner", "Anna", "--db", db, *files)
    shown("analyze", out)
    shown("report", out)
    for kind in ("parquet", "csv", "trc", "mot", "c3d", "movement", "openpose"):
        shown("export", out, "--to", kind, "--out", where / f"poses of {name}.{kind}")
    shown("analyze", where / f"poses of {name}.parquet", "--out", where / f"{name}.again")
    shown("compare", out, where / f"{name}.again")
    shown("history", "Anna", "--db", db, "--page", where / "h.html", "--export", where / "h.csv")
    assert "\x1b" not in shown("forget", "Anna", "--db", db, "--yes")
    assert not out.exists()
