"""``posture live``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.keeping import check_history, keep_in_history
from posture.cli.options import (
    about_options,
    camera_options,
    chosen_settings,
    history_options,
    person_options,
    say,
    setting,
)
from posture.cli.types import PATH, Duration


@click.command()
@click.option("--camera", metavar="N|NAME", help="Number or name of a camera of this machine  [default: 0]")
@click.option("--source", metavar="URL|FILE", help="A network camera (RTSP, HTTP), or a video played at its own pace")
@click.option("--list", "list_only", is_flag=True, help="List the cameras of this machine and end")
@setting("live.baseline_seconds", "--baseline", type=Duration(), help="Time that makes your baseline  [default: 60s]")
@camera_options
@person_options
@click.option("--window/--no-window", default=True, help="Show the coach's window, which takes keys  [default: window]")
@click.option("--mirror", is_flag=True, help="Show the picture like a mirror")
@click.option("--sound/--no-sound", default=False, help="Play a tone for each cue, by its cause  [default: no sound]")
@click.option("--voice/--no-voice", default=False, help="Say cues and set-up hints aloud  [default: no voice]")
@click.option("--record", type=PATH, metavar="DIR", help="Keep the video too, in this folder")
@click.option("--json", "as_json", is_flag=True, help="Write events as lines of JSON, for other programs")
@click.option("--out", type=PATH, help="Analysis folder  [default: live and the time, here]")
@history_options
@about_options
def live(
    camera: str | None,
    source: str | None,
    list_only: bool,
    window: bool,
    mirror: bool,
    sound: bool,
    voice: bool,
    record: Path | None,
    as_json: bool,
    out: Path | None,
    runner: str | None,
    db: Path | None,
) -> None:
    """Coach a runner in front of a camera: set-up check, personal baseline, then values and cues while running."""
    from posture.live import coach_runner, list_cameras
    from posture.report import terminal

    if list_only:
        found = [f"{number}  {name}" for number, name in list_cameras()]
        for line in found or ["No camera was found on this machine."]:
            say(line)
        return
    if camera and source:
        raise click.UsageError("give --camera or --source, not both")
    check_history(runner, db)
    analysis, pace = coach_runner(
        source or camera or "0",
        settings=chosen_settings(),
        out=out,
        window=window,
        mirror=mirror,
        sound=sound,
        voice=voice,
        as_json=as_json,
        record=record,
    )
    keep_in_history(analysis, runner, db)
    if not as_json:
        terminal.print_summary(analysis)
        click.echo(pace)
