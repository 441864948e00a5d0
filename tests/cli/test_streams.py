"""How the program ends: outputs closed, full, gone or of another alphabet, Ctrl-C, names that steer a terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import posture
from posture.cli import main, streams
from posture.cli.types import Person, Seconds, Span
from posture.shown import printable
from tests.analytic_runner import as_csv, side_runner
from tests.hang import HANG_S

POSTURE = f"{sys.executable} -m posture"


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("streams")
    posture.analyze(as_csv(side_runner(np.arange(0.0, 8.0, 1 / 30)), where / "run.csv"), out=where / "run.posture")
    return where / "run.posture"


def shell(line: str, cwd: Path) -> tuple[int, str]:
    done = subprocess.run(["bash", "-c", line], cwd=cwd, capture_output=True, text=True, timeout=HANG_S, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("{posture} plot {folder} --metric trunk_lean > /dev/full", 2, "No space left"),
        ("{posture} --help > /dev/full", 2, "No space left"),
        ("{posture} plot {folder} --metric trunk_lean >&-", 0, ""),
        ("{posture} plot {folder} --metric trunk_lean <&- >&- 2>&-", 0, ""),
        ("{posture} analyze /missing.mp4 2>/dev/full", 2, ""),
        ("{posture} plot missing --metric x 2>&-", 2, ""),
        ("{posture} analyze {folder} | head -1 > /dev/null; exit ${{PIPESTATUS[0]}}", 0, ""),
    ],
)
def test_whatever_becomes_of_the_output_the_end_is_clean(
    line: str, code: int, said: str, analysis: Path, tmp_path: Path
) -> None:
    found, errors = shell(line.format(posture=POSTURE, folder=analysis), tmp_path)
    assert found == code, errors
    assert said in errors
    assert "Traceback" not in errors
    assert "Exception ignored" not in errors


@pytest.mark.parametrize("alphabet", ["ascii", "latin-1", "cp1252"])
def test_a_terminal_of_another_alphabet_is_written_to(alphabet: str, analysis: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [*POSTURE.split(), "analyze", str(analysis)], cwd=tmp_path, capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": alphabet},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"Head forward" in done.stdout


def test_closed_streams_are_filled_so_that_no_file_gets_their_number() -> None:
    script = (
        "import os, sys; [os.close(n) for n in (0, 1, 2)]\n"
        "from posture.cli import streams; streams.prepare()\n"
        "number = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT); print('noise'); sys.exit(number)"
    )
    done = subprocess.run([sys.executable, "-c", script, "/dev/null"], check=False)
    assert done.returncode > 2


def test_ctrl_c_and_a_second_one_end_with_130_and_one_sentence(tmp_path: Path) -> None:
    clip = tmp_path / "slow.py"
    clip.write_text(
        "import time\nfrom posture import pipeline\n"
        "def slow(*_, **__):\n"
        "    try:\n        print('begun', flush=True)\n        time.sleep(600)\n"
        "    finally:\n        print('ending', flush=True)\n        time.sleep(600)\n"
        "pipeline.analyze = slow\nfrom posture.cli import run\nrun()\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(clip), "analyze", "x.mp4"], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout is not None
    for reached in ("begun\n", "ending\n"):
        assert process.stdout.readline() == reached
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=HANG_S)
    assert process.returncode == streams.INTERRUPTED == 130
    assert errors.count("\n") == 1, errors
    assert "stopped" in errors


def test_a_fault_of_the_program_is_one_sentence_with_a_file_for_its_makers(tmp_path: Path) -> None:
    script = (
        "from posture import pipeline\n"
        "def faulty(*_, **__): raise ZeroDivisionError('of the test')\n"
        "pipeline.analyze = faulty\nfrom posture.cli import run\nrun()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "analyze", "x.mp4"], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    (file,) = tmp_path.glob("posture-fault-*.txt")
    assert "of the test" in file.read_text()


# --- names -----------------------------------------------------------------------------------------------------------


def test_nothing_that_is_printable_steers() -> None:
    evil = "a\x1b[2Jb\x07\r\n\x9b31m\u202e\udc80\u2028ü🏃"
    assert printable(evil) == r"a\x1b[2Jb\x07\r\n\x9b31m\u202e\udc80\u2028ü🏃"
    assert printable(printable(evil)) == printable(evil)


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "\x1b[31mred.mp4"],
        ["analyze", "x", "--person", "\x1b[31m"],
        ["\x1b[31m"],
        ["history", "\x1b[31m", "--db", "h.sqlite"],
        ["report", "\x1b[31m"],
        ["batch", "\x1b[31m"],
        ["analyze", "x", "--settings", "\x1b[31m.toml"],
    ],
)
def test_no_name_reaches_the_terminal_as_a_command(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert "\x1b" not in done.output


def test_a_clip_with_a_steering_name_is_shown_as_it_is_spelt(tmp_path: Path) -> None:
    clip = as_csv(side_runner(np.arange(0.0, 6.0, 1 / 30)), tmp_path / "run\x1b[2J\udc80.csv")
    done = CliRunner().invoke(main, ["analyze", str(clip), "--out", str(tmp_path / "out\x1b[0m")])
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert r"run\x1b[2J\udc80.csv" in done.output
    assert r"run\x1b[2J\udc80.csv" in (tmp_path / "out\x1b[0m" / "report.html").read_text()


# --- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["nan", "inf", "1e999", "-1", "", "²", "1:nan", "9" * 400])
def test_a_time_that_no_clock_shows_is_refused(value: str) -> None:
    for kind, text in ((Seconds(), value), (Span(), f"0-{value}")):
        with pytest.raises(Exception, match="write"):
            kind.convert(text, None, None)


@pytest.mark.parametrize("value", ["²", "9" * 5000, "0", "-1", "١", "1.0", ""])
def test_a_number_of_nobody_is_refused(value: str) -> None:
    with pytest.raises(Exception, match="not a person"):
        Person().convert(value, None, None)
