"""``posture plot``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import say
from posture.cli.types import PATH


@click.command()
@click.argument("analysis", type=PATH)
@click.option(
    "--metric", "metrics", multiple=True, required=True, metavar="ID", help="As in strides.csv; may be repeated"
)
@click.option(
    "--out",
    type=PATH,
    help="PNG or SVG file, or - to print an SVG  [default: the metrics' names + .svg, here]",
)
def plot(analysis: Path, metrics: tuple[str, ...], out: Path | None) -> None:
    """Plot metrics of an ANALYSIS folder over time, for a paper."""
    from posture import pipeline
    from posture.reading import STREAM
    from posture.report.figures import paper

    target = out or Path(f"{'-'.join(metrics)}.svg")
    paper.plot(pipeline.load(analysis), metrics, target)
    if target != STREAM:
        say(target)
