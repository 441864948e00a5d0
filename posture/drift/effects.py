"""What moves a metric although the runner keeps still: the camera's angle, roll and scale, and a slope.

Numbers for yaw and scale: three motion-captured runners before virtual cameras 4 m away, turned by 8 degrees either
way and brought 10 % nearer; the largest effect on the stride value of any of them, rounded up.
"""

from __future__ import annotations

import numpy as np

from posture.kinematics.types import ViewKind

_SIDE = {
    "trunk_lean": 0.06,
    "neck_incl": 0.10,
    "neck_trunk": 0.09,
    "ear_hip": 0.06,
    "head_fwd": 0.001,
    "head_pitch": 0.17,
    "protraction": 0.001,
    "shrug_v": 0.001,
    "elbow_flex": 0.43,
    "elbow_rom": 0.70,
    "upper_arm": 0.35,
    "upper_arm_amp": 0.48,
    "wrist_h": 0.002,
    "wrist_h_p95": 0.002,
    "wrist_ap_amp": 0.008,
    "wrist_trunk_d": 0.004,
    "smooth": 0.04,
}
_OBLIQUE = {
    "trunk_lean": 0.11,
    "neck_incl": 0.27,
    "neck_trunk": 0.29,
    "ear_hip": 0.13,
    "head_fwd": 0.004,
    "head_pitch": 0.14,
    "protraction": 0.002,
    "shrug_v": 0.001,
    "elbow_flex": 0.71,
    "elbow_rom": 0.54,
    "upper_arm": 0.55,
    "upper_arm_amp": 0.64,
    "wrist_h": 0.002,
    "wrist_h_p95": 0.003,
    "wrist_ap_amp": 0.019,
    "wrist_trunk_d": 0.004,
}
_FRONTAL = {
    "shrug_v": 0.001,
    "head_tilt": 0.15,
    "shoulder_obliquity": 0.11,
    "lat_lean": 0.23,
    "pelvis_obl": 0.04,
    "sh_yaw_amp": 2.1,
    "wrist_h": 0.001,
    "wrist_h_p95": 0.002,
    "elbow_width": 0.002,
    "wrist_width": 0.002,
    "weave": 0.002,
    "cross_depth": 0.019,
    "arm_asym": 2.4,
}
_YAW = {
    ViewKind.SIDE: _SIDE,
    ViewKind.OBLIQUE: _OBLIQUE,
    ViewKind.FRONT: _FRONTAL,
    ViewKind.REAR: _FRONTAL,
    ViewKind.UNKNOWN: {},
}

#: Floors of the metric per percent of scale.
SCALE_EFFECT = 0.02
#: Degrees per degree: angles against the vertical of the picture (method 1.0).
ROLL_EFFECT = dict.fromkeys(
    (
        "trunk_lean",
        "neck_incl",
        "ear_hip",
        "head_pitch",
        "head_tilt",
        "shoulder_obliquity",
        "lat_lean",
        "pelvis_obl",
        "upper_arm",
    ),
    1.0,
)
#: Degrees per percentage point of grade: the body leans no further than the slope itself turns.
INCLINE_EFFECT = dict.fromkeys(("trunk_lean", "neck_incl", "ear_hip"), float(np.degrees(np.arctan(0.01))))


def yaw_effect(metric: str, view: ViewKind) -> float:
    """Units of the metric per degree of camera yaw; 0 for what does not depend on it (cadence, bounce)."""
    return _YAW[view].get(metric, 0.0)
