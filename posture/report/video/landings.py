"""The near foot on the ground and the shin as it lands, drawn where they were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from posture.landmarks import MIRROR, L
from posture.report.drawing import marks
from posture.report.drawing.marks import Image, Point
from posture.series import Floats

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: How long the shin is shown after a landing, seconds of the clip: long enough to be noticed.
SHOWN = 0.12
GROUND: marks.Colour = marks.GREEN
SHIN: marks.Colour = marks.RED


class Landings:
    """Marks the contacts of one analysis.

    Parameters
    ----------
    analysis : Analysis
    thin : int
        Width of the thinnest line, pixels.
    """

    def __init__(self, analysis: Analysis, thin: int) -> None:
        strides = analysis.strides
        own = strides[(strides["first"] >= 0) & strides["contact"].notna()]
        if "overstride" not in analysis.measured.values:
            own = own.iloc[:0]
        self._begin, self._end = (analysis.clip_time(own[name].to_numpy(float)) for name in ("contact", "toe_off"))
        leg = np.array([L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX])
        self._leg = MIRROR[leg] if analysis.view.near == "right" else leg
        self._thin = thin

    def draw(self, image: Image, points: Floats, time: float) -> None:
        """Underline the foot while it stands; just after it landed, hold the shin against the vertical."""
        last = int(np.searchsorted(self._begin, time, side="right")) - 1
        if last < 0 or time > self._end[last] or not np.isfinite(points[self._leg]).all():
            return
        knee, ankle, heel, toes = ((float(x), float(y)) for x, y in points[self._leg])
        below = 3.0 * self._thin
        marks.outlined_lines(image, [(_lower(heel, below), _lower(toes, below))], GROUND, 3 * self._thin)
        if time - self._begin[last] < SHOWN:
            height = float(np.hypot(knee[0] - ankle[0], knee[1] - ankle[1]))
            marks.line(image, ankle, (ankle[0], ankle[1] - height), marks.WHITE, self._thin)
            marks.outlined_lines(image, [(ankle, knee)], SHIN, 2 * self._thin)


def _lower(point: Point, by: float) -> Point:
    return point[0], point[1] + by
