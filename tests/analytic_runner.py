"""A runner made of sines, so that every stride, angle and event is known exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from posture.kinematics import View, ViewKind
from posture.landmarks import COUNT, L
from posture.series import Floats, PoseSeries

#: Torso length, pixels; width and height of the picture.
TORSO = 100.0
SIZE = (640, 480)


def phase_of(time: Floats, stride: Floats | float) -> Floats:
    """Gait cycles at each time, for a stride time in seconds (one number or one per frame)."""
    rate = 1.0 / np.broadcast_to(stride, time.shape)
    return np.concatenate([[0.0], np.cumsum(0.5 * (rate[1:] + rate[:-1]) * np.diff(time))])


def side_runner(
    time: Floats,
    stride: Floats | float = 0.7,
    walking: bool = False,
    swing: Floats | float = 0.4,
    segment: np.ndarray | None = None,
) -> PoseSeries:
    """A runner (or walker) who faces the right edge of the picture on a treadmill before a still camera.

    ``swing`` is the hand's amplitude in torso lengths, one number or one per frame.
    """
    turn = 2 * np.pi * phase_of(time, stride)
    xy = np.zeros((len(time), COUNT, 2))
    # A runner's hips are highest when the feet are furthest apart, a walker's lowest.
    bounce = (-0.04 if walking else 0.09) * TORSO * np.cos(2 * turn)
    hip = np.stack([np.full(len(time), 320.0), 240.0 - bounce], axis=1)
    shoulder = hip + np.array([8.0, -TORSO])
    place(xy, L.LEFT_HIP, L.RIGHT_HIP, hip, hip)
    place(xy, L.LEFT_SHOULDER, L.RIGHT_SHOULDER, shoulder, shoulder)
    place(xy, L.LEFT_EAR, L.RIGHT_EAR, shoulder + np.array([4.0, -50.0]), shoulder + np.array([4.0, -50.0]))
    xy[:, L.NOSE] = shoulder + np.array([22.0, -45.0])
    elbow_bend, knee_bend = (20.0, 60.0) if walking else (90.0, 95.0)
    for side, sign in ((0, -1.0), (1, 1.0)):
        leg = sign * np.cos(turn)
        lift = np.clip(sign * np.sin(turn), 0, None) * -1
        foot = hip + np.stack([0.7 * TORSO * leg, 1.7 * TORSO - (0.2 if walking else 0.6) * TORSO * -lift], axis=1)
        foot[:, 1] += bounce
        xy[:, L.LEFT_ANKLE + side] = xy[:, L.LEFT_HEEL + side] = foot
        xy[:, L.LEFT_FOOT_INDEX + side] = foot + np.array([25.0, 5.0])
        knee = np.radians(knee_bend) * -lift
        half = 0.5 * (hip + foot)
        reach = np.linalg.norm(foot - hip, axis=1)
        out = 0.5 * reach * np.tan(0.5 * knee)
        along = (foot - hip) / reach[:, None]
        xy[:, L.LEFT_KNEE + side] = half + out[:, None] * np.stack([along[:, 1], -along[:, 0]], axis=1)
        wrist = shoulder + np.stack([0.3 * TORSO - np.asarray(swing) * TORSO * leg, np.full(len(time), 70.0)], axis=1)
        xy[:, L.LEFT_WRIST + side] = wrist
        reach = np.linalg.norm(wrist - shoulder, axis=1)
        along = (wrist - shoulder) / reach[:, None]
        back = 0.5 * reach * np.tan(0.5 * np.radians(elbow_bend))
        xy[:, L.LEFT_ELBOW + side] = 0.5 * (shoulder + wrist) + back[:, None] * np.stack(
            [-along[:, 1], along[:, 0]], axis=1
        )
    return series_of(time, xy, segment)


def place(xy: Floats, left: int, right: int, a: Floats, b: Floats) -> None:
    xy[:, left], xy[:, right] = a, b


def series_of(time: Floats, xy: Floats, segment: np.ndarray | None = None) -> PoseSeries:
    n = len(time)
    seen = np.ones((n, COUNT))
    return PoseSeries(
        time, xy, np.full((n, COUNT, 3), np.nan), seen, seen, np.zeros(n, int) if segment is None else segment, SIZE
    )


def side_view(series: PoseSeries, facing: int = 1) -> View:
    n = len(series)
    return View(
        ViewKind.SIDE,
        0.0,
        "right" if facing > 0 else "left",
        facing,
        np.full(n, ViewKind.SIDE.value),
        np.zeros(n),
        np.full(n, facing),
        1.0,
    )


def as_csv(series: PoseSeries, path: Path) -> Path:
    """Poses as another program's table."""
    columns = {"time": series.time}
    for landmark in L:
        columns[f"{landmark.name.lower()}_x"] = series.xy[:, landmark, 0]
        columns[f"{landmark.name.lower()}_y"] = series.xy[:, landmark, 1]
    pd.DataFrame(columns).to_csv(path, index=False)
    return path
