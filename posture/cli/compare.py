"""``posture compare``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import chosen_settings, clip_options, person_options, workers_option


@click.command()
@click.argument("fresh", type=click.Path(path_type=Path))
@click.argument("tired", type=click.Path(path_type=Path))
@clip_options
@person_options
@workers_option
def compare(fresh: Path, tired: Path, workers: int | None) -> None:
    """Compare two clips of one runner, a FRESH one and a TIRED one, with the same statistics.

    Best with the same camera in the same place; at least 50 strides in each clip for a verdict.
    """
    from posture import pipeline
    from posture.report import terminal

    settings = (chosen_settings(fresh), chosen_settings(tired))
    with terminal.progress(quiet=False) as show:
        comparison = pipeline.compare(fresh, tired, settings=settings, workers=workers, progress=show)
    terminal.print_comparison(comparison)
