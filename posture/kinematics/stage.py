"""From a clean pose series to the clip's metrics."""

from __future__ import annotations

import numpy as np

from posture.kinematics import frontal, side
from posture.kinematics.body import Body
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View, ViewKind
from posture.series import CameraMotion, Floats, PoseSeries

#: A metric is withheld where fewer than this share of the frames of its view give a value.
LEAST_SEEN = 0.2

_PLACE = {
    ViewKind.SIDE: "from the side",
    ViewKind.OBLIQUE: "obliquely",
    ViewKind.FRONT: "from the front",
    ViewKind.REAR: "from behind",
    ViewKind.UNKNOWN: "from a side that could not be told",
}


def compute(series: PoseSeries, view: View, camera: CameraMotion | None = None, camera_roll: float = 0.0) -> Metrics:
    """Compute every metric that the view supports.

    Parameters
    ----------
    series : PoseSeries
        Clean poses.
    view : View
        From ``find_view``.
    camera : CameraMotion, optional
        Its roll, where measured, is taken out of every angle and height.
    camera_roll : float, optional
        Constant roll in degrees, clockwise as one looks at the picture.

    Returns
    -------
    Metrics
        Columns for the ids the view supports; the reason for every other one.
    """
    body = Body(series, view, camera_roll + _roll(camera, series))
    sagittal = view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE)
    if view.kind == ViewKind.UNKNOWN:
        columns: dict[str, Floats] = {}
    elif sagittal:
        columns = side.head_and_trunk(body) | side.near_arm(body)
    else:
        columns = frontal.trunk(body) | frontal.arms(body)
    if columns:
        columns["vert_osc"] = body.bounce
    fits = (view.frame_kind == view.kind) & (view.frame_facing == view.facing if sagittal else True)
    values, withheld = {}, {}
    for metric in METRICS.values():
        if view.kind not in metric.views | metric.trend_views:
            withheld[metric.id] = _needs(metric, view.kind)
        elif metric.id in columns:
            column = np.where(fits, columns[metric.id], np.nan)
            if np.isfinite(column).sum() < LEAST_SEEN * max(fits.sum(), 1):
                withheld[metric.id] = "Its landmarks were hidden or out of the picture for most of the clip."
            else:
                values[metric.id] = column
    trend = frozenset(i for i in values if view.kind in METRICS[i].trend_views)
    return Metrics(series.time, values, withheld, trend)


def _roll(camera: CameraMotion | None, series: PoseSeries) -> Floats:
    if camera is None or not camera.measured.any():
        return np.zeros(1)
    known = camera.measured
    roll: Floats = np.interp(series.time, camera.time[known], camera.roll[known])
    return roll


def _needs(metric: Metric, kind: ViewKind) -> str:
    wanted = " or ".join(_PLACE[v] for v in ViewKind if v in metric.views)
    return f"Needs a camera that looks {wanted}; this clip is filmed {_PLACE[kind]}."
