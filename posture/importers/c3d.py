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
from posture.storage.files import UNREADABLE, temporary_folder

_PROCESS = Path(__file__).with_name("c3d_process.py")
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
    names, values, rate, unit = _markers(path)
    if unit not in _UNITS or not values.size or rate <= 0:
        raise PostureError(f"{path}: the C3D file holds no markers in mm, cm, m or px; export the trial again.")
    points = np.moveaxis(values, 0, -1) * _UNITS[unit]
    markers = {name: points[i] for i, name in enumerate(names)}
    return to_poses(np.arange(points.shape[1]) / rate, markers, str(path))


def _markers(path: Path) -> tuple[list[str], Floats, float, str]:
    """Names, places (3, N, T), rate and unit, read by a process that may crash."""
    with tempfile.TemporaryDirectory(dir=temporary_folder()) as folder:
        found = Path(folder) / "markers.npz"
        try:
            # Without the folder of this package on the path, whose modules bear names that others have, too.
            subprocess.run(
                [sys.executable, "-P", _PROCESS, path, found], check=True, capture_output=True, timeout=_LONGEST
            )
            with np.load(found) as file:
                return file["names"].tolist(), file["values"], float(file["rate"]), str(file["unit"])
        except (subprocess.SubprocessError, *UNREADABLE) as error:
            raise PostureError(f"{path}: cannot be read as C3D; export the trial again.") from error
