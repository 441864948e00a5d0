"""Known changes of posture, applied to landmarks (T, 33, 3) of the treadmill room.

Angles in degrees, lengths in metres, one number or one per frame; + is forward, up, to the runner's right.
"""

from __future__ import annotations

import numpy as np

from posture.landmarks import ARM, MIRROR, L
from posture.series import Floats

HEAD = list(range(11))
LEFT_ARM = [int(i) for i in ARM]
RIGHT_ARM = [int(MIRROR[i]) for i in ARM]
UPPER = [*HEAD, *LEFT_ARM, *RIGHT_ARM]
Amount = Floats | float


def lean(points: Floats, degrees: Amount) -> Floats:
    """Whole trunk forward about the hips."""
    return _pitch(points, UPPER, _middle(points, L.LEFT_HIP), degrees)


def tilt(points: Floats, degrees: Amount) -> Floats:
    """Whole trunk sideways about the hips, to the right."""
    return _rotate(points, UPPER, _middle(points, L.LEFT_HIP), degrees, (0, 1))


def slump(points: Floats, degrees: Amount) -> Floats:
    """Thoracic flexion: everything above the middle of the trunk forward about it."""
    centre = (_middle(points, L.LEFT_HIP) + _middle(points, L.LEFT_SHOULDER)) / 2
    return _pitch(points, UPPER, centre, degrees)


def head_forward(points: Floats, metres: Amount) -> Floats:
    return _shift(points, HEAD, (0.0, 0.0, 1.0), metres)


def protract(points: Floats, metres: Amount) -> Floats:
    """Shoulders and arms forward."""
    return _shift(points, [*LEFT_ARM, *RIGHT_ARM], (0.0, 0.0, 1.0), metres)


def shrug(points: Floats, metres: Amount) -> Floats:
    """Shoulders and arms up."""
    return _shift(points, [*LEFT_ARM, *RIGHT_ARM], (0.0, 1.0, 0.0), metres)


def turn_head(points: Floats, degrees: Amount) -> Floats:
    """Head forward and down about the shoulders."""
    return _pitch(points, HEAD, _middle(points, L.LEFT_SHOULDER), degrees)


def nod(points: Floats, degrees: Amount) -> Floats:
    """Looking down: the head about the ears."""
    return _pitch(points, HEAD, _middle(points, L.LEFT_EAR), degrees)


def raise_arms(points: Floats, left: Amount, right: Amount) -> Floats:
    """Each arm forward and up about its shoulder."""
    points = _pitch(points, LEFT_ARM[1:], points[:, L.LEFT_SHOULDER], -np.asarray(left))
    return _pitch(points, RIGHT_ARM[1:], points[:, L.RIGHT_SHOULDER], -np.asarray(right))


def _middle(points: Floats, left: L) -> Floats:
    middle: Floats = (points[:, left] + points[:, MIRROR[left]]) / 2
    return middle


def _shift(points: Floats, which: list[int], direction: tuple[float, float, float], metres: Amount) -> Floats:
    moved = points.copy()
    moved[:, which] += np.multiply.outer(np.broadcast_to(metres, len(points)), np.array(direction))[:, None]
    return moved


def _pitch(points: Floats, which: list[int], centre: Floats, degrees: Amount) -> Floats:
    return _rotate(points, which, centre, degrees, (2, 1))


def _rotate(points: Floats, which: list[int], centre: Floats, degrees: Amount, plane: tuple[int, int]) -> Floats:
    """Turn so that what is above the centre goes along the plane's first axis (negative x is the right)."""
    angle = np.radians(np.broadcast_to(degrees, len(points)))[:, None]
    sign = -1.0 if plane[0] == 0 else 1.0
    moved = points.copy()
    out, up = (points[:, which, a] - centre[:, None, a] for a in plane)
    moved[:, which, plane[0]] = centre[:, None, plane[0]] + np.cos(angle) * out + sign * np.sin(angle) * up
    moved[:, which, plane[1]] = centre[:, None, plane[1]] - sign * np.sin(angle) * out + np.cos(angle) * up
    return moved
