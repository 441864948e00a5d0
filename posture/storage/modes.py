"""Files of people's health are for nobody but their owner, and what is there keeps its mode and its place."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

#: Of new folders and files: their owner's alone.
FOLDER, FILE = 0o700, 0o600


def real(path: Path) -> Path:
    """Where writing goes: what a link points at, so that the link stays."""
    return path.resolve() if path.is_symlink() else path


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can look into; one that is there stays as it is.

    Raises
    ------
    OSError
    """
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)


def touch(path: Path, like: Path | None = None) -> None:
    """Make an empty file that only its owner can read, or with the mode of another one that is there.

    Raises
    ------
    OSError
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE))
    if like is not None:
        keep_mode(path, like)


def keep_mode(path: Path, like: Path) -> None:
    """Give a file the mode of the one whose place it will take, where there is one."""
    with suppress(FileNotFoundError):
        mode = stat.S_IMODE(like.stat().st_mode)
        path.chmod(mode)


def put(source: Path, target: Path) -> None:
    """Move a file to its place in one step, with the mode of what is there; links stay links.

    Raises
    ------
    OSError
    """
    target = real(target)
    make_folder(target.parent)
    keep_mode(source, target)
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # A link led to another disk: copied beside the target first.
        beside = target.with_name(f".{target.stem}.{os.getpid()}.part{target.suffix}")
        shutil.copy2(source, beside)
        beside.replace(target)
        source.unlink()
