"""MOT, the motion files of OpenSim: the planar angles that were measured, frame by frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from posture.errors import PostureError
from posture.kinematics.registry import METRICS


def write_mot(metrics: pd.DataFrame, path: Path, name: str) -> tuple[str, ...]:
    """Write a MOT file.

    Parameters
    ----------
    metrics : DataFrame
        Of an analysis: ``time`` in seconds and a column a metric.
    path : Path
    name : str
        Of the recording, for the first line.

    Returns
    -------
    tuple of str
        The angles, by metric id, in degrees; NaN where not seen.

    Raises
    ------
    PostureError
        If no angle was measured.
    """
    angles = tuple(str(id) for id in metrics.columns if id in METRICS and METRICS[str(id)].unit == "deg")
    if not angles:
        raise PostureError("no angle was measured in this clip, so there is nothing for a .mot file.")
    plain = "".join(c if c.isalnum() or c in " ._-" else "_" for c in name)
    lines = [
        f"posture {plain}",
        "version=1",
        f"nRows={len(metrics)}",
        f"nColumns={len(angles) + 1}",
        "inDegrees=yes",
        "endheader",
        "\t".join(("time", *angles)),
    ]
    rows = metrics[["time", *angles]].to_numpy(float)
    lines += ["\t".join([f"{row[0]:.6f}", *(f"{value:.6f}" for value in row[1:])]) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return angles
