"""What a video file is: size, times, codec and fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posture.video.opening import checksum, open_video
from posture.video.timeline import Timeline, read_timeline

#: No camera wrote files before.
_CLOCKS_SET = 1970


@dataclass(frozen=True)
class VideoInfo:
    """A video file that can be read.

    Attributes
    ----------
    path : Path
        The file.
    size : tuple of int
        Width and height of the upright frame (rotation tag and non-square pixels applied).
    rotation : int
        Degrees clockwise, 0, 90, 180 or 270, that the rotation tag asks for.
    rate : float
        Nominal frames per second: the inverse of the median time between frames (NaN for a single frame).
    duration : float or None
        Seconds from the first frame to the end of the last, or None if the file holds no frame times.
    frames : int or None
        Number of frames, counted, or None if the file holds no frame times.
    codec, pixel_format : str
        FFmpeg's names.
    recorded : datetime or None
        When the file says it was made.
    sha256 : str
        Of the whole file.
    problem : str or None
        One sentence if the file is cut off or damaged.
    """

    path: Path
    size: tuple[int, int]
    rotation: int
    rate: float
    duration: float | None
    frames: int | None
    codec: str
    pixel_format: str
    recorded: datetime | None
    sha256: str
    problem: str | None


def probe(path: Path | str) -> VideoInfo:
    """Look at a file without decoding more than one frame.

    Raises
    ------
    PostureError
        If the path is missing, a directory, empty or unreadable, or if the file is no video, holds only sound, or has
        no frame that can be decoded.
    """
    path = Path(path)
    line = read_timeline(path)
    container, stream = open_video(path)
    with container:
        codec, pixels = stream.codec_context.name, stream.codec_context.pix_fmt or "unknown"
        made = {**container.metadata, **stream.metadata}.get("creation_time")
    timed, frames = line.pts.size > 1 or line.untimed > 1, line.untimed or int(line.pts.size)
    return VideoInfo(
        path=path,
        size=line.size,
        rotation=line.rotation,
        rate=1 / line.step if timed else float("nan"),
        duration=_duration(line) if timed else None,
        frames=frames if timed else None,
        codec=codec,
        pixel_format=pixels,
        recorded=_date(made),
        sha256=checksum(path),
        problem=line.problem,
    )


def _duration(line: Timeline) -> float:
    return line.untimed * line.step if line.untimed else float(line.time[-1]) + line.step


def _date(text: str | None) -> datetime | None:
    try:
        made = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    # A clock that was never set begins in 1904 or 1970.
    return made if made and _CLOCKS_SET < made.year < 9999 else None
