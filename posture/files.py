"""Writing files so that nothing that was there is lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.errors import PostureError


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


def unwritable(target: Path, error: OSError) -> str:
    """The sentence for a file that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{target}: the disk is full; free some space or choose another folder with --out "
            "(what was finished is kept and the next try goes on from there)."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{target}: this place cannot be written; choose another folder with --out."
    return f"{target}: cannot be written ({error.strerror or error}); choose another folder with --out."
