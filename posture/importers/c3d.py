"""C3D marker files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.errors import PostureError
from posture.importers.markers import to_landmarks
from posture.importers.motion import Motion

_METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0}


def read_c3d(path: Path) -> Motion:
    """Read the markers of a C3D file.

    Raises
    ------
    PostureError
        If ``ezc3d`` is not installed, or the file cannot be read or lacks the markers of pelvis and feet.
    """
    try:
        import ezc3d
    except ImportError as error:
        raise PostureError(
            f'{path}: reading C3D needs ezc3d; install it with: pip install "running-posture[c3d]".'
        ) from error
    try:
        content = ezc3d.c3d(str(path))
        point = content["parameters"]["POINT"]
        names = [str(name).split(":")[-1] for name in point["LABELS"]["value"]]
        values = np.asarray(content["data"]["points"][:3], dtype=float)
        rate = float(point["RATE"]["value"][0])
        # The format's usual unit, where a file names none.
        unit = str((point["UNITS"]["value"] or ["mm"])[0])
    except (OSError, RuntimeError, ValueError, KeyError, IndexError) as error:
        raise PostureError(f"{path}: cannot be read as C3D; export the trial again.") from error
    if unit not in _METRES or not values.size or rate <= 0:
        raise PostureError(f"{path}: the C3D file holds no markers in mm, cm or m; export the trial again.")
    points = np.moveaxis(values, 0, -1) * _METRES[unit]
    markers = {name: points[i] for i, name in enumerate(names)}
    return Motion(np.arange(points.shape[1]) / rate, to_landmarks(markers, str(path)))
