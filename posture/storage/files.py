"""Writing files so that nothing that was there is lost, and knowing those that were."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.errors import PostureError

#: What reading an ``.npz`` file raises when the file is missing, damaged or something else altogether.
UNREADABLE = (OSError, EOFError, KeyError, TypeError, ValueError, NotImplementedError, zipfile.BadZipFile)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give a temporary path beside ``target`` that takes its place when the block ends well.

    The temporary file keeps the target's suffix, since writers choose the format by it. If the block
    fails, the temporary file is removed and the target stays as it was.

    Raises
    ------
    PostureError
        If the disk is full or the folder cannot be written.
    """
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
    try:
        yield temporary
        temporary.replace(target)
    except OSError as error:
        raise PostureError(unwritable(target, error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def is_part(path: Path) -> bool:
    """Whether a file is half of another one: what :func:`replacing` and the video writer leave if they are killed."""
    return path.name.startswith(".") and ".part" in path.suffixes


def unwritable(target: Path, error: OSError, option: str = "--out") -> str:
    """The sentence for a file that cannot be written, where an option names another place."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{target}: the disk is full; free some space or choose another folder with {option} "
            "(what was finished is kept and the next try goes on from there)."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target}: this place cannot be written; choose another folder with {option}."
    return f"{target}: cannot be written ({error.strerror or error}); choose another folder with {option}."
