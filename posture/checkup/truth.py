"""Rendered runners with exact truth: the truth as a pose series, and the program's values held against it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from posture.analysis import Analysis
from posture.kinematics import compute
from posture.landmarks import COUNT, Landmark
from posture.series import PoseSeries
from posture.strides import stride_table

#: Joints of the renderer.
_JOINTS = {
    "nose": Landmark.NOSE,
    "eye_L": Landmark.LEFT_EYE,
    "eye_R": Landmark.RIGHT_EYE,
    "ear_L": Landmark.LEFT_EAR,
    "ear_R": Landmark.RIGHT_EAR,
    "shoulder_L": Landmark.LEFT_SHOULDER,
    "shoulder_R": Landmark.RIGHT_SHOULDER,
    "elbow_L": Landmark.LEFT_ELBOW,
    "elbow_R": Landmark.RIGHT_ELBOW,
    "wrist_L": Landmark.LEFT_WRIST,
    "wrist_R": Landmark.RIGHT_WRIST,
    "hip_L": Landmark.LEFT_HIP,
    "hip_R": Landmark.RIGHT_HIP,
    "knee_L": Landmark.LEFT_KNEE,
    "knee_R": Landmark.RIGHT_KNEE,
    "ankle_L": Landmark.LEFT_ANKLE,
    "ankle_R": Landmark.RIGHT_ANKLE,
    "heel_L": Landmark.LEFT_HEEL,
    "heel_R": Landmark.RIGHT_HEEL,
    "toe_L": Landmark.LEFT_FOOT_INDEX,
    "toe_R": Landmark.RIGHT_FOOT_INDEX,
}
#: Causes that fit what the renderer changes.
_CAUSES = {"neck_flex": ("C4",), "slump": ("C4", "C5")}
#: Fewest strides from which errors are told.
_FEWEST = 10


def truth_series(path: Path) -> PoseSeries:
    """The true joints of a rendered clip in the place of an estimator's landmarks.

    Parameters
    ----------
    path : Path
        ``.npz`` with ``t`` (T,) seconds, ``px`` (T, J, 2) pixels, ``joint_names`` (J,) and ``size`` (2,).
    """
    with np.load(path) as file:
        time, px, size = file["t"], file["px"].astype(float), tuple(int(v) for v in file["size"])
        names = [str(name) for name in file["joint_names"]]
    n = len(time)
    xy = np.full((n, COUNT, 2), np.nan)
    for name, landmark in _JOINTS.items():
        xy[:, landmark] = px[:, names.index(name)]
    seen = np.isfinite(xy[..., 0]).astype(float)
    return PoseSeries(
        time, xy, np.full((n, COUNT, 3), np.nan), seen, seen, np.zeros(n, int), (int(size[0]), int(size[1]))
    )


def shipped_runner() -> PoseSeries:
    """The true joints of the rendered runner that comes with the program.

    Returns
    -------
    PoseSeries
        A minute from the left at 30 frames a second, 164 steps a minute; from second 20 on the head comes forward and
        the upper back rounds.

    Examples
    --------
    >>> series = shipped_runner()
    >>> len(series), series.rate
    (1800, 30.0)
    """
    return truth_series(Path(__file__).with_name("tiring.npz"))


@dataclass(frozen=True)
class Programme:
    """What a rendered runner was told to do.

    Attributes
    ----------
    cadence : float
        Steps a minute.
    begins : float or None
        When the first change begins, s; None if nothing changes.
    causes : frozenset of str
        That fit what changes; what else is found is false.
    """

    cadence: float
    begins: float | None
    causes: frozenset[str]


def read_programme(path: Path) -> Programme:
    """The programme of a rendered clip.

    Parameters
    ----------
    path : Path
        ``.npz`` with ``config``: JSON with ``cadence`` and ``program``, pairs of time and value by what changes.
    """
    with np.load(path) as file:
        config = json.loads(str(file["config"]))
    changes = config["program"]
    begins = [_last_still(course) for course in changes.values()]
    return Programme(
        float(config["cadence"]),
        min(begins, default=None),
        frozenset(cause for name in changes for cause in _CAUSES[name]),
    )


def _last_still(course: list[list[float]]) -> float:
    """The last moment at which a value is what it was in the beginning."""
    return next(time for (time, value), (_, after) in pairwise(course) if after != value)


@dataclass(frozen=True)
class Agreement:
    """One metric's values against the truth, over the same strides and in the metric's unit.

    Attributes
    ----------
    bias : float
        Mean of seen minus true.
    rmse, frame_rmse : float
        Without the bias, stride by stride and frame by frame.
    true_change, seen_change : float
        The last fifth's median minus the first fifth's.
    """

    bias: float
    rmse: float
    frame_rmse: float
    true_change: float
    seen_change: float


def agreement(analysis: Analysis, truth: PoseSeries) -> dict[str, Agreement]:
    """Agreement by metric id; the truth goes through the same metric code."""
    true_metrics = compute(truth, analysis.view, None)
    bounds = analysis.segmented.table.iloc[:, : analysis.segmented.table.columns.get_loc("view")]
    true_table = stride_table(truth, analysis.view, true_metrics, bounds, analysis.segmented.events).table
    found = {}
    for metric in analysis.rows:
        kept = analysis.segmented.table["kept"].to_numpy()
        seen, true = (t.loc[kept, metric].to_numpy(float) for t in (analysis.segmented.table, true_table))
        good = np.isfinite(seen) & np.isfinite(true)
        if good.sum() < _FEWEST:
            continue
        seen, true = seen[good], true[good]
        difference = seen - true
        fifth = max(1, round(good.sum() / 5))
        found[metric] = Agreement(
            float(difference.mean()),
            float(difference.std()),
            _frame_rmse(analysis, true_metrics.values.get(metric), metric),
            float(np.median(true[-fifth:]) - np.median(true[:fifth])),
            float(np.median(seen[-fifth:]) - np.median(seen[:fifth])),
        )
    return found


def _frame_rmse(analysis: Analysis, true: np.ndarray | None, metric: str) -> float:
    if true is None or metric not in analysis.measured.values:
        return float("nan")
    return float(np.nanstd(analysis.measured.values[metric] - true))
