"""Which format a file of poses has, by its content."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from posture.errors import PostureError
from posture.importers import columns
from posture.importers.bvh import read_bvh
from posture.importers.c3d import read_c3d
from posture.importers.camera import Camera
from posture.importers.cells import separator
from posture.importers.deeplabcut import read_deeplabcut
from posture.importers.files import check_clock, check_rate, read_json
from posture.importers.gaitlab import SCHEMA, read_gaitlab
from posture.importers.keypoints import read_keypoints
from posture.importers.motion import Motion, check_places
from posture.importers.openpose import FIRST_FILES, is_openpose, read_openpose
from posture.importers.table import read_table
from posture.importers.tracks import read_movement, read_tracks
from posture.importers.trc import read_trc
from posture.importers.unknown import what_it_is
from posture.series import PoseSeries


class Format(StrEnum):
    """Formats of poses that are not video."""

    OPENPOSE = "OpenPose JSON"
    KEYPOINTS = "COCO or HALPE keypoints in JSON"
    GAITLAB = "GaitLab JSON"
    CSV = "landmarks in CSV"
    DEEPLABCUT = "DeepLabCut CSV"
    MOVEMENT = "movement netCDF"
    TRACKS = "DeepLabCut or SLEAP tracks in HDF5"
    TRC = "TRC markers"
    C3D = "C3D markers"
    BVH = "BVH skeleton"


_Keypoints = Callable[[Path, float | None, tuple[int, int] | None], tuple[PoseSeries, ...]]
_KEYPOINTS: dict[Format, _Keypoints] = {
    Format.OPENPOSE: read_openpose,
    Format.KEYPOINTS: read_keypoints,
    Format.GAITLAB: read_gaitlab,
    Format.CSV: read_table,
    Format.DEEPLABCUT: read_deeplabcut,
    Format.MOVEMENT: read_movement,
    Format.TRACKS: read_tracks,
}
_MARKERS = {Format.TRC: read_trc, Format.C3D: read_c3d, Format.BVH: read_bvh}

#: Longest header of a table, bytes.
_HEAD = 1 << 16
_HDF5 = b"\x89HDF\r\n\x1a\n"


def load(
    path: Path,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    camera: Camera | None = None,
) -> PoseSeries:
    """Read the poses of whoever is seen best, from a file or folder of any known format.

    Parameters and errors are those of :func:`load_everyone`.

    Returns
    -------
    PoseSeries
    """
    return load_everyone(path, fps, size, camera)[0]


def load_everyone(
    path: Path,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    camera: Camera | None = None,
) -> tuple[PoseSeries, ...]:
    """Read poses from a file or folder of any known format.

    Parameters
    ----------
    path : Path
    fps : float, optional
        Frames per second; needed by formats that hold no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; formats that do not hold it otherwise end at the farthest point.
    camera : Camera, optional
        Looks at motion capture; by default from the runner's left.

    Returns
    -------
    tuple of PoseSeries
        Everyone whom the source tells apart, all with the same frames; first who is seen best. At least one.

    Raises
    ------
    PostureError
        If the format is not known, the file is faulty, or the frame rate is missing or wrong.
    """
    kind = find_format(path)
    if kind is None:
        raise PostureError(f"{path}: not a known format of poses: {what_it_is(path)}")
    if kind in _KEYPOINTS:
        return _checked(path, _KEYPOINTS[kind](path, fps, size))
    found = _MARKERS[kind](path)
    check_clock(path, found.time)
    check_rate(path, fps, (len(found.time) - 1) / float(found.time[-1] - found.time[0]))
    if isinstance(found, PoseSeries):
        return _checked(path, (found,))
    assert isinstance(found, Motion)
    check_places(path, found)
    return ((camera or Camera()).project(found),)


def _checked(path: Path, everyone: tuple[PoseSeries, ...]) -> tuple[PoseSeries, ...]:
    seen = tuple(series for series in everyone if series.seen.any())
    if not seen:
        raise PostureError(f"{path}: holds no person in any frame; check the pose estimation.")
    if len(seen[0]) > 1:
        check_clock(path, seen[0].time)
    return seen


def find_format(path: Path) -> Format | None:
    """Tell the format by content; None for what holds no poses (a video, say).

    Raises
    ------
    PostureError
        If the file cannot be read.
    """
    if path.is_dir():
        return Format.OPENPOSE if any(is_openpose(read_json(file)) for file in _first_files(path)) else None
    if path.exists() and not path.is_file():  # a pipe, say: nothing that could be looked into
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror}).") from error
    return _binary_format(path, head) or _text_format(path, head)


def _first_files(path: Path) -> list[Path]:
    return sorted(path.glob("*.json"))[:FIRST_FILES]


def _binary_format(path: Path, head: bytes) -> Format | None:
    # The second byte of every C3D file is 0x50; video containers have other bytes there.
    if len(head) >= 512 and head[1] == 0x50 and path.suffix.lower() == ".c3d":
        return Format.C3D
    if head.startswith(b"PAR1"):
        return Format.CSV
    if head.startswith(b"CDF") and head[3:4] in (b"\x01", b"\x02", b"\x05"):
        return Format.MOVEMENT
    if head.startswith(_HDF5):
        return Format.MOVEMENT if path.suffix.lower() in (".nc", ".nc4", ".cdf") else Format.TRACKS
    return None


def _text_format(path: Path, head: bytes) -> Format | None:
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith("HIERARCHY"):
        return Format.BVH
    if text.startswith("PathFileType"):
        return Format.TRC
    if text.startswith(("{", "[")):
        return _json_format(path)
    line = text.splitlines()[0] if text else ""
    names = [name.strip().strip('"') for name in line.split(separator(line))]
    if names[0] == "scorer":
        return Format.DEEPLABCUT
    return Format.CSV if _is_table(names) else None


def _is_table(names: list[str]) -> bool:
    """Whether a header names times, frames or landmarks."""
    kinds = [meaning.kind for meaning in columns.wide(names).values()]
    told = columns.clock(names) or columns.frame(names) or columns.long(names)
    return told is not None or {"x", "y"} <= set(kinds) or kinds.count("pair") > 1


def _json_format(path: Path) -> Format | None:
    content: Any = read_json(path)
    if is_openpose(content):
        return Format.OPENPOSE
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return None
    if str(first.get("schema", "")).startswith(SCHEMA):
        return Format.GAITLAB
    return Format.KEYPOINTS if {"keypoints", "instances", "instance_info"} & set(first) else None
