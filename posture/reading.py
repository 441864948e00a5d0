"""Small files from outside: looked at before they are opened, and read whole or refused in one sentence."""

from __future__ import annotations

import errno
import re
import stat
import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from posture.errors import PostureError

#: The standard input or output, in the place of a file.
STREAM = Path("-")
#: Texts that people write by hand are far smaller, bytes.
_MOST = 16 * 1024**2


def check_regular(path: Path, what: str, most: int | None = None) -> None:
    """Refuse what is no file that can be read to its end: a folder, a pipe that nobody fills, a device.

    Parameters
    ----------
    path : Path
    what : str
        What it should be, with its article, as ``the settings file``.
    most : int, optional
        Largest size, bytes.

    Raises
    ------
    PostureError
    """
    try:
        state = path.stat()
        if stat.S_ISREG(state.st_mode):
            path.open("rb").close()
    except FileNotFoundError as error:
        raise PostureError(f"{path} does not exist: {what} cannot be read; check the name and the folder.") from error
    except OSError as error:
        raise PostureError(f"{path}: {what} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise PostureError(f"{str(path)!r}: {what} cannot be read, since no file can have this name.") from error
    if not stat.S_ISREG(state.st_mode):
        kind = "a folder" if stat.S_ISDIR(state.st_mode) else "not a regular file"
        raise PostureError(f"{path} is {kind}: {what} cannot be read from it; save it to a file and name that.")
    if most is not None and state.st_size > most:
        raise PostureError(
            f"{path}: {state.st_size / 1e6:.0f} MB are too much for {what}; check that it is the right one."
        )


def regular(path: Path) -> Path:
    """The same path, if a file lies there that can be read to its end: a pipe that nobody fills would never end.

    Raises
    ------
    OSError
        If there is none.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return path


def read_text(path: Path, what: str, most: int = _MOST) -> str:
    """A text file in UTF-8, with or without a mark at its beginning; ``-`` is the standard input.

    Raises
    ------
    PostureError
        If it cannot be read, is too large, or is no text in UTF-8.
    """
    if path != STREAM:
        check_regular(path, what, most)
    try:
        return (_standard_input(most) if path == STREAM else path.read_bytes()).decode("utf-8-sig")
    except OSError as error:
        raise PostureError(f"{path}: {what} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise PostureError(f"{path}: {what} is not text in UTF-8; save it as UTF-8.") from error


@cache
def _standard_input(most: int) -> bytes:
    """All of it, once: what is read again is the same, as a file's would be."""
    return sys.stdin.buffer.read(most)


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """A text as TOML; ``path`` says where it comes from.

    Raises
    ------
    PostureError
        If it is none.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PostureError(f"{path}: not a valid TOML file: {error}.") from error
    except RecursionError as error:
        raise PostureError(f"{path}: not a valid TOML file: its values are nested too deeply.") from error
    except ValueError as error:  # thousands of digits
        raise PostureError(f"{path}: not a valid TOML file: it holds a number that is no number.") from error


def named_twice(columns: Iterable[str]) -> str | None:
    """A column that stands in a table twice, by the name that pandas leaves it: ``speed`` beside ``speed.1``."""
    seen: set[str] = set()
    for name in columns:
        plain = re.sub(r"\.\d+$", "", name)
        if name in seen or plain in seen:
            return plain
        seen.add(name)
    return None
