"""The strip chart of the last minutes: each headline's leading metric against its baseline, stride by stride."""

from __future__ import annotations

import numpy as np

from posture.kinematics.registry import METRICS
from posture.live.coach.coach import CHART_S
from posture.live.coach.state import State
from posture.live.display.letters import cut
from posture.opencv import cv2
from posture.report.drawing import marks
from posture.report.drawing.marks import Image, Lettering

#: Changes are drawn in noise floors, up to this many.
_MOST = 3.0
_BAND = (44, 52, 60)
_LINE = (90, 96, 104)


def draw_strip(image: Image, state: State, letters: Lettering) -> None:
    """Draw into a part of the screen: one lane for each headline, the noise floor as a band, a dot for each stride."""
    high, wide_image = image.shape[:2]
    lanes = [r for r in state.readings if r.result is not None]
    if not lanes or not len(state.chart):
        return
    lane = wide_image // len(lanes)
    middle, unit = high // 2, (high // 2 - 26) / _MOST
    last = f"last {_span(state):.0f} s"
    letters.write(image, last, (wide_image - letters.width(last), high))
    for number, reading in enumerate(lanes):
        assert reading.result is not None
        x0, x1 = number * lane + 10, (number + 1) * lane - 10
        floor = round(middle - unit), round(middle + unit)
        cv2.rectangle(image, (x0, floor[0]), (x1, floor[1]), _BAND, cv2.FILLED)
        cv2.line(image, (x0, middle), (x1, middle), _LINE, 1)
        metric = METRICS[reading.result.metric]
        letters.write(image, cut(metric.label, letters.height, x1 - x0), (x0, 0))
        if metric.id not in state.chart:
            continue
        age = (state.time - state.chart["end"].to_numpy(float)) / _span(state)
        size = (state.chart[metric.id].to_numpy(float) - reading.result.baseline) / reading.result.mdc
        shown = np.isfinite(size) & (age <= 1.0)
        xs = x1 - age[shown] * (x1 - x0)
        ys = middle - unit * np.clip(size[shown], -_MOST, _MOST)
        for x, y, beyond in zip(xs, ys, np.abs(size[shown]) > 1.0, strict=True):
            marks.dot(image, (x, y), marks.ORANGE if beyond else marks.BLUE, 3)


def _span(state: State) -> float:
    """Seconds that the chart shows: what there is, up to its most."""
    return float(min(max(state.time - state.chart["start"].iloc[0], 30.0), CHART_S))
