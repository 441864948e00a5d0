"""What moves a metric although nobody tires: the camera's angle, roll and scale, a slope, and the speed.

Numbers for yaw: ten motion-captured runners before virtual cameras 4 m away, turned by 4 to 18 degrees across a side,
an oblique (50 degrees off the front or the back) or a front view; for scale: three of them, brought 10 % nearer; the
largest effect on the stride value of any of them, rounded up.
"""

from __future__ import annotations

import numpy as np

from posture.kinematics.types import ViewKind

_SIDE = {
    "trunk_lean": 0.1,
    "neck_incl": 0.12,
    "neck_trunk": 0.13,
    "ear_hip": 0.07,
    "head_fwd": 0.001,
    "head_pitch": 0.19,
    "protraction": 0.001,
    "shrug_v": 0.001,
    "elbow_flex": 0.58,
    "elbow_rom": 1.7,
    "upper_arm": 0.46,
    "upper_arm_amp": 0.89,
    "wrist_h": 0.005,
    "wrist_h_p95": 0.005,
    "wrist_ap_amp": 0.017,
    "wrist_trunk_d": 0.01,
    "smooth": 0.04,
    "overstride": 0.006,
    "shank_ic": 0.55,
    "knee_ic": 0.54,
    "knee_swing": 0.33,
    "thigh_to": 0.21,
    "contact_time": 2.4,
    "flight_time": 2.4,
    "duty_factor": 0.31,
}
_OBLIQUE = {
    "trunk_lean": 0.14,
    "neck_incl": 0.27,
    "neck_trunk": 0.29,
    "ear_hip": 0.13,
    "head_fwd": 0.004,
    "head_pitch": 0.24,
    "protraction": 0.002,
    "shrug_v": 0.001,
    "elbow_flex": 2.3,
    "elbow_rom": 3.1,
    "upper_arm": 1.8,
    "upper_arm_amp": 2.3,
    "wrist_h": 0.011,
    "wrist_h_p95": 0.011,
    "wrist_ap_amp": 0.026,
    "wrist_trunk_d": 0.026,
    "overstride": 0.007,
    "shank_ic": 0.98,
    "knee_ic": 0.98,
    "knee_swing": 0.49,
    "thigh_to": 0.52,
    "contact_time": 3.2,
    "flight_time": 3.2,
    "duty_factor": 0.42,
}
_FRONTAL = {
    "shrug_v": 0.001,
    "head_tilt": 0.15,
    "shoulder_obliquity": 0.11,
    "lat_lean": 0.54,
    "pelvis_obl": 0.05,
    "sh_yaw_amp": 2.4,
    "wrist_h": 0.002,
    "wrist_h_p95": 0.01,
    "elbow_width": 0.007,
    "wrist_width": 0.013,
    "weave": 0.007,
    "cross_depth": 0.034,
    "arm_asym": 5.4,
    "cross_frac": 0.82,
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
#: Degrees per degree: angles against the vertical of the picture (method 1.0). Leg lengths: the foot ahead of the hips.
ROLL_EFFECT = {"overstride": float(np.radians(1.0))} | dict.fromkeys(
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
        "shank_ic",
        "thigh_to",
    ),
    1.0,
)
#: Degrees per percentage point of grade: the body leans no further than the slope itself turns.
INCLINE_EFFECT = dict.fromkeys(("trunk_lean", "neck_incl", "ear_hip"), float(np.degrees(np.arctan(0.01))))
#: Degrees per m/s, for angles whose zero is arbitrary; the neck follows the trunk. Even the runners who lean most add
#: no more from standing upright to 3.4 m/s: 10.8 degrees (Teng & Powers 2015).
SPEED_EFFECT = dict.fromkeys(("trunk_lean", "neck_incl", "ear_hip"), 10.8 / 3.4)
#: The same without any figure that is known: speed may explain all of a change.
_SPEED_UNKNOWN = ("shank_ic", "thigh_to")
#: Whatever speed does to these it adds; other metrics change in proportion.
SPEED_ADDS = frozenset((*SPEED_EFFECT, *_SPEED_UNKNOWN))


def yaw_effect(metric: str, view: ViewKind) -> float:
    """Units of the metric per degree of camera yaw; 0 for what does not depend on it (cadence, bounce)."""
    return _YAW[view].get(metric, 0.0)


def speed_effect(metric: str, baseline: float, first: float, then: float) -> float:
    """The most that a change of speed (m/s) may do to a metric, in its unit, unsigned; infinite where nothing is known.

    >>> round(speed_effect("trunk_lean", 5.0, 3.3, 2.7), 1)
    1.9
    >>> round(speed_effect("vert_osc", 0.2, 3.0, 3.3), 3)
    0.02
    >>> speed_effect("shank_ic", 1.1, 3.3, 2.7)
    inf
    """
    if metric in SPEED_EFFECT:
        return SPEED_EFFECT[metric] * abs(then - first)
    if metric in _SPEED_UNKNOWN:
        return float("inf")
    return abs(baseline * (then / first - 1.0)) if first else float("nan")
