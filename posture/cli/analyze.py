"""``posture analyze``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from posture.cli.options import (
    check_history,
    history_options,
    keep_in_history,
    overrides,
    settings_option,
    workers_option,
)
from posture.cli.types import Person, Sample, Seconds, Span


@click.command()
@click.argument("clip", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Analysis folder  [default: CLIP's name + .posture, here]")
@click.option("--model", metavar="lite|full|heavy|PATH", help="Pose model  [default: full]")
@click.option("--person", type=Person(), help="Which of the people found is the runner  [default: auto]")
@click.option(
    "--view",
    type=click.Choice(["auto", "left", "right", "front", "rear"]),
    help="Where the camera stands: at the runner's left or right side, in front or behind  [default: auto]",
)
@click.option("--start", type=Seconds(), help="Analyse from here (seconds or m:ss)")
@click.option("--end", type=Seconds(), help="Analyse up to here")
@click.option("--exclude", type=Span(), multiple=True, help="Leave a stretch out, like 12.5-20; may be repeated")
@click.option("--slow-motion", type=float, metavar="F", help="The clip plays F times slower than life")
@click.option("--fps", type=float, metavar="F", help="Frames per second of poses that hold no times")
@click.option("--height", "height_cm", type=float, metavar="CM", help="The runner's height, for lengths in cm")
@click.option("--sample", type=Sample(), help="Long runs: windows only, like 20s/2min")
@click.option("--camera-roll", type=float, metavar="DEG", help="The picture is turned clockwise by this much")
@click.option("--baseline", type=Span(), help="The fresh part of the run  [default: its first fifth]")
@click.option("--upright", type=click.Path(path_type=Path), help="Clip or analysis of you standing tall or walking")
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="Reference runners, from posture reference build  [default: the program's]",
)
@click.option("--speed", "speed_kmh", type=float, metavar="KMH", help="The belt ran at this speed throughout")
@click.option("--incline", type=float, metavar="PERCENT", help="The belt had this incline throughout")
@click.option("--speed-log", type=click.Path(path_type=Path), help="CSV or FIT log of the treadmill or watch")
@click.option("--intake", type=click.Path(path_type=Path), help="Your answers, from posture intake")
@click.option("--rules", type=click.Path(path_type=Path), help="TOML file with causes that change the program's")
@click.option("--log-start", type=float, metavar="S", help="Second of the clip at which the log starts")
@workers_option
@settings_option
@click.option("--face-blur", is_flag=True, default=None, help="Blur face and surroundings in every picture")
@click.option("--no-video", is_flag=True, help="Do not write overlay.mp4")
@history_options
@click.option("--force", is_flag=True, help="Replace the analysis of another input in the same folder")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
@click.option("-v", "--verbose", is_flag=True, help="Print how the time was spent as well")
@click.option("--json", "as_json", is_flag=True, help="Print analysis.json instead of the summary")
def analyze(
    clip: Path,
    out: Path | None,
    settings_file: Path | None,
    workers: int | None,
    no_video: bool,
    runner: str | None,
    db: Path | None,
    force: bool,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Analyse a CLIP of a runner, or repeat what follows the poses on an analysis folder.

    Best: a fixed camera at hip height, 3 to 5 m away, square to the runner's side, whole body in the
    picture, at least 60 s for drift.
    """
    from posture import pipeline
    from posture.report import terminal
    from posture.settings import load_settings
    from posture.storage.folder import AnalysisFolder

    check_history(runner, db)
    base = pipeline.stored_settings(clip) if AnalysisFolder(clip).is_analysis() else None
    settings = load_settings(settings_file, overrides(options), base)
    with terminal.progress(quiet=quiet) as show:
        analysis = pipeline.analyze(
            clip,
            out=out,
            settings=settings,
            workers=workers,
            overlay=not no_video,
            force=force,
            progress=show,
        )
    keep_in_history(analysis, runner, db)
    if as_json:
        assert analysis.folder is not None
        click.echo(AnalysisFolder(analysis.folder).record.read_text(encoding="utf-8"))
    elif not quiet:
        terminal.print_summary(analysis, verbose=verbose)
