"""The side-view formulas as one would write them first: NumPy on one frame, one stride at a time.

The yardstick of ``test_core_speed.py``, which checks that it gives the same numbers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from posture.kinematics.registry import METRICS
from posture.landmarks import L
from posture.series import Floats, PoseSeries


def frame_metrics(xy: Floats, torso: float) -> dict[str, float]:
    """The metrics of one frame of a runner who faces the right edge of the picture; ``xy`` is (33, 2) pixels."""
    p = np.column_stack([xy[:, 0], -xy[:, 1]])
    ear = 0.5 * (p[L.LEFT_EAR] + p[L.RIGHT_EAR])
    shoulder = 0.5 * (p[L.LEFT_SHOULDER] + p[L.RIGHT_SHOULDER])
    hip = 0.5 * (p[L.LEFT_HIP] + p[L.RIGHT_HIP])
    near, elbow, wrist = p[L.RIGHT_SHOULDER], p[L.RIGHT_ELBOW], p[L.RIGHT_WRIST]

    def incl(a: Floats, b: Floats) -> float:
        d = b - a
        return float(np.degrees(np.arctan2(d[0], d[1])))

    def beside(point: Floats, a: Floats, b: Floats) -> float:
        d, q = b - a, point - a
        return float((q[0] * d[1] - q[1] * d[0]) / np.linalg.norm(d))

    u, v = elbow - near, wrist - elbow
    flexion = float(np.degrees(np.abs(np.arctan2(u[0] * v[1] - u[1] * v[0], u @ v))))
    hanging = near - elbow
    upper = float(-np.degrees(np.arctan2(hanging[0], hanging[1])))
    line = shoulder - hip
    height = float((wrist - hip) @ line / np.linalg.norm(line) / torso)
    share = np.clip((wrist - hip) @ line / (line @ line), 0, 1)
    trunk, neck = incl(hip, shoulder), incl(shoulder, ear)
    nose = p[L.NOSE] - ear
    return {
        "trunk_lean": trunk,
        "neck_incl": neck,
        "neck_trunk": neck - trunk,
        "ear_hip": incl(hip, ear),
        "head_fwd": beside(ear, hip, shoulder) / torso,
        "head_pitch": float(-np.degrees(np.arctan2(nose[1], nose[0]))),
        "protraction": beside(shoulder, hip, ear) / torso,
        "shrug_v": float((ear - shoulder)[1] / torso),
        "elbow_flex": flexion,
        "elbow_rom": flexion,
        "upper_arm": upper,
        "upper_arm_amp": upper,
        "wrist_h": height,
        "wrist_h_p95": height,
        "wrist_ap_amp": float((wrist - shoulder)[0] / torso),
        "wrist_trunk_d": float(np.linalg.norm(hip + share * line - wrist) / torso),
    }


def stride_values(series: PoseSeries, bounds: pd.DataFrame) -> pd.DataFrame:
    """All strides' values, frame by frame and stride by stride."""
    torso = float(np.median(np.linalg.norm(series.xy[:3000, L.LEFT_SHOULDER] - series.xy[:3000, L.LEFT_HIP], axis=1)))
    frames = [frame_metrics(xy, torso) for xy in series.xy]
    rows = []
    for start, end, first, last in bounds[["start", "end", "first", "last"]].itertuples(index=False):
        phase = 2 * np.pi * (series.time[first:last] - start) / (end - start)
        basis = np.column_stack([np.ones_like(phase), *(f(k * phase) for k in (1, 2) for f in (np.cos, np.sin))])
        around = 2 * np.pi * np.arange(128) / 128
        curve_basis = np.column_stack([f(k * around) for k in (1, 2) for f in (np.cos, np.sin)])
        row = {}
        for name in frames[0]:
            values = np.array([frame[name] for frame in frames[first:last]])
            match METRICS[name].reduction:
                case "amplitude":
                    row[name] = np.ptp(curve_basis @ np.linalg.lstsq(basis, values, rcond=None)[0][1:])
                case "p95":
                    row[name] = np.percentile(values, 95)
                case "p05":
                    row[name] = np.percentile(values, 5)
                case _:
                    row[name] = values.mean()
        rows.append(row)
    return pd.DataFrame(rows)
