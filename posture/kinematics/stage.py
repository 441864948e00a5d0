"""From a clean pose series to the clip's metrics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.kinematics import frontal, geometry, own, side
from posture.kinematics.body import Body
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View, ViewKind
from posture.landmarks import MIRROR, L
from posture.series import CameraMotion, Floats, PoseSeries

#: A metric is withheld where fewer than this share of the frames of its view give a value.
LEAST_SEEN = 0.5
#: The hips are only believed while the leg below them is seen this well (method 4: far-side arm).
LEG_VISIBLE = 0.65
#: Below this presence an ankle is beyond the picture's edge, which says nothing against the hips.
LEG_OUTSIDE = 0.1
#: Window in which most frames must show the leg, s.
LEG_WINDOW = 1.5
#: Clocks that round to a millisecond may show a rate this much lower than it is.
ROUNDED = 0.98

_PLACE = {
    ViewKind.SIDE: "from the side",
    ViewKind.OBLIQUE: "obliquely",
    ViewKind.FRONT: "from the front",
    ViewKind.REAR: "from behind",
}
_NO_VIEW = "It could not be told from where the camera looks: shoulders and hips were never seen together."
_NO_LEGS = (
    "The hips are a guess here: the legs below them were not captured for most of the clip. "
    "Film the whole body, feet included."
)
_OBLIQUE_LEGS = (
    "The hips are a guess here: the camera looks obliquely, and the legs below them are not made out for most of the "
    "clip. Film square to the runner's side or straight ahead, with hips and legs free."
)
_NO_HIPS = (
    "The hips are a guess here: the legs below them are hidden for most of the clip, as by a handrail or a console. "
    "Film with hips and legs free."
)


def compute(series: PoseSeries, view: View, camera: CameraMotion | None = None, camera_roll: float = 0.0) -> Metrics:
    """Compute every metric that the view and the visible landmarks support.

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
        Columns for what is supported, the reason in plain words for everything else. Frames that another view
        shows, or in which the runner faces the other way, are NaN: one construction per metric and clip.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.kinematics import compute, find_view
    >>> series = shipped_runner()
    >>> metrics = compute(series, find_view(series))
    >>> metrics.values["trunk_lean"].shape
    (1800,)
    >>> metrics.withheld["weave"]
    'Needs a camera that looks from the front; this clip is filmed from the side.'
    """
    own.load_installed()
    if view.kind == ViewKind.UNKNOWN:
        return Metrics(series.time, {}, dict.fromkeys(METRICS, _NO_VIEW), frozenset())
    body = Body(series, view, camera_roll + _roll(camera, series))
    if view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE):
        columns = side.head_and_trunk(body) | side.near_arm(body) | side.near_leg(body)
        fits = (view.frame_kind == view.kind) & (view.frame_facing == view.facing)
    else:
        columns = frontal.trunk(body) | frontal.arms(body)
        fits = view.frame_kind == view.kind
    columns["vert_osc"] = body.bounce
    columns |= own.columns(body)
    fits &= series.seen
    anchored = fits & hips_anchored(series, view)
    values: dict[str, Floats] = {}
    withheld: dict[str, str] = {}
    for metric in METRICS.values():
        if view.kind not in metric.views | metric.trend_views:
            withheld[metric.id] = _needs(metric, view.kind)
        elif series.rate < ROUNDED * metric.least_rate:
            withheld[metric.id] = f"Needs {metric.least_rate:g} frames/s or more; {series.rate:.4g} were looked at."
        elif metric.id in columns:
            on_hips = L.LEFT_HIP in metric.landmarks
            column = np.where(anchored if on_hips else fits, columns[metric.id], np.nan)
            reason = _why_not(metric, column, fits, anchored, series, view)
            if reason:
                withheld[metric.id] = reason
            else:
                values[metric.id] = column
    trend = frozenset(i for i in values if view.kind in METRICS[i].trend_views)
    return Metrics(series.time, values, withheld, trend)


def hips_anchored(series: PoseSeries, view: View) -> NDArray[np.bool_]:
    """Frames in which the hips can be believed: an estimator puts hips everywhere, also behind a handrail.

    Parameters
    ----------
    series : PoseSeries
    view : View
        From the side the near leg decides, else the better seen one.

    Returns
    -------
    ndarray of bool, shape (T,)
        Hip, knee and ankle are visible in most frames around; an ankle beyond the picture's edge does not count.
        Unknown visibility, and landmarks that the source of the poses does not have, count as seen.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.kinematics import find_view
    >>> series = shipped_runner()
    >>> bool(hips_anchored(series, find_view(series)).all())
    True
    """
    sides = _sides(view)
    hidden = np.ones(len(series), dtype=bool)
    for offset in sides:
        hip, knee, ankle = (_visible(series, i + offset) for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE))
        outside = series.presence[:, L.LEFT_ANKLE + offset] < LEG_OUTSIDE
        hidden &= ~(hip & knee & (ankle | outside))
    if not hidden.any():
        return ~hidden
    usual = geometry.rolling_median(hidden.astype(float), series.time, series.segment, LEG_WINDOW)
    return usual < 0.5


def _sides(view: View) -> tuple[int, ...]:
    """What leads from a left landmark to those that tell of the hips: the near side's, or both."""
    return {"left": (0,), "right": (1,)}.get(view.near or "", (0, 1))


