"""Pose series from other sources: other estimators' keypoints and motion capture."""
