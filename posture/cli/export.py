"""``posture export``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from posture.cli.options import chosen_settings, height_option, say
from posture.cli.types import PATH, Choice

_KINDS = ("trc", "mot", "c3d", "movement", "csv", "parquet", "openpose")
_TABLES = ("csv", "parquet")
_TEXT = ("trc", "mot", "csv")
_STREAM = Path("-")


@click.command()
@click.argument("analysis", type=PATH)
@click.option("--to", "kind", type=Choice(_KINDS), required=True, help="The format")
@click.option(
    "--what",
    type=Choice(["poses", "metrics", "strides", "events"]),
    help="What a csv or parquet table holds  [default: poses]",
)
@click.option("--raw", is_flag=True, help="Poses as they were estimated, not cleaned")
@height_option
@click.option(
    "--out",
    type=PATH,
    help="File or folder, or - to print trc, mot or csv  [default: ANALYSIS's name, here]",
)
@click.option("--force", is_flag=True, help="Replace what is there")
def export(analysis: Path, kind: str, what: str | None, raw: bool, out: Path | None, force: bool) -> None:
    """Write the poses, angles, strides or events of an ANALYSIS folder for other programs.

    trc, mot and c3d for OpenSim and motion capture; movement (netCDF); long tables as csv and parquet; openpose (a
    folder of JSON). Poses are cleaned ones, in pixels; trc and c3d are in metres where the runner's height is known.
    """
    from posture import pipeline
    from posture.exporters import Export, Kind, What, default_target
    from posture.exporters import export as write_export
    from posture.storage.files import temporary_folder

    if what is not None and kind not in _TABLES:
        raise click.UsageError("--what is for --to csv and --to parquet")
    if raw and (kind == "mot" or what not in (None, "poses")):
        raise click.UsageError("--raw is for poses")
    if out == _STREAM and kind not in _TEXT:
        raise click.UsageError("--out - is for --to trc, mot and csv; the other formats are no text")
    loaded, settings = pipeline.load(analysis), chosen_settings(analysis)
    chosen, table = Kind(kind), What(what or "poses")

    def write(target: Path) -> Export:
        return write_export(loaded, chosen, target, what=table, raw=raw, height_cm=settings.clip.height_cm, force=force)

    if out != _STREAM:
        done = write(out or default_target(analysis, chosen, table))
        say(f"{done.path}: {done.said}")
        return
    with TemporaryDirectory(dir=temporary_folder()) as folder:
        done = write(Path(folder) / default_target(analysis, chosen, table))
        click.echo(done.path.read_text(encoding="utf-8"), nl=False)
