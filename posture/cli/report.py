"""``posture report``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import say


@click.command()
@click.argument("analysis", type=click.Path(path_type=Path))
def report(analysis: Path) -> None:
    """Write report.html of an ANALYSIS folder again, without the video."""
    from posture import pipeline
    from posture.report import page
    from posture.storage.folder import AnalysisFolder

    folder = AnalysisFolder(analysis)
    page.write_page(pipeline.load(analysis), folder)
    say(folder.page)
