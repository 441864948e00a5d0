"""TRC marker files (OpenSim, Motion Analysis)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.errors import PostureError
from posture.importers.files import read_text
from posture.importers.markers import to_landmarks
from posture.importers.motion import Motion

_METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0}


def read_trc(path: Path) -> Motion:
    """Read a TRC file.

    Times come from the file's rate and frame numbers, since its printed times are often rounded.

    Raises
    ------
    PostureError
        If the file is not TRC, has a unit other than mm, cm or m, or lacks the markers of the pelvis.
    """
    try:
        lines = read_text(path).splitlines()
        header = dict(zip(lines[1].split(), lines[2].split(), strict=True))
        names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
        scale, rate = _METRES.get(header["Units"]), float(header["DataRate"])
        rows = [line.split("\t") for line in lines[5:] if line.strip()]
        width = 2 + 3 * len(names)
        table = np.array([[_number(c) for c in (row + [""] * width)[:width]] for row in rows]).reshape(-1, width)
        if not names or not rate > 0 or not (np.diff(table[:, 0]) > 0).all():
            raise ValueError("no markers, or no clock")
    except (IndexError, KeyError, ValueError) as error:
        raise PostureError(
            f"{path}: not a TRC marker file; its first lines should name rate, units and markers."
        ) from error
    if scale is None:
        raise PostureError(f"{path}: unit '{header['Units']}' is not known; write the markers in mm, cm or m.")
    if not len(table):
        raise PostureError(f"{path}: the marker file holds no frames; export the trial again.")
    points = table[:, 2:].reshape(len(table), len(names), 3) * scale
    markers = {name: points[:, i] for i, name in enumerate(names)}
    return Motion((table[:, 0] - table[0, 0]) / rate, to_landmarks(markers, str(path)))


def _number(cell: str) -> float:
    return float(cell) if cell.strip() else float("nan")
