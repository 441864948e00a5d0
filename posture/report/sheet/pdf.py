"""The sheet as a PDF, set by Typst."""

from __future__ import annotations

import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posture.errors import PostureError
from posture.report.figures import paper
from posture.report.sheet.content import content, curves
from posture.storage.files import replacing

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Inches of one curve.
_HIGH = 1.25


def write_pdf(analysis: Analysis, target: Path) -> None:
    """Write the sheet of a run: one or two pages A4.

    Parameters
    ----------
    analysis : Analysis
    target : Path

    Raises
    ------
    PostureError
        If Typst is not installed, or the file cannot be written; an earlier one stays as it was.
    """
    try:
        import typst
    except ImportError as error:
        raise PostureError(f"{target}: a PDF needs the extra: pip install 'running-posture[pdf]'.") from error
    with replacing(target) as temporary:
        # No date and no chance: the same analysis gives the same file.
        temporary.write_bytes(typst.compile(**source(analysis), timestamp=0))


def source(analysis: Analysis) -> dict[str, Any]:
    """What Typst makes the sheet from: template, data and fonts, by the names of its arguments."""
    import typst

    data = json.dumps({**content(analysis), "curves": _drawn(analysis)})
    return {
        "input": files(__package__).joinpath("sheet.typ").read_bytes(),
        "sys_inputs": {"data": data},
        "font_paths": typst.Fonts(font_paths=[str(_fonts())]),
    }


def _drawn(analysis: Analysis) -> str:
    """The curves as SVG, empty where nothing was measured."""
    metrics = curves(analysis)
    if not metrics:
        return ""
    with tempfile.TemporaryDirectory() as place:
        drawing = Path(place) / "curves.svg"
        paper.plot(analysis, metrics, drawing, high=_HIGH)
        return drawing.read_text(encoding="utf-8")


def _fonts() -> Path:
    """Matplotlib brings DejaVu Sans, which the curves are lettered in, so that every machine sets the same page."""
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts" / "ttf"
