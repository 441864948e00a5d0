"""``posture history``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import chosen_settings, db_option, say, settings_option
from posture.cli.types import PATH
from posture.shown import printable

if TYPE_CHECKING:
    from posture.history import History


@click.command()
@click.argument("runner", required=False)
@db_option
@click.option("--page", type=PATH, help="Write an HTML page of the trends here")
@click.option("--export", type=PATH, help="Write everything here, as .csv or .json")
@click.option("--delete", is_flag=True, help="Remove the runner with everything that is kept here")
@click.option("--yes", is_flag=True, help="Do not ask before removing")
@settings_option
def history(
    runner: str | None,
    db: Path | None,
    page: Path | None,
    export: Path | None,
    delete: bool,
    yes: bool,
) -> None:
    """Show what became of a RUNNER over weeks, or who is known.

    Analyses come here by 'posture analyze CLIP --runner NAME' and 'posture batch'.
    """
    from posture.history import History
    from posture.history import terminal as history_terminal

    if runner is None and (page or export or delete):
        raise click.UsageError("Say which runner.")
    # Before anything is written or removed.
    drift = chosen_settings().drift
    with History(db, write=delete) as known:
        if runner is None:
            history_terminal.print_runners(known.runners())
            return
        runner, kept = known.name(runner), known.analyses(runner)
        count = history_terminal.counted(len(kept))
        if export:
            from posture.history.export import write

            write(runner, kept, export)
            say(f"{export}: {count}")
        if page:
            from posture.history.page import write_page

            write_page(runner, kept, drift, page)
            say(f"{page}: {count}")
        if delete:
            _delete(known, runner, count, yes=yes)
        elif not (page or export):
            history_terminal.print_history(runner, kept, drift)


def _delete(known: History, runner: str, count: str, *, yes: bool) -> None:
    if not yes and not click.confirm(f"Remove {printable(runner)} and {count} from the history?"):
        sys.exit(1)
    for folder in known.delete(runner):
        say(f"still on disk: {folder}")
    say(f"Removed {runner} from {known.path}")
