"""``posture compare``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import settings_option, workers_option


@click.command()
@click.argument("fresh", type=click.Path(path_type=Path))
@click.argument("tired", type=click.Path(path_type=Path))
@workers_option
@settings_option
def compare(fresh: Path, tired: Path, workers: int | None, settings_file: Path | None) -> None:
    """Compare two clips of one runner, a FRESH one and a TIRED one, with the same statistics.

    Best with the same camera in the same place; at least 50 strides in each clip for a verdict.
    """
    from posture import pipeline
    from posture.report import terminal
    from posture.settings import load_settings

    settings = load_settings(settings_file, {})
    with terminal.progress(quiet=False) as show:
        comparison = pipeline.compare(fresh, tired, settings=settings, workers=workers, progress=show)
    terminal.print_comparison(comparison)
