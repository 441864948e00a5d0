"""``posture history``, and how other commands add to the history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from posture.analysis import Analysis

_db_option = click.option("--db", type=click.Path(path_type=Path), help="History file  [default: in your data folder]")


def history_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that analyses one recording ``--runner`` and ``--db``."""
    return click.option("--runner", metavar="NAME", help="Keep the result in this runner's history")(
        _db_option(command)
    )


def check_history(runner: str | None, db: Path | None) -> None:
    """Say now, and not after an hour, that a history cannot take what ``keep_in_history`` will add."""
    if runner is not None:
        from posture.history import History, named

        named(runner)
        with History(db):
            pass


def keep_in_history(analysis: Analysis, runner: str | None, db: Path | None) -> None:
    """Add an analysis to the history of whoever was named."""
    if runner is not None:
        from posture.history import add

        add(analysis, runner, db)


@click.command()
@click.argument("runner", required=False)
@_db_option
@click.option("--page", type=click.Path(path_type=Path), help="Write an HTML page of the trends here")
@click.option("--export", type=click.Path(path_type=Path), help="Write everything here, as .csv or .json")
@click.option("--delete", is_flag=True, help="Remove the runner with everything that is kept here")
@click.option("--yes", is_flag=True, help="Do not ask before removing")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), help="TOML file with other settings")
def history(
    runner: str | None,
    db: Path | None,
    page: Path | None,
    export: Path | None,
    delete: bool,
    yes: bool,
    settings_file: Path | None,
) -> None:
    """Show what became of a RUNNER over weeks, or who is known.

    Analyses come here by 'posture analyze CLIP --runner NAME' and 'posture batch'.
    """
    from posture.history import History
    from posture.report import history_terminal
    from posture.settings import load_settings

    if runner is None and (page or export or delete):
        raise click.UsageError("Say which runner.")
    with History(db) as known:
        if runner is None:
            history_terminal.print_runners(known.runners())
            return
        runner, kept = known.name(runner), known.analyses(runner)
        count = history_terminal.counted(len(kept))
        if delete:
            if not yes:
                click.confirm(f"Remove {runner} and {count} from the history?", abort=True)
            for folder in known.delete(runner):
                click.echo(f"still on disk: {folder}")
            click.echo(f"Removed {runner} from {known.path}")
            return
        if export:
            from posture.history.export import write

            write(runner, kept, export)
            click.echo(f"{export}: {count}")
        factor = load_settings(settings_file, {}).drift.other_camera_factor
        if page:
            from posture.report.summaries.history import write_page

            write_page(runner, kept, factor, page)
            click.echo(f"{page}: {count}")
        if not (page or export):
            history_terminal.print_history(runner, kept, factor)
