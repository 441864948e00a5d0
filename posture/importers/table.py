"""MediaPipe landmarks in CSV."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from posture import landmarks
from posture.errors import PostureError
from posture.importers.files import check_count, check_rate, needed_rate
from posture.importers.people import image_series
from posture.reading import check_regular, named_twice
from posture.series import Floats, PoseSeries

#: Coordinates that never leave this range are shares of the picture, not pixels.
_NORMALISED = 3.0
_MOST_BYTES = 1024**3


def read_csv(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> PoseSeries:
    """Read landmarks from a table with one row a frame.

    Columns, in any order and case; others are ignored:

    - ``time`` (s) or ``frame`` (number; missing numbers are frames without a pose);
    - for each landmark ``NAME_x`` and ``NAME_y`` with MediaPipe's names (``nose``, ``left_eye_inner``, ...,
      ``right_foot_index``), or ``xN`` and ``yN`` with its numbers 0 to 32: pixels of the upright frame, or shares
      of it (no value above 3), for which ``size`` is needed; empty is "not seen";
    - optionally ``NAME_visibility`` or ``vN``, 0 to 1; without it, what has a place counts as seen.

    Parameters
    ----------
    path : Path
    fps : float or None
        Frames per second; needed where the table has no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; needed where the table holds shares of it.

    Raises
    ------
    PostureError
        If a column that is needed is missing, a cell is no number, times do not rise, or ``fps`` or ``size`` is needed.
    """
    check_regular(path, "the table of poses", _MOST_BYTES)
    try:
        table = pd.read_csv(path)
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, OverflowError) as error:
        raise PostureError(f"{path}: not a CSV table; write one row a frame with a header.") from error
    table.columns = [str(name).strip().lower() for name in table.columns]
    twice = named_twice(table.columns)
    if twice is not None:
        raise PostureError(f"{path}: the table has the column '{twice}' twice; leave one out.")
    numbers = table.apply(pd.to_numeric, errors="coerce").replace([np.inf, -np.inf], np.nan)
    row, time = _times(path, numbers, fps)
    xy = np.full((len(time), landmarks.COUNT, 2), np.nan)
    visibility = np.zeros((len(time), landmarks.COUNT))
    for landmark in landmarks.Landmark:
        x, y, seen = (_column(numbers, landmark, kind) for kind in ("x", "y", "visibility"))
        if x is None or y is None:
            continue
        xy[row, landmark] = np.column_stack([x, y])
        placed = np.isfinite(x) & np.isfinite(y)
        visibility[row, landmark] = np.where(placed, 1.0 if seen is None else np.nan_to_num(np.clip(seen, 0, 1)), 0.0)
    xy[np.isnan(xy).any(axis=2)] = np.nan
    if np.isnan(xy).all():
        raise PostureError(f"{path}: no landmark found; name the columns like left_shoulder_x and left_shoulder_y.")
    if np.nanmax(np.abs(xy)) <= _NORMALISED:
        if size is None:
            raise PostureError(f"{path}: the coordinates are shares of the picture; write them in pixels instead.")
        xy = xy * np.array(size)
    return image_series(time, xy, visibility, size)


def _times(path: Path, numbers: pd.DataFrame, fps: float | None) -> tuple[np.ndarray, Floats]:
    """The frame of each row and the time of each frame."""
    if "time" in numbers:
        time = numbers["time"].to_numpy(float)
        if len(time) < 2 or not np.all(np.diff(time) > 0):
            raise PostureError(f"{path}: the times in column 'time' must be numbers that rise from row to row.")
        check_rate(path, fps, 1 / float(np.median(np.diff(time))))
        return np.arange(len(time)), time
    if "frame" not in numbers:
        raise PostureError(f"{path}: a column 'time' (s) or 'frame' is needed; add one.")
    frame = numbers["frame"].to_numpy(float)
    if not len(frame) or not np.all(np.diff(frame) > 0) or np.any(frame % 1):
        raise PostureError(f"{path}: column 'frame' must hold whole numbers that rise from row to row.")
    check_count(path, int(min(frame[-1] - frame[0], 1e15)) + 1)
    place = (frame - frame[0]).astype(int)
    return place, np.arange(place[-1] + 1) / needed_rate(path, fps)


def _column(numbers: pd.DataFrame, landmark: landmarks.Landmark, kind: str) -> Floats | None:
    for name in (f"{landmark.name.lower()}_{kind}", f"{kind[0]}{int(landmark)}"):
        if name in numbers:
            return numbers[name].to_numpy(float)
    return None
