"""``posture report``."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.options import say
from posture.cli.types import PATH


@click.command()
@click.argument("analysis", type=PATH)
@click.option("--pdf", is_flag=True, help="Write a sheet for a clinic instead, one or two pages A4")
@click.option("--png", is_flag=True, help="Write a picture to share instead: the answer on one page")
@click.option("--face-blur", is_flag=True, help="Blur face and surroundings in the picture of --png")
@click.option("--out", type=PATH, help="Sheet or picture  [default: ANALYSIS's name + .pdf or .png, here]")
def report(analysis: Path, pdf: bool, png: bool, face_blur: bool, out: Path | None) -> None:
    """Write report.html of an ANALYSIS folder again, without the video; or its sheet for a clinic, or a picture."""
    from posture import pipeline

    if pdf and png:
        raise click.UsageError("--pdf and --png are two files; give one at a time.")
    if out is not None and not (pdf or png):
        raise click.UsageError("--out names the file of --pdf or --png; report.html stands in the analysis folder.")
    if face_blur and not png:
        raise click.UsageError("--face-blur belongs to --png; to blur the report's pictures, analyse the clip again.")
    name = analysis.resolve().name.removesuffix(".posture")
    if pdf:
        from posture.report.sheet import write_pdf

        target = out or Path(f"{name}.pdf")
        write_pdf(pipeline.load(analysis), target)
        say(target)
        return
    if png:
        from posture.report.share import write_png

        target = out or Path(f"{name}.png")
        write_png(pipeline.load(analysis), target, blur=face_blur)
        say(target)
        return
    from posture.report import page
    from posture.storage.folder import AnalysisFolder

    folder = AnalysisFolder(analysis)
    page.write_page(pipeline.load(analysis), folder)
    say(folder.page)
