"""The strides of the personal baseline, and where it lies among the reference runners."""

from __future__ import annotations

from math import nan

import pandas as pd

from posture import levels
from posture.analysis.inputs import Beside
from posture.drift.blocks import BLOCK_STRIDES
from posture.levels import Levels
from posture.seen import Seen
from posture.settings import Span
from posture.strides import Gait

#: Strides of a baseline: what the finished analysis asks for, and a tenth for those that it finds not to count.
LEAST_BASELINE = round(1.1 * 2 * BLOCK_STRIDES)
#: What may be a run.
RUNS = (Gait.RUNNING, Gait.UNSURE)
#: Length of a stride before any is known, s.
_STRIDE_S = 0.75


class Baseline:
    """Gathers strides until they are enough.

    Parameters
    ----------
    wanted : float
        Seconds of running that are asked for.
    look : float
        Time between two looks, s: half of it may be missing.

    Attributes
    ----------
    strides : DataFrame
    """

    def __init__(self, wanted: float, look: float) -> None:
        self._wanted = wanted
        self._least = wanted - 0.5 * look
        self.strides = pd.DataFrame()

    def add(self, fresh: pd.DataFrame, gait: Gait) -> None:
        """New strides; walking is no baseline of a run, and where it is unsure the run counts, as in any analysis."""
        if gait in RUNS and len(fresh):
            self.strides = pd.concat([self.strides, fresh], ignore_index=True)

    @property
    def enough(self) -> bool:
        """Whether it is done."""
        return self._spent >= self._least and len(self.strides) >= LEAST_BASELINE

    @property
    def progress(self) -> float:
        """0 to 1."""
        return min(self._spent / self._wanted, len(self.strides) / LEAST_BASELINE, 1.0)

    @property
    def span(self) -> Span:
        """From the first stride to the last, s."""
        return Span(float(self.strides["start"].iloc[0]), float(self.strides["end"].iloc[-1]))

    @property
    def stride_seconds(self) -> float:
        """Usual length of a stride, s."""
        return float(self.strides["duration"].median()) if len(self.strides) else _STRIDE_S

    @property
    def _spent(self) -> float:
        return float(self.strides["duration"].sum()) if len(self.strides) else 0.0


def placed(strides: pd.DataFrame, seen: Seen, beside: Beside, poses_from: tuple[str, str]) -> Levels:
    """Where a baseline lies among the reference runners.

    Parameters
    ----------
    strides : DataFrame
    seen : Seen
        Of the last seconds.
    beside : Beside
        With other reference runners than the program's own, where there are any.
    poses_from : tuple of str
        Model and estimator, as in ``Recording``.
    """
    reference = beside.reference or levels.load_reference()
    own = levels.held(strides, seen.measured, seen.view, levels.gait_of(seen.segmented), nan)
    return levels.judge_levels(own, reference, from_start=True, obstacle=levels.held_against(reference, *poses_from))
