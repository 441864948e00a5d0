"""An analysis' poses as named points: which, in what unit, when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.analysis import Analysis
from posture.errors import PostureError
from posture.kinematics.centimetres import TRUNK_SHARE
from posture.landmarks import L
from posture.midpoints import trunk_length
from posture.seen import in_real_time
from posture.series import Floats, PoseSeries


def _named(landmark: L) -> str:
    words = landmark.name.split("_")
    side = "L" if "LEFT" in words else "R" if "RIGHT" in words else ""
    part = "".join(word.title() for word in words if word not in ("LEFT", "RIGHT"))
    return side + ("BigToe" if part == "FootIndex" else part)


#: What OpenPose, Sports2D and the models of OpenSim for keypoints call the landmarks.
NAMES = {landmark: _named(landmark) for landmark in L}


def poses(analysis: Analysis, *, raw: bool) -> PoseSeries:
    """Poses in seconds of real life.

    Parameters
    ----------
    analysis : Analysis
    raw : bool
        As they were estimated or read, instead of cleaned.

    Examples
    --------
    >>> NAMES[L.LEFT_HIP], NAMES[L.RIGHT_FOOT_INDEX], NAMES[L.MOUTH_LEFT], NAMES[L.LEFT_EYE_INNER]
    ('LHip', 'RBigToe', 'LMouth', 'LEyeInner')
    """
    return in_real_time(analysis.recording, analysis.settings.clip)[0] if raw else analysis.cleaned


@dataclass(frozen=True, eq=False)
class Points:
    """Named points of a plane, as programs for motion capture want them.

    Attributes
    ----------
    time : ndarray, shape (T,)
        Seconds.
    rate : float
        Frames per second.
    names : tuple of str
        Of the points that were seen at all.
    xy : ndarray, shape (T, K, 2)
        To the right and up from the picture's lower left corner; NaN where not seen.
    unit : str
        ``m`` or ``px``.
    """

    time: Floats
    rate: float
    names: tuple[str, ...]
    xy: Floats
    unit: str


def points_of(series: PoseSeries, height_cm: float | None) -> Points:
    """The points that were seen, with y up.

    Parameters
    ----------
    series : PoseSeries
    height_cm : float or None
        Of the runner, cm: makes metres of pixels, by the trunk's share of it and its median length in the picture.

    Raises
    ------
    PostureError
        If nobody was seen, or metres are wanted and shoulders and hips were never seen together.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> found = points_of(shipped_runner(), 175.0)
    >>> found.unit, found.names[0], bool(0.5 < np.nanmedian(found.xy[..., 1]) < 2.0)
    ('m', 'Nose', True)
    """
    known = [landmark for landmark in L if np.isfinite(series.xy[:, landmark]).any()]
    if not known:
        raise PostureError("nobody was seen in this clip, so there are no poses to export.")
    up = series.xy[:, known] * np.array([1.0, -1.0]) + np.array([0.0, float(series.size[1])])
    scale = 1.0 if height_cm is None else metres_a_pixel(series, height_cm)
    names = tuple(NAMES[landmark] for landmark in known)
    return Points(series.time, series.rate, names, up * scale, "px" if height_cm is None else "m")


def metres_a_pixel(series: PoseSeries, height_cm: float) -> float:
    """Metres of a pixel at the runner's usual distance.

    Raises
    ------
    PostureError
        If shoulders and hips were never seen together.
    """
    length = trunk_length(series.xy)
    if not (length > 0).any():
        raise PostureError("shoulders and hips were never seen together, so pixels cannot be turned into metres.")
    return TRUNK_SHARE * height_cm / 100.0 / float(np.median(length[length > 0]))
