"""A table that says what file names do not: who runs, which clips are one run, in which order, from where."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from posture.about import Day, Height, Note, name_of
from posture.errors import PostureError
from posture.nearest import did_you_mean
from posture.reading import read_text
from posture.viewpoints import ViewName

#: Nothing, or what a spreadsheet makes of a number or a word: a decimal comma, a capital.
_Maybe = BeforeValidator(lambda value: value.strip().replace(",", ".").lower() or None)
#: Nothing, or a runner's name.
_MaybeName = Annotated[str, AfterValidator(lambda value: name_of(value) if value else "")]
#: Nothing, or the path of a file.
_MaybePath = BeforeValidator(lambda value: value.strip() or None)


class Named(BaseModel):
    """What every manifest has: the clip that a row is about."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    file: str = Field(min_length=1, description="path from the folder of the clips")


class Entry(Named):
    """One row: a clip, and what is known about it. All but ``file`` may be empty."""

    runner: _MaybeName = Field("", description="who runs; analyses with a runner enter the history")
    run: str = Field("", description="clips of one runner with the same run are one run")
    minute: Annotated[float | None, _Maybe] = Field(
        None, ge=0, allow_inf_nan=False, description="minute of the run at which the clip begins"
    )
    speed: Annotated[float | None, _Maybe] = Field(
        None, gt=0, lt=50, allow_inf_nan=False, description="speed of the belt, km/h"
    )
    side: Annotated[Literal["side"] | ViewName | None, _Maybe] = Field(
        None, description="where the camera stands; 'side' leaves it open which"
    )
    intake: Annotated[Path | None, _MaybePath] = Field(
        None, description="the runner's answers; a path from the folder of the manifest"
    )
    upright: Annotated[Path | None, _MaybePath] = Field(
        None, description="clip or analysis of the runner standing tall; a path from the folder of the manifest"
    )
    height: Annotated[Height | None, _Maybe] = Field(None, description="the runner's height, cm")
    date: Annotated[Day | None, _Maybe] = Field(None, description="day of the recording, as 2026-03-14")
    note: Note = Field("", description="one line that stands with the results")


class ReferenceEntry(Named):
    """One row of a manifest of reference runners."""

    runner: str = Field(min_length=1, description="who runs: clips of one runner count once")
    start: Annotated[float | None, _Maybe] = Field(
        None, ge=0, allow_inf_nan=False, description="only strides from here on, s"
    )
    end: Annotated[float | None, _Maybe] = Field(None, gt=0, allow_inf_nan=False, description="only up to here, s")
    source: str = Field("", description="where the clip comes from; by default its name and checksum")


_Row = TypeVar("_Row", bound=Named)


def unlisted(row: type[_Row], file: str, **cells: str) -> _Row:
    """The row of a clip that stands in no manifest, whose name may hold bytes that are no text."""
    return row.model_validate({"file": "-", **cells}).model_copy(update={"file": file})


def read_manifest(path: Path) -> dict[str, Entry]:
    """Read a manifest of clips for a batch; see :func:`read_rows`."""
    return read_rows(path, Entry)


def read_rows(path: Path, row: type[_Row]) -> dict[str, _Row]:
    """Read a manifest.

    Parameters
    ----------
    path : Path
        CSV whose first line names columns between commas, semicolons or tabs: ``file``, and any other of the row's
        fields.
    row : type
        What a row is: :class:`Entry` or :class:`ReferenceEntry`.

    Returns
    -------
    dict of str to row
        By file.

    Raises
    ------
    PostureError
        If it cannot be read; the message names line, column and fault.
    """
    lines = read_text(path, "the manifest").splitlines(keepends=True) or [""]
    reader = csv.DictReader(lines, restval="", delimiter=max(",;\t", key=lines[0].count), strict=True)
    reader.fieldnames = _header(path, reader)
    _check_columns(path, reader.fieldnames, row)
    entries: dict[str, _Row] = {}
    for line, cells in _rows(path, reader):
        if None in cells:
            raise PostureError(f"{path}, line {line}: has more cells than the first line has columns.")
        entry = _found_from(path, line, _entry(path, line, cells, row))
        if entry.file in entries:
            raise PostureError(f"{path}, line {line}: '{entry.file}' stands here a second time.")
        entries[entry.file] = entry
    if not entries:
        raise PostureError(f"{path}: names no clip.")
    return entries


def _header(path: Path, reader: csv.DictReader[str]) -> list[str]:
    try:
        return [column.strip().lower() for column in reader.fieldnames or ()]
    except csv.Error as error:
        raise PostureError(f"{path}, line 1: does not name the columns of a table ({error}).") from error


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row with its line; a row of several lines is a quotation mark that was not closed."""
    last = reader.line_num
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PostureError(
                f"{path}, line {last + 1}: not a row of a table ({error}); close its quotation marks."
            ) from error
        if reader.line_num > last + 1 and any("\n" in str(cell) for cell in row.values()):
            raise PostureError(f"{path}, line {last + 1}: a quotation mark is opened here and not closed in this line.")
        last = reader.line_num
        yield last, row


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


def _check_columns(path: Path, columns: Sequence[str], row: type[Named]) -> None:
    unknown = [column for column in columns if column not in row.model_fields]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None and twice in row.model_fields:
        raise PostureError(f"{path}: the first line names the column '{twice}' twice.")
    if unknown or "file" not in columns:
        fault = f"'{unknown[0]}' is none of them" if "file" in columns else "'file' is missing"
        meant = did_you_mean(unknown[0], row.model_fields) if unknown else ""
        raise PostureError(
            f"{path}: the first line names the columns ({', '.join(row.model_fields)}); {fault}{meant or '.'}"
        )


def _entry(path: Path, line: int, cells: Mapping[str, str], row: type[_Row]) -> _Row:
    try:
        return row.model_validate(cells)
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        fault = said[:1].lower() + said[1:]
        name = str(first["loc"][0])
        if name not in cells:
            raise PostureError(f"{path}: the column '{name}' is missing.") from error
        quoted = "" if f"'{cells[name].strip()}'" in fault else f", '{cells[name]}'"
        raise PostureError(f"{path}, line {line}, column '{name}'{quoted}: {fault}.") from error


def _found_from(path: Path, line: int, entry: _Row) -> _Row:
    """Files that the row names, from the folder of the manifest, so that they are found from any other."""
    places = {}
    for column, named in entry:
        if not isinstance(named, Path):
            continue
        places[column] = (path.parent / named).absolute()
        if not places[column].exists():
            raise PostureError(f"{path}, line {line}, column '{column}', '{named}': there is no such file.")
    return entry.model_copy(update=places)
