"""Landmarks in tables: CSV in the spellings that people use, and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from posture import landmarks
from posture.errors import PostureError
from posture.importers import columns
from posture.importers.cells import NEEDED, frame_numbers, numbers, opened, pairs, told
from posture.importers.files import check_count, check_rate, frame_places, needed_rate, rise
from posture.importers.people import Person, image_series, people_series
from posture.series import Floats, PoseSeries

#: Coordinates that never leave this range are shares of the picture, not pixels.
_NORMALISED = 3.0


def read_table(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read landmarks from a table with one row a frame, or one row a landmark.

    Columns, in any order and case, split by commas, semicolons (then with decimal commas, too) or tabs; others are
    ignored:

    - a time (``time``, ``timestamp_ms``, ``t``; s unless it says ms or us) or a frame number (``frame``,
      ``frame_idx``; missing numbers are frames without a pose); with neither each row is a frame;
    - wide: for each landmark ``NAME_x`` and ``NAME_y`` with the names of MediaPipe, COCO or OpenPose (``left_hip``,
      ``LHip``), or with MediaPipe's numbers 0 to 32 (``23_x``, ``x23``, ``L23_x``, ``lm23_x``), or one column a
      landmark with lists ``[x, y]``;
    - long: ``landmark`` (name or number), ``x`` and ``y``;
    - pixels of the upright frame, or shares of it (no value above 3), which need ``size``; empty is "not seen";
    - optionally ``visibility`` (``v``, ``score``, ``likelihood``), 0 to 1; without it, what has a place counts as seen;
    - optionally ``person`` (``track``, ``individual``), where several people are seen.

    Parameters
    ----------
    path : Path
        CSV, or Parquet by its first bytes.
    fps : float or None
        Frames per second; needed where the table has no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; needed where the table holds shares of it.

    Returns
    -------
    tuple of PoseSeries
        Everyone who is seen.

    Raises
    ------
    PostureError
        If a column that is needed is missing, a cell is no number, times do not rise, or ``fps`` or ``size`` is needed.
    """
    table = opened(path)
    who = columns.person(table.columns)
    rows = _long(path, table, who) if columns.long(table.columns) else _wide(table)
    if rows is None or np.isnan(rows.points[..., 0]).all():
        raise PostureError(f"{path}: no landmark found; {NEEDED.format(found=told(table.columns))}")
    if who is None:
        frame, time = _times(path, rows.keys, fps)
        points = _in_pixels(path, rows.points, size)
        xy = np.full((len(time), landmarks.COUNT, 2), np.nan)
        visibility = np.zeros((len(time), landmarks.COUNT))
        xy[frame], visibility[frame] = points[..., :2], points[..., 2]
        return (image_series(path, time, xy, visibility, size),)
    return _people(path, _in_pixels(path, rows.points, size), rows.keys, rows.keys[who], fps, size)


class _Rows:
    """Points of each row, (R, 33, 3) with x, y and visibility, and the columns that say when and whose they are."""

    def __init__(self, keys: pd.DataFrame, points: Floats) -> None:
        points[np.isnan(points[..., :2]).any(axis=2)] = (np.nan, np.nan, 0.0)
        self.keys, self.points = keys, points


def _wide(table: pd.DataFrame) -> _Rows | None:
    found = columns.wide(table.columns)
    points = _none(len(table))
    has_visibility = set()
    for name, meaning in found.items():
        if meaning.kind == "pair":
            points[:, meaning.landmark] = pairs(table[name])
        else:
            points[:, meaning.landmark, ("x", "y", "visibility").index(meaning.kind)] = numbers(table[name])
            if meaning.kind == "visibility":
                has_visibility.add(meaning.landmark)
    _fill_visibility(points, np.isin(np.arange(landmarks.COUNT), list(has_visibility)))
    return _Rows(table.drop(columns=list(found)), points)


