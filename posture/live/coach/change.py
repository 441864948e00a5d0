"""Every metric of the newest strides against the runner's own baseline, in the records of the drift stage.

What differs from a finished run is the test: cumulative sums take the place of the trend test (method 3.4). Size,
noise floor, confounders and the words for it are the drift stage's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from posture.drift.blocks import BLOCK_STRIDES, MAD_TO_SD, block_medians, middles, outliers
from posture.drift.confounders import moved
from posture.drift.equivalence import margin_of
from posture.drift.floor import floor_of
from posture.drift.measure import without_numbers
from posture.drift.size import change_interval, minimal_detectable_change
from posture.drift.types import DriftResult, Interval, Status
from posture.drift.verdict import judge_all
from posture.kinematics.registry import CARRIAGE
from posture.kinematics.types import Metric, View
from posture.live.coach.cusum import Cusum
from posture.series import Floats
from posture.settings import DriftSettings

#: Newest strides whose median is the present: a block of the drift stage.
NOW_STRIDES = BLOCK_STRIDES
#: Blocks of ten strides from which the scatter of blocks says more than that of single strides.
_ENOUGH_BLOCKS = 3
#: Standard error of a median over that of a mean, for normal values.
_MEDIAN_COST = 1.2533
#: A change that has begun holds until it has shrunk to this share (method 3.2.9: 0.7 of the MDC is "possible").
HOLD = 0.7


class Watched:
    """One metric against its baseline.

    Parameters
    ----------
    metric : Metric
    baseline : ndarray
        Stride values in order of time, no NaN, at least ten.
    settings : DriftSettings
    """

    def __init__(self, metric: Metric, baseline: Floats, settings: DriftSettings) -> None:
        value = baseline[~outliers(baseline)]
        self.metric = metric
        self.level = float(np.median(value))
        spread = MAD_TO_SD * float(np.median(np.abs(value - self.level)))
        blocks = value.size // BLOCK_STRIDES
        if blocks >= _ENOUGH_BLOCKS:
            self.sem = float(np.std(block_medians(value, blocks), ddof=1))
        else:
            self.sem = _MEDIAN_COST * spread / np.sqrt(BLOCK_STRIDES)
        self.freedom = max(blocks, 2) - 1 if blocks >= _ENOUGH_BLOCKS else value.size - 1
        self.floor = floor_of(metric, self.level, settings)
        self.mdc = float(minimal_detectable_change(self.floor, self.sem))
        self.cusum = Cusum(self.level, spread)
        self.strides = int(value.size)

    def add(self, values: Floats) -> None:
        """New strides, in order of time; NaN is passed over."""
        for value in values[np.isfinite(values)]:
            self.cusum.add(float(value))

    def result(self, newest: Floats) -> DriftResult:
        """The newest strides' level, before any verdict."""
        good = newest[np.isfinite(newest)][-NOW_STRIDES:]
        if good.size < NOW_STRIDES:
            reason = f"{good.size} strides since the baseline; {NOW_STRIDES} are needed."
            return without_numbers(self.metric.id, Status.TOO_SHORT, reason, int(good.size))
        end = float(np.median(good))
        change = end - self.level
        # Not a probability: 0 where the sums have left their limits in the direction of the change, 1 where not.
        alarm = 0.0 if self.cusum.beyond(change) else 1.0
        interval = change_interval(change, self.sem, self.freedom)
        return replace(
            without_numbers(self.metric.id, Status.INCONCLUSIVE, "", self.strides + int(good.size)),
            baseline=self.level,
            end=end,
            change=change,
            interval=interval,
            floor=self.floor,
            mdc=self.mdc,
            margin=margin_of(self.metric, self.level, self.floor),
            bound=max(abs(interval.low), abs(interval.high)),
            p=alarm,
            p_lasting=alarm,
        )


class Watch:
    """All metrics against a baseline of strides.

    Parameters
    ----------
    baseline : DataFrame
        Kept strides.
    settings : DriftSettings
    """

    def __init__(self, baseline: pd.DataFrame, settings: DriftSettings) -> None:
        self._settings = settings
        self._baseline = baseline
        # The present begins as the end of the baseline: nobody has to run ten strides more to see a value.
        self._now = baseline.tail(NOW_STRIDES)
        self.watched: dict[str, Watched] = {}
        for metric in CARRIAGE.values():
            values = baseline[metric.id].to_numpy(float) if metric.id in baseline else np.empty(0)
            values = values[np.isfinite(values)]
            if values.size >= BLOCK_STRIDES:
                self.watched[metric.id] = Watched(metric, values, settings)

    def add(self, fresh: pd.DataFrame) -> None:
        """New strides."""
        if len(fresh):
            self._now = pd.concat([self._now, fresh]).tail(2 * NOW_STRIDES)
            for name, watched in self.watched.items():
                if name in fresh:
                    watched.add(fresh[name].to_numpy(float))

    def results(self, view: View, withheld: Mapping[str, str]) -> dict[str, DriftResult]:
        """What every metric of the registry does now, judged.

        Parameters
        ----------
        view : View
            Of the last seconds.
        withheld : mapping of str to str
            What cannot be seen at the moment, and why.
        """
        found: dict[str, DriftResult] = {}
        for name in CARRIAGE:
            if name in withheld or name not in self.watched:
                reason = withheld.get(name, "It was not seen well enough while the baseline was taken.")
                found[name] = without_numbers(name, Status.WITHHELD, reason, 0)
            else:
                values = self._now[name].to_numpy(float) if name in self._now else np.empty(0)
                found[name] = self.watched[name].result(values)
        if not len(self._now):
            return found
        both = pd.concat([self._baseline, self._now], ignore_index=True)
        then, now = (Interval(float(times[0]), float(times[-1])) for times in map(middles, (self._baseline, self._now)))
        seen = {
            name: moved(both.dropna(subset=[name]), then, now, view=view.kind, camera=None, speed=None)
            for name, result in found.items()
            if np.isfinite(result.p)
        }
        return judge_all(found, seen, self._settings.fdr)


def held(results: Mapping[str, DriftResult]) -> dict[str, DriftResult]:
    """The same changes as a rule sees them that is not to let go at once: larger by one over ``HOLD``."""
    return {
        name: replace(r, change=r.change / HOLD, status=Status.DRIFT)
        if abs(r.change) > HOLD * r.mdc and r.status in (Status.DRIFT, Status.POSSIBLE)
        else r
        for name, r in results.items()
    }


def weighed(results: Mapping[str, DriftResult], factor: float) -> dict[str, DriftResult]:
    """The same changes for a rule that asks for so many times less; what is inside the noise stays there."""
    return {
        name: replace(r, change=r.change * factor) if r.status in (Status.DRIFT, Status.POSSIBLE) else r
        for name, r in results.items()
    }
