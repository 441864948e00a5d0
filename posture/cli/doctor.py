"""``posture doctor``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from posture.cli.options import db_option, say


@click.command()
@db_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings for other programs")
def doctor(db: Path | None, as_json: bool) -> None:
    """See whether this machine has what the program needs: each line is ok, or says how to mend it.

    Exit code 0 if videos can be analysed here, 1 if not.
    """
    from posture.checkup.doctor import examine

    checks = examine(db)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], indent=1))
    for check in () if as_json else checks:
        state = "ok" if check.ok else "MEND" if check.needed else "note"
        say(f"{state:<5} {check.name:<17} {check.said}" + ("" if check.ok else f"; {check.mend}"))
    sys.exit(0 if all(check.ok or not check.needed for check in checks) else 1)
