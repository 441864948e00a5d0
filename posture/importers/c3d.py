"""C3D marker files."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from posture.errors import PostureError
from posture.importers.joints import to_poses
from posture.importers.motion import Motion
from posture.series import Floats, PoseSeries
from posture.storage.files import UNREADABLE, nameable, temporary_folder

_PROCESS = Path(__file__).with_name("c3d_process.py")
#: Three quarters of what 16 bits count: no body moves so far between two frames of a file that has room for it.
_WRAPPED = 0.75 * 2**16
#: For an hour of a whole body's markers, s, on a slow machine.
_LONGEST = 600.0
#: To metres; what lies in a picture stays in pixels.
_UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "px": 1.0, "pixel": 1.0, "pixels": 1.0}


def read_c3d(path: Path) -> PoseSeries | Motion:
    """Read the points of a C3D file: skin markers of motion capture, or joint centres of Sports2D and Pose2Sim.

    Raises
    ------
    PostureError
        If ``ezc3d`` is not installed, or the file cannot be read or lacks the markers of pelvis and feet.
    """
    if find_spec("ezc3d") is None:
        raise PostureError(f'{path}: reading C3D needs ezc3d; install it with: pip install "running-posture[c3d]".')
    names, values, rate, scale, unit = _markers(path)
    if unit not in _UNITS or not values.size or rate <= 0:
        raise PostureError(f"{path}: the C3D file holds no markers in mm, cm, m or px; export the trial again.")
    if overflowed(values, scale):
        raise PostureError(
            f"{path}: its places jump by all that 16 bits can count, so they were too large for this file (Sports2D "
            "writes pixels so); read the TRC file beside it."
        )
    points = np.moveaxis(values, 0, -1) * _UNITS[unit]
    markers = {name: points[i] for i, name in enumerate(names)}
    return to_poses(np.arange(points.shape[1]) / rate, markers, str(path))


def overflowed(values: Floats, scale: float) -> bool:
    """Whether whole numbers of 16 bits ran over: from one frame to the next a place jumps by nearly all they can count.

    Parameters
    ----------
    values : ndarray, shape (3, N, T)
    scale : float
        Of the file: what a whole number counts; below zero where places are no whole numbers.

    Examples
    --------
    >>> run = np.array([[[300.0, 310.0, 320.0, 330.0]]]) * 100
    >>> overflowed(run, 1.0), overflowed((run + 32768) % 65536 - 32768, 1.0)
    (False, True)
    """
    if not scale > 0:
        return False
    jumps = np.abs(np.diff(values, axis=2)) / scale
    return bool((jumps > _WRAPPED).any())


def _markers(path: Path) -> tuple[list[str], Floats, float, float, str]:
    """Names, places (3, N, T), rate, scale and unit, read by a process that may crash."""
    with tempfile.TemporaryDirectory(dir=temporary_folder()) as folder, nameable(path) as name:
        found = Path(folder) / "markers.npz"
        try:
            # Without the folder of this package on the path, whose modules bear names that others have, too.
            subprocess.run(
                [sys.executable, "-P", _PROCESS, name, found], check=True, capture_output=True, timeout=_LONGEST
            )
            with np.load(found) as file:
                rate, scale = float(file["rate"]), float(file["scale"])
                return file["names"].tolist(), file["values"], rate, scale, str(file["unit"])
        except (subprocess.SubprocessError, *UNREADABLE) as error:
            raise PostureError(f"{path}: cannot be read as C3D; export the trial again.") from error
