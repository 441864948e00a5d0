"""What the definitions of metrics have in common."""

from __future__ import annotations

from math import nan
from typing import Any

from posture.kinematics.types import Metric, ViewKind
from posture.landmarks import L

SIDE = frozenset({ViewKind.SIDE})
FRONT = frozenset({ViewKind.FRONT})
FRONTAL = frozenset({ViewKind.FRONT, ViewKind.REAR})
OBLIQUE = frozenset({ViewKind.OBLIQUE})
ALL = SIDE | FRONTAL | OBLIQUE
NOWHERE: frozenset[ViewKind] = frozenset()

EARS = (L.LEFT_EAR, L.RIGHT_EAR)
SHOULDERS = (L.LEFT_SHOULDER, L.RIGHT_SHOULDER)
HIPS = (L.LEFT_HIP, L.RIGHT_HIP)
TRUNK = SHOULDERS + HIPS
NEAR_LEG = (*HIPS, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL)
NEAR_ARM = (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST)
ELBOWS = (L.LEFT_ELBOW, L.RIGHT_ELBOW)
WRISTS = (L.LEFT_WRIST, L.RIGHT_WRIST)

#: Neutral where left and right are alike, or where there is nothing of it.
LEVEL = (0.0, 0.0)
_DEFAULTS: dict[str, Any] = {
    "views": SIDE,
    "trend_views": OBLIQUE,
    "reduction": "mean",
    "relative_floor": 0.0,
    "response": nan,
    "response_spread": 0.0,
    "relative": False,
    "family": "exploratory",
    "speed_dependent": False,
    "headline": None,
    "amber": None,
    "red": None,
    "neutral": None,
}


def metric(id: str, label: str, unit: str, positive: str, **fields: Any) -> Metric:
    """Build a metric with the usual defaults: side views, trend in oblique ones, mean over a stride."""
    return Metric(id=id, label=label, unit=unit, positive=positive, **{**_DEFAULTS, **fields})
