"""The times of all frames of a file, read from its packets instead of its header.

Headers lie: counts are missing, average rates read 1000 or 2000, phones vary their rate. Packets carry the
time of every frame, and reading them without decoding costs milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from posture.errors import PostureError
from posture.series import Floats, Ints
from posture.video.opening import check_file, open_video

# Containers that keep a trustworthy mark of the frames at which decoding can begin. Elsewhere (GIF, transport
# streams, AVI) a seek may land where pictures still depend on earlier ones, so reading starts at the beginning.
_SEEKABLE = {"mov", "mp4", "matroska", "webm"}

# A header that promises more than this beyond the last packet of any stream belongs to a file that was cut off.
_MISSING_SECONDS = 1.0

# Pixels count as square if their sides differ by less: stretching would turn no angle by more than 0.3 degrees.
_SQUARE = 0.01


@dataclass(frozen=True, eq=False)
class Timeline:
    """When each frame of a file is shown.

    Attributes
    ----------
    pts : ndarray of int, shape (N,)
        Presentation stamps in units of ``time_base``, ascending; the first is the first frame that decodes.
    keyframes : ndarray of int
        Stamps of the frames at which decoding can begin, ascending.
    time_base : Fraction
        Seconds per unit.
    seekable : bool
        Whether every stamp is known and unique and the container's keyframes can be trusted.
    rotation : int
        Degrees, 0, 90, 180 or 270, by which frames must be turned clockwise to stand upright.
    size : tuple of int
        Width and height of the upright frame with square pixels.
    stored : tuple of int
        Width and height before turning, with square pixels.
    problem : str or None
        One sentence if the file ends before its header says so.
    """

    pts: Ints
    keyframes: Ints
    time_base: Fraction
    seekable: bool
    rotation: int
    size: tuple[int, int]
    stored: tuple[int, int]
    problem: str | None

    def seconds(self, pts: int) -> float:
        """Seconds from the first frame to a stamp."""
        return (pts - int(self.pts[0])) * self.time_base.numerator / self.time_base.denominator

    @property
    def time(self) -> Floats:
        """(N,) seconds from the first frame."""
        return (self.pts - self.pts[0]) * self.time_base.numerator / self.time_base.denominator

    @property
    def step(self) -> float:
        """Seconds between frames: the median, or 1/30 where a single frame or no stamp is known."""
        steps = np.diff(self.time)
        steps = steps[steps > 0]
        return float(np.median(steps)) if steps.size else 1 / 30


def read_timeline(path: Path) -> Timeline:
    """Read the times of all frames.

    The result is kept for the files read last, as long as they do not change.

    Raises
    ------
    PostureError
        If the file cannot be read, is no video, or not one frame of it can be decoded.
    """
    check_file(path)
    state = path.stat()
    return _read(path.absolute(), state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=16)
def _read(path: Path, _mtime: int, _bytes: int) -> Timeline:
    first, stored = _first_frame(path)
    stamps, keys, clean, problem, container_name, time_base = _scan(path)
    origin = first.pts if first.pts is not None else int(stamps[0]) if stamps.size else 0
    stamps, keys = stamps[stamps >= origin], keys[keys >= origin]
    if not stamps.size:
        stamps, clean = np.array([origin], dtype=np.int64), False
    rotation = round(-first.rotation / 90) % 4 * 90
    return Timeline(
        pts=stamps,
        keyframes=keys,
        time_base=time_base,
        seekable=clean and first.pts == stamps[0] and bool(_SEEKABLE & set(container_name.split(","))),
        rotation=rotation,
        size=stored[::-1] if rotation % 180 else stored,
        stored=stored,
        problem=problem,
    )


def _first_frame(path: Path) -> tuple[VideoFrame, tuple[int, int]]:
    container, stream = open_video(path)
    with container:
        try:
            frame = next(f for f in container.decode(stream) if not f.is_corrupt)
        except (av.FFmpegError, StopIteration) as error:
            raise PostureError(
                f"{path} holds no frame that can be decoded: the recording is damaged or its format is not supported; "
                "convert it to MP4 (H.264) or record it again."
            ) from error
        aspect = stream.sample_aspect_ratio or Fraction(1)
        width = round(frame.width * aspect) if abs(aspect - 1) > _SQUARE else frame.width
        return frame, (width, frame.height)


def _scan(path: Path) -> tuple[Ints, Ints, bool, str | None, str, Fraction]:
    container, stream = open_video(path)
    stamps: list[int] = []
    keys: list[int] = []
    missing = damaged = 0
    end = 0.0
    with container:
        try:
            for packet in container.demux():
                if not packet.size:
                    continue
                if packet.pts is not None and packet.time_base:
                    end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
                if packet.stream_index != stream.index or packet.is_discard:
                    continue
                if packet.is_corrupt:
                    damaged += 1
                elif packet.pts is None:
                    missing += 1
                else:
                    stamps.append(packet.pts)
                    if packet.is_keyframe:
                        keys.append(packet.pts)
        except av.FFmpegError:
            damaged += 1
        promised = ((container.start_time or 0) + (container.duration or 0)) / av.time_base
        names = container.format.name
        short = bool(_SEEKABLE & set(names.split(","))) and promised - end > _MISSING_SECONDS
        pts = np.unique(np.array(stamps, dtype=np.int64))
        clean = not missing and pts.size == len(stamps)
        problem = None
        if damaged or short:
            problem = f"{path.name} breaks off or is damaged: only the readable part is used."
        return (
            pts,
            np.sort(np.array(keys, dtype=np.int64)),
            clean,
            problem,
            names,
            stream.time_base or Fraction(1, 1000),
        )
