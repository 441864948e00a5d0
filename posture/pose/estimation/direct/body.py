"""Reading the landmark network: points, refined by its heat map, in the picture and in metres.

Numbers are those of the network's design (MediaPipe's pose landmarks detector graph).
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from posture import landmarks
from posture.pose.estimation.direct.region import Region
from posture.pose.types import Pose
from posture.series import Floats

#: Side of the network's input, pixels.
INPUT = 256
#: Points, score, mask or what stands in for it, heat map and points in metres.
OUTPUTS = 5
#: Side of the square of the heat map around a point that is averaged, and the certainty that it must hold.
_KERNEL, _CERTAIN = 7, 0.5
#: The points after the body's that tell where to look in the next picture: between the hips, and above the head.
_MIDDLE, _RIM = landmarks.COUNT, landmarks.COUNT + 1


def read(points: Floats, heat: Floats, world: Floats, region: Region) -> tuple[Pose, Region]:
    """A body, and where to look for it in the next picture.

    Parameters
    ----------
    points : ndarray, shape (39, 5)
        x, y, z in pixels of the input; visibility and presence before the logistic function.
    heat : ndarray, shape (64, 64, 39)
        Certainty, before the logistic function, that a point lies in a cell.
    world : ndarray, shape (39, 3)
        Metres, origin at mid-hip, of the upright body.
    region : Region
        What the network was shown.
    """
    xy = region.placed(refined(points[:, :2] / INPUT, heat))
    body = slice(landmarks.COUNT)
    visibility, presence = expit(points[body, 3:5]).T
    pose = Pose(xy[body], region.turned(world[body]), visibility, presence)
    return pose, Region.around(xy[_MIDDLE], xy[_RIM])


def refined(shares: Floats, heat: Floats) -> Floats:
    """Points moved to the middle of the certainty around them, where there is enough of it.

    Parameters
    ----------
    shares : ndarray, shape (n, 2)
        x and y, shares of the input.
    heat : ndarray, shape (rows, columns, n)
        Before the logistic function.

    Returns
    -------
    ndarray, shape (n, 2)
        A point outside of the heat map stays.
    """
    rows, columns, number = heat.shape
    size = np.array([columns, rows])
    cell = np.floor(shares * size).astype(int)
    inside = ((cell >= 0) & (cell < size)).all(axis=1)
    reach = np.arange(_KERNEL) - _KERNEL // 2
    x, y = cell[:, :1] + reach, cell[:, 1:] + reach
    held_x, held_y = (x >= 0) & (x < columns), (y >= 0) & (y < rows)
    around = heat[
        np.clip(y, 0, rows - 1)[:, :, None], np.clip(x, 0, columns - 1)[:, None, :], np.arange(number)[:, None, None]
    ]
    weight = expit(around) * (held_y[:, :, None] & held_x[:, None, :])
    certain = inside & (weight.max(axis=(1, 2)) >= _CERTAIN)
    total = np.where(certain, weight.sum(axis=(1, 2)), 1.0)
    moved = np.stack([np.einsum("nyx,nx->n", weight, x), np.einsum("nyx,ny->n", weight, y)], axis=1)
    return np.where(certain[:, None], moved / total[:, None] / size, shares)
