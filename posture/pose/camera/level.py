"""Is the camera level? What the room's straight lines say, perspective taken into account.

Walls, doors, shelves and treadmills have lines that are upright, or level in two directions at a right angle to each
other. In the picture each of the three kinds runs towards a vanishing point of its own. A camera that stands at an
angle or looks down tips the level lines and spreads the upright ones without being rolled; only a roll turns the
vanishing points together. So all cameras that could have taken the picture are tried (roll, pitch, yaw, focal length),
and a roll is told only where none with another one explains about as many lines. A camera that is rolled by one degree
changes every absolute angle by one degree (method 1.0).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.series import Floats

#: Pictures are made this high before lines are looked for, pixels.
_HEIGHT = 480
#: Shortest line that counts, as a share of that; the longest of a picture are taken, and fewer say nothing.
_LINE, _MOST, _LEAST = 0.06, 100, 6
#: Pictures of a clip that are looked at.
_PICTURES = 5
#: The cameras that are tried: rolls, degrees; tangents of the pitch over the focal length, of which those that explain
#: the upright lines best are followed; directions of the level lines, degrees (the other kind lies 90 degrees off);
#: focal lengths in longer sides of the picture (a phone's wide lens to a small zoom).
_ROLLS = np.arange(-12.0, 12.1, 0.5)
_TILTS, _FOLLOWED = np.arange(-0.6, 0.61, 0.02), 2
_DIRECTIONS = np.arange(0.0, 90.0, 2.0)
_FOCAL = np.array([0.75, 1.0, 1.35, 1.8])
#: An upright line counts so many times: it alone tells a roll from a yaw.
_WEIGHT = 2.0
#: Degrees by which a line may miss its vanishing point.
_MISS = 1.0
#: A roll is known where the cameras that explain all lines but so many, or but this share, as well as the best one
#: differ by at most so many degrees, and this share of all lines is upright. Of 49 real clips 14 are known so, 11 of
#: them to be within a degree of level; without upright lines, rolls of 8 degrees were read into level rooms.
_LINES, _SHARE, _SPREAD, _UPRIGHT = 2.0, 0.05, 1.0, 0.1


def lines_of(rgb: Rgb, people: Sequence[Floats] = ()) -> Floats:
    """The straight lines of one picture.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    people : sequence of ndarray, shape (n, 2)
        Points around everyone in it, pixels: lines on people do not count.

    Returns
    -------
    ndarray, shape (N, 2, 2)
        Both ends of each, pixels of the picture.
    """
    height, width = rgb.shape[:2]
    scale = _HEIGHT / height
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (max(round(width * scale), 1), _HEIGHT), interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(grey)[0]
    ends = np.empty((0, 2, 2)) if found is None else found.reshape(-1, 2, 2).astype(float) / scale
    middle = ends.mean(axis=1)
    free = np.ones(len(ends), dtype=bool)
    for outline in people:
        low, high = np.nanmin(outline, axis=0), np.nanmax(outline, axis=0)
        free &= ~((middle >= low) & (middle <= high)).all(axis=1)
    lines: Floats = ends[free]
    return lines


def every(pictures: int) -> int:
    """One of so many of a clip's pictures is looked at.

    Examples
    --------
    >>> every(30), every(4)
    (6, 1)
    """
    return max(pictures // _PICTURES, 1)


def roll_of(pictures: Sequence[Floats], size: tuple[int, int]) -> float:
    """Roll of a camera, from the lines of the pictures it took.

    Parameters
    ----------
    pictures : sequence of ndarray, shape (N, 2, 2)
        Lines of each picture, pixels.
    size : tuple of int
        Width and height of the pictures.

    Returns
    -------
    float
        Degrees by which the pictures are turned clockwise as one looks at them; NaN where it cannot be told from
        perspective, or where fewer than half of the pictures show lines enough.
    """
    chosen = pictures[:: every(len(pictures))]
    told = [support for support in (_support(lines, size) for lines in chosen) if support is not None]
    if 2 * len(told) < len(chosen) or not told:
        return float("nan")
    explained, upright = (np.mean(part, axis=0) for part in zip(*told, strict=True))
    best = int(np.argmax(explained))
    near = _ROLLS[explained[best] - explained <= max(_LINES, _SHARE * explained[best])]
    at_edge = best in (0, _ROLLS.size - 1)
    if at_edge or np.ptp(near) > _SPREAD or upright[best] < _UPRIGHT:
        return float("nan")
    bend = np.polyfit([-1.0, 0.0, 1.0], explained[best - 1 : best + 2], 2)
    return float(_ROLLS[best] - (_ROLLS[1] - _ROLLS[0]) * bend[1] / (2.0 * bend[0]))


def _support(lines: Floats, size: tuple[int, int]) -> tuple[Floats, Floats] | None:
    """For each roll: lines (by length) that the best camera of that roll explains, and the share that is upright."""
    along = lines[:, 1] - lines[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    order = np.argsort(-length)[:_MOST]
    order = order[length[order] >= _LINE * size[1]]
    if order.size < _LEAST:
        return None
    along, length = along[order] / length[order, None], length[order] / length[order].sum()
    middle = (lines[order].mean(axis=1) - np.array(size) / 2.0) / max(size)
    explained, standing = np.zeros(_ROLLS.size), np.zeros(_ROLLS.size)
    for i, turn in enumerate(np.radians(_ROLLS)):
        back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        straight = middle @ back, along @ back
        upright = _fit(*straight, _UPRIGHT_POINTS)
        followed = np.argsort(upright @ length)[-_FOLLOWED:]
        level = _fit(*straight, _LEVEL_POINTS[followed]).max(axis=2)
        each = np.maximum(_WEIGHT * upright[followed, None, None], level) @ length
        camera = np.unravel_index(int(np.argmax(each)), each.shape)
        explained[i], standing[i] = order.size * each.max(), upright[followed[camera[0]]] @ length
    return explained, standing


def _fit(middle: Floats, along: Floats, points: Floats) -> Floats:
    """1 where a line runs to a vanishing point (homogeneous, shape (..., 3)), 0 from a degree off; shape (..., N)."""
    x = points[..., 0, None] - points[..., 2, None] * middle[:, 0]
    y = points[..., 1, None] - points[..., 2, None] * middle[:, 1]
    off = (x * along[:, 1] - y * along[:, 0]) ** 2 / (x**2 + y**2 + 1e-12)
    fit: Floats = np.maximum(1.0 - off / np.sin(np.radians(_MISS)) ** 2, 0.0)
    return fit


def _vanishing_points() -> tuple[Floats, Floats]:
    """Of unrolled cameras by tilt: upright (C, 3), and level (C, focal length, 2 at a right angle, direction, 3)."""
    upright = np.stack([np.zeros_like(_TILTS), np.ones_like(_TILTS), _TILTS], axis=-1)
    pitch = np.arctan(_TILTS[:, None, None, None] * _FOCAL[:, None, None])
    focal = _FOCAL[:, None, None]
    yaw = np.radians(np.stack([_DIRECTIONS, _DIRECTIONS + 90.0]))
    level = (focal * np.cos(yaw) + 0 * pitch, -focal * np.sin(yaw) * np.sin(pitch), np.sin(yaw) * np.cos(pitch))
    return upright, np.stack(level, axis=-1)


_UPRIGHT_POINTS, _LEVEL_POINTS = _vanishing_points()
