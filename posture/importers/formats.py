"""Which format a file of poses has, by its content."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from posture.errors import PostureError
from posture.importers.bvh import read_bvh
from posture.importers.c3d import read_c3d
from posture.importers.camera import Camera
from posture.importers.files import check_clock, check_rate, read_json
from posture.importers.keypoints import read_keypoints
from posture.importers.motion import check_places
from posture.importers.openpose import read_openpose
from posture.importers.table import read_csv
from posture.importers.trc import read_trc
from posture.series import PoseSeries


class Format(StrEnum):
    """Formats of poses that are not video."""

    OPENPOSE = "OpenPose JSON"
    KEYPOINTS = "COCO or HALPE keypoints in JSON"
    CSV = "landmarks in CSV"
    TRC = "TRC markers"
    C3D = "C3D markers"
    BVH = "BVH skeleton"


_KEYPOINTS = {Format.OPENPOSE: read_openpose, Format.KEYPOINTS: read_keypoints, Format.CSV: read_csv}
_MOTIONS = {Format.TRC: read_trc, Format.C3D: read_c3d, Format.BVH: read_bvh}


def load(
    path: Path,
    fps: float | None = None,
    size: tuple[int, int] | None = None,
    camera: Camera | None = None,
) -> PoseSeries:
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
    PoseSeries

    Raises
    ------
    PostureError
        If the format is not known, the file is faulty, or the frame rate is missing or wrong.
    """
    kind = find_format(path)
    if kind is None:
        known = ", ".join(f.value for f in Format)
        raise PostureError(f"{path}: not a known format of poses; known are {known}.")
    if kind in _KEYPOINTS:
        series = _KEYPOINTS[kind](path, fps, size)
        if len(series) > 1:
            check_clock(path, series.time)
        if not series.seen.any():
            raise PostureError(f"{path}: holds no person in any frame; check the pose estimation.")
        return series
    motion = _MOTIONS[kind](path)
    check_clock(path, motion.time)
    check_rate(path, fps, (len(motion.time) - 1) / float(motion.time[-1] - motion.time[0]))
    check_places(path, motion)
    return (camera or Camera()).project(motion)


def find_format(path: Path) -> Format | None:
    """Tell the format by content; None for what holds no poses (a video, say).

    Raises
    ------
    PostureError
        If the file cannot be read.
    """
    if path.is_dir():
        first = min(path.glob("*.json"), default=None)
        return Format.OPENPOSE if first and _json_format(first) == Format.OPENPOSE else None
    if path.exists() and not path.is_file():  # a pipe, say: nothing that could be looked into
        return None
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror}).") from error
    # The second byte of every C3D file is 0x50; video containers have other bytes there.
    if len(head) >= 512 and head[1] == 0x50 and path.suffix.lower() == ".c3d":
        return Format.C3D
    text = head.decode("utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith("HIERARCHY"):
        return Format.BVH
    if text.startswith("PathFileType"):
        return Format.TRC
    if text.startswith(("{", "[")):
        return _json_format(path)
    header = [name.strip().lower() for name in text.splitlines()[0].split(",")] if text else []
    return Format.CSV if {"time", "frame"} & set(header) else None


def _json_format(path: Path) -> Format | None:
    content = read_json(path)
    first = content[0] if isinstance(content, list) and content else content
    if not isinstance(first, dict):
        return None
    if "people" in first:
        return Format.OPENPOSE
    return Format.KEYPOINTS if {"keypoints", "instances", "instance_info"} & set(first) else None
