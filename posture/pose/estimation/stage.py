"""The pose stage: a clip and the runner's track in, one pose series out."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from posture.errors import HopelessError
from posture.pose.estimation.chunks import Chunk, ChunkPoses, estimate_chunk, load_chunk, plan, save_chunk
from posture.pose.estimation.memory import give_back
from posture.pose.types import Backend, BoxTrack
from posture.series import Floats, Ints, PoseSeries
from posture.settings import PoseSettings
from posture.video.cuts import find_cuts
from posture.video.probe import VideoInfo
from posture.video.timeline import read_timeline

#: A longer time between two frames is an interruption of the recording, s: a step of running takes a third of a second.
GAP_S = 0.3
#: Frames of the neighbouring chunks that are looked at for a cut near the seam.
_OVERLAP = 16
#: Part of the key of kept chunks: a change of what this package computes makes them stale.
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class PoseResult:
    """What the pose stage made of a clip.

    Attributes
    ----------
    series : PoseSeries
        940 bytes a frame.
    problem : str or None
        What is wrong with the file, in one sentence.
    lost : int
        Frames in which the follower had gone over to somebody else and whose poses were dropped.
    """

    series: PoseSeries
    problem: str | None
    lost: int


def estimate(
    video: VideoInfo,
    backend: Backend,
    track: BoxTrack,
    *,
    spans: Sequence[tuple[float, float]],
    turn: int,
    settings: PoseSettings,
    period: float | None = None,
    workers: int,
    cache: Path | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> PoseResult:
    """Follow the runner through a clip.

    The result does not depend, to the bit, on the number of workers nor on which chunks were kept before.

    Parameters
    ----------
    video : VideoInfo
    backend : Backend
    track : BoxTrack
        The runner's, in the frame after `turn`.
    spans : sequence of (start, stop)
        Seconds of the clip to read, in order, not overlapping.
    turn : int
        Degrees clockwise by which the pictures are turned.
    settings : PoseSettings
    period : float, optional
        Seconds of the clip of each of which one frame is looked at (`posture.pose.estimation.thinning.period`).
    workers : int
        Threads.
    cache : Path, optional
        Folder for finished chunks; those that are there and fit are used.
    progress : callable, optional
        Told seconds done and in all, by any thread, one at a time.

    Raises
    ------
    PostureError
        If the file has no frame in the spans, or the cache cannot be written.
    """
    # The frames before a chunk that only start the tracker are the first that must be decoded.
    entries = read_timeline(video.path).entries + settings.warmup_seconds
    chunks = plan(spans, settings.chunk_seconds, settings.warmup_seconds, entries)
    meter = _Meter(chunks, progress)
    key = _key(video, backend, track, turn, settings, period)

    def work(chunk: Chunk) -> ChunkPoses:
        file = None if cache is None else cache / f"{chunk.number:06d}.npz"
        own_key = f"{key} {chunk.start!r} {chunk.stop!r}"
        poses = None if file is None else load_chunk(file, own_key)
        if poses is None:
            poses = estimate_chunk(
                video.path,
                chunk,
                backend,
                track,
                turn=turn,
                warmup=settings.warmup_seconds,
                period=period,
                tick=lambda done: meter.tick(chunk, done),
            )
            if file is not None:
                save_chunk(file, poses, own_key)
        meter.finish(chunk)
        give_back()
        return poses

    results = _all(work, chunks, workers, meter)
    if not any(part.time.size for part in results):
        raise HopelessError(f"{video.path}: no frame can be read in the chosen stretch of time; choose another one.")
    problem = next((part.problem for part in results if part.problem), video.problem)
    lost = sum(int(part.lost.sum()) for part in results)
    return PoseResult(joined(results, chunks, track.size), problem, lost)


class _StoppedError(Exception):
    """Another chunk failed, or the user interrupted."""


class _Meter:
    """Adds up what the threads have done, and stops them."""

    def __init__(self, chunks: Sequence[Chunk], progress: Callable[[float, float], None] | None) -> None:
        self._progress = progress
        self._total = sum(chunk.stop - chunk.start for chunk in chunks)
        self._done = dict.fromkeys(chunks, 0.0)
        self._lock = threading.Lock()
        self.stop = threading.Event()

    def tick(self, chunk: Chunk, done: float) -> None:
        if self.stop.is_set():
            raise _StoppedError
        # Half a second of the clip is about a tenth of a second of the user's time.
        if done >= self._done[chunk] + 0.5:
            self._tell(chunk, done)

    def finish(self, chunk: Chunk) -> None:
        self._tell(chunk, chunk.stop - chunk.start)

    def _tell(self, chunk: Chunk, done: float) -> None:
        with self._lock:
            self._done[chunk] = done
            if self._progress is not None:
                self._progress(sum(self._done.values()), self._total)


def _all(work: Callable[[Chunk], ChunkPoses], chunks: Sequence[Chunk], workers: int, meter: _Meter) -> list[ChunkPoses]:
    with ThreadPoolExecutor(workers, thread_name_prefix="pose") as pool:
        # The longest first: the threads then end together.
        began = sorted(chunks, key=lambda chunk: chunk.start - chunk.stop)
        started = {chunk: pool.submit(work, chunk) for chunk in began}
        futures = [started[chunk] for chunk in chunks]
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
            failed = next((future for future in done if future.exception()), None)
            if failed is not None:
                failed.result()
            return [future.result() for future in futures]
        finally:
            meter.stop.set()
            for future in futures:
                future.cancel()


def _key(
    video: VideoInfo, backend: Backend, track: BoxTrack, turn: int, settings: PoseSettings, period: float | None
) -> str:
    digest = hashlib.sha256()
    about = (_FORMAT, video.sha256, backend.name, backend.version, backend.model, turn, settings.warmup_seconds)
    digest.update(repr((*about, period, track.size)).encode())
    for column in (track.time, track.box, track.found):
        digest.update(np.ascontiguousarray(column).tobytes())
    return digest.hexdigest()


def joined(parts: Sequence[ChunkPoses], chunks: Sequence[Chunk], size: tuple[int, int]) -> PoseSeries:
    """One series of the poses of successive chunks; cuts, new spans and gaps in time begin segments."""
    time = np.concatenate([part.time for part in parts])
    spans = np.repeat([chunk.span for chunk in chunks], [part.time.size for part in parts])
    return PoseSeries(
        time,
        np.concatenate([part.xy for part in parts]),
        np.concatenate([part.world for part in parts]),
        np.concatenate([part.visibility for part in parts]),
        np.concatenate([part.presence for part in parts]),
        _segments(time, spans, _cuts(parts)),
        size,
    )


def _segments(time: Floats, spans: Ints, cuts: Ints) -> Ints:
    """A new segment at every cut, at every new span and after every gap in time."""
    new = np.zeros(time.size, dtype=bool)
    new[cuts] = True
    new[1:] |= (np.diff(spans) != 0) | (np.diff(time) > GAP_S)
    return np.cumsum(new)


def _cuts(parts: Sequence[ChunkPoses]) -> Ints:
    """Frames that begin a new shot, found chunk by chunk with the frames around each."""
    found: list[Ints] = []
    filled = [part for part in parts if part.time.size]
    first = 0
    for i, part in enumerate(filled):
        before, after = filled[max(i - 1, 0) : i], filled[i + 1 : i + 2]
        window = [
            *((b.signature[-_OVERLAP:], b.time[-_OVERLAP:]) for b in before),
            (part.signature, part.time),
            *((a.signature[:_OVERLAP], a.time[:_OVERLAP]) for a in after),
        ]
        lead = window[0][1].size if before else 0
        signatures, times = (np.concatenate(column) for column in zip(*window, strict=True))
        cuts = find_cuts(signatures.astype(np.float32), times)[lead : lead + part.time.size]
        found.append(np.flatnonzero(cuts) + first)
        first += part.time.size
    return np.concatenate(found)
