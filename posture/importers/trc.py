"""TRC marker files (OpenSim, Motion Analysis)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.errors import PostureError
from posture.importers.files import read_text, rise
from posture.importers.joints import to_poses
from posture.importers.motion import Motion
from posture.series import Floats, PoseSeries

#: To metres; what lies in a picture stays in pixels.
_UNITS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "px": 1.0, "pixel": 1.0, "pixels": 1.0}
#: No clock has fewer frames a second.
_SLOWEST = 1e-6


def read_trc(path: Path) -> PoseSeries | Motion:
    """Read a TRC file: skin markers of motion capture, or joint centres of Sports2D and Pose2Sim.

    Times come from the file's rate and frame numbers, since its printed times are often rounded; from these only where
    they differ by more than they can be rounded. Decimal commas are read as points.

    Raises
    ------
    PostureError
        If the file is not TRC, has a unit other than mm, cm, m or px, or lacks the markers of the pelvis.
    """
    try:
        lines = read_text(path).splitlines()
        header = dict(zip(lines[1].split(), lines[2].split(), strict=True))
        names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
        scale, rate = _UNITS.get(header["Units"].lower()), _number(header["DataRate"])
        rows = [line.split("\t") for line in lines[5:] if line.strip()]
        width = 2 + 3 * len(names)
        table = np.array([[_number(c) for c in (row + [""] * width)[:width]] for row in rows]).reshape(-1, width)
        if not names or not rate > _SLOWEST or not rise(table[:, 0]):
            raise ValueError("no markers, or no clock")
    except (IndexError, KeyError, ValueError) as error:
        raise PostureError(
            f"{path}: not a TRC marker file; its first lines should name rate, units and markers."
        ) from error
    if scale is None:
        raise PostureError(f"{path}: unit '{header['Units']}' is not known; write the points in mm, cm, m or px.")
    if not len(table):
        raise PostureError(f"{path}: the marker file holds no frames; export the trial again.")
    points = table[:, 2:].reshape(len(table), len(names), 3) * scale
    markers = {name: points[:, i] for i, name in enumerate(names)}
    return to_poses(_clock(table, rate, [row[1] for row in rows]), markers, str(path))


def _clock(table: Floats, rate: float, cells: list[str]) -> Floats:
    """Seconds since the first frame; ``cells`` are the times as they are printed."""
    counted: Floats = (table[:, 0] - table[0, 0]) / rate
    if not rise(table[:, 1]):
        return counted
    printed: Floats = table[:, 1] - table[0, 1]
    places = max(len(cell.strip().replace(",", ".").partition(".")[2]) for cell in cells)
    return printed if np.abs(printed - counted).max() > 10.0**-places else counted


def _number(cell: str) -> float:
    return float(cell.replace(",", ".")) if cell.strip() else float("nan")
