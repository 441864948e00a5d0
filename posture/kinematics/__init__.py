"""Clean pose series to metrics: the registry, the view and pure vectorised functions."""

from posture.kinematics.body import Body
from posture.kinematics.own import metric
from posture.kinematics.registry import METRICS
from posture.kinematics.stage import compute
from posture.kinematics.types import Headline, Metric, Metrics, View, ViewKind
from posture.kinematics.view import find_view
from posture.landmarks import L

__all__ = [
    "METRICS",
    "Body",
    "Headline",
    "L",
    "Metric",
    "Metrics",
    "View",
    "ViewKind",
    "compute",
    "find_view",
    "metric",
]
