"""Whether a source is to be read as poses or as a video."""

from __future__ import annotations

from pathlib import Path

from posture.errors import PostureError
from posture.importers.formats import find_format
from posture.importers.unknown import holds_no_video, what_it_is


def holds_poses(source: Path) -> bool:
    """Whether a source holds poses; else it is to be tried as a video.

    Parameters
    ----------
    source : Path

    Raises
    ------
    PostureError
        If it cannot be read, or its name says that it is no video and its content is of no known format of poses.
    """
    if not source.exists():
        return False
    if find_format(source) is not None:
        return True
    if holds_no_video(source):
        raise PostureError(f"{source}: no poses can be read from it: {what_it_is(source)}")
    return False
