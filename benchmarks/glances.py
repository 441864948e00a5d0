"""Glances in real pixels: ``python -m benchmarks.glances VIDEOS --cache FOLDER``.

Runs are composed of the poses that ``benchmarks.real_pixels`` keeps: in some nothing happens, in others the head turns
down for a second now and then. Printed is how many of these are found, and how often one is found where none is.
"""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
import pandas as pd

from posture.series import Floats
from posture.strides.types import Event, EventKind
from tests.proving_ground.composed import composed, seen_run
from tests.proving_ground.footage import SIDE, Footage, footage
from tests.proving_ground.pixel_scores import SECONDS

#: When the head turns down, and for how long, s.
BEGINS = np.arange(5.0, SECONDS - 3.0, 9.0)
LASTS = 1.0


def looks_down(place: Floats) -> Floats:
    """Course of a run with glances, by share of the run."""
    since = place[:, None] * SECONDS - BEGINS
    down: Floats = ((since >= 0) & (since < LASTS)).any(axis=1).astype(float)
    return down


def _found(film: Footage, amount: float, seed: int) -> list[Event]:
    take = composed(film, "head", looks_down, amount, SECONDS, seed)
    return [event for event in seen_run(take.seen).segmented.events if event.kind is EventKind.GLANCE]


def _true(event: Event) -> bool:
    return bool(((event.end > BEGINS) & (event.start < BEGINS + LASTS)).any())


@click.command()
@click.argument("videos", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--cache", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
@click.option("--seeds", default=2, show_default=True, help="runs of each runner and amount")
def main(videos: Path, cache: Path, seeds: int) -> None:
    """Print glances found, by how far the head turns down."""
    rows = []
    for clip in SIDE:
        film = footage(clip, videos, cache, ["head"], estimate=False)
        for amount in film.amounts("head"):
            for seed in range(seeds):
                real = [_true(event) for event in _found(film, amount, seed)]
                glances = BEGINS.size if amount else 0
                rows.append(
                    {"turned by": amount, "clip": clip.name, "glances": glances, "found": sum(real) if amount else 0,
                     "false": real.count(False) if amount else len(real), "minutes": SECONDS / 60.0}
                )  # fmt: skip
    table = pd.DataFrame(rows).groupby("turned by").agg(
        {"clip": "nunique", "glances": "sum", "found": "sum", "false": "sum", "minutes": "sum"}
    )  # fmt: skip
    click.echo(table.to_string(float_format="%.1f"))


if __name__ == "__main__":
    main()
