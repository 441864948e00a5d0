"""The runner's landmarks, frame by frame: crops along a track, through an estimator."""
