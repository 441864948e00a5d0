"""``posture report``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import say


@click.command()
@click.argument("analysis", type=click.Path(path_type=Path))
@click.option("--pdf", is_flag=True, help="Write a sheet for a clinic instead, one or two pages A4")
@click.option("--out", type=click.Path(path_type=Path), help="The sheet  [default: ANALYSIS's name + .pdf, here]")
def report(analysis: Path, pdf: bool, out: Path | None) -> None:
    """Write report.html of an ANALYSIS folder again, without the video; or its sheet for a clinic."""
    from posture import pipeline

    if out is not None and not pdf:
        raise click.UsageError("--out names the sheet of --pdf; report.html stands in the analysis folder.")
    if pdf:
        from posture.report.sheet import write_pdf

        target = out or Path(f"{analysis.resolve().name.removesuffix('.posture')}.pdf")
        write_pdf(pipeline.load(analysis), target)
        say(target)
        return
    from posture.report import page
    from posture.storage.folder import AnalysisFolder

    folder = AnalysisFolder(analysis)
    page.write_page(pipeline.load(analysis), folder)
    say(folder.page)
