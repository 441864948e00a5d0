"""The times of all frames of a file, read from its packets instead of its header.

Headers lie: counts are missing, average rates read 1000 or 2000, phones vary their rate. Packets carry the
time of every frame, and reading them without decoding costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.packet import Packet
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType
from av.video.frame import VideoFrame

from posture.errors import PostureError
from posture.series import Floats, Ints
from posture.video.opening import DAMAGE, check_file, open_video

# Containers whose marks of the frames at which decoding can begin are trustworthy. Elsewhere (GIF, for one) pictures
# depend on earlier ones, so reading starts at the beginning.
_MARK_KEYFRAMES = {"mov", "matroska", "avi", "mpegts"}

# Containers whose header says how long the whole file is.
_DECLARE_LENGTH = {"mov", "matroska", "avi"}

# A header that promises more than this beyond the last packet of any stream belongs to a file that was cut off.
_MISSING_SECONDS = 1.0

# Steps within this share of the median one are the usual ones: two frames with one lost between are not.
_USUAL = 0.5

# Where a file says nothing about it, frames per second.
_USUAL_RATE = 30.0

# Frame rates that a camera can have.
_RATES = (1.0, 1000.0)

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
    mirrored : bool
        Whether they must then be mirrored left to right, as some front cameras ask.
    size : tuple of int
        Width and height of the upright frame with square pixels.
    stored : tuple of int
        Width and height before turning, with square pixels.
    problem : str or None
        One sentence if the file ends before its header says so, or holds no times.
    rate : float
        Frames per second by the header, for files that hold no times.
    untimed : int
        Number of frames of such a file; 0 for any other.
    """

    pts: Ints
    keyframes: Ints
    time_base: Fraction
    seekable: bool
    rotation: int
    mirrored: bool
    size: tuple[int, int]
    stored: tuple[int, int]
    problem: str | None
    rate: float = _USUAL_RATE
    untimed: int = 0

    def seconds(self, pts: int) -> float:
        """Seconds from the first frame to a stamp."""
        return (pts - int(self.pts[0])) * self.time_base.numerator / self.time_base.denominator

    @property
    def time(self) -> Floats:
        """(N,) seconds from the first frame."""
        time: Floats = (self.pts - self.pts[0]) * self.time_base.numerator / self.time_base.denominator
        return time

    @property
    def entries(self) -> Floats:
        """Seconds of the frames at which decoding can begin; empty where it must begin with the first."""
        if not self.seekable:
            return np.empty(0)
        entries: Floats = (self.keyframes - self.pts[0]) * float(self.time_base)
        return entries

    @property
    def step(self) -> float:
        """Seconds between frames: the mean of the usual steps, or as the header says where no two stamps are known.

        The median alone would be off by 1 % in Matroska, which counts milliseconds.
        """
        steps = np.diff(self.time)
        steps = steps[steps > 0]
        if not steps.size:
            return 1 / self.rate
        return float(np.mean(steps[np.abs(steps / np.median(steps) - 1) < _USUAL]))


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
    scan = _scan(path)
    stamps = np.unique(np.array(scan.stamps, dtype=np.int64))
    origin = first.pts if first.pts is not None else int(stamps[0]) if stamps.size else 0
    unique = not scan.missing and stamps.size == len(scan.stamps)
    stamps = stamps[stamps >= origin] if stamps.size else np.array([origin], dtype=np.int64)
    keys = np.sort(np.array(scan.keys, dtype=np.int64))
    rotation, mirrored = _orientation(first)
    return Timeline(
        pts=stamps,
        keyframes=keys[keys >= origin],
        time_base=scan.time_base,
        seekable=unique and first.pts == stamps[0] and bool(scan.container & _MARK_KEYFRAMES),
        mirrored=mirrored,
        rotation=rotation,
        size=stored[::-1] if rotation % 180 else stored,
        stored=stored,
        problem=scan.problem(path.name),
        rate=scan.rate,
        untimed=0 if scan.stamps else scan.missing,
    )


