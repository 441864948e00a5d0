"""Which format is written how, and where to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pandas as pd

from posture.analysis import Analysis
from posture.errors import PostureError
from posture.exporters.c3d import write_c3d
from posture.exporters.mot import write_mot
from posture.exporters.movement import write_movement
from posture.exporters.openpose import ENDING, write_openpose
from posture.exporters.points import metres_a_pixel, points_of, poses
from posture.exporters.tables import What, table_of
from posture.exporters.trc import write_trc
from posture.series import PoseSeries
from posture.storage.files import replacing, unwritable
from posture.storage.modes import make_folder


class Kind(StrEnum):
    """Formats that an analysis can leave in."""

    TRC = "trc"
    MOT = "mot"
    C3D = "c3d"
    MOVEMENT = "movement"
    CSV = "csv"
    PARQUET = "parquet"
    OPENPOSE = "openpose"


_SUFFIX = {Kind.MOVEMENT: ".nc", Kind.OPENPOSE: "_openpose"}
_TABLES = (Kind.CSV, Kind.PARQUET)
_MARKERS = (Kind.TRC, Kind.C3D)


@dataclass(frozen=True)
class Export:
    """Where it lies, and a sentence on its units."""

    path: Path
    said: str


def default_target(analysis: Path, kind: Kind, what: What) -> Path:
    """A name in the current folder.

    Examples
    --------
    >>> str(default_target(Path("runs/anna.posture"), Kind.MOVEMENT, What.POSES))
    'anna.nc'
    >>> str(default_target(Path("anna.posture"), Kind.CSV, What.STRIDES))
    'anna_strides.csv'
    """
    stem = analysis.resolve().stem
    return Path(f"{stem}_{what}.{kind}" if kind in _TABLES else f"{stem}{_SUFFIX.get(kind, f'.{kind}')}")


def export(
    analysis: Analysis,
    kind: Kind,
    target: Path,
    *,
    what: What = What.POSES,
    raw: bool = False,
    height_cm: float | None = None,
    force: bool = False,
) -> Export:
    """Write an analysis in a format of other programs.

    Parameters
    ----------
    analysis : Analysis
    kind : Kind
    target : Path
        File, or for OpenPose folder.
    what : What
        What a CSV or Parquet table holds; the others hold poses, and MOT angles.
    raw : bool
        Poses as they were estimated, instead of cleaned.
    height_cm : float, optional
        Of the runner, cm: TRC and C3D are in metres and millimetres then, and in pixels without.
    force : bool
        Whether what is there may be replaced.

    Returns
    -------
    Export

    Raises
    ------
    PostureError
        If the target is there, cannot be written, or the analysis does not hold what the format needs.
    """
    if target.exists() and not force:
        raise PostureError(f"{target}: is there already; choose another name with --out, or replace it with --force.")
    name = analysis.recording.name
    if kind is Kind.MOT:
        with replacing(target) as temporary:
            angles = write_mot(analysis.metrics, temporary, name)
        return Export(target, f"{len(angles)} angles in degrees: {', '.join(angles)}.")
    series = poses(analysis, raw=raw)
    if kind is Kind.OPENPOSE:
        _folder(target, lambda folder: write_openpose(series, folder, target.name.removesuffix("_openpose")))
        return Export(target, f"{len(series)} frames of BODY_25, in pixels.")
    with replacing(target) as temporary:
        said = _write(analysis, series, kind, temporary, target, what, height_cm)
    return Export(target, said)


def _write(
    analysis: Analysis,
    series: PoseSeries,
    kind: Kind,
    temporary: Path,
    target: Path,
    what: What,
    height_cm: float | None,
) -> str:
    if kind in _TABLES:
        table = table_of(analysis, series, what)
        _save(table, kind, temporary)
        return f"{len(table)} rows; times in seconds of real life" + (
            ", places in pixels." * (what is What.POSES) or "."
        )
    if kind is Kind.MOVEMENT:
        write_movement(series, temporary, analysis.recording.name)
        return f"{len(series)} frames, in pixels, y down."
    points = points_of(series, height_cm)
    if kind is Kind.TRC:
        write_trc(points, temporary, target.name)
    else:
        write_c3d(points, temporary)
    if height_cm is None:
        return "in pixels, y up; with --height, like --height 172, in metres."
    size = 1000.0 * metres_a_pixel(series, height_cm)
    return (
        f"in {'metres' if kind is Kind.TRC else 'millimetres'}, y up; a pixel is {size:.2f} mm, by the trunk's length."
    )


def _save(table: pd.DataFrame, kind: Kind, path: Path) -> None:
    if kind is Kind.CSV:
        table.to_csv(path, index=False, float_format="%.8g")
    else:
        with path.open("wb") as file:  # the library that writes it takes no name that is not UTF-8
            table.to_parquet(file, index=False)


def _folder(target: Path, write: Callable[[Path], None]) -> None:
    """Write a folder beside the target, and put it in its place; only an earlier export is replaced."""
    if target.exists() and (not target.is_dir() or any(not file.name.endswith(ENDING) for file in target.iterdir())):
        raise PostureError(f"{target}: holds other files than an earlier export; choose another folder with --out.")
    new = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        make_folder(new)
        write(new)
        if target.exists():
            _remove(target)
        new.rename(target)
    except OSError as error:
        raise PostureError(unwritable(target, error)) from error
    finally:
        if new.exists():
            _remove(new)


def _remove(folder: Path) -> None:
    for file in folder.glob(f"*{ENDING}"):
        file.unlink()
    folder.rmdir()
