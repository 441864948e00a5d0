"""The side-view formulas as one would write them first: NumPy on one frame, one stride at a time.

The yardstick of ``test_core_speed.py``, which checks that it gives the same numbers. It does what ``compute`` and
``stride_table`` do for the same view and strides, with the same constructions; rolling medians are taken on the same
grid of times, which is kinder to it than a median for each frame.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from posture.kinematics.registry import METRICS
from posture.kinematics.types import View
from posture.landmarks import L
from posture.series import Floats, PoseSeries

RATE_OF_SMOOTHNESS = 50.0


@dataclass(frozen=True)
class Frame:
    """What one frame gives before the medians over its surroundings are known."""

    torso: float
    height: float
    hidden: bool
    speed: float


def inclination(a: Floats, b: Floats) -> float:
    d = b - a
    return float(np.degrees(np.arctan2(d[0], d[1])))


def bend(a: Floats, joint: Floats, b: Floats) -> float:
    u, v = joint - a, b - joint
    return float(np.degrees(np.abs(np.arctan2(u[0] * v[1] - u[1] * v[0], u @ v))))


def beside(point: Floats, a: Floats, b: Floats) -> float:
    d, q = b - a, point - a
    return float((q[0] * d[1] - q[1] * d[0]) / np.linalg.norm(d))


def first_pass(series: PoseSeries, i: int) -> Frame:
    """Lengths and visibility of one frame."""
    p = series.xy[i]
    hip = 0.5 * (p[L.LEFT_HIP] + p[L.RIGHT_HIP])
    shoulder = 0.5 * (p[L.LEFT_SHOULDER] + p[L.RIGHT_SHOULDER])
    seen = [series.visibility[i, k] >= 0.65 for k in (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE)]
    hidden = not (seen[0] and seen[1] and (seen[2] or series.presence[i, L.RIGHT_ANKLE] < 0.1))
    speed = np.nan
    if 0 < i < len(series) - 1:
        step = series.xy[i + 1, L.RIGHT_WRIST] - series.xy[i - 1, L.RIGHT_WRIST]
        speed = float(np.linalg.norm(step) / (series.time[i + 1] - series.time[i - 1]))
    return Frame(float(np.linalg.norm(shoulder - hip)), float(-hip[1]), hidden, speed)


def usual(values: list[float], time: Floats, width: float) -> Floats:
    """Medians over windows around every quarter of a second, of at most about 60 frames, linear in between."""
    centres = 0.25 * np.arange(np.floor(time[0] / 0.25), np.ceil(time[-1] / 0.25) + 1)
    low = np.searchsorted(time, centres - width / 2)
    high = np.searchsorted(time, centres + width / 2, side="right")
    step = max(int((high - low).max()) // 60, 1)
    medians = [np.median(values[a:b:step]) for a, b in zip(low, high, strict=True)]
    return np.asarray(np.interp(time, centres, medians))


def frame_metrics(xy: Floats, torso: float, own_torso: float, height: float, speed: float) -> dict[str, float]:
    """The metrics of one frame of a runner who faces the right edge of the picture; ``xy`` is (33, 2) pixels."""
    if abs(own_torso / torso - 1) > 0.15:
        torso = np.nan
    believed = 0.0 if np.isfinite(torso) else np.nan
    p = np.column_stack([xy[:, 0], -xy[:, 1]])
    ear = 0.5 * (p[L.LEFT_EAR] + p[L.RIGHT_EAR])
    shoulder = 0.5 * (p[L.LEFT_SHOULDER] + p[L.RIGHT_SHOULDER])
    hip = 0.5 * (p[L.LEFT_HIP] + p[L.RIGHT_HIP])
    near, elbow, wrist = p[L.RIGHT_SHOULDER], p[L.RIGHT_ELBOW], p[L.RIGHT_WRIST]
    flexion = bend(near, elbow, wrist)
    hanging = near - elbow
    upper = float(-np.degrees(np.arctan2(hanging[0], hanging[1])))
    line = shoulder - hip
    reach = float((wrist - hip) @ line / np.linalg.norm(line) / torso)
    share = np.clip((wrist - hip) @ line / (line @ line), 0, 1)
    trunk, neck = inclination(hip, shoulder) + believed, inclination(shoulder, ear)
    nose = p[L.NOSE] - ear
    return {
        "trunk_lean": trunk,
        "neck_incl": neck,
        "neck_trunk": neck - trunk,
        "ear_hip": inclination(hip, ear) + believed,
        "head_fwd": beside(ear, hip, shoulder) / torso,
        "head_pitch": float(-np.degrees(np.arctan2(nose[1], nose[0]))),
        "protraction": beside(shoulder, hip, ear) / torso,
        "shrug_v": float((ear - shoulder)[1] / torso),
        "elbow_flex": flexion,
        "elbow_rom": flexion,
        "upper_arm": upper,
        "upper_arm_amp": upper,
        "wrist_h": reach,
        "wrist_h_p95": reach,
        "wrist_ap_amp": float((wrist - shoulder)[0] / torso),
        "wrist_trunk_d": float(np.linalg.norm(hip + share * line - wrist) / torso),
        "smooth": speed / torso,
        "vert_osc": height / torso,
    }


def leg_evidence(xy: Floats) -> dict[str, float]:
    """What running and walking are told by, of one frame."""
    hip = 0.5 * (xy[L.LEFT_HIP] + xy[L.RIGHT_HIP])
    shoulder = 0.5 * (xy[L.LEFT_SHOULDER] + xy[L.RIGHT_SHOULDER])
    return {
        "torso": float(np.linalg.norm(shoulder - hip)),
        "ankle": float(xy[L.RIGHT_ANKLE, 0] - hip[0]),
        "rise": float(-hip[1]),
        "elbow": bend(xy[L.RIGHT_SHOULDER], xy[L.RIGHT_ELBOW], xy[L.RIGHT_WRIST]),
        "knee": bend(xy[L.RIGHT_HIP], xy[L.RIGHT_KNEE], xy[L.RIGHT_ANKLE]),
    }


def fit(basis: Floats, values: Floats) -> Floats:
    seen = np.isfinite(values)
    return np.asarray(np.linalg.lstsq(basis[seen], values[seen], rcond=None)[0])


def weighted_mean(values: Floats, weight: Floats) -> float:
    seen = np.isfinite(values)
    return float(np.average(values[seen], weights=weight[seen]))


def sparc(speed: Floats, rate: float, longest: int) -> float:
    size = 2 ** int(np.ceil(np.log2(longest)) + 4)
    spectrum = np.abs(np.fft.rfft(np.nan_to_num(speed), size))[: int(10.0 / rate * size) + 1]
    height = spectrum / spectrum.max()
    height = height[: np.flatnonzero(height >= 0.05)[-1] + 1]
    return float(-np.hypot(np.diff(height), 1 / (len(height) - 1)).sum())


def gait_of(rows: list[dict[str, float]], i: int) -> str:
    """Vote of a stride and its ten neighbours."""
    around = rows[max(i - 5, 0) : i + 6]
    order, elbow, knee, duration = (
        np.median([row[name] for row in around]) for name in ("order", "elbow", "knee", "duration")
    )
    score = 2 * ((order >= 0.3) - int(order <= -0.3))
    score += (elbow >= 60) - int(elbow <= 45) + (knee >= 82) - int(knee <= 72) + int(duration < 0.85)
    if score > 0 and 0.4 <= duration <= 1.2:
        return "running"
    if score > 0 and duration > 1.3:
        return "slow motion"
    return "walking" if score < 0 and 0.9 <= duration <= 1.5 else "unsure"


def stride_values(series: PoseSeries, view: View, bounds: pd.DataFrame) -> pd.DataFrame:
    """All strides' values, frame by frame and stride by stride."""
    time, rate = series.time, series.rate
    first = [first_pass(series, i) for i in range(len(series))]
    torso = usual([frame.torso for frame in first], time, 1.0)
    level = usual([frame.height for frame in first], time, 2.0)
    hidden = usual([float(frame.hidden) for frame in first], time, 1.5)
    frames: list[dict[str, float]] = []
    for i, (xy, frame) in enumerate(zip(series.xy, first, strict=True)):
        row = frame_metrics(xy, torso[i], frame.torso, frame.height - level[i], frame.speed)
        fits = view.frame_kind[i] == view.kind and view.frame_facing[i] == view.facing and np.isfinite(xy).any()
        for name in row:
            on_hips = L.LEFT_HIP in METRICS[name].landmarks
            if not fits or (on_hips and hidden[i] >= 0.5):
                row[name] = np.nan
        frames.append(row)
    legs = [leg_evidence(xy) for xy in series.xy]
    longest = int((bounds["last"] - bounds["first"]).max())
    rows, evidence = [], []
    for start, end, a, b in bounds[["start", "end", "first", "last"]].itertuples(index=False):
        rows.append(_reduced(frames, series, view, (start, end), (a, b), rate, longest))
        evidence.append(_evidence(legs, time, (start, end), (a, b)))
    for i, row in enumerate(rows):
        row["gait"] = gait_of(evidence, i)
    return pd.DataFrame(rows)


