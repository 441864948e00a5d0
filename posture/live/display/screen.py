"""The picture that a runner sees from three metres away: composed here, shown by the window."""

from __future__ import annotations

import time

import numpy as np

from posture.live.coach.state import Phase, Reading, State, Zone
from posture.live.display.letters import CAPITAL, cut, letters, wide, wrapped, write
from posture.live.display.runner import draw_runner
from posture.live.display.strip import draw_strip
from posture.live.display.words import CHECKED, Tone, beside_it, kept_up, told_now, value_of
from posture.live.session.timing import Pace
from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.report.drawing import marks
from posture.report.drawing.marks import Image
from posture.report.text import clock
from posture.series import Floats

#: Width and height of the whole, and of its parts, pixels.
SIZE = (1280, 720)
PICTURE = (640, 480)
_ROW = PICTURE[1] // 4
#: A cue is read from three metres: its capitals are a hundred-and-fiftieth of that, 20 mm, where the window is 35 cm
#: wide. In the same place stand sentences for who stands still: as large as fits.
CUE = round(SIZE[0] * (3000 / 150) / 350 / CAPITAL + 0.5)
_SIZES = (CUE, 84, 64, 54, 46, 38)
_VALUE, _LABEL, _NOTE, _SMALL, _CLOCK = 64, 34, 18, 15, 54
_PALE = (170, 174, 180)
_GROUND = (24, 26, 30)

#: Colour, shape and word say the same: no eye needs the colour.
ZONES: dict[Zone, tuple[marks.Colour, str]] = {
    Zone.UNKNOWN: (_PALE, "ring"),
    Zone.STEADY: (marks.GREEN, "disc"),
    Zone.CARRIED: (marks.YELLOW, "diamond"),
    Zone.CHANGING: (marks.YELLOW, "triangle"),
    Zone.OFF: (marks.RED, "square"),
}
_CORNERS = {
    "triangle": [(-1.0, 0.8), (1.0, 0.8), (0.0, -1.0)],
    "diamond": [(-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)],
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
}
KEYS = "q end   p pause   s snooze   b new baseline   v {sensitivity}   f full screen"
SETUP_KEYS = "q end   space go on   n next person   f full screen"
_TONES = {Tone.PLAIN: marks.WHITE, Tone.WARN: marks.YELLOW, Tone.GOOD: marks.GREEN}


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
        self._time: float | None = None
        self._prepared = 0.0

    def prepare(self, state: State) -> None:
        """Draw everything but the picture; may be done by another thread than the rest."""
        canvas = _ground()
        if state.phase is Phase.COACHING:
            for number, reading in enumerate(state.readings):
                _row(canvas, number, reading)
        else:
            _checks(canvas, state)
        _below(canvas, state)
        keys = SETUP_KEYS if state.phase is Phase.SETUP else KEYS.format(sensitivity=state.sensitivity.value)
        write(canvas, _SMALL, keys, (14, SIZE[1] - 16), _PALE)
        self._ready, self._time, self._prepared = canvas, state.time, time.monotonic()

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
        if self._time is not None:
            _plate(self._canvas, _CLOCK, clock(self._time + time.monotonic() - self._prepared), (10, 32))
        told = kept_up(pace)
        write(self._canvas, _SMALL, told, (SIZE[0] - 14 - wide(told, _SMALL), SIZE[1] - 16), _PALE)
        return self._canvas

    def away(self) -> Image:
        """The screen while the camera gives nothing."""
        np.copyto(self._canvas, self._ready)
        write(self._canvas, _LABEL, "Camera away, waiting ...", (60, 220), marks.YELLOW)
        return self._canvas

    def _picture(self, rgb: Rgb, points: Floats | None, visible: Floats | None) -> None:
        small = draw_runner(rgb, points, visible, PICTURE, mirror=self._mirror)
        high, wide = small.shape[:2]
        x0, y0 = (PICTURE[0] - wide) // 2, (PICTURE[1] - high) // 2
        self._canvas[y0 : y0 + high, x0 : x0 + wide] = small


