"""``posture live``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from posture.cli.options import check_history, history_options, keep_in_history, overrides, settings_option
from posture.cli.types import Duration


@click.command()
@click.option("--camera", metavar="N|NAME", help="Number or name of a camera of this machine  [default: 0]")
@click.option("--source", metavar="URL|FILE", help="A network camera (RTSP, HTTP), or a video played at its own pace")
@click.option("--list", "list_only", is_flag=True, help="List the cameras of this machine and end")
@click.option("--baseline", "baseline_seconds", type=Duration(), help="Time that makes your baseline  [default: 60s]")
@click.option("--model", metavar="lite|full|heavy|PATH", help="Pose model  [default: full]")
@click.option(
    "--view", type=click.Choice(["auto", "left", "right", "front", "rear"]), help="As for analyze  [default: auto]"
)
@click.option("--window/--no-window", default=True, help="Show the coach's window, which takes keys  [default: window]")
@click.option("--mirror", is_flag=True, help="Show the picture like a mirror")
@click.option("--sound/--no-sound", default=False, help="Play a tone when a cue begins  [default: no sound]")
@click.option("--record", type=click.Path(path_type=Path), metavar="DIR", help="Keep the video too, in this folder")
@click.option("--intake", type=click.Path(path_type=Path), help="TOML file with your answers")
@click.option("--rules", type=click.Path(path_type=Path), help="TOML file with causes on top of the program's")
@click.option("--json", "as_json", is_flag=True, help="Write events as lines of JSON, for other programs")
@click.option("--out", type=click.Path(path_type=Path), help="Analysis folder  [default: live and the time, here]")
@settings_option
@history_options
def live(
    camera: str | None,
    source: str | None,
    list_only: bool,
    window: bool,
    mirror: bool,
    sound: bool,
    record: Path | None,
    as_json: bool,
    out: Path | None,
    settings_file: Path | None,
    runner: str | None,
    db: Path | None,
    **options: Any,
) -> None:
    """Coach a runner in front of a camera: set-up check, personal baseline, then values and cues while running."""
    from posture.live import coach_runner, list_cameras
    from posture.report import terminal
    from posture.settings import load_settings

    if list_only:
        found = [f"{number}  {name}" for number, name in list_cameras()]
        click.echo("\n".join(found) or "No camera was found on this machine.")
        return
    if camera and source:
        raise click.UsageError("give --camera or --source, not both")
    check_history(runner, db)
    analysis, pace = coach_runner(
        source or camera or "0",
        settings=load_settings(settings_file, overrides(options)),
        out=out,
        window=window,
        mirror=mirror,
        sound=sound,
        as_json=as_json,
        record=record,
    )
    keep_in_history(analysis, runner, db)
    if not as_json:
        terminal.print_summary(analysis)
        click.echo(pace)
