"""Reading small text files with errors that a user understands, and the frame rate that formats lack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posture.errors import PostureError

#: Frame rates that a camera can have.
_SLOWEST, _FASTEST = 1.0, 1000.0


def read_text(path: Path) -> str:
    """Read a text file.

    Raises
    ------
    PostureError
        If it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror}).") from error


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    PostureError
        If it cannot be read or is not JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise PostureError(f"{path}: not a valid JSON file; export the keypoints again.") from error


def needed_rate(path: Path, fps: float | None) -> float:
    """Frame rate of a format that holds no times.

    Raises
    ------
    PostureError
        If none is given, or one that no camera has.
    """
    if fps is None:
        raise PostureError(f"{path}: these poses hold no times; give the frame rate of the video with --fps.")
    if not _SLOWEST <= fps <= _FASTEST:
        raise PostureError(f"{path}: {fps:g} frames a second is no frame rate; give --fps between 1 and 1000.")
    return fps


def check_rate(path: Path, fps: float | None, own: float) -> None:
    """Refuse a given frame rate that contradicts the file's own.

    Raises
    ------
    PostureError
        If they differ by more than 2 %.
    """
    if fps is not None and abs(fps / own - 1) > 0.02:
        raise PostureError(f"{path}: the file itself says {own:.4g} frames a second, not {fps:g}; leave --fps away.")