def _long(path: Path, table: pd.DataFrame, who: str | None) -> _Rows:
    named = columns.long(table.columns)
    assert named is not None
    keys = [name for name in (*_when(table), who) if name is not None]
    if not keys:
        raise PostureError(f"{path}: the table has one row a landmark and no column 'time' or 'frame'; add one.")
    which = table[named["landmark"]]
    number = np.array([_landmark(value) for value in which], dtype=int)
    known = number >= 0
    group, first = _groups(table[keys])
    points = _none(len(first))
    for place, kind in enumerate(("x", "y", "visibility")):
        if kind in named:
            points[group[known], number[known], place] = numbers(table[named[kind]])[known]
    _fill_visibility(points, np.full(landmarks.COUNT, "visibility" in named))
    return _Rows(table[keys].iloc[first].reset_index(drop=True), points)


def _groups(keys: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Number of each row's frame and person, in order of appearance, and the first row of each."""
    group = keys.groupby(list(keys.columns), sort=False, dropna=False).ngroup().to_numpy()
    return group, np.unique(group, return_index=True)[1]


def _landmark(value: Any) -> int:
    """The index of a landmark that a cell names; -1 for another point."""
    text = str(value).strip()
    meaning = columns.meaning_of(text.removesuffix(".0"))
    return int(meaning.landmark) if meaning is not None and meaning.kind == "pair" else -1


def _none(rows: int) -> Floats:
    return np.full((rows, landmarks.COUNT, 3), np.nan)


def _fill_visibility(points: Floats, told_of: np.ndarray) -> None:
    """What has a place counts as seen, unless a visibility says how well."""
    seen = points[..., 2]
    points[..., 2] = np.where(told_of & ~np.isnan(seen), np.clip(seen, 0.0, 1.0), np.where(told_of, 0.0, 1.0))


def _in_pixels(path: Path, points: Floats, size: tuple[int, int] | None) -> Floats:
    if np.nanmax(np.abs(points[..., :2])) > _NORMALISED:
        return points
    if size is None:
        raise PostureError(
            f"{path}: the coordinates are shares of the picture; say how large it is, in pixels, with --size, "
            "like --size 1920x1080 (width x height)."
        )
    in_pixels: Floats = points * np.array([*size, 1.0])
    return in_pixels


def _when(table: pd.DataFrame) -> tuple[str | None, str | None]:
    timed = columns.clock(table.columns)
    return timed[0] if timed else None, columns.frame(table.columns)


def _times(path: Path, keys: pd.DataFrame, fps: float | None) -> tuple[np.ndarray, Floats]:
    """The frame of each row and the time of each frame."""
    timed = columns.clock(keys.columns)
    if timed is not None:
        time = numbers(keys[timed[0]]) * timed[1]
        if len(time) < 2 or not rise(time):
            raise PostureError(f"{path}: the times in column '{timed[0]}' must be numbers that rise from row to row.")
        check_rate(path, fps, 1 / float(np.median(np.diff(time))))
        return np.arange(len(time)), time
    counted = columns.frame(keys.columns)
    if counted is None:
        check_count(path, len(keys))
        return np.arange(len(keys)), np.arange(len(keys)) / needed_rate(path, fps)
    place = frame_places(path, frame_numbers(keys[counted]))
    if place is None:
        raise PostureError(f"{path}: column '{counted}' must hold whole numbers that rise from row to row.")
    return place, np.arange(place[-1] + 1) / needed_rate(path, fps)


def _people(
    path: Path,
    points: Floats,
    keys: pd.DataFrame,
    who: pd.Series,
    fps: float | None,
    size: tuple[int, int] | None,
) -> tuple[PoseSeries, ...]:
    """Rows of several people, put in order of time."""
    identity, _ = pd.factorize(who)
    when = next((name for name in _when(keys) if name is not None), None)
    if when is None:
        raise PostureError(f"{path}: several people need a column 'time' or 'frame'; add one.")
    clock = numbers(keys[when]) if columns.clock([when]) else frame_numbers(keys[when])
    known = np.isfinite(clock)
    moments, row = np.unique(clock[known], return_inverse=True)
    if not len(moments):
        raise PostureError(f"{path}: column '{when}' must hold numbers.")
    place, time = _times(path, pd.DataFrame({when: moments}), fps)
    frames: list[list[Person]] = [[] for _ in time]
    for at, values, number in zip(place[row], points[known], identity[known], strict=True):
        frames[at].append(Person(np.nan_to_num(values), int(number)))
    return people_series(path, frames, time, size)
