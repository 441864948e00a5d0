"""The runner's own upright posture, and what a run adds to it from its start (method 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from posture.drift.floor import floor_of
from posture.drift.types import DriftResult
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides


@dataclass(frozen=True)
class Upright:
    """The reference.

    Attributes
    ----------
    gait : Gait
        What the runner did in it; ``NONE`` is standing.
    levels : mapping of str to float
        By metric id, in the metric's unit.
    """

    gait: Gait
    levels: Mapping[str, float]


@dataclass(frozen=True)
class Added:
    """What the start of a run adds to the upright level of one metric, all in the metric's unit.

    Attributes
    ----------
    metric : str
    upright, run : float
        Level of the reference, and of the run's fresh part.
    floor : float
        As between recordings; a smaller difference means nothing.
    """

    metric: str
    upright: float
    run: float
    floor: float

    @property
    def added(self) -> float:
        """``run - upright``."""
        return self.run - self.upright

    @property
    def beyond(self) -> bool:
        """Whether it is more than two recordings differ by."""
        return abs(self.added) > self.floor


def upright_levels(strides: Strides, metrics: Metrics) -> Upright:
    """Medians over the strides of a reference clip, or over its frames where nobody steps.

    Who stands or walks lets the arms hang: elbows, hands, swing and bounce of such a reference say nothing about
    running and are left out, as is what shows as a trend only.

    Parameters
    ----------
    strides : Strides
    metrics : Metrics
    """
    kept = strides.kept
    gait = strides.gait if len(kept) else Gait.NONE
    levels = {}
    for id, frames in metrics.values.items():
        if id in metrics.trend_only or not (gait is Gait.RUNNING or METRICS[id].is_posture):
            continue
        values = kept[id].to_numpy(float) if len(kept) else frames
        if np.isfinite(values).any():
            levels[id] = float(np.nanmedian(values))
    return Upright(gait, levels)


def added_to(upright: Upright, drift: Mapping[str, DriftResult], settings: DriftSettings) -> dict[str, Added]:
    """What the fresh part of a run adds to the upright posture, by metric id.

    Parameters
    ----------
    upright : Upright
    drift : mapping of str to DriftResult
        Of the run; metrics without a level are left out.
    settings : DriftSettings
    """
    return {
        id: Added(id, level, drift[id].baseline, floor_of(METRICS[id], level, settings, settings.other_camera_factor))
        for id, level in upright.levels.items()
        if id in drift and np.isfinite(drift[id].baseline)
    }
