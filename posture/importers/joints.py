"""Joint centres by name, as Sports2D and Pose2Sim write them into marker files: of a picture, or in space."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from posture import landmarks
from posture.errors import PostureError
from posture.importers import markers as skin
from posture.importers.files import check_reach
from posture.importers.motion import Motion
from posture.importers.names import landmarks_of
from posture.importers.people import image_series
from posture.landmarks import L
from posture.series import Floats, PoseSeries

#: A coordinate that varies by less than this share of the body's own extent is none: the points lie in a picture.
_FLAT = 1e-6
#: A trunk longer than this is measured in pixels, whatever unit the file names (Sports2D names metres for both).
_LONGEST_TRUNK = 3.0
#: Pixels of a metre: a runner of 1.75 m fills two thirds of a picture 800 high. Only ratios of lengths matter.
_PIXELS = 300.0


def to_poses(time: Floats, markers: Mapping[str, Floats], where: str) -> PoseSeries | Motion:
    """What the points of a marker file show.

    Parameters
    ----------
    time : ndarray, shape (T,)
        Seconds.
    markers : mapping of str to ndarray, shape (T, 3)
        Metres, or pixels where they lie in a picture.
    where : str
        Names the source in errors.

    Returns
    -------
    PoseSeries or Motion
        A picture's points if the set names both hip joints and one coordinate of each point never changes; else
        points in space, joint centres or skin markers.

    Raises
    ------
    PostureError
        If a point is farther away than any picture or room is wide, neither hip joints nor the markers of a pelvis are
        there, or no frame shows them.
    """
    check_reach(where, np.array(list(markers.values())))
    named = landmarks_of(markers)
    if not {L.LEFT_HIP, L.RIGHT_HIP} <= named.keys():
        return Motion(time, skin.to_landmarks(markers, where))
    points = np.full((len(time), landmarks.COUNT, 3), np.nan)
    for landmark, name in named.items():
        points[:, landmark] = skin.without_lost(markers[name])
    if not np.isfinite(points[:, [L.LEFT_HIP, L.RIGHT_HIP]]).all(axis=(1, 2)).any():
        raise PostureError(f"{where}: no frame shows both hips; export the whole trial.")
    flat = _flat_axis(points)
    if flat is None:
        return Motion(time, skin.upright(points, where))
    return _picture(where, time, np.delete(points, flat, axis=2))


def _flat_axis(points: Floats) -> int | None:
    """The one coordinate that says nothing: the same number in every frame, for each point."""
    known = points[:, np.isfinite(points).all(axis=2).any(axis=0)]
    if len(known) < 2 or not known.shape[1]:
        return None
    extent = np.nanmax(np.nanmax(known, axis=0) - np.nanmin(known, axis=0), axis=0)
    still = np.flatnonzero(extent <= _FLAT * max(float(extent.max()), np.finfo(float).tiny))
    return int(still[0]) if len(still) == 1 else None


def _picture(where: str, time: Floats, points: Floats) -> PoseSeries:
    """Points of a plane, (T, 33, 2) with any of its coordinates upright, as pixels with y down."""
    trunk = _mean(points, L.LEFT_SHOULDER) - _mean(points, L.LEFT_HIP)
    if not np.isfinite(trunk).all():
        trunk = _mean(points, L.LEFT_HIP) - _mean(points, L.LEFT_ANKLE)
    upright = int(np.argmax(np.abs(np.nan_to_num(trunk))))
    sign = 1.0 if trunk[upright] < 0 else -1.0
    xy = np.stack([points[..., 1 - upright], sign * points[..., upright]], axis=2)
    in_metres = np.linalg.norm(np.nan_to_num(trunk)) <= _LONGEST_TRUNK
    # Where y points up, nobody knows where the picture ends; beyond its edge nothing would be believed.
    if in_metres or sign < 0:
        xy = (xy - np.nanmin(xy, axis=(0, 1))) * (_PIXELS if in_metres else 1.0)
    return image_series(where, time, xy, np.isfinite(xy[..., 0]).astype(float), None)


def _mean(points: Floats, left: L) -> Floats:
    pair = points[:, [left, int(landmarks.MIRROR[left])]]
    seen = pair[np.isfinite(pair).all(axis=2)]
    return np.asarray(seen.mean(axis=0)) if len(seen) else np.full(points.shape[2], np.nan)
