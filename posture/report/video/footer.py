"""What stands below every frame of the annotated video, where it cannot cover the runner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from posture.report import text
from posture.report.drawing import marks
from posture.report.drawing.marks import Colour, Image, Lettering
from posture.report.drawing.strip import ON_DARK, Place, Strip, blank
from posture.report.text import WORDS
from posture.report.text.story import Story

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Colours of the lines on the picture and of their values below it.
TRUNK, NECK, ARM = marks.ORANGE, marks.YELLOW, (0, 210, 154)
#: Lines of text that a footer holds, and the height of one in letters.
_LINES, _LINE = 4, 1.35
#: Seconds of stride marks.
_RECENT = 6.0


class Footer:
    """Clock, stride marks, angles, and the course of the metric that changed most.

    Parameters
    ----------
    analysis : Analysis
    """

    def __init__(self, analysis: Analysis) -> None:
        width, height = analysis.recording.series.size
        self._real_time = analysis.real_time
        table = analysis.strides
        self._starts, self._ends = (table[name].to_numpy(float) for name in ("start", "end"))
        size = max(10, round(min(height, 1.1 * width) / 31))
        self._letters = Lettering(size)
        small = Lettering(max(9, round(0.75 * size)))
        # Even, as H.264 wants it.
        self.height = 2 * round((_LINES * _LINE * size + size) / 2)
        self._line = round(_LINE * size)
        self._pad = size // 2
        self._thin = max(1, round(height / 480))
        self._ground = blank(width, self.height, marks.DARK)
        #: Text at the left, the chart at the right.
        self._split = min(round(12.5 * size), width // 2)
        self._strip = self._chart(analysis, width, small)

    def _chart(self, analysis: Analysis, width: int, letters: Lettering) -> Strip | None:
        row = Story(analysis).shown
        trunk = next((analysis.rows[m] for m in ("trunk_lean", "lat_lean") if m in analysis.rows), None)
        if trunk and not (row and row.drift and row.drift.onset):
            row = trunk
        if row is None:
            return None
        left = self._split + letters.width("−0.00") + self._pad
        top = self._pad + self._line
        place = Place(left, top, width - left - 2 * self._pad, self.height - top - self._pad)
        if place.width < 40:
            return None
        strip = Strip(analysis, row, place, ON_DARK)
        strip.draw(self._ground, self._thin, letters)
        drifted = text.verdict(row.drift, few=row.few) if row.drift and row.drift.onset else ""
        title = f"{row.metric.label}, {drifted}"
        if not drifted or self._split + self._pad + letters.width(title) > width:
            title = row.metric.label
        letters.write(self._ground, title, (self._split + self._pad, self._pad), ON_DARK.ink)
        return strip

    def at(self, time: float, told: Sequence[tuple[str, Colour]]) -> Image:
        """The footer of one time of the clip.

        Parameters
        ----------
        time : float
            Seconds of the clip.
        told : sequence of (text, colour)
            The angles of this frame.
        """
        image = self._ground.copy()
        real = self._real_time(time)
        stride = int(np.searchsorted(self._starts, real, side="right"))
        minutes, seconds = divmod(real, 60)
        self._write(image, 0, f"{int(minutes)}:{seconds:04.1f}  {WORDS['overlay']['stride']} {stride}", ON_DARK.ink)
        for line, (said, colour) in enumerate(told, start=1):
            self._write(image, line, said, colour)
        self._marks(image, real)
        if self._strip is not None:
            at, place = float(self._strip.x(real)), self._strip.place
            marks.line(image, (at, place.top), (at, place.top + place.height), ON_DARK.ink, self._thin)
        return image

    def _write(self, image: Image, line: int, said: str, colour: Colour) -> None:
        self._letters.write(image, said, (self._pad, self._pad / 2 + line * self._line), colour)

    def _marks(self, image: Image, real: float) -> None:
        """A bar for every stride of the last seconds along the lower edge, the newest at the right."""
        left, right, y = self._pad, self._split - self._pad, self.height - self._pad / 2
        recent = (self._starts > real - _RECENT) & (self._starts <= real)
        for start, end in zip(self._starts[recent], np.minimum(self._ends[recent], real), strict=True):
            x0, x1 = (right - (real - t) / _RECENT * (right - left) for t in (start, end))
            marks.line(image, (x0, y), (max(x0, x1 - 2 * self._thin), y), marks.BLUE, 2 * self._thin)
