"""A small chart on a picture: one metric over the run, a dot a stride, with its band and its onset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift.types import Status
from posture.opencv import cv2
from posture.report import text
from posture.report.drawing import marks
from posture.report.drawing.chart import value_scale
from posture.report.drawing.marks import Colour, Image, Lettering
from posture.series import Floats

if TYPE_CHECKING:
    from posture.analysis import Analysis


@dataclass(frozen=True)
class Look:
    """Colours of a chart."""

    ink: Colour
    soft: Colour
    dot: Colour
    band: Colour
    onset: Colour
    gap: Colour


ON_WHITE = Look(
    (34, 34, 34), (110, 115, 120), marks.DEEP_BLUE, (212, 233, 247), marks.RED, (222, 224, 227)
)  # fmt: skip
ON_DARK = Look(marks.WHITE, marks.GREY, marks.BLUE, (38, 66, 84), (255, 128, 40), (52, 58, 64))


@dataclass(frozen=True)
class Place:
    """Where a chart stands, pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Strip:
    """One metric's course, ready to be drawn at a place.

    Attributes
    ----------
    analysis : Analysis
    row : Row
    place : Place
    look : Look
    """

    analysis: Analysis
    row: Row
    place: Place
    look: Look

    def x(self, time: Floats | float) -> Floats:
        """Pixel columns of times."""
        frames = self.analysis.cleaned.time
        start, stop = float(frames[0]), float(frames[-1])
        share = (np.asarray(time, float) - start) / max(stop - start, 1e-6)
        return self.place.left + np.clip(share, 0.0, 1.0) * self.place.width

    def draw(self, image: Image, thin: int, letters: Lettering | None = None) -> None:
        """Draw band, dots, gaps, onset and episode; numbers at both ends of the scale where there are letters."""
        place, look, row = self.place, self.look, self.row
        time, values = summary.curve(self.analysis.strides, row.metric.id)
        drift = row.drift
        centre = drift.baseline if drift and np.isfinite(drift.baseline) else row.level
        scale, ticks = value_scale(values, [centre - row.floor, centre + row.floor])
        share = (values - scale.low) / (scale.high - scale.low)
        y = place.top + (1.0 - share) * place.height
        high, low, middle = (
            round(place.top + place.height * (scale.high - v) / (scale.high - scale.low))
            for v in (centre + row.floor, centre - row.floor, centre)
        )
        right, bottom = place.left + place.width, place.top + place.height
        image[high : low + 1, place.left : right] = look.band
        for start, stop in self.analysis.gaps:
            a, b = (round(float(self.x(t))) for t in (start, stop))
            image[place.top : bottom, a : max(b, a + 1)] = look.gap
        image[middle, place.left : right] = look.soft
        image[place.top : bottom, place.left] = look.soft
        if drift and drift.status is Status.DRIFT and drift.onset:
            at = float(self.x(drift.onset.time))
            marks.line(image, (at, place.top), (at, bottom), look.onset, max(thin, 2))
        if drift and drift.episode:
            for at in self.x(np.array([drift.episode.begin, drift.episode.end])).tolist():
                marks.line(image, (at, place.top), (at, bottom), look.onset, max(thin, 2))
        for px, py in zip(self.x(time).tolist(), y.tolist(), strict=True):
            marks.dot(image, (px, py), look.dot, thin)
        if letters:
            for mark, top in ((ticks[-1], place.top), (ticks[0], bottom - letters.height)):
                said = text.number(mark, row.metric)
                letters.write(image, said, (place.left - letters.width(said) - 4, top), look.soft)


def blank(width: int, height: int, colour: Colour) -> Image:
    """A picture of one colour."""
    return np.full((height, width, 3), colour, np.uint8)


def save(image: Image, target: Path) -> None:
    """Write a picture; the suffix says how."""
    # OpenCV itself takes no name that is not UTF-8.
    done, data = cv2.imencode(target.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    if not done:
        raise OSError(f"{target}: the picture cannot be made")
    target.write_bytes(data.tobytes())
