"""The head as a vector: which single posture change explains how trunk, neck and head moved together.

No single ear-shoulder angle is "head forward": shoulders that round forward cancel it. Each posture change moves
trunk, neck and ear-hip inclination in its own proportion (planar model, method 1.2); the observed changes,
measured in minimal detectable changes, are given to the proportion they are closest to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from posture.series import Floats


class HeadChange(StrEnum):
    """What the head, the shoulders and the trunk did together."""

    HEAD_FORWARD = "head forward"
    ROUNDED = "rounded shoulders"
    SLOUCH = "head forward and rounded shoulders"
    THORACIC_SLOUCH = "thoracic slouch"
    WHOLE_LEAN = "whole-body lean"
    LOOKING_DOWN = "looking down"
    NONE = "none"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class HeadPattern:
    """The answer of ``classify_head``.

    Attributes
    ----------
    change : HeadChange
    confidence : float
        0 to 1: how far the changes lie beyond the floor, times how much closer they are to this pattern than to
        the next one.
    """

    change: HeadChange
    confidence: float


#: Metrics of the pattern, in this order.
PATTERN_METRICS = ("trunk_lean", "neck_incl", "neck_trunk", "ear_hip")
#: Degrees of each for 3 cm head forward, 3 cm protraction, both, 10 degrees of thoracic flexion and 4 degrees of
#: lean, torso 0.50 m (method 1.2).
JACOBIAN: Mapping[HeadChange, tuple[float, float, float, float]] = MappingProxyType(
    {
        HeadChange.HEAD_FORWARD: (0.0, 7.2, 7.2, 2.4),
        HeadChange.ROUNDED: (3.4, -7.6, -11.0, 0.0),
        HeadChange.SLOUCH: (3.4, 0.0, -3.4, 2.4),
        HeadChange.THORACIC_SLOUCH: (5.0, 10.0, 5.0, 6.6),
        HeadChange.WHOLE_LEAN: (4.0, 4.0, 0.0, 4.0),
    }
)
#: Patterns that count as a slump of the upper body.
SLUMPS = frozenset({HeadChange.ROUNDED, HeadChange.SLOUCH, HeadChange.THORACIC_SLOUCH})
#: Largest angle between the changes and a pattern, in the space of MDCs; the closest two patterns (thoracic slouch
#: and whole-body lean) are 20 degrees apart, most are 45 or more.
WIDEST = 30.0
#: Lead over the next pattern, degrees, from which the choice between them is certain.
CLEAR_LEAD = 15.0
#: Lead below which it is none.
LEAST_LEAD = 2.0


def classify_head(changes: Mapping[str, float], mdcs: Mapping[str, float]) -> HeadPattern:
    """Name the posture change behind a set of changes.

    Parameters
    ----------
    changes : mapping of str to float
        Signed change against the runner's own baseline, by metric id: those of ``PATTERN_METRICS`` and, if known,
        ``head_pitch``; degrees.
    mdcs : mapping of str to float
        Minimal detectable change of each, degrees.

    Returns
    -------
    HeadPattern
        ``UNCLEAR`` if a metric is missing or NaN, or if no pattern fits; ``NONE`` if nothing went beyond its MDC.

    Notes
    -----
    Method 1.2, decision table and Jacobian. The class and a confidence are given, never centimetres: the
    inversion of the Jacobian is ill-conditioned.

    Examples
    --------
    >>> mdcs = {"trunk_lean": 2.0, "neck_incl": 4.0, "neck_trunk": 4.0, "ear_hip": 2.0}
    >>> classify_head({"trunk_lean": 0.2, "neck_incl": 14.0, "neck_trunk": 13.8, "ear_hip": 4.8}, mdcs).change
    <HeadChange.HEAD_FORWARD: 'head forward'>
    >>> classify_head({"trunk_lean": 5.0, "neck_incl": 5.0, "neck_trunk": 0.0, "ear_hip": 5.0}, mdcs).change
    <HeadChange.WHOLE_LEAN: 'whole-body lean'>
    >>> classify_head({"trunk_lean": 0.5, "neck_incl": 0.5, "neck_trunk": 0.0, "ear_hip": 0.5}, mdcs).change
    <HeadChange.NONE: 'none'>
    """
    size = np.array([changes.get(i, np.nan) / mdcs.get(i, np.nan) for i in PATTERN_METRICS])
    if not np.all(np.isfinite(size)):
        return HeadPattern(HeadChange.UNCLEAR, 0.0)
    largest = float(np.abs(size).max())
    if largest <= 1.0:
        pitch = changes.get("head_pitch", np.nan) / mdcs.get("head_pitch", np.nan)
        if pitch > 1.0:
            return HeadPattern(HeadChange.LOOKING_DOWN, min(float(pitch) - 1.0, 1.0))
        return HeadPattern(HeadChange.NONE, 1.0 - largest)
    angles = _angles(size, np.array([mdcs[i] for i in PATTERN_METRICS]))
    first, second = np.sort(angles)[:2]
    lead = float(second - first)
    if first > WIDEST or lead < LEAST_LEAD:
        return HeadPattern(HeadChange.UNCLEAR, 0.0)
    best = tuple(JACOBIAN)[int(np.argmin(angles))]
    return HeadPattern(best, min(largest - 1.0, 1.0) * min(lead / CLEAR_LEAD, 1.0))


def _angles(size: Floats, mdcs: Floats) -> Floats:
    """Degrees between the changes and each pattern, all in MDCs."""
    patterns = np.array(list(JACOBIAN.values())) / mdcs
    cosines = patterns @ size / np.linalg.norm(patterns, axis=1) / np.linalg.norm(size)
    angles: Floats = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    return angles
