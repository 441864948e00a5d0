"""``posture app``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import db_option, say


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this machine  [default: any free one]")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where runs are kept  [default: app, in your data folder]"
)
@click.option("--open/--no-open", "browser", default=True, help="Open the browser  [default: --open]")
@db_option
def app(port: int, folder: Path | None, browser: bool, db: Path | None) -> None:
    """Drop clips on a page in your browser, and read the results there.

    Runs on this machine only: no video leaves it, and nobody else can open the page. Ctrl-C ends it; what was in work
    goes on with the next start.
    """
    from posture.app.server import serve

    serve(folder, db, port=port, browser=browser, say=say)