def _weights(time: Floats, edges: tuple[float, float], span: tuple[int, int]) -> tuple[slice, Floats]:
    """Frames that a stride touches, and the part of each that lies inside it."""
    around = slice(max(span[0] - 1, 0), min(span[1] + 1, len(time)))
    place = np.interp(edges, time[around], np.arange(around.start, around.stop, dtype=float))
    middle = np.arange(around.start, around.stop)
    inside = np.minimum(middle + 0.5, place[1]) - np.maximum(middle - 0.5, place[0])
    return around, np.clip(inside, 0.0, 1.0)


def _basis(time: Floats, edges: tuple[float, float], span: tuple[int, int]) -> Floats:
    phase = 2 * np.pi * (time[slice(*span)] - edges[0]) / (edges[1] - edges[0])
    return np.column_stack([np.ones_like(phase), *(f(k * phase) for f in (np.cos, np.sin) for k in (1, 2))])


def _reduced(
    frames: list[dict[str, float]],
    series: PoseSeries,
    view: View,
    edges: tuple[float, float],
    span: tuple[int, int],
    rate: float,
    longest: int,
) -> dict[str, float | str]:
    basis = _basis(series.time, edges, span)
    around, weight = _weights(series.time, edges, span)
    turn = 2 * np.pi * np.arange(128) / 128
    curve = np.column_stack([f(k * turn) for f in (np.cos, np.sin) for k in (1, 2)])
    row: dict[str, float | str] = {
        "view": Counter(view.frame_kind[slice(*span)].tolist()).most_common(1)[0][0],
        "yaw": weighted_mean(view.frame_yaw[around], weight),
        "cadence": 120 / (edges[1] - edges[0]),
    }
    reductions: dict[str, Callable[[Floats], float]] = {
        "amplitude": lambda values: float(np.ptp(curve @ fit(basis, values)[1:])),
        "p95": lambda values: float(np.nanpercentile(values, 95)),
        "p05": lambda values: float(np.nanpercentile(values, 5)),
    }
    for name in frames[0]:
        values = np.array([frame[name] for frame in frames[slice(*span)]])
        if np.isfinite(values).mean() < 0.9:
            row[name] = np.nan
        elif name == "smooth":
            row[name] = sparc(values, rate, longest) if rate >= RATE_OF_SMOOTHNESS else np.nan
        elif name == "vert_osc":
            fitted = fit(basis, values)
            row[name] = 2 * float(np.hypot(fitted[2], fitted[4]))
        elif METRICS[name].reduction in reductions:
            row[name] = reductions[METRICS[name].reduction](values)
        else:
            row[name] = weighted_mean(np.array([frame[name] for frame in frames[around]]), weight)
    return row


