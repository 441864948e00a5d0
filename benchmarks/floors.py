"""Noise beside the floors of method 2.4: ``python -m benchmarks.floors RECORDING...``.

RECORDINGs are analysed clips of runners who do not tire, one each: folders that the program wrote. What their strides
scatter by from one to the next is turned into the noise of a change between two levels of ten strides at either end of
a run, for strides that remember nothing and for long memory. Clips are short and hide slow wander, so such figures may
raise a floor and never lower it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

from posture.drift.blocks import BLOCK_STRIDES, level_of
from posture.drift.longmemory import STRONGEST, fractional_noise
from posture.kinematics.registry import METRICS
from posture.pipeline import behind_poses
from posture.series import Floats
from posture.settings import Settings
from posture.storage.recording import Recording

#: Fewer strides say nothing of their scatter.
_LEAST = 6
#: Strides of the shortest run that gets a verdict.
_RUN = 60
_SIMULATED = 20_000
_LIMIT = 1.96


def scatter(value: Floats) -> float:
    """SD of strides by the differences of neighbours, which no slow change moves."""
    return float(np.sqrt((np.diff(value) ** 2).mean() / 2.0))


def noise_factor(memory: float) -> float:
    """Noise (1.96 SD) of the change between the first and the last level of a run, over the scatter of its strides."""
    runs = fractional_noise(np.random.default_rng(1), _SIMULATED, _RUN, memory)
    change = level_of(runs[:, -BLOCK_STRIDES:]) - level_of(runs[:, :BLOCK_STRIDES])
    return _LIMIT * float(change.std()) / float(np.sqrt((np.diff(runs) ** 2).mean() / 2.0))


def scatters(recordings: Sequence[Path]) -> Iterator[dict[str, object]]:
    """One row for each metric of each recording that holds enough strides."""
    for path in recordings:
        kept = behind_poses(Recording.load(path / "poses.npz"), Settings()).segmented.kept
        for metric in METRICS:
            value = kept[metric].dropna().to_numpy(float) if metric in kept else np.empty(0)
            if value.size >= _LEAST:
                yield {"metric": metric, "strides": value.size, "scatter": scatter(value), **_level(metric, value)}


def _level(metric: str, value: Floats) -> dict[str, float]:
    known = METRICS[metric]
    return {"floor": max(known.floor, known.relative_floor * abs(float(np.median(value))))}


@click.command()
@click.argument("recordings", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(recordings: Sequence[Path]) -> None:
    """Print floors beside the noise of the median runner and of the worst."""
    table = pd.DataFrame(scatters(recordings)).groupby("metric", sort=False)
    white, long = noise_factor(0.0), noise_factor(STRONGEST)
    click.echo(
        pd.DataFrame(
            {
                "runners": table.size(),
                "floor": table["floor"].median(),
                "no memory": white * table["scatter"].median(),
                "long memory": long * table["scatter"].median(),
                "worst, long": long * table["scatter"].max(),
            }
        ).to_string(float_format="%.3f")
    )


if __name__ == "__main__":
    main()
