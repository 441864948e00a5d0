"""How many strides a clip can show at most in which no rhythm was found: legs that hardly turn back play too slowly."""

from __future__ import annotations

import numpy as np
from scipy import signal

from posture.landmarks import Landmark
from posture.series import PoseSeries
from posture.strides.rhythm import CYCLES
from posture.strides.signals import torso_scale

#: A foot that gets this far past the other runs or walks, torso lengths (as for events).
LEGS_RUN = 0.6
#: A turn is a reversal by this share of the whole way.
TURN = 0.5
#: In so many seconds anybody who walks or runs takes more than one stride.
ENOUGH = 2.4
#: Share of the frames that must show both feet.
LEAST_SEEN = 0.5


def strides_shown(series: PoseSeries) -> float:
    """Strides that a clip shows at most, in halves, where it plays too slowly for two steps in a row; else NaN.

    Parameters
    ----------
    series : PoseSeries
        Cleaned poses in which no stride was found.
    """
    feet = series.xy[:, Landmark.LEFT_ANKLE] - series.xy[:, Landmark.RIGHT_ANKLE]
    spread = feet / torso_scale(series)[:, None]
    seen = np.isfinite(spread[:, 0])
    if not seen.any() or seen.mean() < LEAST_SEEN or np.ptp(series.time[seen]) < ENOUGH:
        return float("nan")
    way = np.ptp(spread[seen], axis=0)
    axis = int(np.argmax(way))
    if way[axis] < LEGS_RUN:
        return float("nan")
    turns = sum(len(signal.find_peaks(k * spread[seen, axis], prominence=TURN * way[axis])[0]) for k in (-1, 1))
    strides = 0.5 * (turns + 1)
    return strides if strides <= CYCLES[0] else float("nan")
