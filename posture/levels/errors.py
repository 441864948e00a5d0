"""What is not sure about the levels of one recording."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from posture.kinematics.registry import METRICS
from posture.series import Floats

#: Efficiency of the median under a normal distribution: its standard error over that of the mean.
MEDIAN_ERROR = sqrt(np.pi / 2.0)
#: Degrees that an inclination is read wrong for each degree of yaw: 0.3 at 10 and 0.8 at 20 (method 1.1).
YAW_ERROR = 0.04
#: Inclinations against the vertical: what a rolled camera turns. Angles between body parts stay.
INCLINED = frozenset({"trunk_lean", "neck_incl", "ear_hip"})


@dataclass(frozen=True)
class Doubt:
    """What is not sure about the camera.

    Attributes
    ----------
    roll : float
        Degrees by which the room's lines show the picture to be turned beyond what was taken out; NaN where they show
        nothing.
    yaw : float
        Degrees off the pure view.
    """

    roll: float
    yaw: float

    @property
    def rolled(self) -> float:
        """Standard deviation of an inclination by roll, degrees.

        Lines mislead now and then, so the roll lies anywhere from none to what they show: uniformly, with a root mean
        square of ``roll / sqrt(3)``. Where they show nothing, the reference runners' own cameras are no better known,
        and their spread holds it.
        """
        return abs(self.roll) / sqrt(3.0) if isfinite(self.roll) else 0.0

    @property
    def turned(self) -> float:
        """Standard deviation of an inclination by yaw, degrees."""
        return YAW_ERROR * abs(self.yaw) if isfinite(self.yaw) else 0.0


def stride_error(values: Floats) -> float:
    """Standard error of the median of strides; 0 for one.

    Examples
    --------
    >>> import numpy as np
    >>> round(stride_error(np.array([4.0, 5.0, 6.0, 5.0, 4.0, 6.0])), 2), stride_error(np.array([4.0]))
    (0.46, 0.0)
    """
    return MEDIAN_ERROR * float(values.std(ddof=1)) / sqrt(values.size) if values.size > 1 else 0.0


def camera_error(metric: str, doubt: Doubt) -> float:
    """Standard error that the camera adds to a metric's level, in its unit.

    Examples
    --------
    >>> round(camera_error("trunk_lean", Doubt(roll=3.0, yaw=10.0)), 2)
    1.78
    >>> round(camera_error("trunk_lean", Doubt(roll=0.0, yaw=10.0)), 2)
    0.4
    >>> camera_error("trunk_lean", Doubt(roll=float("nan"), yaw=0.0))
    0.0
    """
    turned = doubt.turned if METRICS[metric].unit == "deg" and METRICS[metric].is_posture else 0.0
    return sqrt(turned**2 + (doubt.rolled**2 if metric in INCLINED else 0.0))


def joint_error(metrics: tuple[str, ...], values: tuple[Floats, ...], doubt: Doubt) -> Floats:
    """Covariance of the errors of several levels.

    Parameters
    ----------
    metrics : tuple of str
        p ids.
    values : tuple of ndarray, each of shape (strides,)
    doubt : Doubt

    Returns
    -------
    ndarray, shape (p, p)
        Strides and yaw disturb each metric by itself; a rolled camera turns all inclinations alike.

    Examples
    --------
    >>> import numpy as np
    >>> strides = np.array([5.0, 6.0, 5.5, 6.5])
    >>> joint_error(("trunk_lean", "elbow_flex"), (strides, strides), Doubt(roll=3.0, yaw=0.0)).round(2)
    array([[3.16, 0.  ],
           [0.  , 0.16]])
    """
    inclined = np.array([float(id in INCLINED) for id in metrics])
    camera = np.array([camera_error(id, doubt) for id in metrics]) ** 2 - inclined * doubt.rolled**2
    own = np.diag(np.array([stride_error(each) for each in values]) ** 2 + camera)
    covariance: Floats = own + doubt.rolled**2 * np.outer(inclined, inclined)
    return covariance
