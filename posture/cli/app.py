"""``posture app``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from posture.cli.options import db_option, say
from posture.cli.types import PATH

_PASSWORD = "POSTURE_PASSWORD"


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on this machine  [default: any free one]")
@click.option("--folder", type=PATH, help="Where runs are kept  [default: app, in your data folder]")
@click.option("--open/--no-open", "browser", default=True, help="Open the browser  [default: --open]")
@db_option
@click.option("--lan", is_flag=True, help="Let a phone in the same network in, with a code that works once")
@click.option("--host", metavar="ADDR", default="127.0.0.1", help="Listen there, for a small server; needs a password")
@click.option(
    "--address", metavar="URL", default="", help="How browsers call that server, as https://clinic.example.org"
)
@click.option("--password-file", type=PATH, help=f"Its password  [default: ${_PASSWORD}]")
def app(
    port: int,
    folder: Path | None,
    browser: bool,
    db: Path | None,
    lan: bool,
    host: str,
    address: str,
    password_file: Path | None,
) -> None:
    """Drop clips on a page in your browser, and read the results there.

    Runs on this machine only: no video leaves it, and nobody else can open the page. Ctrl-C ends it; what was in work
    goes on with the next start.
    """
    from posture.app.server import Place, serve
    from posture.reading import read_text

    text = os.environ.get(_PASSWORD, "") if password_file is None else read_text(password_file, "the password")
    place = Place(port, host, lan, address, text.strip())
    serve(folder, db, place, browser=browser, say=say)
