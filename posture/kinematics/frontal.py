"""Metrics across the runner's direction: front and rear views. One formula a line (method 1.2 to 1.4)."""

from __future__ import annotations

import numpy as np

from posture.kinematics import geometry
from posture.kinematics.body import Body
from posture.kinematics.geometry import along, inclination
from posture.kinematics.types import ViewKind
from posture.landmarks import L
from posture.series import Floats

#: Window over which an arm's usual height and width, and the shoulders' full width, are taken, s.
USUAL_WINDOW = 2.0
#: Below this usual size (torso lengths, shoulder widths) a left-right ratio says nothing (method 1.4: drop).
SMALLEST = 0.1
#: Sign of "away from the midline" for left and right, the first coordinate being + to the runner's right.
OUTWARD = (-1.0, 1.0)


def trunk(body: Body) -> dict[str, Floats]:
    """Levels and lean, + to the runner's right (or right side high).

    Returns
    -------
    dict of str to ndarray, shape (T,)
        By metric id, in the metric's unit.
    """
    ear, shoulder, torso = body.ear, body.shoulder, body.torso
    lean = inclination(body.hip, shoulder) + np.where(np.isfinite(torso), 0.0, np.nan)
    return {
        "shrug_v": (ear - shoulder)[:, 1] / torso,
        "head_tilt": -_level(body, L.LEFT_EAR, L.RIGHT_EAR),
        "shoulder_obliquity": _level(body, L.LEFT_SHOULDER, L.RIGHT_SHOULDER),
        "pelvis_obl": _level(body, L.LEFT_HIP, L.RIGHT_HIP),
        "lat_lean": lean,
        "sh_yaw_amp": 2.0 * np.degrees(np.arccos(np.clip(_width(body) / _full_width(body), 0.0, 1.0))),
    }


def arms(body: Body) -> dict[str, Floats]:
    """Both arms against the body's midline, the line from mid-hip to mid-shoulder.

    Returns
    -------
    dict of str to ndarray, shape (T,)
        By metric id, in the metric's unit.
    """
    wide, torso = _full_width(body), body.torso
    shoulders, elbows, wrists = (
        (body.point(left), body.point(left + 1)) for left in (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST)
    )
    height = [along(wrist, body.hip, body.shoulder) / torso for wrist in wrists]
    hand = [
        outward * (wrist[:, 0] - _midline(body, wrist)) / wide for outward, wrist in zip(OUTWARD, wrists, strict=True)
    ]
    elbow = [
        outward * (elbow - shoulder)[:, 0] / wide
        for outward, elbow, shoulder in zip(OUTWARD, elbows, shoulders, strict=True)
    ]
    both = np.stack(hand)
    crossed = np.where(np.isfinite(both), both < 0, np.nan)
    return {
        "wrist_h": 0.5 * (height[0] + height[1]),
        "wrist_h_p95": np.maximum(height[0], height[1]),
        "elbow_width": 0.5 * (elbow[0] + elbow[1]),
        "wrist_width": 0.5 * (both[0] + both[1]),
        "weave": 0.5 * (both[1] - both[0]),
        "cross_frac": 100.0 * crossed.mean(axis=0),
        "cross_depth": both.min(axis=0),
        "arm_asym": _asymmetry(body, *height)
        if body.view.kind == ViewKind.REAR
        else 0.5 * (_asymmetry(body, *height) + _asymmetry(body, *hand)),
    }


def _level(body: Body, left: L, right: L) -> Floats:
    d = body.point(right) - body.point(left)
    angle: Floats = np.degrees(np.arctan2(d[:, 1], np.abs(d[:, 0])))
    return angle


def _width(body: Body) -> Floats:
    return geometry.length(body.point(L.LEFT_SHOULDER), body.point(L.RIGHT_SHOULDER))


def _full_width(body: Body) -> Floats:
    """Shoulder width with the shoulders square to the camera: they are so twice a stride, near the widest."""
    series = body.series
    usual = geometry.rolling_median(_width(body), series.time, series.segment, USUAL_WINDOW)
    return np.where(np.isfinite(body.torso), usual, np.nan)


def _midline(body: Body, point: Floats) -> Floats:
    """Where the line from mid-hip to mid-shoulder passes at a point's height."""
    d = body.shoulder - body.hip
    midline: Floats = body.hip[:, 0] + d[:, 0] / d[:, 1] * (point[:, 1] - body.hip[:, 1])
    return midline


def _asymmetry(body: Body, left: Floats, right: Floats) -> Floats:
    """Symmetry index against the arms' usual size, so that its mean over a stride is that of the stride's means."""
    series = body.series
    usual = [geometry.rolling_median(v, series.time, series.segment, USUAL_WINDOW) for v in (left, right)]
    size = 0.5 * (np.abs(usual[0]) + np.abs(usual[1]))
    return 100.0 * (right - left) / np.where(size >= SMALLEST, size, np.nan)
