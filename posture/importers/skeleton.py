"""Joints of motion capture skeletons, by name, to the 33 landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from posture import landmarks
from posture.errors import PostureError
from posture.landmarks import L
from posture.series import Floats

#: Thigh (0.245) plus shank (0.246) of the stature, Drillis and Contini 1966, for a stature of 1.75 m.
_LEG = 0.491 * 1.75

#: Points of the head about the uppermost joint of the neck, metres: left, up, forward. Anthropometry of a
#: mean adult head (tragus to tragus 0.14 m, tragus to nose tip 0.11 m).
_HEAD = {
    L.NOSE: (0.0, 0.045, 0.115),
    L.LEFT_EYE_INNER: (0.016, 0.08, 0.088),
    L.LEFT_EYE: (0.031, 0.08, 0.085),
    L.LEFT_EYE_OUTER: (0.046, 0.08, 0.078),
    L.LEFT_EAR: (0.072, 0.06, 0.005),
    L.MOUTH_LEFT: (0.025, 0.005, 0.092),
}


@dataclass(frozen=True)
class Naming:
    """Joint names of one family of skeletons; ``{}`` stands for the side.

    ``head_axes`` holds the rows left, up and forward in the frame of the head joint of an upright head.
    """

    left: str
    right: str
    joints: Mapping[L, tuple[str, ...]]
    head: str
    head_axes: tuple[tuple[int, int, int], ...]


_FAMILIES = (
    Naming(
        left="Left",
        right="Right",
        joints={
            L.LEFT_SHOULDER: ("{}Arm",),
            L.LEFT_ELBOW: ("{}ForeArm",),
            L.LEFT_WRIST: ("{}Hand",),
            L.LEFT_INDEX: ("{}HandIndex1", "{}Hand/End"),
            L.LEFT_HIP: ("{}UpLeg",),
            L.LEFT_KNEE: ("{}Leg",),
            L.LEFT_ANKLE: ("{}Foot",),
            L.LEFT_FOOT_INDEX: ("{}ToeBase", "{}Toe"),
        },
        head="Head",
        head_axes=((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ),
    Naming(
        left="_L",
        right="_R",
        joints={
            L.LEFT_SHOULDER: ("UpperArm{}",),
            L.LEFT_ELBOW: ("LowerArm{}",),
            L.LEFT_WRIST: ("Hand{}",),
            L.LEFT_INDEX: ("Hand{}/End",),
            L.LEFT_HIP: ("UpperLeg{}",),
            L.LEFT_KNEE: ("LowerLeg{}",),
            L.LEFT_ANKLE: ("Foot{}",),
            L.LEFT_FOOT_INDEX: ("Toes{}",),
        },
        head="Head",
        head_axes=((0, 0, 1), (1, 0, 0), (0, 1, 0)),
    ),
)


def to_landmarks(places: Mapping[str, Floats], rotations: Mapping[str, Rotation], where: str) -> Floats:
    """Landmarks of a skeleton in metres, y up.

    The leg (hip to knee to ankle) sets the scale: 0.491 of a stature of 1.75 m. Ears, eyes, nose and mouth are
    fixed points of the head, heels fixed points of the foot; fingers that the skeleton lacks stay NaN.

    Parameters
    ----------
    places : mapping of str to ndarray, shape (T, 3)
        Joint positions by name, in any unit, y up.
    rotations : mapping of str to Rotation
        Global rotation of each joint.
    where : str
        Names the source in the error.

    Raises
    ------
    PostureError
        If the joint names belong to no known family.
    """
    family = next((f for f in _FAMILIES if _covers(f, places)), None)
    if family is None:
        raise PostureError(
            f"{where}: the joints of this skeleton have unknown names ({', '.join(list(places)[:6])}, ...); "
            "known are those of CMU, PFNN, Mixamo and Bandai-Namco."
        )
    points = np.full((len(next(iter(places.values()))), landmarks.COUNT, 3), np.nan)
    for landmark, names in family.joints.items():
        for side, index in ((family.left, landmark), (family.right, landmarks.MIRROR[landmark])):
            found = next((n for n in names if n.format(side) in places), None)
            if found is not None:
                points[:, index] = places[found.format(side)]
    scale = _LEG / _leg_length(points)
    points *= scale
    _add_head(points, places[family.head] * scale, rotations[family.head], np.array(family.head_axes, dtype=float))
    add_heels(points)
    return points


def _covers(family: Naming, places: Mapping[str, Floats]) -> bool:
    needed = (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
    return family.head in places and all(
        any(n.format(side) in places for n in family.joints[landmark])
        for landmark in needed
        for side in (family.left, family.right)
    )


def _leg_length(points: Floats) -> float:
    thigh = np.linalg.norm(points[:, L.LEFT_KNEE] - points[:, L.LEFT_HIP], axis=1)
    shank = np.linalg.norm(points[:, L.LEFT_ANKLE] - points[:, L.LEFT_KNEE], axis=1)
    return float(np.median(thigh + shank))


def _add_head(points: Floats, head: Floats, turn: Rotation, axes: Floats) -> None:
    for landmark, (left, up, forward) in _HEAD.items():
        points[:, landmark] = head + turn.apply(np.array([left, up, forward]) @ axes)
        points[:, landmarks.MIRROR[landmark]] = head + turn.apply(
            np.array([-left if landmark != L.NOSE else 0.0, up, forward]) @ axes
        )


def add_heels(points: Floats) -> None:
    """Put each heel behind and below its ankle, fixed to the foot; a quarter of the ankle-toe length each way."""
    for ankle, toe, knee, heel in (
        (L.LEFT_ANKLE, L.LEFT_FOOT_INDEX, L.LEFT_KNEE, L.LEFT_HEEL),
        (L.RIGHT_ANKLE, L.RIGHT_FOOT_INDEX, L.RIGHT_KNEE, L.RIGHT_HEEL),
    ):
        foot = points[:, toe] - points[:, ankle]
        length = np.linalg.norm(foot, axis=1, keepdims=True)
        along = foot / length
        shank = points[:, knee] - points[:, ankle]
        above = shank - np.sum(shank * along, axis=1, keepdims=True) * along
        above /= np.linalg.norm(above, axis=1, keepdims=True)
        points[:, heel] = points[:, ankle] - 0.25 * length * (along + above)
