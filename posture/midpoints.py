"""Points between the two sides of the body, and the length between them that sizes the runner in the picture."""

from __future__ import annotations

import numpy as np

from posture.landmarks import MIRROR, L
from posture.series import Floats


def midpoint(points: Floats, left: int, *, alone: bool = False) -> Floats:
    """Mid-point of a left landmark and its mirror image.

    Parameters
    ----------
    points : ndarray, shape (..., 33, D)
        In any unit; NaN where not seen.
    left : int
        The left one of the two landmarks.
    alone : bool
        Policy for a side that is missing. By default the mid-point is missing, too: half a body's width off, one side
        is no substitute where the point itself is measured or drawn. With ``alone`` the other side stands for both:
        enough where only its movement counts, or a size.

    Returns
    -------
    ndarray, shape (..., D)

    Examples
    --------
    >>> import numpy as np
    >>> points = np.full((33, 2), np.nan)
    >>> points[[23, 24]] = [[10.0, 50.0], [20.0, 52.0]]
    >>> midpoint(points, L.LEFT_HIP)
    array([15., 51.])
    >>> points[24] = np.nan
    >>> midpoint(points, L.LEFT_HIP), midpoint(points, L.LEFT_HIP, alone=True)
    (array([nan, nan]), array([10., 50.]))
    """
    a, b = points[..., left, :], points[..., MIRROR[left], :]
    middle: Floats = 0.5 * (a + b)
    if not alone:
        return middle
    either: Floats = np.where(np.isfinite(a), a, b)
    return np.where(np.isfinite(middle), middle, either)


def trunk_length(points: Floats, *, alone: bool = False) -> Floats:
    """Distance from mid-shoulder to mid-hip.

    Parameters
    ----------
    points : ndarray, shape (..., 33, D)
        In any unit; NaN where not seen.
    alone : bool
        Policy for a missing side, as in :func:`midpoint`: without it, the length is missing where any of the four
        points is.

    Returns
    -------
    ndarray, shape (...)
        In the unit of the points.

    Examples
    --------
    >>> import numpy as np
    >>> points = np.zeros((33, 2))
    >>> points[[11, 12]] = [[100.0, 80.0], [120.0, 80.0]]
    >>> points[[23, 24]] = [[100.0, 200.0], [120.0, 200.0]]
    >>> float(trunk_length(points))
    120.0
    """
    shoulder, hip = (midpoint(points, left, alone=alone) for left in (L.LEFT_SHOULDER, L.LEFT_HIP))
    length: Floats = np.linalg.norm(shoulder - hip, axis=-1)
    return length
