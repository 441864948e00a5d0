"""Frames to pose series: the estimator, choosing the runner, models, imports."""
