"""The turned square of a picture that a network is shown, and the way back from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.opencv import cv2
from posture.pose.types import Rgb
from posture.series import Floats

#: Side of the square, in distances from the middle of the body to the point on the circle around it: twice the
#: radius, and a quarter more (RectTransformationCalculator in MediaPipe's pose detector graph).
WIDENED = 2.0 * 1.25


@dataclass(frozen=True, eq=False)
class Region:
    """A square of a picture, which may reach beyond its edges.

    Attributes
    ----------
    centre : ndarray, shape (2,)
        Pixels.
    side : float
        Pixels.
    angle : float
        Radians clockwise, in the picture, by which the square is turned.
    """

    centre: Floats
    side: float
    angle: float = 0.0

    @classmethod
    def whole(cls, rgb: Rgb) -> Region:
        """The smallest upright square around a picture."""
        height, width = rgb.shape[:2]
        return cls(np.array([width, height]) / 2, float(max(width, height)))

    @classmethod
    def around(cls, middle: Floats, rim: Floats) -> Region:
        """The square around a body, turned so that the body stands upright in it.

        Parameters
        ----------
        middle : ndarray, shape (2,)
            Between the hips, pixels.
        rim : ndarray, shape (2,)
            The point above the head of the circle around the whole body, pixels.

        Examples
        --------
        >>> Region.around(np.array([50.0, 60.0]), np.array([50.0, 20.0]))
        Region(centre=array([50., 60.]), side=100.0, angle=0.0)
        """
        across, down = rim - middle
        return cls(middle, WIDENED * float(np.hypot(across, down)), float(np.arctan2(across, -down)))

    @property
    def _axes(self) -> Floats:
        """(2, 2) from shares of the square to pixels."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return self.side * np.array([[c, -s], [s, c]])

    def cut(self, rgb: Rgb, pixels: int, border: int) -> Rgb:
        """The square as a picture of ``pixels`` by ``pixels``.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (H, W, 3)
        pixels : int
        border : int
            OpenCV's word for what lies beyond the edges of the picture.
        """
        axes = self._axes
        matrix = np.column_stack([axes / pixels, self.centre - axes @ (0.5, 0.5)])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(rgb, matrix, (pixels, pixels), flags=how, borderMode=border))

    def placed(self, shares: Floats) -> Floats:
        """Points (n, 2), as shares of the square, in pixels of the picture."""
        placed: Floats = self.centre + (shares - 0.5) @ self._axes.T
        return placed

    def turned(self, world: Floats) -> Floats:
        """Points (n, 3) of the upright body as they lie in the picture; depth stays."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        turned: Floats = world @ np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
        return turned
