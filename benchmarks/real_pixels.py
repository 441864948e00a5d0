"""Known changes in real pixels: ``python -m benchmarks.real_pixels VIDEOS [--model NAME] [--cache FOLDER]``.

VIDEOS is a folder with the clips of ``tests.proving_ground.footage``; those that are not there are left out. Poses are
kept in the cache: half an hour for one model at first, a few minutes from then on.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import pandas as pd

from posture.kinematics.registry import METRICS
from tests.proving_ground.composed import COURSES
from tests.proving_ground.footage import AMOUNTS, FRONT, SIDE, Footage, footage
from tests.proving_ground.pixel_scores import held, verdicts

#: Edges of sizes in floors: about 1, 1.5, 2 and 3.
_SIZES = (0.75, 1.25, 1.75, 2.5, 3.5)
#: A metric that truly moves by less than this share of its floor must not be told; one by more than the other counts.
_NOTHING, _SOMETHING = 0.25, 0.5
_FRONTAL = ("tilt",)


def films(videos: Path, cache: Path, kinds: Sequence[str], model: str, *, estimate: bool) -> Iterator[Footage]:
    """Every runner under the kinds of bend that his view shows."""
    for clips, own in ((SIDE, [k for k in kinds if k not in _FRONTAL]), (FRONT, [k for k in kinds if k in _FRONTAL])):
        for clip in clips if own else ():
            if (videos / f"{clip.name}.mp4").exists():
                click.echo(f"  {clip.name}", err=True)
                yield footage(clip, videos, cache, own, model, estimate=estimate)


def answers(changes: pd.DataFrame) -> pd.DataFrame:
    """Response and error by kind and metric, each runner one response: the slope through zero over his amounts."""
    rows = []
    for (kind, metric), group in changes.groupby(["kind", "metric"], sort=False):
        most = group[group["amount"] == group.groupby("clip")["amount"].transform("max")]
        moves = most.loc[most["true"].abs() >= _SOMETHING * most["floor"], "clip"]
        moved = group[group["clip"].isin(moves)].dropna(subset=["true", "seen"])
        if moved["clip"].nunique() < 2:
            continue
        by_runner = moved.groupby("clip")[["true", "seen"]].apply(
            lambda g: (g["true"] @ g["seen"]) / (g["true"] ** 2).sum()
        )
        off = moved["seen"] - moved["true"]
        rows.append(
            {"bend": kind, "metric": metric, "runners": by_runner.size, "response": by_runner.mean(),
             "SD": by_runner.std(), "least": by_runner.min(), "most": by_runner.max(),
             "true, largest": most["true"].abs().mean(), "RMSE": np.sqrt((off**2).mean())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def told(judged: pd.DataFrame) -> pd.DataFrame:
    """Share of runs in which a true change was told, by metric and size in floors."""
    moved = judged[judged["size"] >= _SIZES[0]].copy()
    moved["floors"] = pd.cut(moved["size"], _SIZES, labels=["1", "1.5", "2", "3"])
    return moved.pivot_table("found", "metric", "floors", aggfunc=["mean", "count"], observed=True, sort=False)


def false(judged: pd.DataFrame) -> pd.DataFrame:
    """How often a metric was told that did not move, in runs in which nothing moved and in which others did."""
    still = judged[judged["size"] < _NOTHING]
    return still.groupby([still["amount"] == 0, "metric"], sort=False)["found"].agg(["sum", "count"]).unstack(0)


def timed(judged: pd.DataFrame) -> pd.DataFrame:
    """Error and coverage of onsets and of intervals of size, by course."""
    real = judged[(judged["size"] >= _SIZES[0]) & judged["found"]]
    rows = {}
    for course, group in real.groupby("course"):
        onsets = group.dropna(subset=["late"])
        rows[course] = {
            "told": len(group), "size held": group["held_by_interval"].mean(), "onsets": len(onsets),
            "onset held": onsets["covered"].mean(), "late, median s": onsets["late"].median(),
            "late, worst s": onsets["late"].abs().max(),
        }  # fmt: skip
    return pd.DataFrame(rows).T


def runs(film: Footage, kinds: Sequence[str], seeds: int) -> Iterator[dict[str, object]]:
    """Every course of every amount, and runs in which nothing happens."""
    for kind in kinds:
        plans = [(amount, course) for amount in film.amounts(kind)[1:] for course in COURSES]
        for amount, course in [(0.0, "ramp"), *plans]:
            for seed in range(seeds):
                for row in verdicts(film, kind, amount, course, seed):
                    yield {**vars(row), "found": row.found, "size": abs(row.true) / row.floor}


@click.command()
@click.argument("videos", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--cache", type=click.Path(path_type=Path), default=Path(tempfile.gettempdir()) / "bent-poses")
@click.option("--model", default="full", show_default=True, help="lite, full, heavy or a path")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(tuple(AMOUNTS)), default=tuple(AMOUNTS))
@click.option("--seeds", default=1, show_default=True, help="composed runs for each course and amount")
@click.option("--kept", is_flag=True, help="only what the cache holds")
@click.option("--rows", type=click.Path(path_type=Path), help="CSV file for the single verdicts")
def main(
    videos: Path, cache: Path, model: str, kinds: Sequence[str], seeds: int, rows: Path | None, *, kept: bool
) -> None:
    """Print what is seen of known changes, by metric."""
    changes: list[dict[str, object]] = []
    judged: list[dict[str, object]] = []
    for film in films(videos, cache, kinds, model, estimate=not kept):
        own = [kind for kind in kinds if len(film.amounts(kind)) > 1]
        changes += [vars(change) for kind in own for change in held(film, kind)]
        judged += runs(film, own, seeds)
    everything = pd.DataFrame(judged)
    if rows is not None:
        everything.to_csv(rows, index=False)
    order = {name: place for place, name in enumerate(METRICS)}
    everything = everything.sort_values("metric", key=lambda column: column.map(order), kind="stable")
    tables = {
        f"model {model}: seen change over true change": answers(pd.DataFrame(changes)),
        "Told, by true size in floors": told(everything),
        "Told where the metric did not move (True: nothing did)": false(everything),
        "Onset and size": timed(everything),
    }
    for title, table in tables.items():
        click.echo(f"\n{title}\n{table.to_string(float_format='%.2f')}")


if __name__ == "__main__":
    main()
