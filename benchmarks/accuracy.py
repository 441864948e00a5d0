"""Accuracy against the rendered runners: ``python benchmarks/accuracy.py CLIP.mp4 ... [--model NAME]``.

Each clip needs its truth, ``CLIP.npz``, beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posture
from posture.settings import PoseSettings, Settings
from tests.rendered import agreement, table, truth_series


@click.command()
@click.argument("clips", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--model", multiple=True, default=("full",), help="lite, full, heavy or a path; may be repeated")
def main(clips: tuple[Path, ...], model: tuple[str, ...]) -> None:
    """Print bias, RMSE and change, seen and true, for every metric."""
    for name in model:
        for clip in clips:
            with tempfile.TemporaryDirectory() as folder:
                out = Path(folder) / "run.posture"
                settings = Settings(pose=PoseSettings(model=name))
                analysis = posture.analyze(clip, out=out, settings=settings, overlay=False)
            click.echo(f"\n{clip.stem}, {Path(name).stem}: {len(analysis.strides)} strides")
            click.echo(table(agreement(analysis, truth_series(clip.with_suffix(".npz")))))


if __name__ == "__main__":
    main()
