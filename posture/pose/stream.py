"""Poses of a stream, kept piece by piece as they come: whatever ends the program, only the last seconds are lost.

The pieces are the chunks of the pose stage; beside them lies a small file with everything else that a recording
needs, written anew with every piece.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any
from zipfile import BadZipFile

import numpy as np

from posture.errors import PostureError
from posture.pose.camera.background import Background, camera_motion, notes_on_camera
from posture.pose.estimation.chunks import Chunk, ChunkPoses, load_chunk, save_chunk
from posture.pose.estimation.stage import joined
from posture.reading import regular
from posture.series import CameraMotion, Floats
from posture.settings import Settings, Span
from posture.storage.files import replacing, unwritable
from posture.storage.folder import AnalysisFolder
from posture.storage.modes import make_folder
from posture.storage.recording import Recording

#: Layout of the file; a file with another number is refused.
SCHEMA = 1


@dataclass(frozen=True)
class Stream:
    """What is known of a stream besides its poses.

    Attributes
    ----------
    name : str
        Of the source, for people.
    identity : str
        Of this session, as a checksum identifies a clip.
    estimator, model : str
        As in ``Recording``.
    size : tuple of int
        Width and height of the upright frame, pixels.
    settings : Mapping
        The settings as plain values; a baseline found on the way included.
    taken, dropped : int
        Frames that were looked at, and frames that came while another one was looked at and were dropped.
    interruptions : int
        How often the source went away and came back.
    lost : int
        Frames in which the follower had gone over to somebody else.
    tilt : float or None
        Degrees by which the room's lines show the pictures to be turned clockwise; None where they do not.
    recorded : str
        When it began, ISO 8601; empty for a file that was played, which may be of another day.
    events : tuple of Mapping
        What happened, as ``Recording`` keeps it.
    """

    name: str
    identity: str
    estimator: str
    model: str
    size: tuple[int, int]
    settings: Mapping[str, object]
    taken: int = 0
    dropped: int = 0
    interruptions: int = 0
    lost: int = 0
    tilt: float | None = None
    recorded: str = ""
    events: tuple[Mapping[str, object], ...] = ()

    def notes(self) -> tuple[str, ...]:
        """Sentences that the user should read."""
        seen = self.taken + self.dropped
        share = 100 * self.dropped / max(seen, 1)
        notes = [
            f"recorded live: of {seen} frames, {self.dropped} ({share:.1f} %) were dropped to keep up; "
            "poses are kept without the estimator's own smoothing and filtered afterwards, as in any analysis."
        ]
        if self.interruptions:
            times = "once" if self.interruptions == 1 else f"{self.interruptions} times"
            notes.append(f"the camera went away {times}; nothing is joined across the gap.")
        notes += [_resized(event) for event in self.events if event["event"] == "size"]
        return tuple(notes)


def _resized(event: Mapping[str, Any]) -> str:
    sizes = " to ".join(f"{wide}x{high}" for wide, high in (event["before"], event["now"]))
    kept = "the picture was scaled" if event["same_shape"] else "shapes were kept, and nothing is joined across it"
    return f"the camera's pictures changed from {sizes} pixels after {event['time']:.0f} s; {kept}."


class StreamWriter:
    """Keeps the pieces of one session in its analysis folder.

    Parameters
    ----------
    folder : AnalysisFolder
        Claimed for the session.
    stream : Stream
    """

    def __init__(self, folder: AnalysisFolder, stream: Stream) -> None:
        self._folder = folder
        self._stream = stream
        self._pieces = self._backgrounds = 0

    @property
    def stream(self) -> Stream:
        """As last written."""
        return self._stream

    def keep(self, poses: ChunkPoses, **changes: object) -> None:
        """Write one more piece, and what changed about the stream.

        Raises
        ------
        PostureError
            If the disk is full or the folder cannot be written.
        """
        self._stream = replace(self._stream, **changes)  # type: ignore[arg-type]
        if poses.time.size:
            save_chunk(self._folder.chunks / f"{self._pieces:06d}.npz", poses, self._stream.identity)
            self._pieces += 1
        self._write_about()

    def keep_background(self, time: float, background: Background) -> None:
        """Write the background of one picture, by which a moved camera is noticed."""
        try:
            make_folder(self._folder.chunks)
        except OSError as error:
            raise PostureError(unwritable(self._folder.chunks, error)) from error
        with (
            replacing(self._folder.chunks / f"background-{self._backgrounds:06d}.npz") as path,
            path.open("wb") as file,
        ):
            np.savez(file, time=time, points=background.points, descriptors=background.descriptors)
        self._backgrounds += 1

    def _write_about(self) -> None:
        with replacing(self._folder.stream) as temporary:
            temporary.write_text(json.dumps({"schema": SCHEMA, **asdict(self._stream)}), encoding="utf-8")


def read_stream(folder: AnalysisFolder) -> Stream:
    """What was kept about an unfinished session.

    Raises
    ------
    PostureError
        If there is none, or it is damaged or of another schema.
    """
    try:
        about = json.loads(regular(folder.stream).read_text(encoding="utf-8"))
        if about.pop("schema") != SCHEMA:
            raise PostureError(f"{folder.path}: recorded by another version of this program; use that one to read it.")
        return Stream(**{**about, "size": tuple(about["size"]), "events": tuple(about.get("events", ()))})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PostureError(f"{folder.path}: holds no complete analysis and no readable live session.") from error


def stream_settings(folder: AnalysisFolder) -> Settings:
    """The settings of an unfinished session."""
    return Settings.model_validate(read_stream(folder).settings)


def recover(folder: AnalysisFolder) -> Recording:
    """The recording of a session from its pieces, whether it ended by itself or was killed.

    Raises
    ------
    PostureError
        If not one pose was kept.
    """
    stream = read_stream(folder)
    pieces = [load_chunk(path, stream.identity) for path in sorted(folder.chunks.glob("[0-9]*.npz"))]
    parts = [piece for piece in pieces if piece is not None and piece.time.size]
    if not parts or not any(np.isfinite(part.xy).any() for part in parts):
        raise PostureError(
            f"{folder.path}: nobody was seen in this session; check that the whole runner is in the picture."
        )
    edges = [*(float(part.time[0]) for part in parts), float(parts[-1].time[-1])]
    chunks = [Chunk(i, 0, start, stop) for i, (start, stop) in enumerate(pairwise(edges))]
    series = joined(parts, chunks, stream.size)
    first, last = float(series.time[0]), float(series.time[-1])
    times, backgrounds = _backgrounds(folder, stream.size)
    camera = camera_motion(times, backgrounds) if backgrounds else CameraMotion.unknown(stream.size)
    return Recording(
        name=stream.name,
        sha256=stream.identity,
        key=stream.identity,
        estimator=stream.estimator,
        model=stream.model,
        rate=series.rate,
        duration=last - first,
        turn=0,
        spans=(Span(first, last),),
        people=(),
        notes=(*stream.notes(), *(notes_on_camera(camera, backgrounds) if backgrounds else ())),
        lost_frames=stream.lost,
        series=series,
        camera=camera,
        corners=backgrounds[0].points if backgrounds else np.empty((0, 2)),
        descriptors=backgrounds[0].descriptors if backgrounds else np.empty((0, 32), np.uint8),
        recorded=stream.recorded,
        tilt=float("nan") if stream.tilt is None else stream.tilt,
        events=stream.events,
    )


def _backgrounds(folder: AnalysisFolder, size: tuple[int, int]) -> tuple[Floats, list[Background]]:
    times, backgrounds = [], []
    for path in sorted(folder.chunks.glob("background-*.npz")):
        # One that was cut off by a kill says nothing; the others do.
        with suppress(OSError, KeyError, ValueError, BadZipFile), np.load(regular(path)) as file:
            backgrounds.append(Background(file["points"], file["descriptors"], size))
            times.append(float(file["time"]))
    return np.array(times), backgrounds
