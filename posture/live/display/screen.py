"""The picture that a runner sees from four metres away: composed here, shown by the window."""

from __future__ import annotations

from functools import cache

import numpy as np

from posture.kinematics.registry import METRICS
from posture.landmarks import BONES
from posture.live.coach.coach import Phase, Reading, State, Zone
from posture.live.coach.setup import Item
from posture.live.display.strip import draw_strip
from posture.live.session.timing import Pace
from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.report.drawing import marks
from posture.report.drawing.marks import Image, Lettering
from posture.report.text import quantity
from posture.series import Floats
from posture.strides import Gait

#: Width and height of the whole, and of its parts, pixels.
SIZE = (1280, 720)
PICTURE = (708, 530)
_ROW = PICTURE[1] // 4
#: Letters are readable from four metres from a two-hundredth of it on, 20 mm: 74 px where 1280 px fill a screen of
#: 35 cm.
_VALUE, _LABEL, _NOTE, _SMALL = 74, 34, 19, 15
_CUE_SIZES = (64, 54, 46, 38)
_PALE = (170, 174, 180)
_GROUND = (24, 26, 30)
_VISIBLE = 0.5

#: Colour, shape and word say the same: no eye needs the colour.
ZONES: dict[Zone, tuple[marks.Colour, str]] = {
    Zone.UNKNOWN: (_PALE, "ring"),
    Zone.STEADY: (marks.GREEN, "disc"),
    Zone.CHANGING: (marks.YELLOW, "triangle"),
    Zone.OFF: (marks.RED, "square"),
}
KEYS = "q end   s snooze   b new baseline   space go on"
_LEARNING = "Run as you feel fresh: I am learning your baseline."


class Screen:
    """Composes what is shown.

    Parameters
    ----------
    mirror : bool
        Whether the picture is shown like a mirror; writing is not.
    """

    def __init__(self, *, mirror: bool) -> None:
        self._mirror = mirror
        self._canvas = _ground()
        self._ready = _ground()

    def prepare(self, state: State) -> None:
        """Draw everything but the picture; may be done by another thread than the rest."""
        canvas = _ground()
        if state.phase is Phase.COACHING:
            for number, reading in enumerate(state.readings):
                _row(canvas, number, reading)
        else:
            _checks(canvas, state)
        _below(canvas, state)
        self._ready = canvas

    def compose(self, rgb: Rgb, points: Floats | None, visible: Floats | None, pace: Pace) -> Image:
        """The whole screen, red first.

        Parameters
        ----------
        rgb : ndarray, shape (H, W, 3)
        points : ndarray, shape (33, 2), or None
            Where to draw the skeleton, pixels of the picture.
        visible : ndarray, shape (33,), or None
        pace : Pace
        """
        np.copyto(self._canvas, self._ready)
        self._picture(rgb, points, visible)
        rate = "" if np.isnan(pace.rate) else f"{pace.rate:.0f} frames/s   "
        late = "" if np.isnan(pace.median) else f"delay {pace.median:.0f} ms, 95 %: {pace.p95:.0f} ms   "
        _write(self._canvas, _SMALL, f"{rate}{late}dropped {pace.dropped}   {KEYS}", (12, SIZE[1] - 16))
        return self._canvas

    def away(self) -> Image:
        """The screen while the camera gives nothing."""
        picture = self._canvas[: PICTURE[1], : PICTURE[0]]
        picture[:] = picture // 2
        _write(self._canvas, 54, "Camera away, waiting ...", (60, 240), marks.YELLOW)
        return self._canvas

    def _picture(self, rgb: Rgb, points: Floats | None, visible: Floats | None) -> None:
        high, wide = rgb.shape[:2]
        scale = min(PICTURE[0] / wide, PICTURE[1] / high)
        size = (round(wide * scale), round(high * scale))
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_LINEAR)
        if self._mirror:
            small = cv2.flip(small, 1)
        x0, y0 = (PICTURE[0] - size[0]) // 2, (PICTURE[1] - size[1]) // 2
        part = self._canvas[y0 : y0 + size[1], x0 : x0 + size[0]]
        part[:] = small
        if points is not None and visible is not None:
            at = points * scale
            if self._mirror:
                at = np.stack([size[0] - 1 - at[:, 0], at[:, 1]], axis=1)
            bones = [(at[a], at[b]) for a, b in BONES if min(visible[a], visible[b]) >= _VISIBLE]
            marks.outlined_lines(part, bones, marks.BLUE, 3)


def _ground() -> Image:
    return np.full((SIZE[1], SIZE[0], 3), _GROUND, np.uint8)


