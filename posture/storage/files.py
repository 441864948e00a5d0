"""Writing files so that nothing that was there is lost, and knowing those that were."""

from __future__ import annotations

import errno
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.errors import PostureError
from posture.storage import modes

#: What reading an ``.npz`` file raises when the file is missing, damaged or something else altogether.
UNREADABLE = (OSError, EOFError, KeyError, TypeError, ValueError, NotImplementedError, zipfile.BadZipFile)

#: What the sentence for a file that cannot be written advises, where an option names another place.
ELSEWHERE = "choose another place with {option}"

_PART = re.compile(r"\.(?P<stem>.+)\.\d+\.part(?P<suffix>\.\w+)?")


@contextmanager
def replacing(target: Path, option: str | None = "--out") -> Iterator[Path]:
    """Give a temporary path beside ``target`` that takes its place when the block ends well.

    The temporary file keeps the target's suffix, since writers choose the format by it. If the block
    fails, the temporary file is removed and the target stays as it was. A new file is its owner's alone; one that
    is there keeps its mode, and a link stays a link.

    Parameters
    ----------
    target : Path
    option : str or None
        What names another place; None if it was named itself.

    Raises
    ------
    PostureError
        If the disk is full or the folder cannot be written.
    """
    place = modes.real(target)
    temporary = place.with_name(f".{place.stem}.{os.getpid()}.part{place.suffix}")
    try:
        modes.touch(temporary, like=place)
        yield temporary
        temporary.replace(place)
    except OSError as error:
        raise PostureError(unwritable(target, error, option)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def temporary_folder() -> Path:
    """Where files may lie that end with the program.

    Raises
    ------
    PostureError
        If nothing may be written in any of the system's places.
    """
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise PostureError(
            "There is no folder for temporary files that can be written; name one with the environment variable TMPDIR."
        ) from error


@contextmanager
def nameable(path: Path) -> Iterator[Path]:
    """A path for libraries that take no name but in UTF-8: the same, or a link to it as long as the block lasts."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory(dir=temporary_folder()) as folder:
            link = Path(folder) / "link"
            link.symlink_to(path.absolute())
            yield link
    else:
        yield path


def part_of(path: Path) -> str | None:
    """Name of the file that a file is half of: what :func:`replacing` and the video writer leave if they are killed.

    None for any other file: programs that download leave halves too, of other names.
    """
    found = _PART.fullmatch(path.name)
    return found["stem"] + (found["suffix"] or "") if found else None


def unwritable(target: Path, error: OSError, option: str | None = "--out") -> str:
    """The sentence for a file that cannot be written, where an option, if any, names another place."""
    choose = ELSEWHERE.format(option=option) if option else "choose another one"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{target}: the disk is full; free some space or {choose} "
            "(what was finished is kept and the next try goes on from there)."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target}: this place cannot be written; {choose}."
    return f"{target}: cannot be written ({error.strerror or error}); {choose}."
