"""Running, walking or slow motion."""

from __future__ import annotations

import pandas as pd

from posture.kinematics.types import View
from posture.series import PoseSeries
from posture.strides.grouping import Grouping
from posture.strides.types import Gait

#: Stride times of running and the time from which running must be slow motion, s (section 1.5 of the review).
RUNNING = (0.5, 1.2)
SLOW = 1.3
#: Usual stride time of running, s: 1.41 strides a second (half-marathon runners, review 2.1).
USUAL_STRIDE = 0.7


def judge_gait(series: PoseSeries, view: View, table: pd.DataFrame, group: Grouping) -> tuple[Gait, float]:
    """Gait of the clip and the estimated slow-motion factor; adds the column ``gait`` to the table."""
    kept = table[table["kept"]]
    if not len(kept):
        table["gait"] = str(Gait.NONE)
        return Gait.NONE, float("nan")
    duration = float(kept["duration"].median())
    gait = Gait.RUNNING if RUNNING[0] <= duration <= RUNNING[1] else Gait.UNSURE
    if duration > SLOW:
        gait = Gait.SLOW_MOTION
    table["gait"] = str(gait)
    return gait, duration / USUAL_STRIDE if gait is Gait.SLOW_MOTION else 1.0
