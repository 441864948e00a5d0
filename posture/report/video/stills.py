"""A few real frames kept with the analysis, all at the same gait phase, so that any two can be compared."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.drift import fresh_and_end
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.landmarks import Landmark
from posture.midpoints import midpoint
from posture.opencv import cv2
from posture.reading import regular
from posture.report.drawing.marks import Image
from posture.report.text.story import Story
from posture.report.video.blur import kept_pictures
from posture.series import Floats, Ints
from posture.storage.files import replacing
from posture.storage.modes import make_folder
from posture.strides import phase_curve
from posture.video.decode import frames_at

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Stills of a run: five in its first fifth and five in its last.
COUNT = 24
#: Largest height of a still, pixels.
_HEIGHT = 560
_QUALITY = 80
#: Angles that are told below a picture, in order, as far as they are measured.
_TOLD = {
    ViewKind.FRONT: ("lat_lean", "shoulder_obliquity"),
    ViewKind.REAR: ("lat_lean", "shoulder_obliquity"),
}
_TOLD_SIDE = ("trunk_lean", "neck_incl", "elbow_flex")
_MOST_TOLD = 3
#: Phases of the gait cycle that are tried for the pictures.
_PHASES = 25
#: Floors that a value counts as away where it was not seen.
_UNSEEN = 10.0
#: What is kept around the runner, as a share of the runner's height.
_MARGIN = 0.08


@dataclass(frozen=True)
class Still:
    """One kept frame.

    Attributes
    ----------
    time : float
        Seconds of the clip.
    file : str
        Name of the JPEG.
    box : tuple of float
        Left, top, width and height of what it shows, pixels of the upright frame.
    """

    time: float
    file: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class ClipStills:
    """The stills of one clip of a run.

    Attributes
    ----------
    folder : Path
        Where they lie.
    start : float
        Seconds of the run at which the clip begins.
    scale : float
        Pixels of the run for one of the clip.
    """

    folder: Path
    start: float
    scale: float


class StillKeeper:
    """Takes the wanted frames out of a stream of frames.

    Parameters
    ----------
    analysis : Analysis
    folder : Path
        Where the stills go.
    """

    def __init__(self, analysis: Analysis, folder: Path) -> None:
        self._series = analysis.recording.series
        self._folder = folder
        self.wanted = wanted_times(analysis)
        self._window = _window(self._series.xy, self._series.size)
        self._taken: list[Still] = []

    def offer(self, image: Image, time: float) -> None:
        """Keep a frame if it is wanted."""
        if not self.wanted.size or np.abs(self.wanted - time).min() > 1e-3:
            return
        index = int(np.argmin(np.abs(self._series.time - time)))
        left, top, wide, high = _place(self._series.xy[index], self._window, self._series.size)
        cut = image[top : top + high, left : left + wide]
        scale = min(1.0, _HEIGHT / high)
        small = cv2.resize(cut, (round(wide * scale), round(high * scale)), interpolation=cv2.INTER_AREA)
        name = f"{time:09.3f}.jpg"
        done, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert done
        _write(self._folder / name, data.tobytes())
        self._taken.append(Still(time, name, (left, top, wide, high)))

    def finish(self) -> None:
        """Write which stills there are, and remove those of an earlier analysis."""
        if not self._taken:
            return
        _write_index(self._taken, self._folder)
        kept = {still.file for still in self._taken}
        for file in self._folder.glob("*.jpg"):
            if file.name not in kept:
                file.unlink()


def keep_stills(analysis: Analysis, source: Path, folder: Path) -> None:
    """Read only the frames that are kept, where no annotated video is made."""
    keeper = StillKeeper(analysis, folder)
    kept = kept_pictures(analysis)
    for frame in frames_at(source, keeper.wanted, analysis.recording.turn):
        keeper.offer(kept(frame), frame.time)
    keeper.finish()


def load_stills(folder: Path) -> list[Still]:
    """The stills of an analysis in order of time; none if it has no pictures."""
    try:
        entries = json.loads(regular(folder / "index.json").read_text(encoding="utf-8"))
        stills = [Still(float(e["time"]), str(e["file"]), tuple(e["box"])) for e in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [still for still in stills if Path(still.file).name == still.file and (folder / still.file).is_file()]


def gather_stills(clips: Sequence[ClipStills], folder: Path) -> None:
    """Keep the stills of clips as those of the run that they are joined to.

    As many as of one clip, spread evenly over all there are.

    Parameters
    ----------
    clips : sequence of ClipStills
        In order of time.
    folder : Path
        Where the stills of the run go.
    """
    found = [(clip, still) for clip in clips for still in load_stills(clip.folder)]
    spread = np.unique(np.linspace(0, len(found) - 1, COUNT).round().astype(int)) if found else ()
    gathered = []
    for clip, still in (found[i] for i in spread):
        time, box = still.time + clip.start, tuple(clip.scale * edge for edge in still.box)
        gathered.append(Still(time, f"{time:09.3f}.jpg", box))
        _write(folder / gathered[-1].file, (clip.folder / still.file).read_bytes())
    if gathered:
        _write_index(gathered, folder)


def as_data(folder: Path, still: Still) -> str:
    """A still as a data address, for a page that needs no other file."""
    return "data:image/jpeg;base64," + base64.b64encode((folder / still.file).read_bytes()).decode()


def _write(path: Path, data: bytes) -> None:
    make_folder(path.parent)
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def _write_index(stills: Sequence[Still], folder: Path) -> None:
    _write(folder / "index.json", json.dumps([asdict(still) for still in stills], indent=1).encode())


def told_metrics(analysis: Analysis) -> tuple[str, ...]:
    """What is told of a single frame: what the leading finding rests on, then what shows best from there.

    Only means over the stride: a frame has no amplitude.
    """
    return told_of_a_frame(analysis, Story(analysis).leading_metrics)


def told_of_a_frame(analysis: Analysis, first: Sequence[str]) -> tuple[str, ...]:
    """At most three metrics that a single frame has, some of them first."""
    usual = _TOLD.get(analysis.view.kind, _TOLD_SIDE)
    known = [
        id
        for id in dict.fromkeys((*first, *usual))
        if id in analysis.rows
        and METRICS[id].reduction == "mean"
        and id in analysis.measured.values
        and id not in analysis.measured.trend_only
    ]
    return tuple(known[:_MOST_TOLD])


def wanted_times(analysis: Analysis) -> Floats:
    """Times of the clip of one frame a stretch of the run, spread evenly over it, all at one gait phase.

    The phase is the one at which what is told of a frame is most like the medians of fresh part and end; of each
    stretch the stride is taken with a frame nearest to that phase and to those medians.
    """
    table, frames = analysis.strides, analysis.cleaned.time
    if not len(table) or not frames.size:
        return np.empty(0)
    start, end = (table[name].to_numpy(float) for name in ("start", "end"))
    settings = analysis.settings
    group = fresh_and_end(analysis.segmented, analysis.measured, settings.drift, settings.baseline)
    marks = start + _phase(analysis, group) * (end - start)
    nearest = _nearest(frames, marks)
    off = np.abs(frames[nearest] - marks) / max(float(np.median(np.diff(frames))), 1e-6)
    off += away_from_medians(analysis, nearest, group)
    parts: Sequence[Floats] = np.array_split(np.arange(start.size), min(COUNT, start.size))
    chosen = [int(part[np.argmin(off[part])]) for part in parts]
    clip = analysis.clip_time(frames[nearest[chosen]])
    # Back to the reader's own times, to the bit.
    own = analysis.recording.series.time
    times: Floats = np.unique(own[_nearest(own, clip)])
    return times


def away_from_medians(analysis: Analysis, frames: Ints, group: Ints, told: Sequence[str] | None = None) -> Floats:
    """(S,) how far the frame of each stride is from the medians of its part of the run, in floors.

    Parameters
    ----------
    analysis : Analysis
    frames : ndarray of int, shape (S,)
        One of each kept stride.
    group : ndarray of int, shape (S,)
        0 in the fresh part, 1 at the end; elsewhere nothing is asked.
    told : sequence of str, optional
        The metrics that count; by default those that are told of a frame.
    """
    total = np.zeros(len(frames))
    for id in told_metrics(analysis) if told is None else told:
        value = analysis.measured.values[id][frames]
        stride = analysis.strides[id].to_numpy(float)
        for part in (0, 1):
            inside = group == part
            if np.isfinite(stride[inside]).any():
                away = np.abs(value[inside] - np.nanmedian(stride[inside])) / METRICS[id].floor
                total[inside] += np.nan_to_num(away, nan=_UNSEEN)
    return total


def _phase(analysis: Analysis, group: Ints) -> float:
    """Gait cycles from a stride's beginning at which frames are most like the medians; 0 where nothing tells."""
    if not ((group == 0).any() and (group == 1).any()):
        return 0.0
    away = np.zeros(_PHASES)
    for id in told_metrics(analysis):
        values, stride = analysis.measured.values[id], analysis.strides[id].to_numpy(float)
        mean = phase_curve(values, analysis.strides, analysis.measured.time, group, _PHASES).mean
        for part in (0, 1):
            inside = stride[group == part]
            if np.isfinite(inside).any():
                away += np.nan_to_num(np.abs(mean[part] - np.nanmedian(inside)) / METRICS[id].floor, nan=_UNSEEN)
    return float((int(np.argmin(away)) + 0.5) / _PHASES) if away.any() else 0.0


