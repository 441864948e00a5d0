"""How often the verdict is right: simulated runs of every shape, memory and length, and runs in which nothing happens.

``python -m benchmarks.verdicts`` prints, for a trunk lean of 1.2 degrees' spread, the share of runs with each status
by shape and memory; how often an episode is told by its length; and how often anything is told where nothing happened,
by metric and by recording. Larger tables than the tests', of the same simulation (``tests.simulated``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import product

import click
import numpy as np
from scipy import stats

from posture.drift import assess
from posture.drift.types import Status
from posture.drift.verdict import SHARES
from posture.settings import DriftSettings
from tests.simulated import EXPLORATORY, NO_WARM_UP, SHAPES, SIDE, course, judge, noise, recording

LEVEL, SPREAD = SIDE["trunk_lean"]
#: Strides of the episodes.
EPISODES = (10, 15, 30, 60)
#: Degrees.
EPISODE_SIZE = 5.0
NOISES = ("white", "AR .3", "AR .6", "AR .9", "FD .35", "growing")


def statuses(values: np.ndarray) -> Counter[Status]:
    """What the stage says of trunk lean in each run."""
    found = (assess(*recording({"trunk_lean": v}), camera=None, settings=NO_WARM_UP)["trunk_lean"] for v in values)
    return Counter(result.status for result in found)


def told(counted: Counter[Status]) -> str:
    """Shares, the largest first."""
    total = counted.total()
    return ", ".join(f"{status} {count / total:.0%}" for status, count in counted.most_common())


def shapes(strides: int, kind: str, runs: int) -> None:
    """Every shape by its status."""
    click.echo(f"\n{strides} strides, {kind}, {runs} runs each")
    for number, shape in enumerate(SHAPES):
        values = LEVEL + SPREAD * noise(kind, (runs, strides), seed=number) + course(shape, strides)
        click.echo(f"  {shape:26} {told(statuses(values))}")
    for length in (length for length in EPISODES if length <= strides // 2):
        inside = np.abs(np.arange(strides) - (strides - length) // 2 - (length - 1) / 2) < length / 2
        values = LEVEL + SPREAD * noise(kind, (runs, strides), seed=length) + EPISODE_SIZE * inside
        click.echo(f"  {f'{length} strides in the middle':26} {told(statuses(values))}")


def alarms(strides: int, kind: str, spread: float, runs: int) -> None:
    """How often anything is told of a side view in which nothing happens."""
    fdr, anything, metrics = DriftSettings().fdr, np.zeros(runs, dtype=bool), []
    for exploratory, family in ((False, SIDE), (True, EXPLORATORY)):
        share = SHARES[exploratory] * fdr
        judged = [
            judge(name, level + spread * sd * noise(kind, (runs, strides), seed=1000 * strides + 100 * exploratory + i))
            for i, (name, (level, sd)) in enumerate(family.items())
        ]
        p = np.stack([one.p for one in judged], axis=1)
        found = np.stack([one.found(share) for one in judged], axis=1)
        metrics.append(((p < share) & found).mean(axis=0))
        anything |= ((stats.false_discovery_control(p, axis=1) < share) & found).any(axis=1)
    each = np.concatenate(metrics)
    click.echo(
        f"  {strides:4} strides, {kind:8} spread x {spread:g}: a metric {each.mean():5.1%} (worst {each.max():5.1%}), "
        f"a recording {anything.mean():5.1%}"
    )


@click.command()
@click.option("--strides", type=int, multiple=True, default=(85, 250, 850), show_default=True)
@click.option(
    "--memory", "kinds", multiple=True, default=("white", "AR .3", "AR .6", "AR .9", "FD .35"), show_default=True
)
@click.option("--runs", type=int, default=50, show_default=True)
def main(strides: Sequence[int], kinds: Sequence[str], runs: int) -> None:
    """Print the tables."""
    for count, kind in product(strides, kinds):
        shapes(count, kind, runs)
    click.echo("\nTold where nothing happens")
    for count, kind, spread in product(strides, NOISES, (1.0, 2.5)):
        alarms(count, kind, spread, 4 * runs)


if __name__ == "__main__":
    main()
