"""Frames into an H.264 file that browsers play, with the times of the input."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange
from av.video.stream import VideoStream
from numpy.typing import NDArray

from posture.errors import PostureError
from posture.opencv import cv2
from posture.storage.files import nameable
from posture.storage.modes import real, touch

# The clock of MPEG: every usual frame rate is exact, every other time within 6 microseconds.
_TIME_BASE = Fraction(1, 90_000)

# Fast enough to draw and encode a minute at 30 frames/s in seconds on two cores; no reordered frames, so that a
# browser steps through it exactly; lines one pixel wide stay clean at this quality. One quantizer for all frames: to
# choose one for each, the encoder would look at every frame twice, which takes a fifth longer for files of like size.
_X264 = {"preset": "ultrafast", "qp": "24"}

# Players guess the colour matrix from the size unless it is written: code point 6 (BT.601) of ITU-T H.273.
_BT601 = 6


class VideoWriter:
    """Write frames to an MP4 file.

    The file appears under its name only when it is complete; if anything goes wrong, nothing is left behind.

    Parameters
    ----------
    path : Path
        The file to write; an existing one is replaced.
    size : tuple of int
        Width and height of the frames. An odd side is padded by one column at the right or one row at the bottom,
        so that drawn points keep their place.
    rate : float
        Nominal frames per second; the last frame is shown for its inverse.

    Raises
    ------
    PostureError
        If the file cannot be written, for example because the disk is full.

    Examples
    --------
    >>> with VideoWriter(Path("overlay.mp4"), size=(640, 720), rate=30.0) as writer:  # doctest: +SKIP
    ...     writer.write(rgb, time=0.0)
    """

    def __init__(self, path: Path | str, size: tuple[int, int], rate: float) -> None:
        if not (rate > 0 and np.isfinite(rate)):
            raise ValueError(f"rate is {rate}, expected a positive number")
        self.path = Path(path)
        self._size = size
        self._step = max(round(1 / rate / _TIME_BASE), 1)
        self._last = -1
        # Beside the target, so that the final rename stays on one disk.
        self._place = real(self.path)
        self._part = self._place.with_name(f".{self.path.name}.{os.getpid()}.part")
        self._alias = contextlib.ExitStack()
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None

    def __enter__(self) -> VideoWriter:
        try:
            # FFmpeg opens the file at the first frame only: a folder that cannot be written to is told now.
            touch(self._part, like=self._place)
            name = self._alias.enter_context(nameable(self._part.absolute()))
            self._container = av.open(f"file:{name}", "w", format="mp4", options={"movflags": "+faststart"})
            self._stream = self._add_stream(self._container)
        except (OSError, av.FFmpegError) as error:
            self._discard()
            raise self._failure(error) from error
        return self

    def _add_stream(self, container: OutputContainer) -> VideoStream:
        width, height = self._size
        stream = container.add_stream("libx264", options=dict(_X264))
        stream.width, stream.height = width + width % 2, height + height % 2
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = _TIME_BASE
        stream.codec_context.colorspace = _BT601
        stream.codec_context.color_range = ColorRange.MPEG
        return stream

    def write(self, rgb: NDArray[np.uint8], time: float) -> None:
        """Append a frame.

        Parameters
        ----------
        rgb : ndarray of uint8, shape (H, W, 3)
            The picture.
        time : float
            Seconds at which it is shown, not negative and greater than the last.
        """
        width, height = self._size
        if rgb.shape != (height, width, 3):
            raise ValueError(f"frame has shape {rgb.shape}, expected {(height, width, 3)}")
        if width % 2 or height % 2:
            rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE), dtype=np.uint8)
        # In BT.601, as the file says. FFmpeg's own conversion takes ten times as long.
        yuv = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)
        # Not the one without a copy, which takes the height for a multiple of four.
        frame = VideoFrame.from_ndarray(yuv, format="yuv420p")
        frame.time_base = _TIME_BASE
        frame.pts = self._last = max(round(time / _TIME_BASE), self._last + 1)
        self._encode(frame)

    def _encode(self, frame: VideoFrame | None) -> None:
        if self._container is None or self._stream is None:
            raise ValueError("the writer is not open: use it in a with statement")
        try:
            for packet in self._stream.encode(frame):
                # Counts for the last frame only: the others last until the next one.
                packet.duration = self._step
                self._container.mux(packet)
        except (OSError, av.FFmpegError) as error:
            raise self._failure(error) from error

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._discard()

    def _finish(self) -> None:
        if self._last < 0:
            raise PostureError(f"{self.path} is not written: there was not one frame to put into it.")
        self._encode(None)
        assert self._container is not None
        try:
            self._container.close()
            self._part.replace(self._place)
        except (OSError, av.FFmpegError) as error:
            raise self._failure(error) from error

    def _discard(self) -> None:
        if self._container is not None:
            with contextlib.suppress(OSError, av.FFmpegError):
                self._container.close()
            self._container = self._stream = None
        self._alias.close()
        with contextlib.suppress(OSError):
            self._part.unlink(missing_ok=True)

    def _failure(self, error: BaseException) -> PostureError:
        reason = getattr(error, "strerror", None) or str(error)
        return PostureError(
            f"{self.path} cannot be written ({reason}): free some space or choose another folder with --out."
        )
