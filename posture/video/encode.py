"""Frames into an H.264 file that browsers play, with the times of the input."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream
from numpy.typing import NDArray

from posture.errors import PostureError

# 90 kHz is the clock of MPEG: every usual frame rate is exact or within 6 microseconds of it.
_TIME_BASE = Fraction(1, 90_000)


class VideoWriter:
    """Write frames to an MP4 file.

    The file appears under its name only when it is complete; if anything goes wrong, nothing is left behind.

    Parameters
    ----------
    path : Path
        The file to write; an existing one is replaced.
    size : tuple of int
        Width and height of the frames. An odd side is padded by one row or column at the right or
        bottom, so drawn points keep their place.
    rate : float
        Nominal frames per second: the length of the last frame.

    Raises
    ------
    PostureError
        If the file cannot be written, for example because the disk is full.
    """

    def __init__(self, path: Path | str, size: tuple[int, int], rate: float) -> None:
        self.path = Path(path)
        self._size = size
        self._step = max(round(1 / rate / _TIME_BASE), 1)
        self._last = -1
        self._held: VideoFrame | None = None
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._part: Path | None = None

    def __enter__(self) -> VideoWriter:
        try:
            handle, name = tempfile.mkstemp(prefix=f".{self.path.stem}.", suffix=".part.mp4", dir=self.path.parent)
            os.close(handle)
            self._part = Path(name)
            self._open()
        except OSError as error:
            self._discard()
            raise self._failure(error) from error
        return self

    def _open(self) -> None:
        width, height = self._size
        self._container = av.open(str(self._part), "w", format="mp4", options={"movflags": "+faststart"})
        stream = self._container.add_stream("libx264", options={"preset": "ultrafast", "crf": "23"})
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = _TIME_BASE
        stream.thread_type = "AUTO"
        self._stream = stream

    def write(self, rgb: NDArray[np.uint8], time: float) -> None:
        """Append a frame.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (H, W, 3)
            The picture.
        time : float
            Seconds at which it is shown; must increase.
        """
        width, height = self._size
        if rgb.shape != (height, width, 3):
            raise ValueError(f"frame has shape {rgb.shape}, expected {(height, width, 3)}")
        if width % 2 or height % 2:
            rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), dtype=np.uint8)
        frame = VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.time_base = _TIME_BASE
        frame.pts = max(round(time / _TIME_BASE), self._last + 1)
        self._last = frame.pts
        self._emit(frame)

    def _emit(self, frame: VideoFrame | None) -> None:
        assert self._stream is not None
        assert self._container is not None
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except (OSError, av.FFmpegError) as error:
            raise self._failure(error) from error

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._discard()
            return
        try:
            self._emit(None)
            assert self._container is not None
            assert self._part is not None
            self._container.close()
            self._part.replace(self.path)
        except (OSError, av.FFmpegError) as error:
            self._discard()
            raise self._failure(error) from error
        except PostureError:
            self._discard()
            raise

    def _discard(self) -> None:
        if self._container is not None:
            try:
                self._container.close()
            except (OSError, av.FFmpegError):
                pass
        if self._part is not None:
            self._part.unlink(missing_ok=True)

    def _failure(self, error: BaseException) -> PostureError:
        reason = getattr(error, "strerror", None) or str(error)
        return PostureError(
            f"{self.path} cannot be written ({reason}): free some space or choose another folder with --out."
        )
