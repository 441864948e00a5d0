"""Several recordings of one run as one: put in order on one clock, and completed by what another camera saw."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pandas as pd

from posture.analysis import Analysis
from posture.recording import Recording
from posture.series import CameraMotion, Floats, PoseSeries
from posture.settings import Span

#: Between clips whose times are not known, s: long enough that nothing is measured across it.
UNKNOWN_GAP = 1.0
#: Clips may overlap by this much on the clock: the clocks of files tell whole seconds.
_CLOCK_S = 1.0


@dataclass(frozen=True)
class Starts:
    """When each recording begins.

    Attributes
    ----------
    seconds : tuple of float
        From the begin of the first one, in the clips' own time.
    known : bool
        Whether they are true; if not, the recordings follow each other with ``UNKNOWN_GAP`` between them.
    origin : float
        When the first one begins: seconds of the run, or of the epoch; 0 if not known.
    """

    seconds: tuple[float, ...]
    known: bool
    origin: float = 0.0


def find_starts(recordings: Sequence[Recording], minutes: Sequence[float | None] = ()) -> Starts:
    """When the recordings of one run begin, by what is known best.

    Given minutes come first. Then the times that the files carry: some cameras write when they begin, others when
    they end, so the reading is taken in which no clip overlaps the next. Else nothing is known.

    Parameters
    ----------
    recordings : sequence of Recording
        In order.
    minutes : sequence of float or None
        Minute of the run at which each begins, where given.
    """
    durations = [recording.duration for recording in recordings]
    readings: list[list[float]] = []
    if minutes and all(minute is not None for minute in minutes):
        readings.append([60.0 * minute for minute in minutes if minute is not None])
    if all(recording.recorded for recording in recordings):
        written = [datetime.fromisoformat(recording.recorded).timestamp() for recording in recordings]
        readings += [written, [time - length for time, length in zip(written, durations, strict=True)]]
    for begins in readings:
        ends = [begin + length for begin, length in zip(begins, durations, strict=True)]
        if all(next_begin >= end - _CLOCK_S for end, (_, next_begin) in zip(ends, pairwise(begins), strict=False)):
            return Starts(_without_overlap(begins, durations), True, begins[0])
    return Starts(_end_to_end(durations), False)


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
    height = recordings[0].series.size[1]
    scales = [height / recording.series.size[1] for recording in recordings]
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


def unmoved(recordings: Sequence[Recording]) -> bool:
    """Whether the backgrounds show that the camera stood in one place for all of them."""
    return all(recordings[0].same_camera(other) for other in recordings[1:])


def complete(analysis: Analysis, other: Analysis) -> Analysis:
    """What one camera could not see of a run, taken from another one's recording of the same run.

    Every metric keeps the camera that it was measured with; nothing is measured from both. Strides of the other
    camera are further rows of the table, with the taken metrics only. Findings are not judged here.

    Parameters
    ----------
    analysis : Analysis
        Its view, poses and frames stay.
    other : Analysis
    """
    taken = [key for key in analysis.measured.withheld if key in other.rows]
    if not taken:
        return analysis
    measured, added = analysis.measured, other.measured
    rows = _only(other.segmented.table, taken, set(other.measured.values) | set(other.rows))
    if len(analysis.segmented.table):
        rows["segment"] += int(analysis.segmented.table["segment"].max()) + 1
    table = pd.concat([analysis.segmented.table, rows], ignore_index=True).sort_values("start", ignore_index=True)
    return replace(
        analysis,
        measured=replace(
            measured,
            withheld={key: reason for key, reason in measured.withheld.items() if key not in taken},
            trend_only=measured.trend_only | (added.trend_only & set(taken)),
        ),
        segmented=replace(analysis.segmented, table=table.assign(stride=np.arange(len(table)))),
        drift={**analysis.drift, **{key: other.drift[key] for key in taken}},
    )


def _only(table: pd.DataFrame, taken: Sequence[str], measured: set[str]) -> pd.DataFrame:
    """Strides of another camera: their frames are not those of the analysis, their other metrics are not taken."""
    rows = table[table["kept"]].assign(first=-1, last=-1)
    rows[[column for column in table if column in measured and column not in taken]] = np.nan
    return rows


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
        "at the times that they were recorded"
        if starts.known
        else f"one after the other, {UNKNOWN_GAP:g} s apart, since their times are not known"
    )
    floors = (
        "the backgrounds show that the camera stood still between them"
        if same_camera
        else "nothing shows that the camera stood still between them, so floors are doubled"
    )
    return [f"One run of {len(recordings)} clips ({names}), put {when}; {floors}.", *notes]


def _without_overlap(begins: Sequence[float], durations: Sequence[float]) -> tuple[float, ...]:
    """From the first begin on; what overlaps within the precision of the clock is moved behind."""
    seconds: list[float] = []
    free = -np.inf
    for begin, length in zip(begins, durations, strict=True):
        seconds.append(float(max(begin - begins[0], free)))
        free = seconds[-1] + length + 1e-3
    return tuple(seconds)


def _end_to_end(durations: Sequence[float]) -> tuple[float, ...]:
    begins: Floats = np.concatenate([[0.0], np.cumsum(np.asarray(durations)[:-1] + UNKNOWN_GAP)])
    return tuple(float(begin) for begin in begins)
