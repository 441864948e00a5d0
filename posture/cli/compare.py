"""``posture compare``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.options import chosen_settings, clip_options, person_options, say, workers_option
from posture.cli.types import PATH

if TYPE_CHECKING:
    from posture.analysis import Analysis


@click.command()
@click.argument("fresh", type=PATH)
@click.argument("tired", type=PATH)
@clip_options
@person_options
@workers_option
@click.option("--page", type=PATH, help="Write an HTML page with both runners here")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON instead of the summary")
def compare(fresh: Path, tired: Path, workers: int | None, page: Path | None, as_json: bool) -> None:
    """Compare two clips of one runner, a FRESH one and a TIRED one, with the same statistics.

    Best with the same camera in the same place; at least 50 strides in each clip for a verdict. A clip from the
    side and one from the front make one report.
    """
    from posture import pipeline
    from posture.batches.views import complement
    from posture.console import progress

    settings = (chosen_settings(fresh), chosen_settings(tired))
    with progress(quiet=as_json) as show:
        first, second = pipeline.analyze_both(fresh, tired, settings=settings, workers=workers, progress=show)
    if complement(first, second):
        _one_report(first, second, page=page, as_json=as_json)
        return
    comparison = pipeline.held_against(first, second)
    if page is not None:
        from posture.report.page import between

        between.write_page(comparison, page)
    if as_json:
        from posture.analysis.record import comparison_record
        from posture.report.text.comparison import sentence

        click.echo(json.dumps(comparison_record(comparison, sentence(comparison)), indent=1))
        return
    from posture.report import terminal

    terminal.print_comparison(comparison)
    if page is not None:
        say(f"The page is {page}", after=True)


def _one_report(first: Analysis, second: Analysis, *, page: Path | None, as_json: bool) -> None:
    """Of one run that two cameras saw."""
    from posture.batches.views import one_report
    from posture.report import terminal
    from posture.report.text import WORDS
    from posture.storage.folder import AnalysisFolder

    if page is not None:
        raise click.UsageError("--page is for two clips from the same side; these two make one report, with its page.")
    analysis = one_report(first, second)
    if as_json:
        assert analysis.folder is not None
        click.echo(json.dumps(json.loads(AnalysisFolder(analysis.folder).record.read_bytes()), indent=1))
        return
    click.echo(WORDS["comparison"]["views"])
    terminal.print_summary(analysis)
