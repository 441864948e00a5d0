"""The cells of a table of poses: opened, split, and read as numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from posture.errors import PostureError
from posture.reading import check_regular, named_twice
from posture.series import Floats

_MOST_BYTES = 1024**3
#: Longest line of a header, bytes.
_LINE = 1 << 20
#: Columns that a sentence names.
_NAMED = 6
#: Neither the 64 of float64 nor the 2 of a name; a nan holds its place.
_NUMBERS = re.compile(r"(?<![\w.])(?:nan\b|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)", re.IGNORECASE)

#: What a table must have, said where it has not.
NEEDED = (
    "its columns are {found}; name them like left_hip_x and left_hip_y, 23_x and 23_y, or frame, landmark, x and y."
)


def told(names: Any) -> str:
    """The first columns, for a sentence."""
    listed = [str(name) for name in names]
    return ", ".join(listed[:_NAMED]) + (", ..." if len(listed) > _NAMED else "")


def separator(line: str) -> str:
    """What splits the cells of a header.

    Examples
    --------
    >>> separator("frame;nose_x;nose_y"), separator("frame,nose_x")
    (';', ',')
    """
    return max(",;\t", key=line.count)


def opened(path: Path) -> pd.DataFrame:
    """A table of CSV, or of Parquet by its first bytes, with the names of its columns as they are written.

    Raises
    ------
    PostureError
        If it cannot be read, is no table, or has a column twice.
    """
    check_regular(path, "the table of poses", _MOST_BYTES)
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                table = pd.read_parquet(file)
            else:
                file.seek(0)
                line = file.readline(_LINE).decode("utf-8-sig", "replace")
                table = pd.read_csv(path, sep=separator(line), encoding_errors="replace")
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror or 'it is damaged'}).") from error
    except (ValueError, OverflowError, TypeError) as error:
        raise PostureError(f"{path}: not a CSV table; write one row a frame with a header.") from error
    table.columns = [str(name).strip().lstrip("\ufeff") for name in table.columns]
    twice = named_twice(name.lower() for name in table.columns)
    if twice is not None:
        raise PostureError(f"{path}: the table has the column '{twice}' twice; leave one out.")
    return table


def numbers(cells: pd.Series) -> Floats:
    """Cells as numbers; NaN for what is none. Decimal commas are read as points."""
    if not pd.api.types.is_numeric_dtype(cells):
        cells = cells.astype(str).str.replace(",", ".", regex=False)
    values = pd.to_numeric(cells, errors="coerce").to_numpy(float, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def pairs(cells: pd.Series) -> Floats:
    """Lists of x, y, perhaps z, and visibility: (R, 3).

    Examples
    --------
    >>> pairs(pd.Series(["[np.float64(8.5), np.float64(4.0)]", "(nan, 2., 0.0, .9)"])).tolist()
    [[8.5, 4.0, 1.0], [nan, 2.0, 0.9]]
    """
    rows = [[float(number) for number in _NUMBERS.findall(str(cell))] for cell in cells]
    full = [r if len(r) >= 2 else [np.nan, np.nan] for r in rows]
    values = np.array([[r[0], r[1], r[3] if len(r) > 3 else 1.0] for r in full], dtype=float).reshape(-1, 3)
    return np.where(np.isfinite(values), values, np.nan)


def frame_numbers(cells: pd.Series) -> Floats:
    """Numbers, or the last number in the name of a picture."""
    if pd.api.types.is_numeric_dtype(cells):
        return numbers(cells)
    return numbers(cells.astype(str).str.extract(r"(\d{1,15})\D*$")[0])
