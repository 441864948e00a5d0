"""``posture export``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import chosen_settings, height_option, say
from posture.cli.types import Choice

_KINDS = ("trc", "mot", "c3d", "movement", "csv", "parquet", "openpose")
_TABLES = ("csv", "parquet")


@click.command()
@click.argument("analysis", type=click.Path(path_type=Path))
@click.option("--to", "kind", type=Choice(_KINDS), required=True, help="The format")
@click.option(
    "--what",
    type=Choice(["poses", "metrics", "strides", "events"]),
    help="What a csv or parquet table holds  [default: poses]",
)
@click.option("--raw", is_flag=True, help="Poses as they were estimated, not cleaned")
@height_option
@click.option("--out", type=click.Path(path_type=Path), help="File or folder  [default: ANALYSIS's name, here]")
@click.option("--force", is_flag=True, help="Replace what is there")
def export(analysis: Path, kind: str, what: str | None, raw: bool, out: Path | None, force: bool) -> None:
    """Write the poses, angles, strides or events of an ANALYSIS folder for other programs.

    trc, mot and c3d for OpenSim and motion capture; movement (netCDF); long tables as csv and parquet; openpose (a
    folder of JSON). Poses are cleaned ones, in pixels; trc and c3d are in metres where the runner's height is known.
    """
    from posture import pipeline
    from posture.exporters import Kind, What, default_target, export

    if what is not None and kind not in _TABLES:
        raise click.UsageError("--what is for --to csv and --to parquet")
    if raw and (kind == "mot" or what not in (None, "poses")):
        raise click.UsageError("--raw is for poses")
    settings = chosen_settings(analysis)
    chosen, table = Kind(kind), What(what or "poses")
    done = export(
        pipeline.load(analysis),
        chosen,
        out or default_target(analysis, chosen, table),
        what=table,
        raw=raw,
        height_cm=settings.clip.height_cm,
        force=force,
    )
    say(f"{done.path}: {done.said}")
