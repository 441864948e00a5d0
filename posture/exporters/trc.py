"""TRC, the marker files of OpenSim: a plane in space, x to the right, y up, z zero."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from posture.exporters.points import Points
from posture.shown import printable

_KEYS = (
    "DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units", "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames",
)  # fmt: skip


def write_trc(points: Points, path: Path, name: str) -> None:
    """Write a TRC file.

    A point that was not seen is left blank, which OpenSim reads as NaN.

    Parameters
    ----------
    points : Points
    path : Path
    name : str
        Of the file, for its first line.
    """
    count, rate = len(points.names), f"{points.rate:.6g}"
    values = (rate, rate, len(points.time), count, points.unit, rate, 1, len(points.time))
    axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, count + 1))
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{printable(name)}",
        "\t".join(_KEYS),
        "\t".join(map(str, values)),
        "Frame#\tTime\t" + "\t\t\t".join(points.names) + "\t\t",
        f"\t\t{axes}",
        "",
    ]
    for number, (time, places) in enumerate(zip(points.time, points.xy, strict=True), 1):
        cells = "\t".join(f"{x:.6f}\t{y:.6f}\t0" if np.isfinite(x) else "\t\t0" for x, y in places)
        lines.append(f"{number}\t{time:.6f}\t{cells}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
