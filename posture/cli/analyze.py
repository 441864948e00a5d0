"""``posture analyze``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from posture.cli.keeping import check_history, keep_in_history
from posture.cli.options import (
    about_options,
    belt_options,
    chosen_settings,
    clip_options,
    given,
    history_options,
    person_options,
    say,
    setting,
    workers_option,
)
from posture.cli.types import PATH, Span


@click.command()
@click.argument("clip", type=PATH)
@click.option("--out", type=PATH, help="Analysis folder  [default: CLIP's name + .posture, here]")
@clip_options
@setting("run.baseline", "--baseline", type=Span(), help="The fresh part of the run  [default: its first fifth]")
@belt_options
@setting("run.speed_log", "--speed-log", type=PATH, help="CSV or FIT log of treadmill or watch")
@setting("run.log_start", "--log-start", type=float, metavar="S", help="Second of the clip at which the log starts")
@person_options
@workers_option
@click.option("--no-video", is_flag=True, help="Do not write overlay.mp4")
@history_options
@about_options
@click.option("--force", is_flag=True, help="Replace the analysis of another input in the same folder")
@click.option("--open", "show_page", is_flag=True, help="Open the report in the browser")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
@click.option("-v", "--verbose", is_flag=True, help="Print how the time was spent as well")
@click.option("--json", "as_json", is_flag=True, help="Print analysis.json instead of the summary")
def analyze(
    clip: Path,
    out: Path | None,
    workers: int | None,
    no_video: bool,
    runner: str | None,
    db: Path | None,
    force: bool,
    show_page: bool,
    quiet: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Analyse a CLIP of a runner, or repeat what follows the poses on an analysis folder.

    Best: a fixed camera at hip height, 3 to 5 m away, square to the runner's side, whole body in the
    picture, at least 60 s for drift.
    """
    from posture import pipeline
    from posture.console import progress
    from posture.storage.folder import AnalysisFolder

    check_history(runner, db)
    settings = chosen_settings(clip)
    kept = None if given("run.intake") else settings.run.intake
    with progress(quiet=quiet) as show:
        analysis = pipeline.analyze(
            clip,
            out=out,
            settings=settings,
            workers=workers,
            overlay=not no_video,
            force=force,
            progress=show,
        )
    # Their libraries are there by now: they come while the poses do.
    from posture.report import terminal, text

    keep_in_history(analysis, runner, db)
    if as_json:
        assert analysis.folder is not None
        # In letters that every terminal and pipe takes.
        click.echo(json.dumps(json.loads(AnalysisFolder(analysis.folder).record.read_bytes()), indent=1))
    elif not quiet:
        if kept is not None:
            say(text.answers_kept(kept))
        terminal.print_summary(analysis, verbose=verbose)
    if show_page and analysis.folder is not None:
        click.launch(AnalysisFolder(analysis.folder.absolute()).page.as_uri())
