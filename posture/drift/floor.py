"""The smallest change of a metric that counts as real, in one place for verdicts, rules and reports (method 2.4)."""

from __future__ import annotations

from posture.kinematics.types import Metric
from posture.settings import DriftSettings

#: method 2.4 and 3.2.3: factor on floors where strides are too few for a verdict.
FEW_FACTOR = 2.0


def floor_of(metric: Metric, level: float, settings: DriftSettings, factor: float = 1.0) -> float:
    """A metric's floor: absolute or relative to a level, whichever is larger, times a factor.

    Parameters
    ----------
    metric : Metric
    level : float
        What a relative floor is a share of, in the metric's unit.
    settings : DriftSettings
        May override the metric's own floor, and raise all of them.
    factor : float
        For what is compared: 1 within one recording, `FEW_FACTOR` for few strides,
        ``settings.other_camera_factor`` between recordings. Reasons to doubt do not add up: the largest counts.

    Returns
    -------
    float
        In the metric's unit.

    Examples
    --------
    >>> from posture.kinematics import METRICS
    >>> floor_of(METRICS["trunk_lean"], 8.0, DriftSettings())
    2.0
    >>> floor_of(METRICS["trunk_lean"], 8.0, DriftSettings(floors={"trunk_lean": 7.0}), FEW_FACTOR)
    14.0
    """
    floor = max(settings.floors.get(metric.id, metric.floor), metric.relative_floor * abs(level))
    return max(factor, settings.floor_factor) * floor