def _first_frame(path: Path) -> tuple[VideoFrame, tuple[int, int]]:
    container, stream = open_video(path)
    with container:
        try:
            frame = next(f for f in container.decode(stream) if not f.is_corrupt)
        except (*DAMAGE, StopIteration) as error:
            raise PostureError(
                f"{path} holds no frame that can be decoded: the recording is damaged or its format is not supported; "
                "convert it to MP4 (H.264) or record it again."
            ) from error
        aspect = stream.sample_aspect_ratio or Fraction(1)
        width = round(frame.width * aspect) if abs(aspect - 1) > _SQUARE else frame.width
        return frame, (width, frame.height)


def _orientation(frame: VideoFrame) -> tuple[int, bool]:
    """Degrees clockwise, and whether to mirror after it, that the file's display matrix asks for.

    The matrix takes (x, y) to (a x + c y, b x + d y), x to the right and y down; its first four numbers of
    interest stand at 0, 1, 3 and 4 (ISO/IEC 14496-12, 6.2.2).
    """
    try:
        # PyAV's stub calls the container a dictionary; it iterates over its entries.
        attached = list(cast(Iterable[SideData], frame.side_data))
    except ValueError:  # of a kind that PyAV does not know, EXIF for one: it then gives none, but the rotation
        return -frame.rotation % 360, False
    for data in attached:
        if data.type == SideDataType.DISPLAYMATRIX:
            a, b, _, c, d = np.frombuffer(bytes(data), dtype=np.int32)[:5].astype(float)
            mirrored = a * d - b * c < 0
            angle = np.degrees(np.arctan2(b, -a if mirrored else a))
            return round(angle / 90) % 4 * 90, bool(mirrored)
    return 0, False


@dataclass
class _Scan:
    """What the packets of a file tell."""

    stamps: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    missing: int = 0
    damaged: bool = False
    end: float = 0.0
    promised: float = 0.0
    time_base: Fraction = Fraction(1, 1000)
    container: frozenset[str] = frozenset()
    rate: float = _USUAL_RATE

    def add(self, packet: Packet[Any]) -> None:
        """Take in a packet of the video."""
        if packet.is_discard:
            return
        if packet.is_corrupt:
            self.damaged = True
        elif packet.pts is None:
            self.missing += 1
        else:
            self.stamps.append(packet.pts)
            if packet.is_keyframe:
                self.keys.append(packet.pts)

    def problem(self, name: str) -> str | None:
        """One sentence about a file that is cut off or damaged."""
        if self.missing > 1 and not self.stamps:
            return f"{name} holds no times: its frames are taken to come {self.rate:.4g} a second, as it says."
        if self.container & _DECLARE_LENGTH and self.promised - self.end > _MISSING_SECONDS:
            return f"{name} was cut off: of {self.promised:.1f} s, only the first {self.end:.1f} s are there and used."
        return f"{name} was cut off or is damaged: only its readable frames are used." if self.damaged else None


def _scan(path: Path) -> _Scan:
    container, stream = open_video(path)
    scan = _Scan(time_base=stream.time_base or Fraction(1, 1000))
    with container:
        scan.container = frozenset(container.format.name.split(","))
        said = float(stream.guessed_rate or stream.average_rate or 0)
        scan.rate = said if _RATES[0] <= said <= _RATES[1] else _USUAL_RATE
        scan.promised = ((container.start_time or 0) + (container.duration or 0)) / av.time_base
        try:
            # All streams, because a sound track that outlasts the pictures does not make the file cut off.
            for packet in container.demux():
                if packet.pts is not None and packet.time_base:
                    scan.end = max(scan.end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
                if packet.size and packet.stream_index == stream.index:
                    scan.add(packet)
        except DAMAGE:
            scan.damaged = True
    return scan
