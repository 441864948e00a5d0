"""``metrics.png``: every metric of a clip on one sheet, drawn in less time than a plotting library takes to start."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.report import text
from posture.report.drawing.marks import Lettering
from posture.report.drawing.strip import ON_WHITE, Place, Strip, blank, save
from posture.report.text import WORDS

if TYPE_CHECKING:
    from posture.analysis import Analysis
    from posture.analysis.summary import Row

_WIDE, _HIGH = 620, 128
_LEFT, _RIGHT, _TITLE, _HEAD, _FOOT = 56, 20, 26, 60, 34
_MARKS = 5


def metrics_over_time(analysis: Analysis, target: Path) -> None:
    """Draw every measured metric against time: a dot per stride, the floor as a band, gaps left empty.

    Parameters
    ----------
    analysis : Analysis
    target : Path
        The PNG to write.
    """
    rows = list(analysis.rows.values())
    columns = 2 if len(rows) > 1 else 1
    lines = max(1, math.ceil(len(rows) / columns))
    sheet = blank(columns * _WIDE, _HEAD + lines * (_TITLE + _HIGH) + _FOOT, (255, 255, 255))
    title, small = Lettering(15), Lettering(12)
    title.write(sheet, analysis.recording.name, (6, 6), ON_WHITE.ink)
    words = WORDS["sheet"]
    small.write(sheet, words["legend"] if rows else words["empty"], (6, 32), ON_WHITE.soft)
    for place, row in enumerate(rows):
        line, column = divmod(place, columns)
        left, top = column * _WIDE + _LEFT, _HEAD + line * (_TITLE + _HIGH)
        verdict = text.verdict(row.drift, few=row.few)
        label = f"{row.metric.label} ({text.UNIT[row.metric.unit]}) · {verdict}" if verdict else row.metric.label
        title.write(sheet, label, (left - 14, top - 2), ON_WHITE.ink)
        strip = _strip(analysis, row, Place(left, top + _TITLE, _WIDE - _LEFT - _RIGHT, _HIGH - 20))
        strip.draw(sheet, 2, small)
        if place >= len(rows) - columns:
            _times(sheet, strip, small)
    save(sheet, target)


def _strip(analysis: Analysis, row: Row, place: Place) -> Strip:
    return Strip(analysis, row, place, ON_WHITE)


def _times(sheet: np.ndarray, strip: Strip, letters: Lettering) -> None:
    time = strip.analysis.cleaned.time
    for at in np.linspace(float(time[0]), float(time[-1]), _MARKS).tolist():
        said = text.clock(at)
        corner = (float(strip.x(at)) - letters.width(said) / 2, strip.place.top + strip.place.height)
        letters.write(sheet, said, corner, ON_WHITE.soft)
