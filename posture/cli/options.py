"""Options that several commands share, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from posture.analysis import Analysis

workers_option = click.option("--workers", type=click.IntRange(1, 64), help="Threads  [default: one for each core]")
settings_option = click.option(
    "--settings", "settings_file", type=click.Path(path_type=Path), help="TOML file with other settings"
)
db_option = click.option("--db", type=click.Path(path_type=Path), help="History file  [default: in your data folder]")


def history_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that analyses one recording ``--runner`` and ``--db``."""
    return click.option("--runner", metavar="NAME", help="Keep the result in this runner's history")(db_option(command))


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


def overrides(options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The options that were given, each in the section of the settings that has its name."""
    from posture.settings import Settings

    given = {key: value for key, value in options.items() if value not in (None, ())}
    given |= {key: None for key in ("view", "person") if given.get(key) == "auto"}
    # What is said about speed now takes the place of what a folder kept, whichever way it was said.
    log, belt = ("speed_log",), ("speed_kmh", "incline")
    for said, other in ((log, belt), (belt, log)):
        if any(key in given for key in said) and not any(key in given for key in other):
            given |= dict.fromkeys(other)
    sections = {name: field.annotation.model_fields for name, field in Settings.model_fields.items()}  # type: ignore[union-attr]
    return {name: {key: given[key] for key in fields if key in given} for name, fields in sections.items()}