def _ground() -> Image:
    return np.full((SIZE[1], SIZE[0], 3), _GROUND, np.uint8)


def _row(canvas: Image, number: int, reading: Reading) -> None:
    """One headline: what it is, whether it is all right, by how much the metric behind it has changed."""
    x, y = PICTURE[0] + 20, number * _ROW + 18
    room = SIZE[0] - x - 12
    colour, shape = ZONES[reading.zone]
    _mark(canvas, shape, colour, (x + 30, y + 58), 26)
    write(canvas, _LABEL, f"{reading.headline.value}: {reading.zone.value}", (x, y), colour)
    number_text, unit, note = value_of(reading)
    if not number_text:
        for line, part in enumerate(wrapped(note, _NOTE, room - 84)[:2]):
            write(canvas, _NOTE, part, (x + 84, y + 46 + 24 * line), _PALE)
        return
    write(canvas, _VALUE, number_text, (x + 84, y + 36))
    if unit:
        write(canvas, _LABEL, unit, (x + 100 + wide(number_text, _VALUE), y + 58), _PALE)
    write(canvas, _NOTE, cut(note, _NOTE, room - 84), (x + 84, y + 89), _PALE)


def _checks(canvas: Image, state: State) -> None:
    x = PICTURE[0] + 20
    for number, line in enumerate(state.setup.lines):
        y = 24 + number * 66
        colour, shape = ZONES[CHECKED[line.good]]
        _mark(canvas, shape, colour, (x + 22, y + 22), 18)
        write(canvas, 28, line.item.value.capitalize(), (x + 56, y), colour)
        for row, part in enumerate(wrapped(line.text, _NOTE, SIZE[0] - x - 68)[:2]):
            write(canvas, _NOTE, part, (x + 56, y + 27 + 18 * row), _PALE)


def _below(canvas: Image, state: State) -> None:
    text, tone = told_now(state)
    if text:
        _banner(canvas, text, _TONES[tone])
    elif state.phase is Phase.COACHING:
        draw_strip(canvas[PICTURE[1] + 8 : SIZE[1] - 28], state, letters(_SMALL))
    if state.phase is Phase.BASELINE:
        done = round(state.progress * (SIZE[0] - 40))
        cv2.rectangle(canvas, (20, SIZE[1] - 48), (SIZE[0] - 20, SIZE[1] - 32), _PALE, 1)
        cv2.rectangle(canvas, (20, SIZE[1] - 48), (20 + done, SIZE[1] - 32), marks.BLUE, cv2.FILLED)
    write(canvas, _LABEL, beside_it(state), (SIZE[0] // 2, SIZE[1] - 34), marks.YELLOW)


def _banner(canvas: Image, text: str, colour: marks.Colour) -> None:
    """As large as fits."""
    room = SIZE[1] - PICTURE[1] - 30
    for size in _SIZES:
        lines = wrapped(text, size, SIZE[0] - 40)
        if len(lines) * round(0.94 * size) <= room or size == _SIZES[-1]:
            break
    for number, line in enumerate(lines):
        write(canvas, size, line, (20, PICTURE[1] + 14 + number * round(0.94 * size)), colour)


def _plate(canvas: Image, size: int, text: str, corner: tuple[int, int]) -> None:
    """Writing on a dark plate, for where a picture may lie."""
    x, y = corner
    canvas[y : y + round(CAPITAL * size) + 16, x : x + wide(text, size) + 20] //= 3
    write(canvas, size, text, (x + 8, y + 8))


def _mark(image: Image, shape: str, colour: marks.Colour, centre: tuple[int, int], radius: int) -> None:
    x, y = centre
    if shape == "disc":
        marks.dot(image, centre, colour, radius)
    elif shape == "ring":
        cv2.circle(image, centre, radius - 4, colour, 5, cv2.LINE_AA)
    else:
        points = np.array([[round(x + a * radius), round(y + b * radius)] for a, b in _CORNERS[shape]], np.int32)
        cv2.fillPoly(image, [points], colour, cv2.LINE_AA)
