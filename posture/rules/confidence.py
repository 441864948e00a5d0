"""How sure a finding is: factors from 0 to 1, each defined once, and caps.

Confidence is the product of the factors of the weakest condition that decides (method 5), times corroboration.
No factor rises when the view gets worse, strides get fewer, landmarks are seen less or the change gets smaller.
"""

from __future__ import annotations

import math

import numpy as np

from posture.kinematics.types import Metrics, View, ViewKind
from posture.rules.types import Confidence

#: Borders of low, moderate and high (method 5).
MODERATE_FROM, MODERATE_TO = 0.4, 0.7
#: Largest confidence under each cap.
CAPS = {Confidence.LOW: math.nextafter(MODERATE_FROM, 0.0), Confidence.MODERATE: MODERATE_TO, Confidence.HIGH: 1.0}
#: Widest deviation from the ideal side, front or rear view that still counts as one, degrees (method 1.1).
SIDE_YAW, OBLIQUE_YAW = 20.0, 60.0
#: What is left at that edge: mid-points hold to within 0.4 degrees there (method 0.3), arms lose more.
EDGE_QUALITY = 0.8
#: method 1.1: in oblique views side metrics are trends at half the confidence.
OBLIQUE_QUALITY = 0.5
#: Strides at which half of the confidence that strides can give is reached; 60 strides give 0.75, 400 give 0.95,
#: in the proportion of the power of the drift test at 120 and 400 strides (method 3.1).
HALF_STRIDES = 20.0
#: The same for a level, which three strides are enough for: strides spread about as much as recordings differ.
HALF_LEVEL_STRIDES = 3.0
#: Minimal detectable changes at which a change gives half of the confidence that size can give.
HALF_SIZE = 0.5
#: What is left without any sign that goes with the finding.
ALONE = 0.85
#: An answer is believed, but it is not a measurement.
ANSWER = 0.7


def label(confidence: float) -> Confidence:
    """Low below 0.4, high above 0.7, moderate between.

    Examples
    --------
    >>> label(0.3), label(0.5), label(0.8)
    (<Confidence.LOW: 'low'>, <Confidence.MODERATE: 'moderate'>, <Confidence.HIGH: 'high'>)
    """
    if confidence < MODERATE_FROM:
        return Confidence.LOW
    return Confidence.HIGH if confidence > MODERATE_TO else Confidence.MODERATE


def view_quality(view: View) -> float:
    """How squarely the camera looks: 1 for a pure view seen all the time."""
    if view.kind is ViewKind.UNKNOWN or not math.isfinite(view.yaw):
        return 0.0
    yaw = min(abs(view.yaw), 90.0)
    off = yaw if view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE) else 90.0 - yaw
    if view.kind is ViewKind.OBLIQUE:
        quality = OBLIQUE_QUALITY * math.cos(math.radians(min(max(off, SIDE_YAW), OBLIQUE_YAW)))
    else:
        quality = 1.0 - (1.0 - EDGE_QUALITY) * min(off / SIDE_YAW, 1.5)
    return quality * min(max(view.confidence, 0.0), 1.0)


def landmark_quality(metrics: Metrics, metric: str) -> float:
    """Share of the clip's frames in which the metric was seen."""
    column = metrics.values.get(metric)
    return float(np.isfinite(column).mean()) if column is not None and column.size else 0.0


def stride_quality(strides: int) -> float:
    """More strides, surer; never quite 1.

    Examples
    --------
    >>> stride_quality(20), stride_quality(60), round(stride_quality(400), 2)
    (0.5, 0.75, 0.95)
    """
    return strides / (strides + HALF_STRIDES)


def level_quality(strides: int) -> float:
    """More strides, surer, but a level needs few.

    Examples
    --------
    >>> level_quality(3), level_quality(9)
    (0.5, 0.75)
    """
    return strides / (strides + HALF_LEVEL_STRIDES)


def change_quality(size: float) -> float:
    """Certain size of a change (the end of its interval that is nearer to no change), in MDCs.

    Examples
    --------
    >>> change_quality(0.5), round(change_quality(2.0), 2), change_quality(-1.0)
    (0.5, 0.8, 0.0)
    """
    size = max(size, 0.0)
    return size / (size + HALF_SIZE) if math.isfinite(size) else 0.0


def rest_quality(largest: float) -> float:
    """Largest change that a stable metric's interval allows, in MDCs.

    Examples
    --------
    >>> rest_quality(0.0), rest_quality(0.5), rest_quality(2.0)
    (1.0, 0.75, 0.5)
    """
    return 1.0 - 0.5 * min(max(largest, 0.0), 1.0) if math.isfinite(largest) else 0.0


def corroboration(agrees: bool) -> float:
    """Whether any sign that often goes with the finding is there too.

    Examples
    --------
    >>> corroboration(True), corroboration(False)
    (1.0, 0.85)
    """
    return 1.0 if agrees else ALONE
