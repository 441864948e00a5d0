"""The result of one run, in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from posture.analysis import summary
from posture.cleaning import CleaningReport
from posture.drift.types import DriftResult, Status
from posture.drift.upright import Added, Upright, added_to
from posture.kinematics.composite import Index, slouch_index, tension_index
from posture.kinematics.head import SLUMPS, classify_head
from posture.kinematics.registry import CARRIAGE, LEGS, METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.landmarks import Landmark
from posture.levels import Level, Levels, apart
from posture.levels.reference import LEAST_STRIDES
from posture.rules.intake import Intake
from posture.rules.types import Finding
from posture.series import Floats, PoseSeries
from posture.settings import Settings
from posture.storage.recording import Recording
from posture.strides import Strides

#: A stretch without the runner is shown as a gap from this length on, s.
_GAP_S = 0.5


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything known about one run. Times are seconds of real life: the clip's, over its slow motion.

    Attributes
    ----------
    settings : Settings
    recording : Recording
        Poses and their origin, in the clip's own time.
    cleaned : PoseSeries
        Poses after cleaning, in real time.
    cleaning : CleaningReport
    view : View
    measured : Metrics
        Every metric, frame by frame.
    segmented : Strides
        Strides, kept and rejected, and the events that were cut out.
    drift : mapping of str to DriftResult
        By metric id.
    levels : Levels
        Where the posture lies among reference runners.
    findings : tuple of Finding
        One for each cause, in the order of the rules.
    intake : Intake or None
        The runner's answers, where given.
    timings : mapping of str to float
        Seconds that each stage took.
    folder : Path or None
        Where it is kept.
    upright : Upright or None
        The runner's own upright posture, where it was filmed.
    made : datetime
        When; every file that comes of the analysis says the same.
    page : callable or None
        Says the analysis in HTML, as a notebook shows it; given by who knows the words.
    """

    settings: Settings
    recording: Recording
    cleaned: PoseSeries
    cleaning: CleaningReport
    view: View
    measured: Metrics
    segmented: Strides
    drift: Mapping[str, DriftResult]
    levels: Levels
    findings: tuple[Finding, ...]
    intake: Intake | None
    timings: Mapping[str, float] = field(default_factory=dict)
    folder: Path | None = None
    upright: Upright | None = None
    made: datetime = field(default_factory=lambda: datetime.now(UTC))
    page: Callable[[Analysis], str] | None = field(default=None, repr=False)

    def _repr_html_(self) -> str | None:
        """The verdict, the headlines and small plots, in a notebook."""
        return self.page(self) if self.page else None

    def clip_time(self, real: Floats) -> Floats:
        """Seconds of the clip, as a player shows them, at seconds of real life."""
        return real * self.settings.clip.slow_motion

    def real_time(self, clip: float) -> float:
        """Seconds of real life at a second of the clip."""
        return clip / self.settings.clip.slow_motion

    @cached_property
    def metrics(self) -> pd.DataFrame:
        """Every metric, one row a frame; ``time`` in seconds, NaN where not seen.

        A metric that a stride makes of another one's frames has no column of its own.
        """
        columns = {"time": self.measured.time, "segment": self.cleaned.segment}
        values = self.measured.values
        own = {id: column for id, column in values.items() if not _same(column, values.get(METRICS[id].signal))}
        return pd.DataFrame({**columns, **own})

    @cached_property
    def poses(self) -> pd.DataFrame:
        """The cleaned poses, one row a frame: ``time`` in seconds, and of every landmark ``_x`` and ``_y``.

        Pixels of the upright frame, x to the right and y down; NaN where not seen. As estimated they are in
        ``recording.series``.
        """
        xy = self.cleaned.xy
        columns = {f"{mark.name.lower()}_{axis}": xy[:, mark, i] for mark in Landmark for i, axis in enumerate("xy")}
        return pd.DataFrame({"time": self.cleaned.time, "segment": self.cleaned.segment, **columns})

    @property
    def strides(self) -> pd.DataFrame:
        """Every metric, one row a kept stride."""
        return self.segmented.kept

    @cached_property
    def rows(self) -> dict[str, summary.Row]:
        """What is said about each measured metric of head, trunk, arms and rhythm, by id."""
        return self._rows(CARRIAGE)

    @cached_property
    def legs(self) -> dict[str, summary.Row]:
        """The same of the legs: no headline and none of the article's causes is made of them."""
        return self._rows(LEGS)

    def _rows(self, wanted: Mapping[str, Metric]) -> dict[str, summary.Row]:
        return summary.rows(self.measured, self.segmented, self.drift, self.settings.drift, wanted)

    @cached_property
    def indices(self) -> dict[str, Index]:
        """How tense the arms and how slouched the trunk became, by id of the composite; those that are known."""
        measured = {id: result for id, result in self.drift.items() if np.isfinite([result.change, result.mdc]).all()}
        changes = {id: np.array(result.change) for id, result in measured.items()}
        mdcs = {id: result.mdc for id, result in measured.items()}
        slumped = classify_head({id: result.change for id, result in measured.items()}, mdcs).change in SLUMPS
        found = {"tension_idx": tension_index(changes, mdcs), "slouch_idx": slouch_index(changes, mdcs, slumped)}
        return {id: index for id, index in found.items() if np.isfinite(index.value)}

    @cached_property
    def added(self) -> dict[str, Added]:
        """What the start of the run adds to the runner's own upright posture, by metric id; empty without one."""
        return added_to(self.upright, self.drift, self.settings.drift) if self.upright else {}

    @cached_property
    def gaps(self) -> list[tuple[float, float]]:
        """Stretches of at least half a second in which the runner was not seen or which were left out, s."""
        seen = self.cleaned.time[self.cleaned.seen]
        if not seen.size:
            return [(float(self.cleaned.time[0]), float(self.cleaned.time[-1]))]
        edges = np.concatenate([[self.cleaned.time[0]], seen, [self.cleaned.time[-1]]])
        wide = np.flatnonzero(np.diff(edges) > _GAP_S)
        return [(float(edges[i]), float(edges[i + 1])) for i in wide]


def _same(column: Floats, other: Floats | None) -> bool:
    return other is not None and np.array_equal(column, other, equal_nan=True)


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two clips of one runner, the second held against the first.

    Attributes
    ----------
    fresh, tired : Analysis
    same_camera : bool
        Whether the backgrounds show that the camera did not move; floors are doubled if not.
    drift : mapping of str to DriftResult
        By metric id: baseline is the first clip, end is the second.
    findings : tuple of Finding
    """

    fresh: Analysis
    tired: Analysis
    same_camera: bool
    drift: Mapping[str, DriftResult]
    findings: tuple[Finding, ...]

    @cached_property
    def apart(self) -> dict[str, bool]:
        """Whether the level differs, by metric id, of those with too few strides for a test of the change."""
        first, second = self.fresh.levels.levels, self.tired.levels.levels
        return {
            id: apart(result.change, first[id], second[id], result.floor)
            for id, result in self.drift.items()
            if id in CARRIAGE
            and result.status is Status.TOO_SHORT
            and min(_strides(id, first), _strides(id, second)) >= LEAST_STRIDES
        }


def _strides(metric: str, levels: Mapping[str, Level]) -> int:
    return levels[metric].strides if metric in levels else 0
