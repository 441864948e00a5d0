"""Where the runner's points were at any moment, also between the frames that were looked at."""

from __future__ import annotations

import numpy as np

from posture.series import Floats, PoseSeries

#: Two times of one frame differ by rounding alone, s.
SAME_FRAME = 1e-3
#: Longest way between two frames over which points are taken to have moved straight on, usual steps: one that was
#: lost, or that was never there, says nothing.
LONGEST = 1.5


def frame_before(times: Floats, time: float) -> int:
    """The last frame up to a time; -1 before the first one."""
    return int(np.searchsorted(times, time + SAME_FRAME, side="right")) - 1


def moment(series: PoseSeries, time: float) -> tuple[Floats, Floats] | None:
    """Points and visibility at a time of the clip.

    Parameters
    ----------
    series : PoseSeries
        In the clip's own time.
    time : float
        Seconds.

    Returns
    -------
    ndarray, shape (33, 2), and ndarray, shape (33,)
        Pixels and 0 to 1, those of the frame of this time or on the way from the frame before to the one after, NaN
        where one of them is; None at a cut, beside a hole in time, and where the clip was not looked at.
    """
    times = series.time
    before = frame_before(times, time)
    if before < 0:
        return None
    if time - times[before] < SAME_FRAME:
        return series.xy[before], series.visibility[before]
    after = before + 1
    if after == len(series) or series.segment[after] != series.segment[before]:
        return None
    if times[after] - times[before] > LONGEST / series.rate:
        return None
    share = (time - times[before]) / (times[after] - times[before])
    between = (column[before] + share * (column[after] - column[before]) for column in (series.xy, series.visibility))
    points, visibility = between
    return points, visibility
