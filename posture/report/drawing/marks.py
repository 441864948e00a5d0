"""Marks on a picture: lines, angles and text that stay readable on any background.

Colours are red, green, blue and come from a palette that colour-blind eyes can tell apart (Okabe and Ito).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture.opencv import cv2

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
Point = tuple[float, float]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
DARK: Colour = (24, 28, 33)
GREY: Colour = (150, 156, 163)
BLUE: Colour = (86, 180, 233)
ORANGE: Colour = (230, 159, 0)
YELLOW: Colour = (240, 228, 66)
GREEN: Colour = (0, 158, 115)
RED: Colour = (213, 94, 0)
DEEP_BLUE: Colour = (0, 114, 178)

#: Texts that a lettering remembers: those of the last seconds. Each lies in memory between pictures that come and go,
#: and keeps what is around it from being used again: a thousand of them cost a gigabyte.
_KEPT = 50
#: Sub-pixel bits of OpenCV's drawing functions: points keep an eighth of a pixel.
_SHIFT = 3


def _fixed(point: Point) -> tuple[int, int]:
    return round(point[0] * (1 << _SHIFT)), round(point[1] * (1 << _SHIFT))


def line(image: Image, start: Point, end: Point, colour: Colour, width: int) -> None:
    """A line with soft edges."""
    cv2.line(image, _fixed(start), _fixed(end), colour, width, cv2.LINE_AA, _SHIFT)


def outlined_lines(image: Image, lines: Sequence[tuple[Point, Point]], colour: Colour, width: int) -> None:
    """Lines with a dark rim, for bright and dark backgrounds alike; no rim lies on another line."""
    points = [np.array([_fixed(start), _fixed(end)], np.int32) for start, end in lines]
    cv2.polylines(image, points, False, BLACK, width + 2, cv2.LINE_AA, _SHIFT)
    cv2.polylines(image, points, False, colour, width, cv2.LINE_AA, _SHIFT)


def dot(image: Image, centre: Point, colour: Colour, radius: int) -> None:
    """A filled disc."""
    cv2.circle(image, _fixed(centre), radius << _SHIFT, colour, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def arc(image: Image, centre: Point, radius: float, start: float, end: float, colour: Colour, width: int) -> None:
    """An arc of a circle between two directions, degrees clockwise from the x axis."""
    r = round(radius * (1 << _SHIFT))
    cv2.ellipse(image, _fixed(centre), (r, r), 0.0, start, end, colour, width, cv2.LINE_AA, _SHIFT)


def direction(start: Point, end: Point) -> float:
    """Direction of a line, degrees clockwise from the x axis."""
    return math.degrees(math.atan2(end[1] - start[1], end[0] - start[0]))


@dataclass(frozen=True, eq=False)
class _Stamp:
    """A drawn text: its ink, what it leaves of the ground, of 255, the row of a line at which it begins, its width."""

    ink: Image
    ground: Image
    top: int
    width: int


class Lettering:
    """Text of one size; the degree sign included.

    Parameters
    ----------
    height : int
        Size of the letters, pixels.
    """

    def __init__(self, height: int) -> None:
        self.height = height
        self._face = cv2.FontFace("sans")
        self._stamps: dict[tuple[str, Colour], _Stamp] = {}

    def width(self, text: str) -> int:
        """Width of a text, pixels."""
        return self._stamp(text, WHITE).width

    def write(self, image: Image, text: str, corner: Point, colour: Colour = WHITE) -> None:
        """Write with the upper left corner of the text at ``corner``, moved so that it stays in the picture."""
        stamp = self._stamp(text, colour)
        high, wide = 2 * self.height, stamp.width
        if high > image.shape[0] or wide > image.shape[1]:
            return
        x = min(max(round(corner[0]), 0), image.shape[1] - wide)
        y = min(max(round(corner[1]), 0), image.shape[0] - high) + stamp.top
        patch = image[y : y + stamp.ink.shape[0], x : x + wide]
        patch[:] = cv2.add(cv2.multiply(patch, stamp.ground, scale=1 / 255), stamp.ink)

    def _stamp(self, text: str, colour: Colour) -> _Stamp:
        key = (text, colour)
        if key not in self._stamps:
            if len(self._stamps) >= _KEPT:
                self._stamps.clear()
            self._stamps[key] = self._draw(text, colour)
        return self._stamps[key]

    def _draw(self, text: str, colour: Colour) -> _Stamp:
        blank = np.zeros((2 * self.height, self.height * (len(text) + 2)), np.uint8)
        origin = (self.height // 2, round(1.4 * self.height))
        cv2.putText(blank, text, origin, (255, 255, 255), self._face, self.height, 600)
        left, top, wide, high = cv2.boundingRect(blank)
        width = left + wide + 2 if wide else 1
        cover = blank[top : top + max(high, 1), :width]
        ink = cv2.merge([np.asarray(cv2.convertScaleAbs(cover, alpha=value / 255), np.uint8) for value in colour])
        return _Stamp(np.asarray(ink, np.uint8), np.asarray(cv2.merge([255 - cover] * 3), np.uint8), top, width)
