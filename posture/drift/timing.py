"""Did a pattern come with the run, or was it there before it? (method 3.3)."""

from __future__ import annotations

from math import nan

from posture.drift.types import Timing
from posture.kinematics.neutral import Turn, turn
from posture.kinematics.types import Metric


def find_timing(
    metric: Metric,
    *,
    drifted: bool,
    baseline: float,
    change: float,
    floor: float,
    upright: float | None,
    upright_floor: float = nan,
) -> Timing:
    """Judge the level at the start together with the drift.

    Parameters
    ----------
    metric : Metric
        With its grey (``amber``) and red bands and its neutral levels; without any, no level is judged.
    drifted : bool
    baseline, change : float
        In the metric's unit.
    floor : float
        The one that the change was judged by, in the metric's unit.
    upright : float or None
        The runner's own upright level, standing, walking or from an earlier good run, if it was filmed.
    upright_floor : float
        Between two recordings, in the metric's unit; needed with ``upright``.

    Returns
    -------
    Timing
        A level counts as there from the start if it is red, or amber and confirmed: further out than the
        runner's own upright level by more than ``upright_floor``. Amber alone never does, because absolute
        markerless values carry constant bias.
    """
    amber, red = _outside(baseline, metric.amber), _outside(baseline, metric.red)
    side = amber or red
    confirmed = upright is not None and amber != 0 and amber * (baseline - upright) > upright_floor
    from_start = red != 0 or confirmed
    if drifted and turn(metric, baseline, baseline + change, floor) is Turn.TOWARDS:
        return Timing.IMPROVING
    if drifted and side == 0:
        return Timing.LATE
    if drifted and side * change < 0:
        return Timing.IMPROVING
    if drifted:
        return Timing.BOTH if from_start else Timing.LATE
    return Timing.PRE_EXISTING if from_start else Timing.NONE


def _outside(level: float, band: tuple[float, float] | None) -> int:
    """-1 below the band, +1 above it, 0 within it or without one."""
    if band is None:
        return 0
    return int(level > band[1]) - int(level < band[0])
