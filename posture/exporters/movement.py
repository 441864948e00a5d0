"""A poses dataset of movement, as netCDF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.io import netcdf_file

from posture.landmarks import L
from posture.series import PoseSeries

_DIMS = ("time", "space", "keypoints", "individuals")


def write_movement(series: PoseSeries, path: Path, name: str) -> None:
    """Write poses as movement keeps them: ``position`` in pixels, x to the right and y down, and ``confidence``.

    Classic netCDF with 64-bit offsets, as xarray writes it: words are rows of letters with their encoding. Dimensions
    bear the names of movement up to 0.16 ("keypoints", "individuals"), which later versions rename as they load.

    Parameters
    ----------
    series : PoseSeries
        All landmarks; visibility is the confidence.
    path : Path
    name : str
        Of the recording.
    """
    words = {"space": ["x", "y"], "keypoints": [landmark.name.lower() for landmark in L], "individuals": ["runner"]}
    with netcdf_file(path, "w", version=2) as file:
        about = {"source_software": "posture", "ds_type": "poses", "time_unit": "seconds", "fps": float(series.rate)}
        # The picture's size is no part of movement's dataset; read again it tells what lies beyond the edge.
        size = {"picture_width": int(series.size[0]), "picture_height": int(series.size[1])}
        for key, value in {**about, **size, "source_file": name.encode("utf-8", "replace")}.items():
            setattr(file, key, value)
        file.createDimension("time", len(series))
        file.createVariable("time", "f8", ("time",))[:] = series.time
        for dim, values in words.items():
            _write_words(file, dim, values)
        position = file.createVariable("position", "f8", _DIMS)
        position[:] = np.moveaxis(series.xy, 2, 1)[..., None]
        confidence = file.createVariable("confidence", "f8", (_DIMS[0], *_DIMS[2:]))
        confidence[:] = series.visibility[..., None]


def _write_words(file: netcdf_file, dim: str, values: list[str]) -> None:
    longest = max(map(len, values))
    file.createDimension(dim, len(values))
    file.createDimension(f"{dim}_letters", longest)
    variable = file.createVariable(dim, "S1", (dim, f"{dim}_letters"))
    setattr(variable, "_Encoding", "utf-8")  # noqa: B010 - the library makes an attribute of the file of it
    variable[:] = np.array([list(value.ljust(longest, "\0").encode()) for value in values], np.uint8).view("S1")
