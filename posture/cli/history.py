"""``posture history``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import db_option, settings_option


@click.command()
@click.argument("runner", required=False)
@db_option
@click.option("--page", type=click.Path(path_type=Path), help="Write an HTML page of the trends here")
@click.option("--export", type=click.Path(path_type=Path), help="Write everything here, as .csv or .json")
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
    settings_file: Path | None,
) -> None:
    """Show what became of a RUNNER over weeks, or who is known.

    Analyses come here by 'posture analyze CLIP --runner NAME' and 'posture batch'.
    """
    from posture.history import History
    from posture.history import terminal as history_terminal
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
            from posture.history.page import write_page

            write_page(runner, kept, factor, page)
            click.echo(f"{page}: {count}")
        if not (page or export):
            history_terminal.print_history(runner, kept, factor)
