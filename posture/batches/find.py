"""Which files of a folder are clips: by content, not by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from posture.errors import PostureError
from posture.storage.folder import AnalysisFolder
from posture.video.opening import check_file, open_video

#: Names that promise a video: such a file is listed with its fault if it is none; any other is not a clip, silently.
_PROMISING = frozenset(
    {
        ".3gp",
        ".asf",
        ".avi",
        ".flv",
        ".m2ts",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".ogv",
        ".ts",
        ".vob",
        ".webm",
        ".wmv",
    }
)
#: Names of FFmpeg's formats of single pictures begin like this; they open like videos.
_STILL = ("png", "mjpeg", "jpeg", "bmp", "webp", "tiff", "image2")


@dataclass(frozen=True)
class Clip:
    """A file that opens as a video.

    Attributes
    ----------
    path : Path
        Absolute.
    name : str
        Path from the folder that was searched, with ``/``.
    seconds : float
        Length by the file's header, only to foresee the work; 0 where it does not say.
    """

    path: Path
    name: str
    seconds: float


@dataclass(frozen=True)
class Fault:
    """A file that should be a clip and is none.

    Attributes
    ----------
    name : str
        As of :class:`Clip`.
    reason : str
        One sentence.
    """

    name: str
    reason: str


def find_clips(folder: Path, *, recursive: bool = False, pattern: str | None = None) -> tuple[list[Clip], list[Fault]]:
    """Look for clips in a folder.

    Folders of analyses and hidden files are left alone, whatever they are called. A picture or a sound file is
    no clip; a file that a video's name promises and that cannot be opened is a fault.

    Parameters
    ----------
    folder : Path
    recursive : bool
        Whether to look into its folders too.
    pattern : str, optional
        Only names like this, as ``*_late.*``.

    Returns
    -------
    list of Clip
        In order of name.
    list of Fault

    Raises
    ------
    PostureError
        If the folder is missing or cannot be read.
    """
    if not folder.is_dir():
        raise PostureError(f"{folder} is not a folder: name the folder that holds the clips.")
    clips: list[Clip] = []
    faults: list[Fault] = []
    for path in _files(folder.absolute(), recursive):
        name = path.relative_to(folder.absolute()).as_posix()
        if pattern and not fnmatch(path.name, pattern):
            continue
        try:
            seconds = _seconds(path)
        except PostureError as error:
            if path.suffix.lower() in _PROMISING:
                faults.append(Fault(name, str(error)))
            continue
        if seconds is not None:
            clips.append(Clip(path, name, seconds))
    return clips, faults


def _files(folder: Path, recursive: bool) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        raise PostureError(f"{error.filename} cannot be read ({error.strerror}): check who may read it.") from error

    for here, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(
            name
            for name in folders
            if recursive and not name.startswith(".") and not AnalysisFolder(Path(here, name)).is_analysis()
        )
        yield from (Path(here, name) for name in sorted(files) if not name.startswith("."))


def _seconds(path: Path) -> float | None:
    """Length by the header, s; None for a picture. Decodes nothing."""
    check_file(path)
    container, stream = open_video(path)
    with container:
        if container.format.name.startswith(_STILL) or stream.frames == 1:
            return None
        if container.duration:
            return container.duration / 1e6
        return float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
