"""DeepMimic's humanoid3d motions: joint rotations of one looped cycle (y up, x forward, z to the right)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from posture.importers.motion import Motion
from posture.importers.skeleton import add_heels
from posture.landmarks import L

_RIGHT = np.array([0.0, 0.0, 1.0])


def read_deepmimic(path: Path) -> Motion:
    """One cycle, with the offsets of the humanoid3d body in metres."""
    frames = np.array(json.loads(path.read_text())["Frames"])
    time = np.concatenate([[0.0], np.cumsum(frames[:-1, 0])])
    quaternion = lambda at: Rotation.from_quat(frames[:, at : at + 4], scalar_first=True)  # noqa: E731
    hinge = lambda at: Rotation.from_rotvec(frames[:, at, None] * _RIGHT)  # noqa: E731
    points = np.full((len(frames), 33, 3), np.nan)

    hips, root = frames[:, 1:4], quaternion(4)
    chest, chest_turn = hips + root.apply([0, 0.236151, 0]), root * quaternion(8)
    neck, head_turn = chest + chest_turn.apply([0, 0.223894, 0]), chest_turn * quaternion(12)
    for landmark, at in {
        L.NOSE: (0.125, 0.145, 0),
        L.LEFT_EYE: (0.095, 0.18, -0.031),
        L.RIGHT_EYE: (0.095, 0.18, 0.031),
        L.LEFT_EAR: (0.015, 0.16, -0.072),
        L.RIGHT_EAR: (0.015, 0.16, 0.072),
    }.items():
        points[:, landmark] = neck + head_turn.apply(at)
    for side, leg, arm, joints in (
        (1, 16, 25, (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE, L.RIGHT_FOOT_INDEX, L.RIGHT_SHOULDER, L.RIGHT_ELBOW,
                     L.RIGHT_WRIST, L.RIGHT_INDEX)),
        (-1, 30, 39, (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_FOOT_INDEX, L.LEFT_SHOULDER, L.LEFT_ELBOW,
                      L.LEFT_WRIST, L.LEFT_INDEX)),
    ):  # fmt: skip
        hip, knee, ankle, toe, shoulder, elbow, wrist, index = joints
        points[:, hip] = hips + root.apply([0, 0, side * 0.084887])
        thigh = root * quaternion(leg)
        points[:, knee] = points[:, hip] + thigh.apply([0, -0.421546, 0])
        shank = thigh * hinge(leg + 4)
        points[:, ankle] = points[:, knee] + shank.apply([0, -0.40987, 0])
        points[:, toe] = points[:, ankle] + (shank * quaternion(leg + 5)).apply([0.13, -0.045, 0])
        points[:, shoulder] = chest + chest_turn.apply([-0.02405, 0.2435, side * 0.18311])
        upper = chest_turn * quaternion(arm)
        points[:, elbow] = points[:, shoulder] + upper.apply([0, -0.274788, 0])
        fore = upper * hinge(arm + 4)
        points[:, wrist] = points[:, elbow] + fore.apply([0, -0.258947, 0])
        points[:, index] = points[:, elbow] + fore.apply([0, -0.34, 0])
    add_heels(points)
    return Motion(time, points)
