"""Two real frames of the same gait phase, fresh and tired, and all kept frames by stride."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.drift.types import Status
from posture.drift.verdict import CHANGED
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.landmarks import MIRROR, L, Landmark
from posture.midpoints import midpoint, trunk_length
from posture.report import text
from posture.report.video import stills
from posture.report.video.stills import Still
from posture.series import Floats, Ints

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: What is shown around mid-hip, trunk lengths: the crown is about 1.7 above it.
_ASIDE, _ABOVE, _BELOW = 1.05, 1.95, 0.5


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
    """The kept frames with the number of the kept stride that each one lies in."""
    starts, ends = (analysis.strides[name].to_numpy(float) for name in ("start", "end"))
    # A frame stands for half a frame to either side.
    half = float(np.median(np.diff(analysis.cleaned.time))) / 2 if len(analysis.cleaned) > 1 else 0.0
    found = []
    for still in stills.load_stills(folder):
        time = analysis.real_time(still.time)
        stride = int(np.searchsorted(starts, time + half, side="right")) - 1
        if stride >= 0 and time < ends[stride]:
            found.append((stride, still))
    return found


def fresh_and_tired(
    analysis: Analysis, folder: Path, kept: Sequence[tuple[int, Still]], group: Ints
) -> tuple[Picture, Picture] | None:
    """The frame of each part of the run that is most like the part's medians.

    None where a part has none, or where the two frames differ the other way from what is told.
    """
    frames = _frames(analysis, kept)
    away = stills.away_from_medians(analysis, frames, group)
    chosen = []
    for part in (0, 1):
        own = [item for item in kept if group[item[0]] == part]
        if part == 0:
            own = _before_the_onset(analysis, own)
        if not own:
            return None
        chosen.append(min(own, key=lambda item: away[item[0]]))
    if not _as_told(analysis, *(int(frames[stride]) for stride, _ in chosen)):
        return None
    scale = _trunk_length(analysis)
    told = stills.told_metrics(analysis)
    first, second = (_picture(analysis, folder, stride, still, scale, told) for stride, still in chosen)
    return first, second


def _before_the_onset(analysis: Analysis, kept: Sequence[tuple[int, Still]]) -> list[tuple[int, Still]]:
    """Those before anything that is told of a frame began to change; all where none is."""
    drifts = [analysis.drift[id] for id in stills.told_metrics(analysis) if id in analysis.drift]
    onsets = [drift.onset.time for drift in drifts if drift.status is Status.DRIFT and drift.onset is not None]
    early = [item for item in kept if analysis.real_time(item[1].time) < min(onsets, default=np.inf)]
    return early or list(kept)


def most_like(analysis: Analysis, folder: Path, told: Sequence[str]) -> tuple[int, Picture] | None:
    """The kept frame that is most like the medians of a whole clip, with its place among the frames.

    Parameters
    ----------
    analysis : Analysis
    folder : Path
        Of the kept frames.
    told : sequence of str
        Metrics that count, and that are told below the picture.
    """
    kept = by_stride(analysis, folder)
    if not kept:
        return None
    frames = _frames(analysis, kept)
    away = stills.away_from_medians(analysis, frames, np.zeros(len(frames), int), told)
    stride, still = min(kept, key=lambda item: away[item[0]])
    return int(frames[stride]), _picture(analysis, folder, stride, still, _trunk_length(analysis), told)


def _frames(analysis: Analysis, kept: Sequence[tuple[int, Still]]) -> Ints:
    """(S,) the frame of each stride that was kept; 0 of strides without one."""
    frames = np.zeros(len(analysis.strides), int)
    for stride, still in kept:
        frames[stride] = _frame(analysis, still)
    return frames


def _frame(analysis: Analysis, still: Still) -> int:
    return int(np.argmin(np.abs(analysis.cleaned.time - analysis.real_time(still.time))))


def _as_told(analysis: Analysis, fresh: int, tired: int) -> bool:
    """Whether two frames show every change that is told below them: each is nearer to its own part's level."""
    drifts = [analysis.drift[id] for id in stills.told_metrics(analysis) if id in analysis.drift]
    for drift in (drift for drift in drifts if drift.status in CHANGED):
        first, last = analysis.measured.values[drift.metric][[fresh, tired]]
        middle, up = (drift.baseline + drift.end) / 2, np.sign(drift.change)
        if not (up * (middle - first) > 0 and up * (last - middle) > 0):
            return False
    return True


def _trunk_length(analysis: Analysis) -> float:
    """Of the whole run, pixels: both pictures are shown at one scale."""
    length = trunk_length(analysis.cleaned.xy)
    return float(np.nanmedian(length)) if np.isfinite(length).any() else float("nan")


def _picture(analysis: Analysis, folder: Path, stride: int, still: Still, trunk: float, told: Sequence[str]) -> Picture:
    series = analysis.cleaned
    real = analysis.real_time(still.time)
    index = _frame(analysis, still)
    left, top, width, height = still.box
    points = series.xy[index] - np.array([left, top])
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
            if np.isfinite(values[m][index])
        ),
    )


def _shown(points: Floats, trunk: float, width: float, height: float) -> str:
    hip = midpoint(points, L.LEFT_HIP)
    if not np.isfinite([*hip, trunk]).all():
        return f"0 0 {width:.0f} {height:.0f}"
    wide, high = min(2 * _ASIDE * trunk, width), min((_ABOVE + _BELOW) * trunk, height)
    left = min(max(float(hip[0]) - wide / 2, 0.0), width - wide)
    top = min(max(float(hip[1]) - _ABOVE * trunk, 0.0), height - high)
    return f"{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"


def _lines(points: Floats, analysis: Analysis) -> tuple[Line, ...]:
    hip, shoulder, ear = (midpoint(points, left) for left in (L.LEFT_HIP, L.LEFT_SHOULDER, L.LEFT_EAR))
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
