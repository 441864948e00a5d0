"""``posture settings``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import chosen_settings, say, settings_file, settings_option
from posture.cli.types import PATH


@click.group(no_args_is_help=False)
def settings() -> None:
    """What may be tuned: every setting with its meaning, and a file to change them."""


@settings.command()
@settings_option
def show() -> None:
    """Show every setting: its value, where that comes from, and what it means.

    'method' with a number is the section of the method that tells where a value comes from.
    """
    from rich.markup import escape
    from rich.table import Table

    from posture.cli.settings_file import meaning, places, rows, written
    from posture.console import Screen
    from posture.settings import Settings

    found, standard = chosen_settings().model_dump(mode="json"), Settings().model_dump(mode="json")
    file = settings_file()
    table = Table(box=None, pad_edge=False)
    for title in ("setting", "value", "from", "meaning"):
        table.add_column(title, overflow="fold")
    for section, key, field in rows():
        value = found[section][key]
        source = "default" if value == standard[section][key] else str(file)
        table.add_row(f"{section}.{key}", escape(written(value)), escape(source), escape(meaning(field)))
    Screen(width=118).print(table)
    where = file or f"none; looked for {' and '.join(str(place) for place in places())}"
    say(f"Settings file: {where}", after=True)


@settings.command()
@click.argument("file", type=PATH, default=Path("posture.toml"))
def init(file: Path) -> None:
    """Write a settings FILE that changes nothing yet  [default: posture.toml, here; - prints it].

    Take the '#' away before a line to change its value. Commands that run in this folder then find the file by
    themselves.
    """
    from posture.cli.settings_file import template
    from posture.errors import PostureError
    from posture.reading import STREAM
    from posture.storage.files import replacing

    if file == STREAM:
        click.echo(template(), nl=False)
        return
    if file.exists():
        raise PostureError(f"{file}: is there already; change it, or name another file.")
    with replacing(file, option=None) as temporary:
        temporary.write_text(template(), encoding="utf-8")
    say(file)
