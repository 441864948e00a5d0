"""A few real frames kept with the analysis, all at the same gait phase, so that any two can be compared."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from posture.landmarks import Landmark
from posture.report.drawing.marks import Image
from posture.report.video.blur import kept_pictures
from posture.series import Floats
from posture.storage.files import replacing
from posture.storage.modes import make_folder
from posture.video.decode import frames_at

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Stills of a run: five in its first fifth and five in its last.
COUNT = 24
#: Largest height of a still, pixels.
_HEIGHT = 560
_QUALITY = 80
#: What is kept around the runner, as a share of the runner's height.
_MARGIN = 0.08


@dataclass(frozen=True)
class Still:
    """One kept frame.

    Attributes
    ----------
    time : float
        Seconds of the clip, of the frame at which a stride begins.
    file : str
        Name of the JPEG.
    box : tuple of float
        Left, top, width and height of what it shows, pixels of the upright frame.
    """

    time: float
    file: str
    box: tuple[float, float, float, float]


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
        make_folder(self._folder)
        done, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        assert done
        with replacing(self._folder / name) as temporary:
            temporary.write_bytes(data.tobytes())
        self._taken.append(Still(time, name, (left, top, wide, high)))

    def finish(self) -> None:
        """Write which stills there are, and remove those of an earlier analysis."""
        if not self._taken:
            return
        with replacing(self._folder / "index.json") as temporary:
            temporary.write_text(json.dumps([asdict(still) for still in self._taken], indent=1), encoding="utf-8")
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
        entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        stills = [Still(float(e["time"]), str(e["file"]), tuple(e["box"])) for e in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [still for still in stills if Path(still.file).name == still.file and (folder / still.file).is_file()]


def as_data(folder: Path, still: Still) -> str:
    """A still as a data address, for a page that needs no other file."""
    return "data:image/jpeg;base64," + base64.b64encode((folder / still.file).read_bytes()).decode()


def wanted_times(analysis: Analysis) -> Floats:
    """Times of the clip at which a kept stride begins, spread evenly over the run.

    Of each stretch of the run the stride is taken whose beginning is nearest to a frame, so that stills differ
    little in gait phase.
    """
    starts = analysis.strides["start"].to_numpy(float)
    frames = analysis.cleaned.time
    if not starts.size or not frames.size:
        return np.empty(0)
    nearest = _nearest(frames, starts)
    off = np.abs(frames[nearest] - starts)
    parts: Sequence[Floats] = np.array_split(np.arange(starts.size), min(COUNT, starts.size))
    chosen = [int(part[np.argmin(off[part])]) for part in parts]
    clip = frames[nearest[chosen]] * analysis.settings.clip.slow_motion
    # Back to the reader's own times, to the bit.
    own = analysis.recording.series.time
    times: Floats = np.unique(own[_nearest(own, clip)])
    return times


def _nearest(times: Floats, wanted: Floats) -> np.ndarray:
    right = np.clip(np.searchsorted(times, wanted), 1, max(times.size - 1, 1))
    left = right - 1
    right = np.minimum(right, times.size - 1)
    return np.where(np.abs(times[left] - wanted) <= np.abs(times[right] - wanted), left, right)


def _window(xy: Floats, size: tuple[int, int]) -> tuple[int, int, float]:
    """Width and height that hold the runner in nearly all frames, and how far above mid-hip it begins."""
    hips = xy[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
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
    hip = points[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    x, y = hip if np.isfinite(hip).all() else (size[0] / 2, above)
    left = min(max(round(float(x) - wide / 2), 0), size[0] - wide)
    top = min(max(round(float(y) - above), 0), size[1] - high)
    return left, top, wide, high
