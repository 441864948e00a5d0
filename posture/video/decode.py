"""Frames out of a video file: upright, contiguous, with their true times."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import TracebackType

import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from posture.opencv import cv2
from posture.video.opening import DAMAGE, open_video
from posture.video.timeline import read_timeline

Image = NDArray[np.uint8]

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}

# A stamp that falls back by more is a clock that restarted, by less a stamp that is out of order.
_RESTART_SECONDS = 1.0

# Decoding runs ahead of presentation by at most 16 reordered frames.
_SEEK_SECONDS = 1.0


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture.

    Attributes
    ----------
    index : int
        Number of the frame in the file, from 0.
    time : float
        Seconds since the first frame of the file.
    rgb : ndarray of uint8, shape (H, W, 3)
        Upright and contiguous, as MediaPipe needs it.
    """

    index: int
    time: float
    rgb: Image


class FrameReader:
    """Iterate over the frames of a file.

    Parameters
    ----------
    path : Path
        The video file.
    start, stop : float, optional
        Seconds since the first frame; frames in ``[start, stop)`` are given, bit for bit the same as when
        reading from the beginning.
    turn : {0, 90, 180, 270}
        Degrees clockwise, after the file's own rotation tag.
    period : float, optional
        Seconds, counted from the file's beginning, of each of which only the first frame is given.
    alone : bool
        Whether nothing else keeps the cores busy, so that several may decode.

    Attributes
    ----------
    problem : str or None
        One sentence once the file turned out to break off or to be damaged; what is readable was given.
    repaired : int
        Number of frames whose time was missing or did not increase and was set from its neighbours.

    Raises
    ------
    PostureError
        If the file cannot be read, is no video, or not one frame of it can be decoded.

    Examples
    --------
    >>> with FrameReader(Path("run.mp4"), start=10.0, stop=20.0) as reader:  # doctest: +SKIP
    ...     for frame in reader:
    ...         print(frame.time, frame.rgb.shape)
    """

    def __init__(
        self,
        path: Path | str,
        start: float | None = None,
        stop: float | None = None,
        turn: int = 0,
        period: float | None = None,
        *,
        alone: bool = True,
    ) -> None:
        if turn not in (0, 90, 180, 270):
            raise ValueError(f"turn is {turn}, expected 0, 90, 180 or 270")
        self.path = Path(path)
        self.start = 0.0 if start is None else start
        self.stop = float("inf") if stop is None else stop
        self.turn = turn
        self.period = period
        self._alone = alone
        self.problem: str | None = None
        self.repaired = 0
        self._timeline = read_timeline(self.path)
        self._reformatter = VideoReformatter()
        self._needed = self.start
        self._before = -self._timeline.step
        self._running: Generator[Frame, None, None] | None = None

    def __enter__(self) -> FrameReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; an iteration under way ends."""
        # The generator closes the container: FFmpeg must not lose it in the midst of reading.
        if self._running is not None:
            self._running.close()
            self._running = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames that are given."""
        width, height = self._timeline.size
        return (height, width) if self.turn % 180 else (width, height)

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames in order of time; a second call begins anew."""
        self.close()
        self._running = self._pictures()
        return self._running

    def _pictures(self) -> Generator[Frame, None, None]:
        for index, time, frame in self._decoded():
            if self._begins_a_period(index, time):
                yield Frame(index, time, self._picture(frame))

    def _begins_a_period(self, index: int, time: float) -> bool:
        """Told by the times of the file alone, so that it does not depend on where reading began."""
        if self.period is None:
            return True
        line = self._timeline
        before = line.seconds(int(line.pts[index - 1])) if line.seekable and index > 0 else self._before
        # A quarter of a frame: periods of whole frames end where rounded stamps may lie on either side.
        first, last = (np.floor((t + line.step / 4) / self.period) for t in (before, time))
        return bool(first < last)

    def _decoded(self) -> Iterator[tuple[int, float, VideoFrame]]:
        line = self._timeline
        index, last, offset = -1, -line.step, 0.0
        self.problem, self.repaired = None, 0
        for frame in self._frames():
            stamp = None if frame.pts is None else line.seconds(frame.pts) + offset
            if stamp is None:
                time = last + line.step
            elif stamp > last:
                time = stamp
            elif last - stamp > _RESTART_SECONDS:
                offset += last + line.step - stamp
                time = last + line.step
            else:
                # Half a step lets the clock catch up with the stamps that follow.
                time = last + line.step / 2
            self.repaired += time != stamp
            index = int(np.searchsorted(line.pts, frame.pts)) if line.seekable and frame.pts is not None else index + 1
            self._before, last = last, time
            if time >= self.stop:
                return
            if time >= self.start:
                yield index, time, frame
        self.problem = self.problem or line.problem

    def _frames(self) -> Iterator[VideoFrame]:
        key = self._entry()
        if key is not None:
            frames = self._decode(key)
            first = next(frames, None)
            # Where a stream refreshes its pictures bit by bit, its keyframes alone do not give a whole picture.
            if first is not None and first.pts == key:
                yield first
                yield from frames
                return
            frames.close()
            self.problem = None
        yield from self._decode(None)

    def _decode(self, key: int | None) -> Generator[VideoFrame, None, None]:
        """Frames from a keyframe on, without those shown before it, which may need the group before it."""
        container, packets = self._packets(key)
        try:
            while True:
                try:
                    packet = next(packets)
                    self._spare(packet)
                    # The last packet of a file that was cut off is incomplete: its picture would be part garbage.
                    frames = [] if packet.is_corrupt else packet.decode()
                except StopIteration:
                    return
                except DAMAGE:
                    self._damaged()
                    continue
                if key is not None:
                    frames = [frame for frame in frames if frame.pts is None or frame.pts >= key]
                whole = [frame for frame in frames if not frame.is_corrupt]
                if packet.is_corrupt or len(whole) < len(frames):
                    self._damaged()
                yield from whole
        finally:
            container.close()

    def _spare(self, packet: Packet[VideoStream]) -> None:
        """Do not decode what is not needed, or shown before anything is, if no other frame refers to it."""
        line = self._timeline
        if line.seekable and packet.pts is not None:
            time, index = line.seconds(packet.pts), int(np.searchsorted(line.pts, packet.pts))
            needed = time >= self._needed and self._begins_a_period(index, time)
            packet.stream.codec_context.skip_frame = "DEFAULT" if needed else "NONREF"

    def _damaged(self) -> None:
        self.problem = self._timeline.problem or f"{self.path.name} is damaged: only its readable frames are used."

    def _packets(self, key: int | None) -> tuple[InputContainer, Iterator[Packet[VideoStream]]]:
        """Packets from a keyframe on; from the beginning if there is none or it cannot be reached."""
        container, stream = open_video(self.path, alone=self._alone)
        if key is not None:
            line = self._timeline
            # Containers seek by decoding time, which runs ahead of presentation: aim before, then skip packets.
            before = key - round(_SEEK_SECONDS / line.time_base)
            try:
                container.seek(max(before, int(line.pts[0])), stream=stream)
                packets = container.demux(stream)
                for packet in packets:
                    if packet.pts == key and packet.is_keyframe:
                        return container, chain([packet], packets)
            except DAMAGE:
                pass
            container.close()
            container, stream = open_video(self.path, alone=self._alone)
        return container, container.demux(stream)

    def _entry(self) -> int | None:
        """Stamp of the last keyframe at or before the start, or None to read from the beginning."""
        line = self._timeline
        if not line.seekable or self.start <= 0:
            return None
        wanted = line.pts[min(int(np.searchsorted(line.time, self.start)), line.pts.size - 1)]
        keys = int(np.searchsorted(line.keyframes, wanted, side="right"))
        return int(line.keyframes[keys - 1]) if keys > 1 else None

    def _picture(self, frame: VideoFrame) -> Image:
        width, height = self._timeline.stored
        # One thread: starting more for each frame costs more than the conversion.
        plain = self._reformatter.reformat(frame, width=width, height=height, format="rgb24", threads=1)
        rgb: Image = np.ascontiguousarray(plain.to_ndarray())
        if self._timeline.mirrored:
            rgb = _turned(rgb, self._timeline.rotation)
            return _turned(np.asarray(cv2.flip(rgb, 1), dtype=np.uint8), self.turn)
        return _turned(rgb, (self._timeline.rotation + self.turn) % 360)


def _turned(rgb: Image, turn: int) -> Image:
    return rgb if turn == 0 else np.asarray(cv2.rotate(rgb, _TURNS[turn]), dtype=np.uint8)


def frames_at(path: Path | str, times: NDArray[np.floating], turn: int = 0) -> Iterator[Frame]:
    """Give, for each of the ascending times, the first frame at or after it.

    Only the wanted frames become pictures, and of the others only those are decoded that lie between a wanted one and
    the keyframe before it and that other frames refer to. A frame that answers several times is given once; times after
    the last frame are left out.
    """
    wanted = np.asarray(times, dtype=float)
    line = read_timeline(Path(path))
    first = np.flatnonzero(np.diff(np.searchsorted(line.entries, wanted, side="right"), prepend=-1))
    last = -np.inf
    for group in np.split(wanted, first[1:]) if wanted.size else ():
        with FrameReader(path, start=float(group[0]), turn=turn) as reader:
            done = 0
            for index, time, frame in reader._decoded():
                if time >= group[done]:
                    done = int(np.searchsorted(group, time, side="right"))
                    if time > last:
                        yield Frame(index, time, reader._picture(frame))
                        last = time
                if done >= group.size:
                    break
                reader._needed = float(group[done])
