"""Metrics in the runner's direction of travel: side and oblique views. One formula a line (method 1.2 to 1.4)."""

from __future__ import annotations

import numpy as np

from posture.kinematics import geometry
from posture.kinematics.body import Body
from posture.kinematics.geometry import along, bend, beside, inclination, length, to_segment
from posture.landmarks import L
from posture.series import Floats

#: Window over which the usual length of the leg is taken, s: two strides or more, so that it does not follow the step.
LEG_WINDOW = 2.0


def head_and_trunk(body: Body) -> dict[str, Floats]:
    """Head, neck, trunk and shoulders, from mid-points of both sides.

    Returns
    -------
    dict of str to ndarray, shape (T,)
        By metric id, in the metric's unit.
    """
    ear, shoulder, hip, torso = body.ear, body.shoulder, body.hip, body.torso
    believed = np.where(np.isfinite(torso), 0.0, np.nan)
    trunk = inclination(hip, shoulder) + believed
    neck = inclination(shoulder, ear)
    nose = body.point(L.NOSE) - ear
    return {
        "trunk_lean": trunk,
        "neck_incl": neck,
        "neck_trunk": neck - trunk,
        "ear_hip": inclination(hip, ear) + believed,
        "head_fwd": beside(ear, hip, shoulder) / torso,
        "head_pitch": -np.degrees(np.arctan2(nose[:, 1], nose[:, 0])),
        "protraction": beside(shoulder, hip, ear) / torso,
        "shrug_v": (ear - shoulder)[:, 1] / torso,
    }


def near_arm(body: Body) -> dict[str, Floats]:
    """The arm that faces the camera; the far one is a guess of the estimator.

    Returns
    -------
    dict of str to ndarray, shape (T,)
        By metric id, in the metric's unit.
    """
    shoulder, elbow, wrist = (body.near(i) for i in (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST))
    torso, hip, neck_base = body.torso, body.hip, body.shoulder
    flexion = bend(shoulder, elbow, wrist)
    hanging = shoulder - elbow
    upper = -np.degrees(np.arctan2(hanging[:, 0], hanging[:, 1]))
    height = along(wrist, hip, neck_base) / torso
    speed = _speed(wrist, body.series.time, body.series.segment) / torso
    return {
        "elbow_flex": flexion,
        "elbow_rom": flexion,
        "upper_arm": upper,
        "upper_arm_amp": upper,
        "wrist_h": height,
        "wrist_h_p95": height,
        "wrist_ap_amp": (wrist - neck_base)[:, 0] / torso,
        "wrist_trunk_d": to_segment(wrist, hip, neck_base) / torso,
        "smooth": speed,
    }


def near_leg(body: Body) -> dict[str, Floats]:
    """The leg that faces the camera (method 1.6); what it does at landing and push-off is taken stride by stride.

    Returns
    -------
    dict of str to ndarray, shape (T,)
        By metric id, in the metric's unit; what is made of the events' times shows the ankle ahead of the hips.
    """
    hip, knee, ankle = (body.near(i) for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
    series = body.series
    leg = geometry.rolling_median(length(hip, knee) + length(knee, ankle), series.time, series.segment, LEG_WINDOW)
    # Events are the heel's: where it is not seen there is nothing at them.
    landed = np.where(np.isfinite(body.near(L.LEFT_HEEL)[:, 0]), 0.0, np.nan)
    ahead = (ankle - body.hip)[:, 0] / leg
    flexion = bend(hip, knee, ankle)
    columns = {
        "overstride": ahead,
        "shank_ic": -inclination(ankle, knee),
        "knee_ic": flexion,
        "knee_swing": flexion,
        "thigh_to": inclination(knee, hip),
        "contact_time": ahead,
        "flight_time": ahead,
        "duty_factor": ahead,
    }
    return {id: column + landed for id, column in columns.items()}


def _speed(point: Floats, time: Floats, segment: np.ndarray) -> Floats:
    """Central difference; NaN at the edges of segments."""
    speed = np.full(len(time), np.nan)
    inside = segment[2:] == segment[:-2]
    speed[1:-1] = np.where(inside, length(point[:-2], point[2:]) / (time[2:] - time[:-2]), np.nan)
    return speed
