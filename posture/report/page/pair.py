"""Two real frames of the same gait phase, fresh and tired, and all kept frames by stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.landmarks import MIRROR, L, Landmark
from posture.report import text
from posture.report.video import stills
from posture.report.video.stills import Still
from posture.series import Floats, Ints

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Angles that are told below a picture, in order, as far as they are measured.
_TOLD = {
    ViewKind.FRONT: ("lat_lean", "shoulder_obliquity"),
    ViewKind.REAR: ("lat_lean", "shoulder_obliquity"),
}
#: What is shown around mid-hip, trunk lengths: the crown is about 1.7 above it.
_ASIDE, _ABOVE, _BELOW = 1.05, 1.95, 0.5
_TOLD_SIDE = ("trunk_lean", "neck_incl", "elbow_flex")


@dataclass(frozen=True)
class Line:
    """A drawn line in the picture's own pixels; ``kind`` names its colour."""

    points: str
    kind: str


@dataclass(frozen=True)
class Picture:
    """A real frame with its angles.

    Attributes
    ----------
    data : str
        Data address of the JPEG.
    width, height : float
        Pixels of the video that it shows.
    shown : str
        The part of it from the head to the hips, as a view box.
    lines : tuple of Line
    stride : int
        Number among the kept strides, from 0.
    time : str
    told : tuple of str
        Angles in that frame.
    """

    data: str
    width: float
    height: float
    shown: str
    lines: tuple[Line, ...]
    stride: int
    time: str
    told: tuple[tuple[str, str], ...]


def by_stride(analysis: Analysis, folder: Path) -> list[tuple[int, Still]]:
    """The kept frames with the number of the kept stride that each one begins."""
    starts = analysis.strides["start"].to_numpy(float) * analysis.settings.clip.slow_motion
    if not starts.size:
        return []
    ends = analysis.strides["end"].to_numpy(float) * analysis.settings.clip.slow_motion
    half = float(np.median(ends - starts)) / 10
    found = []
    for still in stills.load_stills(folder):
        nearest = int(np.argmin(np.abs(starts - still.time)))
        if abs(starts[nearest] - still.time) < half:
            found.append((nearest, still))
    return found


def fresh_and_tired(
    analysis: Analysis, folder: Path, kept: Sequence[tuple[int, Still]], group: Ints
) -> tuple[Picture, Picture] | None:
    """The frame of each part of the run that is most like the part's median, or None where a part has none."""
    chosen = []
    for part in (0, 1):
        own = [(stride, still) for stride, still in kept if group[stride] == part]
        if not own:
            return None
        odd = _oddness(analysis, group == part)
        chosen.append(min(own, key=lambda item: odd[item[0]]))
    scale = _trunk_length(analysis)
    first, second = (_picture(analysis, folder, stride, still, scale) for stride, still in chosen)
    return first, second


def _trunk_length(analysis: Analysis) -> float:
    """Of the whole run, pixels: both pictures are shown at one scale."""
    xy = analysis.cleaned.xy
    shoulder, hip = ((xy[:, i] + xy[:, MIRROR[i]]) / 2 for i in (L.LEFT_SHOULDER, L.LEFT_HIP))
    length = np.linalg.norm(shoulder - hip, axis=1)
    return float(np.nanmedian(length)) if np.isfinite(length).any() else float("nan")


def _oddness(analysis: Analysis, members: np.ndarray) -> Floats:
    """(S,) distance of each stride from the median of a part of the run, in floors over the headline metrics."""
    total = np.zeros(len(members))
    for row in analysis.rows.values():
        if row.metric.headline is None:
            continue
        values = analysis.strides[row.metric.id].to_numpy(float)
        away = np.abs(values - np.nanmedian(values[members])) if np.isfinite(values[members]).any() else np.nan
        total += np.nan_to_num(away / row.floor, nan=1.0)
    return total


def _picture(analysis: Analysis, folder: Path, stride: int, still: Still, trunk: float) -> Picture:
    series = analysis.cleaned
    real = still.time / analysis.settings.clip.slow_motion
    index = int(np.argmin(np.abs(series.time - real)))
    left, top, width, height = still.box
    points = series.xy[index] - np.array([left, top])
    told = _TOLD.get(analysis.view.kind, _TOLD_SIDE)
    values = analysis.measured.values
    return Picture(
        stills.as_data(folder, still),
        width,
        height,
        _shown(points, trunk, width, height),
        _lines(points, analysis),
        stride,
        text.clock(real),
        tuple(
            (METRICS[m].label, text.quantity(float(values[m][index]), METRICS[m]))
            for m in told
            if m in values and np.isfinite(values[m][index]) and m not in analysis.measured.trend_only
        ),
    )


def _shown(points: Floats, trunk: float, width: float, height: float) -> str:
    hip = (points[L.LEFT_HIP] + points[L.RIGHT_HIP]) / 2
    if not np.isfinite([*hip, trunk]).all():
        return f"0 0 {width:.0f} {height:.0f}"
    wide, high = min(2 * _ASIDE * trunk, width), min((_ABOVE + _BELOW) * trunk, height)
    left = min(max(float(hip[0]) - wide / 2, 0.0), width - wide)
    top = min(max(float(hip[1]) - _ABOVE * trunk, 0.0), height - high)
    return f"{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"


def _lines(points: Floats, analysis: Analysis) -> tuple[Line, ...]:
    hip, shoulder, ear = ((points[i] + points[MIRROR[i]]) / 2 for i in (L.LEFT_HIP, L.LEFT_SHOULDER, L.LEFT_EAR))
    upright = np.array([hip[0], hip[1] - np.linalg.norm(shoulder - hip)])
    drawn = [("upright", [hip, upright]), ("trunk", [hip, shoulder])]
    if analysis.view.near and analysis.view.kind is not ViewKind.FRONT:
        arm = [L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST]
        own = arm if analysis.view.near == "left" else [Landmark(int(MIRROR[i])) for i in arm]
        drawn += [("neck", [shoulder, ear]), ("arm", [points[i] for i in own])]
    else:
        drawn += [("neck", [points[L.LEFT_SHOULDER], points[L.RIGHT_SHOULDER]])]
    return tuple(
        Line(" ".join(f"{x:.1f},{y:.1f}" for x, y in places), kind)
        for kind, places in drawn
        if np.isfinite(places).all()
    )
