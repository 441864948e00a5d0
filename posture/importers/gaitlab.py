"""GaitLab's poses, ``gaitlab.pose/v1``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from posture import landmarks
from posture.errors import PostureError
from posture.importers.files import check_rate, needed_rate, read_json, rise
from posture.importers.names import landmarks_of
from posture.importers.people import image_series
from posture.series import Floats, PoseSeries

#: What its records call themselves.
SCHEMA = "gaitlab.pose/"


def read_gaitlab(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read ``{"schema": "gaitlab.pose/v1", "keypoint_names": [...], "frames": [[[x, y, confidence], ...], ...]}``.

    Pixels of a picture of ``width`` times ``height``; ``timestamps`` (s) before ``fps``. Confidence is taken as
    visibility, and zero of it is "not seen".

    Parameters
    ----------
    path : Path
    fps : float or None
        Must agree with the file's own.
    size : tuple of int, optional
        Width and height of the picture, pixels, where the file names none.

    Returns
    -------
    tuple of PoseSeries
        One.

    Raises
    ------
    PostureError
        If the file has another layout, or its times do not rise.
    """
    content = read_json(path)
    try:
        names = [str(name) for name in content["keypoint_names"]]
        frames = np.asarray(content["frames"], dtype=float)[..., :3].reshape(len(content["frames"]), len(names), 3)
        given = (int(content.get("width") or 0), int(content.get("height") or 0))
        time = _times(path, content, len(frames), fps)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise PostureError(
            f"{path}: not a file of GaitLab's poses; it needs 'keypoint_names', and in 'frames' as many "
            "[x, y, confidence] a frame."
        ) from error
    xy = np.full((len(frames), landmarks.COUNT, 2), np.nan)
    visibility = np.zeros((len(frames), landmarks.COUNT))
    for landmark, name in landmarks_of(names).items():
        points = frames[:, names.index(name)]
        seen = np.isfinite(points).all(axis=1) & (points[:, 2] > 0)
        xy[seen, landmark], visibility[seen, landmark] = points[seen, :2], np.clip(points[seen, 2], 0.0, 1.0)
    return (image_series(path, time, xy, visibility, size or (given if min(given) > 0 else None)),)


def _times(path: Path, content: Any, frames: int, fps: float | None) -> Floats:
    if content.get("timestamps") is None:
        own = content.get("fps")
        if own is not None:
            check_rate(path, fps, needed_rate(path, float(own)))
        return np.arange(frames) / needed_rate(path, fps if own is None else float(own))
    time = np.asarray(content["timestamps"], dtype=float)
    if time.shape != (frames,) or frames < 2 or not rise(time):
        raise PostureError(f"{path}: its 'timestamps' must be as many as its frames, and rise.")
    check_rate(path, fps, 1 / float(np.median(np.diff(time))))
    return time
