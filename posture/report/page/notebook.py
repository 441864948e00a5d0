"""What a notebook shows of an analysis: the answer, and the four headlines with small plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posture.drift import fresh_and_end
from posture.report import text
from posture.report.page import base, panels
from posture.report.text.story import Story
from posture.report.text.words import WORDS

if TYPE_CHECKING:
    from posture.analysis import Analysis


def summary(analysis: Analysis) -> str:
    """HTML for a cell's output: no style sheet, no script, nothing from elsewhere.

    Parameters
    ----------
    analysis : Analysis
    """
    story, settings = Story(analysis), analysis.settings
    group = fresh_and_end(analysis.segmented, analysis.measured, settings.drift, settings.baseline)
    drawn = {panel.row.metric.id: panel for panel in panels.panels(analysis, group)}
    return base.render(
        __package__,
        "notebook.html",
        style="",
        a=analysis,
        w=WORDS["page"],
        words=WORDS,
        text=text,
        story=story,
        cautions=(*analysis.recording.notes, *text.cautions(analysis)),
        lines=[(line, drawn[line.best.metric.id] if line.best else None) for line in story.headlines],
    )
