"""The runner drawn from the median pose, fresh and tired, with the zones that changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis.summary import Row
from posture.drift.types import Status
from posture.kinematics.types import ViewKind
from posture.landmarks import MIRROR, L, Landmark
from posture.midpoints import midpoint, trunk_length
from posture.report.text.story import RANK
from posture.series import Floats, Ints

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: The metrics that tell each zone's change.
ZONES: Mapping[str, tuple[str, ...]] = {
    "head": ("neck_incl", "neck_trunk", "ear_hip", "head_fwd", "head_pitch", "head_tilt"),
    "shoulders": ("protraction", "shrug_v", "shoulder_obliquity", "sh_yaw_amp"),
    "trunk": ("trunk_lean", "lat_lean", "pelvis_obl"),
    "upper_arm": ("upper_arm", "upper_arm_amp", "elbow_width", "arm_asym"),
    "elbow": ("elbow_flex", "elbow_rom"),
    "hand": (
        "wrist_h",
        "wrist_h_p95",
        "wrist_ap_amp",
        "wrist_trunk_d",
        "wrist_width",
        "weave",
        "cross_frac",
        "cross_depth",
        "smooth",
    ),
}
#: Limbs, left ones; the figure shows both sides, or the near one where there is one.
_ARM = (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST)
_LEG = (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_FOOT_INDEX)
#: Trunk length of the figure, its own units.
_TRUNK = 100.0

Point = tuple[float, float]


@dataclass(frozen=True)
class Figure:
    """One body in units of which the trunk has a hundred, mid-hip at the origin.

    Attributes
    ----------
    head, neck, shoulder, hip : tuple of float
    arms, legs : tuple of tuple of points
        From the trunk outwards.
    """

    head: Point
    shoulder: Point
    hip: Point
    arms: tuple[tuple[Point, ...], ...]
    legs: tuple[tuple[Point, ...], ...]


def zone_statuses(rows: Mapping[str, Row]) -> dict[str, tuple[Status | None, Row | None]]:
    """The most telling status of each zone and the row behind it; None where nothing was measured."""
    found: dict[str, tuple[Status | None, Row | None]] = {}
    for zone, metrics in ZONES.items():
        known = [rows[m] for m in metrics if m in rows and rows[m].drift is not None and not rows[m].few]
        best = min(known, key=lambda row: RANK.index(row.drift.status), default=None)  # type: ignore[union-attr]
        found[zone] = (best.drift.status if best and best.drift else None, best)
    return found


def figures(analysis: Analysis, group: Ints) -> tuple[Figure, Figure] | None:
    """Median poses at the beginning of a stride, fresh and at the end, or None where too little was seen.

    Parameters
    ----------
    analysis : Analysis
    group : ndarray of int, shape (S,)
        0 for fresh strides, 1 for those at the end.
    """
    series, view = analysis.cleaned, analysis.view
    frames = np.clip(np.searchsorted(series.time, analysis.strides["start"].to_numpy(float)), 0, len(series) - 1)
    both = []
    for part in (0, 1):
        chosen = frames[group == part]
        chosen = chosen[view.frame_kind[chosen] == view.kind]
        points = _median_pose(series.xy[chosen])
        figure = None if points is None else _figure(points, view.kind, view.near)
        if figure is None:
            return None
        both.append(figure)
    return both[0], both[1]


def box(pair: tuple[Figure, Figure]) -> str:
    """The view box that holds both figures, with room for the head and thick limbs."""
    points = np.array([p for f in pair for p in (f.head, f.shoulder, f.hip, *sum((*f.arms, *f.legs), ()))])
    low, high = points.min(axis=0) - 26, points.max(axis=0) + 16
    return " ".join(f"{value:.0f}" for value in (*low, *(high - low)))


def _median_pose(xy: Floats) -> Floats | None:
    """(33, 2) median over frames, on the trunk's length, mid-hip at the origin."""
    hip, length = midpoint(xy, L.LEFT_HIP), trunk_length(xy)
    good = np.isfinite(length)
    if not good.any():
        return None
    scaled = (xy[good] - hip[good, None]) / length[good, None, None] * _TRUNK
    with np.errstate(all="ignore"):
        seen = np.isfinite(scaled).all(axis=2).mean(axis=0) > 0.5
        middle = np.full((scaled.shape[1], 2), np.nan)
        middle[seen] = np.nanmedian(scaled[:, seen], axis=0)
    return middle


def _figure(points: Floats, kind: ViewKind, near: str | None) -> Figure | None:
    ears, shoulders, hips = (midpoint(points, left) for left in (L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_HIP))
    if not np.isfinite([ears, shoulders, hips]).all():
        return None
    sides = [near] if kind is ViewKind.SIDE and near else ["left", "right"]
    return Figure(
        _round(ears),
        _round(shoulders),
        _round(hips),
        tuple(_chain(points, _ARM, side, shoulders if len(sides) == 1 else None) for side in sides),
        tuple(_chain(points, _LEG, side, hips) for side in ("left", "right")),
    )


def _chain(points: Floats, left: tuple[Landmark, ...], side: str, root: Floats | None) -> tuple[Point, ...]:
    own = [i if side == "left" else Landmark(int(MIRROR[i])) for i in left]
    places = [points[i] for i in own]
    if root is not None:
        places[0] = root
    seen = np.isfinite(places).all(axis=1)
    stop = int(np.argmin(seen)) if not seen.all() else len(places)
    return tuple(_round(place) for place in places[:stop])


def _round(point: Floats) -> Point:
    return round(float(point[0]), 1), round(float(point[1]), 1)
