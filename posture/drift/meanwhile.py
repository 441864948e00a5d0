"""What camera and speed did while a metric changed, and what of the speed was taken out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries, level_of, middles
from posture.drift.confounders import Moved, moved, pace_of, percent
from posture.drift.effects import SPEED_ADDS
from posture.drift.speed import SpeedLog, at_one_speed
from posture.drift.types import DriftResult, Episode, Interval, Pace
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, ViewKind
from posture.series import CameraMotion, Floats

#: Columns of the stride table that tell what else moved.
OWN = ("start", "end", "yaw", "cadence")


@dataclass(frozen=True, eq=False)
class Meanwhile:
    """What is known of camera and speed over a run.

    Attributes
    ----------
    view : ViewKind
    camera : CameraMotion or None
    speed : SpeedLog or None
    """

    view: ViewKind
    camera: CameraMotion | None
    speed: SpeedLog | None

    def at_one_speed(self, metric: Metric, series: StrideSeries) -> StrideSeries:
        """A metric's strides with what speed does to it taken out, where that can be done; else as they are."""
        if self.speed is None or not metric.speed_dependent:
            return series
        return at_one_speed(series, self.speed, proportional=metric.id not in SPEED_ADDS) or series

    def between(self, own: pd.DataFrame, before: Interval, after: Interval) -> Moved:
        """What moved from one window of a metric's own strides to another."""
        return moved(own, before, after, view=self.view, camera=self.camera, speed=self.speed)

    def beside(
        self, result: DriftResult, own: pd.DataFrame, raw: StrideSeries, series: StrideSeries, ends: tuple[int, int]
    ) -> tuple[DriftResult, Moved, Moved]:
        """A result with what speed has to do with it, and what moved beside its change and beside its episode.

        Parameters
        ----------
        result : DriftResult
        own : DataFrame
            The kept strides in which the metric was measured.
        raw, series : StrideSeries
            As run, and as measured: the same where nothing was taken out.
        ends : tuple of int
            Strides in Baseline and in End.
        """
        time, (first, last) = series.time, ends
        metric, level = METRICS[result.metric], result.baseline
        seen = self.between(own, _span(time[:first]), _span(time[-last:]))
        if series is not raw:
            levels = (float(level_of(part)) for part in (raw.value[:first], raw.value[-last:]))
            result = replace(result, pace=Pace(percent(*seen.speed), 0.0, *levels))
        else:
            result = replace(result, pace=pace_of(metric, level, seen))
        if result.episode is None:
            return result, seen, seen
        during = self.between(
            own, _around(middles(own), result.episode), Interval(result.episode.begin, result.episode.end)
        )
        if series is raw:
            result = replace(result, episode=replace(result.episode, pace=pace_of(metric, level, during)))
        return result, seen, during


def _around(time: Floats, episode: Episode) -> Interval:
    """What lies before an episode; what lies behind it, where it was there at the start."""
    if (time < episode.begin).sum() < BLOCK_STRIDES:
        return Interval(episode.end, float(time[-1]))
    return Interval(float(time[0]), episode.begin)


def _span(time: Floats) -> Interval:
    return Interval(float(time[0]), float(time[-1]))
