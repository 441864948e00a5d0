"""Pose series from other sources: other estimators' keypoints and motion capture.

Keypoint formats give what their camera saw. Motion capture is looked at through a virtual camera.
"""

from posture.pose.imports.camera import Camera
from posture.pose.imports.formats import Format, find_format, load

__all__ = ["Camera", "Format", "find_format", "load"]
