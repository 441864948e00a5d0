"""The unit of work: a stretch of the clip between two fixed times, estimated by one thread.

Chunks do not depend on the number of workers, and one chunk does not depend on another: any thread or
machine may take any chunk and the poses are the same to the bit. A finished chunk is kept on disk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture import landmarks
from posture.errors import PostureError
from posture.pose.estimation.crop import follow, window_at
from posture.pose.types import Backend, BoxTrack, Pose, Rgb
from posture.reading import regular
from posture.series import Floats
from posture.storage.files import UNREADABLE, replacing, unwritable
from posture.storage.modes import make_folder
from posture.video.cuts import SIGNATURE, signature
from posture.video.decode import FrameReader

#: Columns of a pose and the numbers that each landmark has there.
_SHAPES: dict[str, tuple[int, ...]] = {"xy": (2,), "world": (3,), "visibility": (), "presence": ()}
#: Threads that shall share a clip evenly, and with them every power of two below: cores of most machines. 3, 6 or 12
#: threads may wait for the last chunk of a short clip (6 for a minute: the time of 15.5 s of it, where 10.2 would do).
_THREADS = 8
#: Chunks do not become shorter than so many times what is read before each, so that this takes no more than a twelfth,
#: nor than so many seconds: each opens the file and looks for the runner anew.
_WARMUPS, _SHORTEST = 12, 2.0
#: A span that is longer than one chunk by no more than this share is one: each more is warmed up anew.
_OVER = 0.1
#: How far a cut may move, as a share of all that is read: half of it is waited for by every other of two threads.
_UNEVEN = 0.02
#: Frames that there is room for at first.
_ROWS = 512


@dataclass(frozen=True)
class Chunk:
    """Frames in ``[start, stop)`` of the clip.

    Attributes
    ----------
    number : int
        In order of time.
    span : int
        Number of the requested span that it is part of.
    start, stop : float
        Seconds of the clip; `stop` is infinite where the length of the clip is unknown.
    """

    number: int
    span: int
    start: float
    stop: float


@dataclass(frozen=True, eq=False)
class ChunkPoses:
    """What came out of a chunk: one row a frame, `float32` but for the time; NaN where the runner was not seen.

    Attributes
    ----------
    time : ndarray, shape (T,)
        Seconds of the clip.
    xy : ndarray, shape (T, 33, 2)
        Pixels of the upright frame.
    world : ndarray, shape (T, 33, 3)
        Metres.
    visibility, presence : ndarray, shape (T, 33)
        0 to 1.
    signature : ndarray of float16, shape (T, S)
        Of each frame, for finding cuts.
    lost : ndarray of bool, shape (T,)
        Frames in which the follower had gone over to somebody else; their poses are dropped.
    problem : str
        What is wrong with the file here; empty if nothing.
    """

    time: Floats
    xy: Floats
    world: Floats
    visibility: Floats
    presence: Floats
    signature: Floats
    lost: NDArray[np.bool_]
    problem: str


def plan(
    spans: Sequence[tuple[float, float]], longest: float, warmup: float, entries: Floats | None = None
) -> list[Chunk]:
    """Cut spans into chunks that several threads can share evenly, however short the clip is.

    Parameters
    ----------
    spans : sequence of (start, stop)
        Seconds, in order, not overlapping.
    longest : float
        About the greatest length of a chunk, s; one becomes longer by a tenth where that saves another, and by up to
        half where its cuts move.
    warmup : float
        Seconds that are read before each chunk.
    entries : ndarray, optional
        Seconds, ascending, from which a chunk can be read without decoding what lies before. A cut moves back to the
        last one before it if that is near: a cut in the midst of a group of pictures costs its beginning, an uneven
        chunk costs the time in which the threads wait for the one that has it.

    Examples
    --------
    >>> [(chunk.start, chunk.stop) for chunk in plan([(0.0, 12.0)], 10.0, 0.25)]
    [(0.0, 3.0), (3.0, 6.0), (6.0, 9.0), (9.0, 12.0)]
    """
    total = sum(stop - start for start, stop in spans if np.isfinite(stop))
    length = _even(total, longest, warmup)
    near = min(length / 2, _UNEVEN * total)
    pieces: list[tuple[int, float, float]] = []
    for number, (start, stop) in enumerate(spans):
        parts = max(math.ceil((stop - start) / length - _OVER), 1) if np.isfinite(stop) else 1
        inner = _moved(np.linspace(start, stop, parts + 1)[1:-1], near, entries) if parts > 1 else np.empty(0)
        edges = [start, *inner[inner > start].tolist(), stop]
        pieces += [(number, a, b) for a, b in pairwise(edges) if b > a]
    return [Chunk(i, *piece) for i, piece in enumerate(pieces)]


def _even(total: float, longest: float, warmup: float) -> float:
    """Length of chunks, as many as a number of threads that is a power of two shares evenly."""
    if not total:
        return longest
    threads = _THREADS
    while threads > 1 and total / threads < max(_WARMUPS * warmup, _SHORTEST):
        threads //= 2
    return total / (threads * math.ceil(total / (threads * longest)))


def _moved(cuts: Floats, near: float, entries: Floats | None) -> Floats:
    if entries is None or not entries.size:
        return cuts
    last = entries[np.maximum(np.searchsorted(entries, cuts, side="right") - 1, 0)]
    return np.where((last <= cuts) & (cuts - last < near), last, cuts)


def estimate_chunk(
    path: Path,
    chunk: Chunk,
    backend: Backend,
    track: BoxTrack,
    *,
    turn: int,
    warmup: float,
    period: float | None,
    tick: Callable[[float], None],
) -> ChunkPoses:
    """Follow the runner through one chunk.

    Parameters
    ----------
    path : Path
        The video file.
    chunk : Chunk
    backend : Backend
    track : BoxTrack
    turn : int
        Degrees clockwise.
    warmup : float
        Seconds before the chunk whose frames only start the tracker: its first pose is off by tens of pixels,
        and its visibility, a running mean over about ten frames, needs as many to settle. Landmarks need no more.
    period : float or None
        Seconds of the clip of each of which one frame is looked at; all are if there is none.
    tick : callable
        Told the seconds of the chunk that are done, after every frame; may raise to stop the work.
    """
    reader = FrameReader(path, max(chunk.start - warmup, 0.0), chunk.stop, turn, period, alone=False)
    follower = backend.open_follower()
    try:
        seen = Gathered()
        searching = True
        for frame in reader:
            pose, stray = follow(follower, window_at(track, frame.time), frame.rgb, searching=searching)
            searching = pose is None
            if frame.time < chunk.start:
                continue
            seen.add(frame.time, frame.rgb, pose, stray)
            tick(frame.time - chunk.start)
    finally:
        follower.close()
        reader.close()
    return seen.poses(reader.problem or "")


class Gathered:
    """Poses that come one by one, written into columns that grow.

    Kept one by one, they would lie in memory between pictures that come and go, and what is around them could not be
    used again: in an hour that cost half a gigabyte.
    """

    def __init__(self) -> None:
        self._times: list[float] = []
        self._lost: list[bool] = []
        self._columns = _columns(_ROWS)

    @property
    def length(self) -> float:
        """Seconds from the first frame to the last."""
        return self._times[-1] - self._times[0] if self._times else 0.0

    def add(self, time: float, rgb: Rgb, pose: Pose | None, lost: bool = False) -> None:
        """The next frame; None is one in which the runner was not seen, or, if ``lost``, somebody else was."""
        row = len(self._times)
        if row == len(self._columns["xy"]):
            grown = _columns(2 * row)
            for name, column in self._columns.items():
                grown[name][:row] = column
            self._columns = grown
        self._times.append(time)
        self._lost.append(lost)
        self._columns["signature"][row] = signature(rgb)
        if pose is not None:
            for name in _SHAPES:
                self._columns[name][row] = getattr(pose, name)

    def poses(self, problem: str = "") -> ChunkPoses:
        """All of them; ``problem`` says what is wrong with the file here."""
        rows = len(self._times)
        columns = {name: column[:rows].copy() for name, column in self._columns.items()}
        return ChunkPoses(np.array(self._times), **columns, lost=np.array(self._lost, bool), problem=problem)


def _columns(rows: int) -> dict[str, Floats]:
    columns = {name: np.full((rows, landmarks.COUNT, *shape), np.nan, np.float32) for name, shape in _SHAPES.items()}
    return {**columns, "signature": np.zeros((rows, SIGNATURE), np.float16)}


def save_chunk(path: Path, poses: ChunkPoses, key: str) -> None:
    """Keep a finished chunk, in one step, under the key of everything it depends on."""
    try:
        make_folder(path.parent)
    except OSError as error:
        raise PostureError(unwritable(path.parent, error)) from error
    columns: dict[str, Any] = {field.name: np.asarray(getattr(poses, field.name)) for field in fields(ChunkPoses)}
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, key=np.asarray(key), **columns)


def load_chunk(path: Path, key: str) -> ChunkPoses | None:
    """A kept chunk, or None if there is none with this key."""
    try:
        with regular(path).open("rb") as raw, np.load(raw) as file:
            if str(file["key"]) != key:
                return None
            columns = {field.name: file[field.name] for field in fields(ChunkPoses)}
    except UNREADABLE:
        return None
    return ChunkPoses(**{**columns, "problem": str(columns["problem"])})
