"""A table that says what file names do not: who runs, which clips are one run, in which order, from where."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from posture.errors import PostureError

_Maybe = BeforeValidator(lambda value: None if value == "" else value)


class Entry(BaseModel):
    """One row: a clip, and what is known about it. All but ``file`` may be empty."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    file: str = Field(min_length=1, description="path from the folder of the clips")
    runner: str = Field("", description="who runs; analyses with a runner enter the history")
    run: str = Field("", description="clips of one runner with the same run are one run")
    minute: Annotated[float | None, _Maybe] = Field(
        None, ge=0, description="minute of the run at which the clip begins"
    )
    speed: Annotated[float | None, _Maybe] = Field(None, gt=0, lt=50, description="speed of the belt, km/h")
    side: Annotated[Literal["side", "left", "right", "front", "rear"] | None, _Maybe] = Field(
        None, description="where the camera stands; 'side' leaves it open which"
    )


def read_manifest(path: Path) -> dict[str, Entry]:
    """Read a manifest.

    Parameters
    ----------
    path : Path
        CSV with the columns ``file`` and any of ``runner``, ``run``, ``minute``, ``speed``, ``side``.

    Returns
    -------
    dict of str to Entry
        By file.

    Raises
    ------
    PostureError
        If it cannot be read; the message names line, column and fault.
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python", encoding="utf-8-sig")
    except OSError as error:
        raise PostureError(f"{path}: the manifest cannot be read ({error.strerror}).") from error
    except (ValueError, pd.errors.ParserError) as error:
        raise PostureError(f"{path}: not a CSV table: {error}.") from error
    table.columns = [str(column).strip().lower() for column in table.columns]
    if "file" not in table:
        raise PostureError(f"{path}: the first line must name the columns, one of them 'file'.")
    entries: dict[str, Entry] = {}
    for line, row in enumerate(table.to_dict("records"), start=2):
        entry = _entry(path, line, {str(key): value for key, value in row.items()})
        if entry.file in entries:
            raise PostureError(f"{path}, line {line}: '{entry.file}' stands here a second time.")
        entries[entry.file] = entry
    if not entries:
        raise PostureError(f"{path}: names no clip.")
    return entries


def check_files(entries: Sequence[str], found: Sequence[str], path: Path) -> None:
    """Refuse a manifest that names clips which are not there.

    Raises
    ------
    PostureError
    """
    missing = sorted(set(entries) - set(found))
    if missing:
        raise PostureError(
            f"{path}: '{missing[0]}' is not in the folder of the clips"
            + (f", nor are {len(missing) - 1} others" if len(missing) > 1 else "")
            + "; correct the name, or look in its folders too with --recursive."
        )


def _entry(path: Path, line: int, row: dict[str, str]) -> Entry:
    try:
        return Entry.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        fault = first["msg"][:1].lower() + first["msg"][1:]
        raise PostureError(f"{path}, line {line}, column '{first['loc'][0]}': {fault}.") from error