def _no_hips(series: PoseSeries, view: View, fits: NDArray[np.bool_]) -> str:
    """Why the hips are not believed: legs that are not in the picture, an oblique view, or something before them."""
    legs = [i + offset for offset in _sides(view) for i in (L.LEFT_KNEE, L.LEFT_ANKLE)]
    outside = series.presence[fits][:, legs] < LEG_OUTSIDE
    if outside.any(axis=1).mean() > 0.5:
        return _NO_LEGS
    return _OBLIQUE_LEGS if view.kind == ViewKind.OBLIQUE else _NO_HIPS


def _visible(series: PoseSeries, landmark: int) -> NDArray[np.bool_]:
    """(T,) frames in which nothing speaks against a landmark; one that its source does not know speaks for nothing."""
    if not (series.presence[:, landmark] > 0).any():
        return np.ones(len(series), dtype=bool)
    visible: NDArray[np.bool_] = ~(series.visibility[:, landmark] < LEG_VISIBLE)
    return visible


def _roll(camera: CameraMotion | None, series: PoseSeries) -> Floats:
    """Measured roll at each frame, degrees; 0 where none was measured."""
    if camera is None or not camera.measured.any():
        return np.zeros(1)
    known = camera.measured
    roll: Floats = np.interp(series.time, camera.time[known], camera.roll[known])
    return roll


def _needs(metric: Metric, kind: ViewKind) -> str:
    wanted = " or ".join(_PLACE[v] for v in _PLACE if v in metric.views)
    return f"Needs a camera that looks {wanted}; this clip is filmed {_PLACE[kind]}."


def _why_not(
    metric: Metric,
    column: Floats,
    fits: NDArray[np.bool_],
    anchored: NDArray[np.bool_],
    series: PoseSeries,
    view: View,
) -> str:
    """Why a column is not given, or nothing."""
    found = int(fits.sum())
    if np.isfinite(column).sum() >= LEAST_SEEN * max(found, 1):
        return ""
    if L.LEFT_HIP in metric.landmarks and anchored.sum() < LEAST_SEEN * found:
        return _no_hips(series, view, fits)
    near_right = view.near == "right"
    own = {int(i): int(MIRROR[i]) if near_right else int(i) for i in metric.landmarks}
    missing = {i: float(np.isnan(series.xy[fits, j, 0]).mean()) for i, j in own.items()}
    worst = L(max(missing, key=lambda i: missing[i])) if fits.any() else metric.landmarks[0]
    name = L(own[int(worst)]).name.lower().replace("_", " ")
    if not (series.presence[:, own[int(worst)]] > 0).any():
        return f"These poses hold no {name}."
    return f"The {name} was hidden, out of the picture or not believable for most of the clip."