def _row(canvas: Image, number: int, reading: Reading) -> None:
    """One headline: what it is, whether it is all right, by how much the metric behind it has changed."""
    x, y = PICTURE[0] + 16, number * _ROW + 18
    colour, shape = ZONES[reading.zone]
    _mark(canvas, shape, colour, (x + 32, y + 62), 30)
    _write(canvas, _LABEL, f"{reading.headline.value}: {reading.zone.value}", (x, y), colour)
    if reading.result is None:
        return
    metric = METRICS[reading.result.metric]
    number_text, _, unit = quantity(reading.result.change, metric, sign=True).partition(" ")
    _write(canvas, _VALUE, number_text, (x + 84, y + 36))
    if unit:
        _write(canvas, _LABEL, unit, (x + 52 + _letters(_VALUE).width(number_text), y + 64), _PALE)
    _write(canvas, _NOTE, f"{metric.label} (noise ±{quantity(reading.result.mdc, metric)})", (x, y + 100), _PALE)


def _checks(canvas: Image, state: State) -> None:
    x = PICTURE[0] + 16
    for number, line in enumerate(state.setup.lines):
        y = 22 + number * 86
        zone = {True: Zone.STEADY, False: Zone.OFF, None: Zone.UNKNOWN}[line.good]
        colour, shape = ZONES[zone]
        _mark(canvas, shape, colour, (x + 24, y + 22), 20)
        _write(canvas, _LABEL, line.item.value.capitalize(), (x + 60, y), colour)
        for row, part in enumerate(_wrapped(line.text, _NOTE, SIZE[0] - x - 70)[:2]):
            _write(canvas, _NOTE, part, (x + 60, y + 36 + 22 * row), _PALE)


def _below(canvas: Image, state: State) -> None:
    wrong = [line.text for line in state.setup.lines if line.good is False]
    if state.phase is Phase.SETUP:
        _banner(canvas, wrong[0] if wrong else "Good. Stay as you are.", marks.YELLOW if wrong else marks.GREEN)
    elif state.phase is Phase.BASELINE:
        slow = next((line.text for line in state.setup.lines if line.item is Item.RATE and line.good is False), None)
        running = state.gait is Gait.RUNNING
        text = slow or (_LEARNING if running else "Start to run.")
        _banner(canvas, text, marks.YELLOW if slow else marks.WHITE)
        done = round(state.progress * (SIZE[0] - 40))
        cv2.rectangle(canvas, (20, SIZE[1] - 44), (SIZE[0] - 20, SIZE[1] - 28), _PALE, 1)
        cv2.rectangle(canvas, (20, SIZE[1] - 44), (20 + done, SIZE[1] - 28), marks.BLUE, cv2.FILLED)
    elif state.cue is not None and state.cue.plan is not None:
        _banner(canvas, state.cue.plan.cue, marks.YELLOW)
    else:
        draw_strip(canvas[PICTURE[1] + 10 : SIZE[1] - 24], state, _letters(_SMALL))
        if state.snoozed:
            _write(canvas, _LABEL, "snoozed", (SIZE[0] - 180, SIZE[1] - 56), marks.YELLOW)


def _banner(canvas: Image, text: str, colour: marks.Colour) -> None:
    """As large as fits."""
    room = SIZE[1] - PICTURE[1] - 40
    for height in _CUE_SIZES:
        lines = _wrapped(text, height, SIZE[0] - 40)
        if len(lines) * height <= room or height == _CUE_SIZES[-1]:
            break
    for number, line in enumerate(lines):
        _write(canvas, height, line, (20, PICTURE[1] + 12 + number * height), colour)


def _write(image: Image, height: int, text: str, corner: tuple[int, int], colour: marks.Colour = marks.WHITE) -> None:
    """With the upper left corner of a capital letter at ``corner``."""
    _letters(height).write(image, text, (corner[0] - height // 2, corner[1] - 0.68 * height), colour)


@cache
def _letters(height: int) -> Lettering:
    return Lettering(height)


def _wrapped(text: str, height: int, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _letters(height).width(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _mark(image: Image, shape: str, colour: marks.Colour, centre: tuple[int, int], radius: int) -> None:
    x, y = centre
    if shape == "disc":
        marks.dot(image, centre, colour, radius)
    elif shape == "ring":
        cv2.circle(image, centre, radius - 4, colour, 5, cv2.LINE_AA)
    else:
        corners = (
            [(-1, 0.8), (1, 0.8), (0, -1)]
            if shape == "triangle"
            else [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
        )
        points = np.array([[round(x + a * radius), round(y + b * radius)] for a, b in corners], np.int32)
        cv2.fillPoly(image, [points], colour, cv2.LINE_AA)
