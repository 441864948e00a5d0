"""Which landmarks were really seen: inside the picture, and visible enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.landmarks import ARM, COUNT, MIRROR, Landmark
from posture.series import Floats, Ints
from posture.settings import CleaningSettings

L = Landmark
Mask = NDArray[np.bool_]

#: Metrics use the mid-point of both sides of these, so the far one stays whatever its visibility: with the
#: near side alone, arm motion leaks into neck and trunk (method 4).
_MIDPOINT_LEFT = np.array([L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_HIP])
#: The near side is the one with the higher median visibility over these (method 1.0).
_SIDE_LEFT = np.array([L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_HIP])
_ARM_LEFT = np.array([i for i in ARM if i != L.LEFT_SHOULDER])


def out_of_frame(xy: Floats, size: tuple[int, int]) -> Mask:
    """(..., ) points that were guessed beyond the edge of a picture of this width and height.

    Examples
    --------
    >>> import numpy as np
    >>> out_of_frame(np.array([[10.0, 20.0], [-5.0, 20.0], [10.0, 800.0]]), size=(640, 480))
    array([False,  True,  True])
    """
    x, y = xy[..., 0], xy[..., 1]
    outside: Mask = (x < 0) | (x > size[0]) | (y < 0) | (y > size[1])
    return outside


def hidden(visibility: Floats, segment: Ints, settings: CleaningSettings) -> Mask:
    """(T, 33) landmarks too little visible to be used.

    Which side is far is decided once for each segment. Unknown visibility (NaN) counts as visible: imported
    key points may have none.

    Examples
    --------
    >>> import numpy as np
    >>> visibility = np.ones((3, 33))
    >>> visibility[:, 15] = [0.9, 0.3, np.nan]  # the left wrist
    >>> hidden(visibility, np.zeros(3, int), CleaningSettings())[:, 15]
    array([False,  True, False])
    """
    starts = np.flatnonzero(np.diff(segment, prepend=segment[:1] - 1))
    limits = np.empty((starts.size, COUNT))
    for row, start in enumerate(starts):
        end = starts[row + 1] if row + 1 < starts.size else segment.size
        limits[row] = _limits(visibility[start:end], settings)
    which = np.searchsorted(starts, np.arange(segment.size), side="right") - 1
    return np.asarray(visibility < limits[which])


def _limits(visibility: Floats, settings: CleaningSettings) -> Floats:
    """(33,) least visibility of each landmark in one segment."""
    limits = np.full(COUNT, settings.visibility)
    left, right = _side_visibility(visibility, _SIDE_LEFT), _side_visibility(visibility, MIRROR[_SIDE_LEFT])
    if left == right:
        return limits
    far = (lambda i: i) if left < right else (lambda i: MIRROR[i])
    limits[far(_ARM_LEFT)] = settings.far_arm_visibility
    limits[far(_MIDPOINT_LEFT)] = 0.0
    return limits


def _side_visibility(visibility: Floats, side: Ints) -> float:
    columns = visibility[:, side]
    if not np.isfinite(columns).any():
        return 0.0
    return float(np.nanmean(np.nanmedian(columns, axis=0)))