def _nearest(times: Floats, wanted: Floats) -> np.ndarray:
    right = np.clip(np.searchsorted(times, wanted), 1, max(times.size - 1, 1))
    left = right - 1
    right = np.minimum(right, times.size - 1)
    return np.where(np.abs(times[left] - wanted) <= np.abs(times[right] - wanted), left, right)


def _window(xy: Floats, size: tuple[int, int]) -> tuple[int, int, float]:
    """Width and height that hold the runner in nearly all frames, and how far above mid-hip it begins."""
    hips = midpoint(xy, Landmark.LEFT_HIP)
    about = (xy - hips[:, None])[np.isfinite(hips).all(axis=1)]
    if not np.isfinite(about).any():
        return size[0], size[1], size[1] / 2
    low, high = np.nanpercentile(about.reshape(-1, 2), (0.5, 99.5), axis=0)
    margin = _MARGIN * (high[1] - low[1])
    half = max(-low[0], high[0]) + margin
    # The crown is above all landmarks: the head needs more room than the feet.
    above = -low[1] + 2.0 * margin
    return min(round(2 * half), size[0]), min(round(above + high[1] + margin), size[1]), float(above)


def _place(points: Floats, window: tuple[int, int, float], size: tuple[int, int]) -> tuple[int, int, int, int]:
    wide, high, above = window
    hip = midpoint(points, Landmark.LEFT_HIP)
    x, y = hip if np.isfinite(hip).all() else (size[0] / 2, above)
    left = min(max(round(float(x) - wide / 2), 0), size[0] - wide)
    top = min(max(round(float(y) - above), 0), size[1] - high)
    return left, top, wide, high
