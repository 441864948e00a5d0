"""C3D, the files of motion capture: a plane in space, x to the right, y up, z zero."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from posture.errors import PostureError
from posture.exporters.points import Points
from posture.series import Floats
from posture.storage.files import nameable

#: The format counts frames in two bytes.
MOST_FRAMES = 65_535


def write_c3d(points: Points, path: Path) -> None:
    """Write a C3D file: millimetres, or pixels.

    The format knows one rate and no times: each frame takes the nearest place, and places without one are "not seen".

    Raises
    ------
    PostureError
        If ``ezc3d`` is not installed, frames are too many, or come too unevenly for one rate.
    """
    if find_spec("ezc3d") is None:
        raise PostureError(
            f'{path.name}: writing C3D needs ezc3d; install it with: pip install "running-posture[c3d]".'
        )
    import ezc3d

    scale, unit = (1000.0, "mm") if points.unit == "m" else (1.0, "px")
    places = _evenly(points) * scale
    lost = ~np.isfinite(places).all(axis=2).T
    values = np.zeros((4, *lost.shape))
    values[:2] = np.where(lost, 0.0, np.moveaxis(places, 2, 0).transpose(0, 2, 1))
    values[3] = 1.0
    file = ezc3d.c3d()
    told = file["parameters"]["POINT"]
    told["UNITS"]["value"], told["RATE"]["value"] = [unit], [points.rate]
    told["LABELS"]["value"] = list(points.names)
    file["data"]["points"] = values
    # By the format a point with a negative residual was not seen.
    file["data"]["meta_points"]["residuals"] = np.where(lost, -1.0, 0.0)[None]
    with nameable(path) as name:
        file.write(str(name))


def _evenly(points: Points) -> Floats:
    """Places at equal steps of time, (F, K, 2)."""
    place = np.round((points.time - points.time[0]) * points.rate).astype(int)
    if (np.diff(place) <= 0).any():
        raise PostureError(
            "the frames come too unevenly for C3D, which knows one rate; export --to trc, which has times."
        )
    if place[-1] >= MOST_FRAMES:
        raise PostureError(
            f"C3D counts at most {MOST_FRAMES} frames, and this recording has {place[-1] + 1}; export --to trc."
        )
    even = np.full((int(place[-1]) + 1, *points.xy.shape[1:]), np.nan)
    even[place] = points.xy
    return even
