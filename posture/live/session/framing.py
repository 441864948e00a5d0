"""Pictures of one size for the whole session, whatever the camera sends, with their pixels' shape kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.live.session.capture import Shot
from posture.opencv import cv2

#: Width over height of two pictures that are the same picture in another size, to this share: sizes are whole pixels.
_SAME = 0.01


@dataclass(frozen=True)
class Resized:
    """The camera's pictures have another size from now on.

    Attributes
    ----------
    before, now : tuple of int
        Width and height, pixels.
    """

    before: tuple[int, int]
    now: tuple[int, int]

    @property
    def same_shape(self) -> bool:
        """Whether it is the same picture in more or fewer pixels, rather than another part of the room."""
        shape = self.now[0] * self.before[1] / (self.now[1] * self.before[0])
        return abs(shape - 1.0) <= _SAME

    def __str__(self) -> str:
        """For people."""
        sizes = f"from {self.before[0]}x{self.before[1]} to {self.now[0]}x{self.now[1]} pixels"
        return f"The pictures changed {sizes}{'' if self.same_shape else '; a new baseline is taken'}."


class Framing:
    """Fits every picture into the size of the first.

    Parameters
    ----------
    size : tuple of int
        Width and height of the first picture.
    """

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._last = size

    def changed(self, shot: Shot) -> Resized | None:
        """Whether this picture has another size than the one before."""
        now = (shot.rgb.shape[1], shot.rgb.shape[0])
        before, self._last = self._last, now
        return Resized(before, now) if now != before else None

    def fitted(self, shot: Shot) -> Shot:
        """The picture in the size of the first, scaled alike in both directions, with black where it does not reach."""
        high, wide = shot.rgb.shape[:2]
        if (wide, high) == self.size:
            return shot
        scale = min(self.size[0] / wide, self.size[1] / high)
        inner = (max(round(scale * wide), 1), max(round(scale * high), 1))
        canvas = np.zeros((self.size[1], self.size[0], 3), np.uint8)
        x, y = (self.size[0] - inner[0]) // 2, (self.size[1] - inner[1]) // 2
        canvas[y : y + inner[1], x : x + inner[0]] = cv2.resize(shot.rgb, inner, interpolation=cv2.INTER_AREA)
        return replace(shot, rgb=canvas)


class Frozen:
    """Notices a picture that stands still: not a pixel differs, which no working camera manages for long."""

    def __init__(self) -> None:
        self._last: np.ndarray | None = None
        self._since = np.nan

    def seconds(self, shot: Shot) -> float:
        """For how long the picture has been the same, s."""
        sample = shot.rgb[::_EVERY, ::_EVERY]
        if self._last is None or self._last.shape != sample.shape or not np.array_equal(self._last, sample):
            # A copy: the picture itself would be kept alive.
            self._last, self._since = sample.copy(), shot.taken
        return float(shot.taken - self._since)


#: Every so many pixels are compared, in both directions.
_EVERY = 8
