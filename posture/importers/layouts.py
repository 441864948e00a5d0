"""Which landmark each keypoint of another estimator is."""

from __future__ import annotations

from collections.abc import Mapping

from posture.landmarks import L

#: OpenPose BODY_25: nose, neck, arms, mid-hip, legs, eyes, ears, feet. Neck (1) and mid-hip (8) are left out.
BODY_25: Mapping[int, L] = {
    0: L.NOSE,
    2: L.RIGHT_SHOULDER,
    3: L.RIGHT_ELBOW,
    4: L.RIGHT_WRIST,
    5: L.LEFT_SHOULDER,
    6: L.LEFT_ELBOW,
    7: L.LEFT_WRIST,
    9: L.RIGHT_HIP,
    10: L.RIGHT_KNEE,
    11: L.RIGHT_ANKLE,
    12: L.LEFT_HIP,
    13: L.LEFT_KNEE,
    14: L.LEFT_ANKLE,
    15: L.RIGHT_EYE,
    16: L.LEFT_EYE,
    17: L.RIGHT_EAR,
    18: L.LEFT_EAR,
    19: L.LEFT_FOOT_INDEX,
    21: L.LEFT_HEEL,
    22: L.RIGHT_FOOT_INDEX,
    24: L.RIGHT_HEEL,
}

#: COCO: 17 keypoints of face, arms and legs.
COCO_17: Mapping[int, L] = dict(
    enumerate(
        (
            L.NOSE,
            L.LEFT_EYE,
            L.RIGHT_EYE,
            L.LEFT_EAR,
            L.RIGHT_EAR,
            L.LEFT_SHOULDER,
            L.RIGHT_SHOULDER,
            L.LEFT_ELBOW,
            L.RIGHT_ELBOW,
            L.LEFT_WRIST,
            L.RIGHT_WRIST,
            L.LEFT_HIP,
            L.RIGHT_HIP,
            L.LEFT_KNEE,
            L.RIGHT_KNEE,
            L.LEFT_ANKLE,
            L.RIGHT_ANKLE,
        )
    )
)

#: HALPE: COCO's 17, then head top, neck and mid-hip (left out), and the feet.
HALPE_26: Mapping[int, L] = {
    **COCO_17,
    20: L.LEFT_FOOT_INDEX,
    21: L.RIGHT_FOOT_INDEX,
    24: L.LEFT_HEEL,
    25: L.RIGHT_HEEL,
}

#: MediaPipe: the landmarks themselves.
MEDIAPIPE_33: Mapping[int, L] = {int(landmark): landmark for landmark in L}

#: By number of keypoints.
BY_COUNT: Mapping[int, Mapping[int, L]] = {17: COCO_17, 25: BODY_25, 26: HALPE_26, 33: MEDIAPIPE_33}
