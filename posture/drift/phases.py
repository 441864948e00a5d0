"""Whether a change is there all through the stride, or only the movement within it grew (method 3.2.5).

Posture is what all phases of the stride have in common. Bounce, sway and swing come and go within a stride: they may
grow one-sidedly, with a deeper lowest point and nothing else, and then the mean moves although nobody slumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from posture.drift.confounders import EXPLAINED
from posture.drift.types import DriftResult, Interval
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics
from posture.series import Floats
from posture.strides import phase_curve
from posture.strides.grouping import HARMONICS


@dataclass(frozen=True, eq=False)
class Part:
    """Some strides of a clip, and the clip's metrics."""

    strides: pd.DataFrame
    metrics: Metrics

    @classmethod
    def at(cls, kept: pd.DataFrame, metrics: Metrics, times: Floats) -> Part:
        """The strides with these mid-times, s."""
        time = (kept["start"].to_numpy(float) + kept["end"].to_numpy(float)) / 2.0
        return cls(kept[np.isin(time, times)], metrics)

    def course(self, metric: str) -> Floats:
        """(P,) a metric's mean course over the gait cycle."""
        group = np.zeros(len(self.strides), dtype=int)
        mean: Floats = phase_curve(self.metrics.values[metric], self.strides, self.metrics.time, group).mean[0]
        return mean


def matched_phases(result: DriftResult, fresh: Part, end: Part) -> Interval:
    """Smallest and largest change between equal gait phases.

    Parameters
    ----------
    result : DriftResult
        Whose ``change``, of the stride values' levels, says how large the change is on the whole.
    fresh, end : Part
        Strides to compare.

    Returns
    -------
    Interval
        NaN where the metric is no mean over the stride, where strides were found in different signals and so begin
        at different phases, or where a phase was not seen.
    """
    metric = METRICS[result.metric]
    signals = pd.concat([fresh.strides, end.strides]).filter(["signal"])
    if metric.reduction != "mean" or signals.nunique().gt(1).any():
        return Interval(nan, nan)
    return spread_over_cycle(result.change, *(part.course(metric.id) for part in (fresh, end)))


def spread_over_cycle(change: float, fresh: Floats, end: Floats) -> Interval:
    """The same of two courses over the gait cycle, shape (P,).

    Two harmonics of their difference are kept, as in every range of motion (method 0.7): the largest of many noisy
    values would grow with the noise.
    """
    spectrum = np.fft.rfft(end - fresh)
    spectrum[0], spectrum[HARMONICS + 1 :] = 0.0, 0.0
    within = np.fft.irfft(spectrum, len(fresh)) if np.isfinite(end - fresh).all() else np.full(1, nan)
    return Interval(float(change + within.min()), float(change + within.max()))


def throughout(result: DriftResult) -> bool:
    """Whether more than half of a change is there at every phase; True where phases are not known.

    Half is the share from which on something else explains a change (method 3.2.7).
    """
    shared = result.phases.low if result.change > 0 else -result.phases.high
    return not shared < (1.0 - EXPLAINED) * abs(result.change)
