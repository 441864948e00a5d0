"""``posture batch``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import (
    about_options,
    belt_options,
    chosen_settings,
    clip_options,
    history_options,
    person_options,
    say,
)
from posture.cli.types import PATH

if TYPE_CHECKING:
    from posture.batches.stage import Item


@click.command()
@click.argument("folder", type=PATH)
@click.option("--out", type=PATH, help="Folder of results  [default: FOLDER's name + .batch, here]")
@click.option("--workers", type=click.IntRange(1, 256), help="Threads in all  [default: one for each core]")
@click.option("--recursive", is_flag=True, help="Look into the folder's folders too")
@click.option("--pattern", metavar="GLOB", help="Only files named like this, as '*_late.*'")
@click.option(
    "--manifest",
    type=PATH,
    help="CSV, - from the standard input: file, runner, run, minute, speed, side, intake, upright, height, date, note",
)
@history_options
@about_options
@click.option("--as-one-run", is_flag=True, help="The clips of a folder are one run, in order of recording")
@click.option("--resume/--fresh", default=True, help="Go on with what is kept, or start anew  [default: --resume]")
@clip_options
@belt_options
@person_options
@click.option("--no-video", is_flag=True, help="Do not write overlay.mp4")
@click.option("--dask", metavar="ADDRESS", help="Work on the Dask cluster with this scheduler, as tcp://host:8786")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors")
def batch(
    folder: Path,
    out: Path | None,
    workers: int | None,
    recursive: bool,
    pattern: str | None,
    manifest: Path | None,
    runner: str | None,
    db: Path | None,
    as_one_run: bool,
    resume: bool,
    no_video: bool,
    dask: str | None,
    quiet: bool,
) -> None:
    """Analyse every clip in a FOLDER, in parallel, with one summary.

    What is done stays done: run it again after an interruption, or when clips have come to it. A broken clip
    is listed with its reason and stops nothing. Exit code 0, or 1 if some clips failed.
    """
    from posture.batches import terminal as batch_terminal
    from posture.batches.results import PAGE
    from posture.batches.stage import Options
    from posture.batches.whole import run_whole
    from posture.batches.work import State

    options = Options(
        out=(out or Path(f"{folder.resolve().name}.batch")).absolute(),
        workers=workers or os.cpu_count() or 1,
        recursive=recursive,
        pattern=pattern,
        manifest=manifest,
        as_one_run=as_one_run,
        fresh=not resume,
        overlay=not no_video,
        dask=dask,
    )
    settings = chosen_settings()
    with batch_terminal.progress(quiet=quiet) as show:
        items = run_whole(folder, options, settings, show)
    _remember(items, db)
    if not quiet:
        batch_terminal.print_batch(items)
        say(f"Everything is in {options.out}; begin with {PAGE}", after=True)
    sys.exit(1 if any(item.outcome.state is State.FAILED for item in items) else 0)


def _remember(items: Sequence[Item], db: Path | None) -> None:
    """Keep what has a runner; of a run the whole, and not its clips once more."""
    from posture.analysis.kept import read_record
    from posture.batches.table import outside_runs
    from posture.history import History

    named = [item for item in outside_runs(items) if item.entry.runner]
    if not named:
        return
    with History(db) as history:
        for item in named:
            record = read_record(item.folder) if item.folder and item.outcome.result else None
            if record is not None:
                history.add(record, item.entry.runner, item.folder)
