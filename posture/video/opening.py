"""Opening a video file, with one clear sentence for whatever may be wrong with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from posture.errors import PostureError

# A playlist in disguise must not make FFmpeg call another machine: only files are opened.
_OPTIONS = {"protocol_whitelist": "file"}


#: What reading packets and decoding them raises in a damaged file; the second where PyAV meets a stream that was not
#: announced.
DAMAGE = (av.FFmpegError, IndexError)


def check_file(path: Path) -> None:
    """Refuse what cannot be a video file at all.

    Raises
    ------
    PostureError
        If the path is missing, a directory, empty, not a regular file, or may not be read.
    """
    try:
        if path.is_dir():
            raise PostureError(
                f"{path} is a directory: name one video file in it, or use 'posture batch' for all of them."
            )
        if not path.exists():
            raise PostureError(f"{path} does not exist: check the name and the folder.")
        if not path.is_file():
            raise PostureError(f"{path} is not a regular file: save the video to a file and name that.")
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise PostureError(
            f"{path} cannot be read ({error.strerror}): check who may read the file and whether its drive is connected."
        ) from error
    if empty:
        raise PostureError(f"{path} is empty (0 bytes): copy or record the video again.")


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, by which a clip is known.

    Raises
    ------
    PostureError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PostureError(f"{path} cannot be read ({error.strerror}): check who may read the file.") from error


def open_video(path: Path, *, alone: bool = True) -> tuple[InputContainer, VideoStream]:
    """Open a file and its video stream, ready to decode.

    Parameters
    ----------
    path : Path
    alone : bool
        Whether nothing else keeps the cores busy, so that several may decode. It costs a sixth more.

    Returns
    -------
    tuple
        The container, which the caller closes, and its video stream (cover pictures are no video).

    Raises
    ------
    PostureError
        If the file cannot be read, is no video, or carries no pictures.
    """
    check_file(path)
    try:
        # Titles and comments may be of any alphabet, or of none.
        container: InputContainer = av.open(
            _openable(path), mode="r", options=dict(_OPTIONS), metadata_errors="replace"
        )
    except (av.FFmpegError, OSError) as error:
        raise PostureError(
            f"{path} cannot be opened as a video: it is no video, or recording or copying stopped before its "
            "index was written; record or copy it again."
        ) from error
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not streams or not streams[0].codec_context:
        has_sound = bool(container.streams.audio)
        container.close()
        what = "holds sound but no pictures" if has_sound else "holds no pictures"
        raise PostureError(f"{path} {what}: name a file with video.")
    stream = streams[0]
    if alone:
        stream.thread_type = "AUTO"
    else:
        stream.codec_context.thread_count = 1
    return container, stream


def _openable(path: Path) -> str | BinaryIO:
    """What FFmpeg can open: the absolute path, lest a name with a colon be taken for a protocol, if it is text."""
    name = str(path.absolute())
    try:
        name.encode()
    except UnicodeEncodeError:
        return path.open("rb")
    return name