def _evidence(
    legs: list[dict[str, float]], time: Floats, edges: tuple[float, float], span: tuple[int, int]
) -> dict[str, float]:
    around, weight = _weights(time, edges, span)
    wide = {name: np.array([frame[name] for frame in legs[around]]) for name in legs[0]}
    inside = slice(span[0] - around.start, span[1] - around.start)
    basis = _basis(time, edges, span)
    ends = np.interp(edges, time[around], wide["rise"])
    phase = (time[slice(*span)] - edges[0]) / (edges[1] - edges[0])
    rise = fit(basis, wide["rise"][inside] - (ends[1] - ends[0]) * phase)
    reach = fit(basis, (wide["ankle"][inside] - weighted_mean(wide["ankle"], weight)) ** 2)
    bounce = 2 * np.hypot(rise[2], rise[4]) / weighted_mean(wide["torso"], weight)
    order = (rise[2] * reach[2] + rise[4] * reach[4]) / (np.hypot(rise[2], rise[4]) * np.hypot(reach[2], reach[4]))
    return {
        "order": float(order) if bounce >= 0.06 else np.nan,
        "elbow": weighted_mean(wide["elbow"], weight),
        "knee": float(np.percentile(wide["knee"][inside], 95)),
        "duration": edges[1] - edges[0],
    }
