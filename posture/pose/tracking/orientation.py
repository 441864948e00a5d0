"""Is the video sideways? The body's axis against gravity, over all detector passes.

A sideways video gives a fine skeleton in turned coordinates, and every angle against the vertical is then
wrong by a right angle: success of the pose estimator says nothing about the way up.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from posture.landmarks import L
from posture.midpoints import midpoint
from posture.pose.tracking.detection import Detection

#: Share of the weight of all passes that must agree before a video is turned: someone who bends down,
#: stretches or lies for a while must not turn it.
AGREEMENT = 0.6

_TURNS = (0, 90, 180, 270)


def turn_needed(passes: Iterable[Iterable[Detection]]) -> int:
    """Degrees (0, 90, 180, 270) to turn the pictures clockwise so that people stand upright.

    Each pass has one vote, of its largest whole body: the quarter turn that brings nose, shoulders, hips and knees
    closest to their order from top to bottom. Without agreement the video stays as it is.
    """
    votes = np.zeros(4)
    for detections in passes:
        largest = max(detections, key=lambda s: s.torso * s.certainty, default=None)
        if largest is not None:
            votes[_upright_turn(largest)] += largest.certainty
    best = int(votes.argmax())
    return _TURNS[best] if votes[best] > AGREEMENT * votes.sum() else 0


def _upright_turn(body: Detection) -> int:
    xy = body.xy
    shoulders, hips = midpoint(xy, L.LEFT_SHOULDER), midpoint(xy, L.LEFT_HIP)
    up = (shoulders - hips) * 2 + (xy[L.NOSE] - shoulders)
    knees = np.array([L.LEFT_KNEE, L.RIGHT_KNEE])
    if body.presence[knees].min() > 0.5:
        up = up + hips - xy[knees].mean(axis=0)
    # The picture must be turned clockwise by the angle that the body leans anticlockwise.
    lean = np.degrees(np.arctan2(-up[0], -up[1]))
    return int(np.round(lean / 90.0)) % 4
