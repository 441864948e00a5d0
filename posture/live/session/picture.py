"""What the picture itself tells about the set-up: light on the runner, the camera's tilt, and who else is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from posture.live.session.capture import Shot
from posture.live.session.follow import box_of
from posture.opencv import cv2
from posture.pose.camera.level import lines_of, roll_of
from posture.pose.types import Backend, Finder, Pose, Rgb
from posture.series import Floats

#: Time between two counts of the people, s, and the most that are told apart.
_COUNT_S, _MOST = 2.0, 4
#: Pictures whose lines tell the tilt together: those of four seconds.
_PICTURES = 6
#: Somebody of less than this share of the tallest one's height stands far behind, and is nobody to be mistaken for.
_NEAR = 0.5
#: Two boxes that share more than this of the smaller one are one person, found twice.
_ONE = 0.6


def brightness(rgb: Rgb, pose: Pose | None) -> float:
    """Mean grey level of the box around the runner, 0 to 255; of the whole picture where nobody is seen."""
    x0, y0, x1, y1 = _box(rgb, pose) if pose is not None else (0, 0, rgb.shape[1], rgb.shape[0])
    part = np.ascontiguousarray(rgb[y0:y1:4, x0:x1:4])
    return float(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY).mean())


class Room:
    """Looks around while the set-up is checked.

    Parameters
    ----------
    backend : Backend

    Attributes
    ----------
    tilt : float
        Degrees by which the pictures are turned clockwise; NaN where the room's lines do not tell.
    people : list of ndarray, each of shape (4,)
        Boxes of those who may be meant, from left to right, pixels.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._finder: Finder | None = None
        self._counted = -np.inf
        self._lines: deque[Floats] = deque(maxlen=_PICTURES)
        self._turn = 0
        self.tilt = float("nan")
        self.people: list[Floats] = []

    def look(self, shot: Shot, outlines: Sequence[Floats]) -> None:
        """One more picture."""
        self._lines.append(lines_of(shot.rgb, outlines))
        self.tilt = roll_of(list(self._lines), (shot.rgb.shape[1], shot.rgb.shape[0]))
        if shot.time - self._counted >= _COUNT_S:
            self._counted = shot.time
            self._finder = self._finder or self._backend.open_finder(_MOST)
            self.people = told_apart([box_of(pose) for pose in self._finder(shot.rgb)])

    def next_person(self) -> Floats | None:
        """The box of another one of the people; None where there is no choice."""
        if len(self.people) < 2:
            return None
        self._turn = (self._turn + 1) % len(self.people)
        return self.people[self._turn]

    def close(self) -> None:
        """Release what counts people."""
        if self._finder is not None:
            self._finder.close()
            self._finder = None


def told_apart(boxes: Sequence[Floats]) -> list[Floats]:
    """Those who may be meant, each once, from left to right.

    Parameters
    ----------
    boxes : sequence of ndarray, each of shape (4,)
        x0, y0, x1, y1, pixels; the most certain first.
    """
    tallest = max((box[3] - box[1] for box in boxes), default=0.0)
    apart: list[Floats] = []
    for box in boxes:
        if box[3] - box[1] >= _NEAR * tallest and all(_shared(box, other) <= _ONE for other in apart):
            apart.append(box)
    return sorted(apart, key=lambda box: float(box[0]))


def _shared(a: Floats, b: Floats) -> float:
    """Area that two boxes have in common, as a share of the smaller one."""
    wide, high = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    areas = [float(np.prod(box[2:] - box[:2])) for box in (a, b)]
    return max(float(wide), 0.0) * max(float(high), 0.0) / max(min(areas), 1e-9)


def _box(rgb: Rgb, pose: Pose) -> tuple[int, int, int, int]:
    high, wide = rgb.shape[:2]
    x0, y0 = np.clip(np.nanmin(pose.xy, axis=0), 0, (wide - 2, high - 2)).astype(int)
    x1, y1 = np.clip(np.nanmax(pose.xy, axis=0), (x0 + 1, y0 + 1), (wide, high)).astype(int)
    return int(x0), int(y0), int(x1), int(y1)
