"""One writer at a time, for as long as it lives: the system takes the lock back however a program ends."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # no such locks on this system
    fcntl = None  # type: ignore[assignment]

#: Whether the system knows such locks at all.
LOCKS = fcntl is not None


class Hold:
    """A lock on a folder, or on a file that is made for it.

    Parameters
    ----------
    path : Path
    wait : bool
        Whether to wait for another program that has it.

    Attributes
    ----------
    taken : bool
        Whether this program has it now. Where the system knows no such locks nobody can tell: False.
    """

    def __init__(self, path: Path, *, wait: bool) -> None:
        self.taken = False
        self._handle: int | None = None
        if fcntl is None:
            return
        self._handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            self.taken = True
        except OSError:  # another program has it, or a network drive without locks
            self.release()

    def release(self) -> None:
        """Let others have it."""
        if self._handle is not None:
            os.close(self._handle)
        self._handle, self.taken = None, False


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else changes this folder, and keep others waiting."""
    hold = Hold(folder, wait=True)
    try:
        yield
    finally:
        hold.release()
