"""Pose series from other sources: other estimators' keypoints and motion capture.

Keypoint formats give what their camera saw. Motion capture is looked at through a virtual camera.
"""

from posture.importers.camera import Camera
from posture.importers.formats import Format, find_format, load, load_everyone
from posture.importers.recognised import holds_poses

__all__ = ["Camera", "Format", "find_format", "holds_poses", "load", "load_everyone"]
