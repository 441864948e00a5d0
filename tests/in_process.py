"""The real command line without a process of its own, which would spend two seconds on imports.

For what a process alone shows (what libraries print past Python, signals, how the program ends), start one.
"""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path

from click.testing import CliRunner

from posture.cli import main


def posture(*arguments: object, cwd: Path = Path()) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, this one if none is given; what no command catches is raised."""
    told = [str(argument) for argument in arguments]
    with contextlib.chdir(cwd):
        done = CliRunner().invoke(main, told, prog_name="posture", catch_exceptions=False)
    return subprocess.CompletedProcess(told, done.exit_code, done.stdout, done.stderr)
