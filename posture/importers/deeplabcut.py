"""DeepLabCut's tables, as CSV: three or four lines of header, then one row a frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from posture.errors import PostureError
from posture.importers.files import frame_places, needed_rate
from posture.importers.tracks import Tracks, everyone
from posture.reading import check_regular
from posture.series import PoseSeries

_MOST_BYTES = 1024**3


def read_deeplabcut(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read a CSV file of DeepLabCut: ``scorer``, perhaps ``individuals``, ``bodyparts`` and ``coords``, then frames.

    Body parts are known by name, as for ``names.landmark_of``; likelihood is taken as visibility.

    Parameters
    ----------
    path : Path
    fps : float or None
        Frames per second; the format holds no times.
    size : tuple of int, optional
        Width and height of the picture, pixels.

    Returns
    -------
    tuple of PoseSeries
        Everyone who is seen.

    Raises
    ------
    PostureError
        If the frame rate is missing, the header is another, or no body part has a known name.
    """
    rate = needed_rate(path, fps)
    check_regular(path, "the table of poses", _MOST_BYTES)
    try:
        table = _opened(path)
        place = frame_places(path, table.index.to_numpy(float))
        if place is None:
            raise ValueError("frames do not rise")
        tracks = _tracks(table, place)
    except (OSError, KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
        raise PostureError(
            f"{path}: not a table of DeepLabCut; its first lines should be scorer, bodyparts and coords (x, y, "
            "likelihood), and its first column whole numbers that rise."
        ) from error
    return everyone(path, tracks, np.arange(len(tracks.xy)) / rate, size)


def _opened(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        levels = [file.readline(1 << 20).decode("utf-8-sig", "replace").split(",")[0].strip() for _ in range(4)]
    header = [i for i, level in enumerate(levels) if level in ("scorer", "individuals", "bodyparts", "coords")]
    table = pd.read_csv(path, header=header, index_col=0)
    table.columns.names = [levels[i] for i in header]
    return table


def _tracks(table: pd.DataFrame, place: np.ndarray) -> Tracks:
    levels = table.columns.names
    who = table.columns.get_level_values("individuals") if "individuals" in levels else ["runner"] * table.shape[1]
    part = table.columns.get_level_values("bodyparts")
    coordinate = table.columns.get_level_values("coords")
    people, parts = list(dict.fromkeys(map(str, who))), list(dict.fromkeys(map(str, part)))
    values = np.full((int(place[-1]) + 1, 3, len(parts), len(people)), np.nan)
    for column, (one, name, kind) in enumerate(zip(who, part, coordinate, strict=True)):
        axis = ("x", "y", "likelihood").index(str(kind))
        values[place, axis, parts.index(str(name)), people.index(str(one))] = table.iloc[:, column].to_numpy(float)
    return Tracks(tuple(parts), values[:, :2], values[:, 2])
