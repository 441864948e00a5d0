"""``posture reference``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.types import PATH


@click.group(no_args_is_help=False)
def reference() -> None:
    """Reference runners: whose posture yours is held against."""


@reference.command()
@click.argument("folder", type=PATH)
@click.option("--manifest", type=PATH, help="CSV: file, runner, start, end, source")
@click.option("--out", type=PATH, default="reference.toml", help="[default: reference.toml]")
@click.option("--model", metavar="lite|full|heavy|PATH", help="Pose model for clips  [default: full]")
@click.option("--workers", type=click.IntRange(1, 64), help="Threads  [default: one for each core]")
def build(folder: Path, manifest: Path | None, out: Path, model: str | None, workers: int | None) -> None:
    """Make reference levels from a FOLDER of clips, or of analyses of them.

    Choose runners whose posture is unremarkable to the eye, ten or more, filmed square to the side, the front or the
    back, each with three strides or more. Clips of one runner count once: say who runs in a manifest. Give the file to
    analyze with --reference.
    """
    from posture.batches.reference import build_reference
    from posture.batches.reference_terminal import print_reference
    from posture.console import progress
    from posture.levels.build import left_out, to_toml
    from posture.settings import load_settings
    from posture.storage.files import replacing

    settings = load_settings(None, {"pose": {"model": model}} if model else {})
    with progress(quiet=False) as show:
        built = build_reference(folder, manifest=manifest, settings=settings, workers=workers, progress=show)
    told = f"posture reference build CLIPS{f' --manifest {manifest.name}' if manifest else ''} --out {out.name}"
    with replacing(out) as temporary:
        temporary.write_text(to_toml(built.reference, told), encoding="utf-8")
    print_reference(built.reference, built.refused, left_out(built.reference))
    click.echo(f"\n{out}. Next: posture analyze run.mp4 --reference {out}")
