"""Whether the camera stood in the same place in two recordings."""

from __future__ import annotations

from posture.pose.camera.background import Background, unmoved_between
from posture.storage.recording import Recording


def same_camera(first: Recording, second: Recording) -> bool:
    """Whether the backgrounds show that the camera stood in the same place, unmoved, in both clips."""
    if not (len(first.corners) and len(second.corners)):
        return False
    one, other = (Background(r.corners, r.descriptors, r.series.size) for r in (first, second))
    return unmoved_between(one, other)
