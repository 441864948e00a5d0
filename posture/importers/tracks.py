"""Tracks of several individuals' keypoints: netCDF of movement, and what movement itself can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from posture import landmarks
from posture.errors import PostureError
from posture.importers.cells import told
from posture.importers.files import check_count, check_rate, needed_rate, rise
from posture.importers.names import landmarks_of
from posture.importers.people import image_series
from posture.reading import check_regular
from posture.series import Floats, PoseSeries

_MOST_BYTES = 4 * 1024**3
_INSTALL = "install it with: pip install movement"
#: What movement calls its dimensions; from 0.17 on in the singular.
_DIMS = (("time",), ("space",), ("keypoints", "keypoint"), ("individuals", "individual"))


@dataclass(frozen=True, eq=False)
class Tracks:
    """Keypoints of several individuals.

    Attributes
    ----------
    keypoints : tuple of str
    xy : ndarray, shape (T, 2, K, N)
        Pixels.
    confidence : ndarray, shape (T, K, N)
        0 to 1; NaN where the source tells none.
    """

    keypoints: tuple[str, ...]
    xy: Floats
    confidence: Floats


def everyone(path: Path, tracks: Tracks, time: Floats, size: tuple[int, int] | None) -> tuple[PoseSeries, ...]:
    """Everyone in the tracks, first who is seen best.

    Raises
    ------
    PostureError
        If no keypoint has the name of a landmark.
    """
    named = landmarks_of(tracks.keypoints)
    if not named:
        raise PostureError(
            f"{path}: no landmark found; its keypoints are {told(tracks.keypoints)}: name them like left_hip and nose."
        )
    found = []
    for one in range(tracks.xy.shape[3]):
        xy = np.full((len(time), landmarks.COUNT, 2), np.nan)
        visibility = np.zeros((len(time), landmarks.COUNT))
        for landmark, name in named.items():
            number = tracks.keypoints.index(name)
            points, told_of = tracks.xy[:, :, number, one], tracks.confidence[:, number, one]
            seen = np.isfinite(points).all(axis=1) & ~(told_of <= 0)
            xy[seen, landmark] = points[seen]
            visibility[seen, landmark] = np.clip(np.where(np.isnan(told_of), 1.0, told_of), 0.0, 1.0)[seen]
        found.append(image_series(path, time, xy, visibility, size))
    return tuple(sorted(found, key=lambda series: -float(series.visibility.sum())))


def read_movement(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read a poses dataset of movement from netCDF.

    The classic format (3) is read as it is, netCDF-4 with what movement brings.

    Parameters
    ----------
    path : Path
    fps : float or None
        Frames per second; needed where times are frame numbers.
    size : tuple of int, optional
        Width and height of the picture, pixels.

    Returns
    -------
    tuple of PoseSeries
        Everyone who is seen.

    Raises
    ------
    PostureError
        If netCDF-4 cannot be read as movement is not installed, or the file holds no poses in a picture.
    """
    check_regular(path, "the file of poses", _MOST_BYTES)
    try:
        with path.open("rb") as file:
            classic = file.read(3) == b"CDF"
        content = _classic(path) if classic else _hdf5(path)
        tracks, time = _of_dataset(content)
    except (OSError, KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
        raise PostureError(
            f"{path}: holds no poses of movement; needed are 'position' and 'confidence' over time, space (x, y), "
            "keypoints and individuals."
        ) from error
    if not len(time) or not rise(time):
        raise PostureError(f"{path}: its times must be numbers that rise.")
    if "frames" in content["time_unit"]:
        time = (time - time[0]) / needed_rate(path, fps)
    if "frames" not in content["time_unit"] and len(time) > 1:
        check_rate(path, fps, 1 / float(np.median(np.diff(time))))
    check_count(path, len(time))
    return everyone(path, tracks, time, size or content.get("size"))


def read_tracks(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read an HDF5 file of DeepLabCut or SLEAP through movement.

    Parameters and errors are those of :func:`read_movement`; the formats hold no times, so ``fps`` is needed.

    Returns
    -------
    tuple of PoseSeries
        Everyone who is seen.
    """
    if find_spec("movement") is None:
        raise PostureError(f"{path}: reading HDF5 files of DeepLabCut and SLEAP needs movement; {_INSTALL}.")
    rate = needed_rate(path, fps)
    check_regular(path, "the file of poses", _MOST_BYTES)
    tracks, time = _of_dataset(_through_movement(path))
    check_count(path, len(time))
    return everyone(path, tracks, np.arange(len(time)) / rate, size)


def _through_movement(path: Path) -> dict[str, Any]:
    import h5py
    from loguru import logger
    from movement.io import load_poses

    logger.disable("movement")  # what it complains of becomes one sentence
    try:
        with h5py.File(path) as file:
            read = load_poses.from_dlc_file if "df_with_missing" in file else load_poses.from_sleap_file
        return _contents(read(path, fps=None))
    except Exception as error:  # whatever the library's libraries raise in a strange file
        raise PostureError(f"{path}: holds no tracks of DeepLabCut or SLEAP; export them again.") from error
    finally:
        logger.enable("movement")


def _contents(dataset: Any) -> dict[str, Any]:
    """Arrays, names and attributes of an xarray dataset."""
    arrays = {str(name): (tuple(map(str, value.dims)), value.to_numpy()) for name, value in dataset.variables.items()}
    return {**arrays, **_about(dataset.attrs)}


def _hdf5(path: Path) -> dict[str, Any]:
    if find_spec("xarray") is None or not (find_spec("h5netcdf") or find_spec("netCDF4")):
        raise PostureError(f"{path}: reading netCDF-4 needs movement; {_INSTALL}.")
    import xarray

    with xarray.open_dataset(path) as dataset:
        return _contents(dataset.load())


def _classic(path: Path) -> dict[str, Any]:
    from scipy.io import netcdf_file

    with netcdf_file(path, "r", mmap=False) as file:
        arrays = {name: (tuple(value.dimensions), _values(value)) for name, value in file.variables.items()}
        return {**arrays, **_about(vars(file))}


def _about(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Unit of the times, and the size of the picture where the file tells it."""
    unit = attributes.get("time_unit", "frames")
    width, height = (int(attributes.get(f"picture_{side}", 0)) for side in ("width", "height"))
    told = {"time_unit": unit.decode("utf-8", "replace") if isinstance(unit, bytes) else str(unit)}
    return {**told, "size": (width, height)} if min(width, height) > 0 else told


def _values(variable: Any) -> Any:
    """Numbers, or words from the letters of which classic netCDF makes them."""
    data = np.array(variable.data)
    if data.dtype.kind != "S":
        return data.astype(data.dtype.newbyteorder("="))
    return np.array([b"".join(row).rstrip(b"\0").decode("utf-8", "replace") for row in data.reshape(len(data), -1)])


def _of_dataset(content: Mapping[str, Any]) -> tuple[Tracks, Floats]:
    dims = content["position"][0]
    order = [[name for name in choice if name in dims][0] for choice in _DIMS]  # noqa: RUF015 - IndexError is told
    position = _ordered(content["position"], order)
    space = [str(axis) for axis in content[order[1]][1]]
    xy = position[:, [space.index("x"), space.index("y")]]
    shape = (len(xy), *xy.shape[2:])
    has_confidence = "confidence" in content
    confidence = _ordered(content["confidence"], [order[0], *order[2:]]) if has_confidence else np.full(shape, np.nan)
    keypoints = tuple(str(name) for name in content[order[2]][1])
    if confidence.shape != shape or len(keypoints) != xy.shape[2]:
        raise ValueError("shapes that do not fit")
    return Tracks(keypoints, xy, confidence), np.asarray(content[order[0]][1], dtype=float)


def _ordered(variable: tuple[tuple[str, ...], Any], order: list[str]) -> Floats:
    dims, values = variable
    return np.transpose(np.asarray(values, dtype=float), [dims.index(name) for name in order])
