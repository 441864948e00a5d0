"""The 33 landmarks of MediaPipe Pose: their order, their mirror images and the lines between them.

Left and right are the runner's own, whatever the camera sees.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

COUNT = 33


class Landmark(IntEnum):
    """Index of each landmark on the landmark axis of every array."""

    NOSE = 0
    LEFT_EYE_INNER = 1
    LEFT_EYE = 2
    LEFT_EYE_OUTER = 3
    RIGHT_EYE_INNER = 4
    RIGHT_EYE = 5
    RIGHT_EYE_OUTER = 6
    LEFT_EAR = 7
    RIGHT_EAR = 8
    MOUTH_LEFT = 9
    MOUTH_RIGHT = 10
    LEFT_SHOULDER = 11
    RIGHT_SHOULDER = 12
    LEFT_ELBOW = 13
    RIGHT_ELBOW = 14
    LEFT_WRIST = 15
    RIGHT_WRIST = 16
    LEFT_PINKY = 17
    RIGHT_PINKY = 18
    LEFT_INDEX = 19
    RIGHT_INDEX = 20
    LEFT_THUMB = 21
    RIGHT_THUMB = 22
    LEFT_HIP = 23
    RIGHT_HIP = 24
    LEFT_KNEE = 25
    RIGHT_KNEE = 26
    LEFT_ANKLE = 27
    RIGHT_ANKLE = 28
    LEFT_HEEL = 29
    RIGHT_HEEL = 30
    LEFT_FOOT_INDEX = 31
    RIGHT_FOOT_INDEX = 32


L = Landmark

#: ``MIRROR[i]`` is the landmark on the other side of the body (the nose is its own mirror image).
MIRROR = np.array([0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, COUNT))])

#: Limbs of which left and right can be confused as a whole: left indices, with ``MIRROR`` the right ones.
ARM = (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_PINKY, L.LEFT_INDEX, L.LEFT_THUMB)
LEG = (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX)

#: Pairs of landmarks joined by a line when a skeleton is drawn.
BONES = (
    (L.LEFT_EAR, L.NOSE),
    (L.RIGHT_EAR, L.NOSE),
    (L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
    (L.LEFT_HIP, L.RIGHT_HIP),
    *(
        (side(a), side(b))
        for side in (lambda i: i, lambda i: Landmark(int(MIRROR[i])))
        for a, b in (
            (L.LEFT_SHOULDER, L.LEFT_ELBOW),
            (L.LEFT_ELBOW, L.LEFT_WRIST),
            (L.LEFT_SHOULDER, L.LEFT_HIP),
            (L.LEFT_HIP, L.LEFT_KNEE),
            (L.LEFT_KNEE, L.LEFT_ANKLE),
            (L.LEFT_ANKLE, L.LEFT_HEEL),
            (L.LEFT_HEEL, L.LEFT_FOOT_INDEX),
        )
    ),
)
