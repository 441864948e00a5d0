"""Several recordings of one run as one: put in order on one clock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

import numpy as np

from posture.pose.camera.same import same_camera
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import Span
from posture.storage.recording import Recording

#: Between clips whose times are not known, s: long enough that nothing is measured across it.
UNKNOWN_GAP = 1.0
#: Clips may overlap by this much on the clock: the clocks of files tell whole seconds.
_CLOCK_S = 1.0
#: Clips that lie further apart than this by the files' times are not one run: the files were written otherwise, s.
_LONGEST_GAP = 6 * 3600.0
#: Least time between clips once they are on one clock, s.
_APART_S = 1e-3


class Clock(StrEnum):
    """What the begins of recordings are known by."""

    GIVEN = "the minutes that were given"
    FILES = "the times that they were recorded"
    NONE = "nothing"


@dataclass(frozen=True)
class Starts:
    """When each recording begins.

    Attributes
    ----------
    seconds : tuple of float
        In the clips' own time: of the run where minutes were given, else from the begin of the first one.
    clock : Clock
    origin : float
        When the first one began by the clock of the files, seconds of the epoch; 0 by any other.
    """

    seconds: tuple[float, ...]
    clock: Clock
    origin: float = 0.0

    def later(self, seconds: float) -> Starts:
        """The same, moved behind something that began earlier."""
        return replace(self, seconds=tuple(start + seconds for start in self.seconds))


def arrange(recordings: Sequence[Recording], minutes: Sequence[float | None] = ()) -> tuple[list[int], Starts]:
    """Order of the recordings of one run, and when each begins, by what is known best.

    Given minutes come first. Then the times that the files carry, if they make a run: some cameras write when
    they begin, others when they end, so the reading is taken in which no clip overlaps the next. Else the names
    give the order, numbers in them by value, and nothing is known of the time between.

    Parameters
    ----------
    recordings : sequence of Recording
    minutes : sequence of float or None
        Minute of the run at which each begins, where given.

    Returns
    -------
    list of int
        Places in ``recordings``, in order of time.
    Starts
        In that order.
    """
    durations = np.array([recording.duration for recording in recordings])
    if minutes and all(minute is not None for minute in minutes):
        begins = 60.0 * np.array([minute or 0.0 for minute in minutes])
        order = np.argsort(begins, kind="stable")
        return order.tolist(), Starts(_without_overlap(begins[order], durations[order]), Clock.GIVEN)
    if all(recording.recorded for recording in recordings):
        written = np.array([_epoch(recording) for recording in recordings])
        order = np.argsort(written, kind="stable")
        lengths = durations[order]
        for begins in (written[order], written[order] - lengths):
            apart = begins[1:] - (begins + lengths)[:-1]
            if np.all((apart >= -_CLOCK_S) & (apart <= _LONGEST_GAP)):
                seconds = _without_overlap(begins - begins[0], lengths)
                return order.tolist(), Starts(seconds, Clock.FILES, float(begins[0]))
    named = sorted(range(len(recordings)), key=lambda i: _natural(recordings[i].name))
    return named, Starts(_end_to_end(durations[named]), Clock.NONE)


def join(recordings: Sequence[Recording], starts: Starts, *, name: str, same_camera: bool) -> Recording:
    """One recording of several.

    Nothing is measured across their borders: every one begins a new segment. Pictures of another size are scaled
    to the height of the first.

    Parameters
    ----------
    recordings : sequence of Recording
        In order.
    starts : Starts
    name : str
        Of the run.
    same_camera : bool
        Whether the camera stood still between them; for the note.
    """
    height, scales = recordings[0].series.size[1], to_one_height(recordings)
    width = max(round(scale * recording.series.size[0]) for scale, recording in zip(scales, recordings, strict=True))
    first = recordings[0]
    digest = hashlib.sha256(" ".join(r.key for r in recordings).encode() + repr(starts.seconds).encode()).hexdigest()
    ends = [start + recording.duration for start, recording in zip(starts.seconds, recordings, strict=True)]
    return replace(
        first,
        name=name,
        sha256=digest,
        key=digest,
        duration=max(ends),
        spans=tuple(
            Span(span.start + start, span.stop + start)
            for start, recording in zip(starts.seconds, recordings, strict=True)
            for span in recording.spans
        ),
        people=(),
        notes=(*_notes(recordings, starts, same_camera=same_camera),),
        lost_frames=sum(recording.lost_frames for recording in recordings),
        series=_series([r.series for r in recordings], starts.seconds, scales, (width, height)),
        camera=_camera([r.camera for r in recordings], starts.seconds, scales, (width, height)),
    )


def to_one_height(recordings: Sequence[Recording]) -> list[float]:
    """What the pixels of each recording are multiplied by, so that pictures are as high as those of the first."""
    return [recordings[0].series.size[1] / recording.series.size[1] for recording in recordings]


def unmoved(recordings: Sequence[Recording]) -> bool:
    """Whether the backgrounds show that the camera stood in one place for all of them."""
    return all(same_camera(recordings[0], other) for other in recordings[1:])


def _series(
    parts: Sequence[PoseSeries], starts: Sequence[float], scales: Sequence[float], size: tuple[int, int]
) -> PoseSeries:
    segments, first = [], 0
    for part in parts:
        numbers = part.segment - part.segment[0] + first
        segments.append(numbers)
        first = int(numbers[-1]) + 1
    return PoseSeries(
        time=np.concatenate([part.time + start for part, start in zip(parts, starts, strict=True)]),
        xy=np.concatenate([part.xy * scale for part, scale in zip(parts, scales, strict=True)]),
        world=np.concatenate([part.world for part in parts]),
        visibility=np.concatenate([part.visibility for part in parts]),
        presence=np.concatenate([part.presence for part in parts]),
        segment=np.concatenate(segments),
        size=size,
    )


def _camera(
    parts: Sequence[CameraMotion], starts: Sequence[float], scales: Sequence[float], size: tuple[int, int]
) -> CameraMotion:
    both = list(zip(parts, starts, scales, strict=True))
    return CameraMotion(
        time=np.concatenate([part.time + start for part, start, _ in both]),
        shift=np.concatenate([part.shift * scale for part, _, scale in both]),
        roll=np.concatenate([part.roll for part in parts]),
        scale=np.concatenate([part.scale for part in parts]),
        measured=np.concatenate([part.measured for part in parts]),
        size=size,
    )


def _notes(recordings: Sequence[Recording], starts: Starts, *, same_camera: bool) -> list[str]:
    names = ", ".join(recording.name for recording in recordings)
    notes = [f"{recording.name}: {note}" for recording in recordings for note in recording.notes]
    if len(recordings) == 1:
        return list(recordings[0].notes)
    when = (
        f"by {starts.clock.value}"
        if starts.clock is not Clock.NONE
        else f"one after the other, {UNKNOWN_GAP:g} s apart, since their times are not known"
    )
    floors = (
        "the backgrounds show that the camera stood still between them"
        if same_camera
        else "nothing shows that the camera stood still between them, so only changes twice as large count"
    )
    return [f"One run of {len(recordings)} clips ({names}), put {when}; {floors}.", *notes]


def _epoch(recording: Recording) -> float:
    """When the file was written. A time without a zone is taken for UTC, as the containers define it."""
    written = datetime.fromisoformat(recording.recorded)
    return (written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp()


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", name)]


def _without_overlap(begins: Floats, durations: Floats) -> tuple[float, ...]:
    """The begins; what overlaps within the precision of the clock is moved behind."""
    seconds: list[float] = []
    free = -np.inf
    for begin, length in zip(begins, durations, strict=True):
        seconds.append(float(max(begin, free)))
        free = seconds[-1] + length + _APART_S
    return tuple(seconds)


def _end_to_end(durations: Floats) -> tuple[float, ...]:
    begins = np.concatenate([[0.0], np.cumsum(durations[:-1] + UNKNOWN_GAP)])
    return tuple(float(begin) for begin in begins)
