"""Small clips made from the project's own, for tests that need a whole file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from posture.video import FrameReader, VideoWriter, probe


def cut(source: Path, target: Path, start: float, stop: float, change: Callable | None = None) -> Path:
    """Copy a stretch of a clip into a new file, each picture changed by ``change(rgb, seconds)`` if given."""
    info = probe(source)
    writer = None
    try:
        for frame in FrameReader(source, start, stop):
            rgb = change(frame.rgb, frame.time - start) if change else frame.rgb
            if writer is None:
                writer = VideoWriter(target, (rgb.shape[1], rgb.shape[0]), info.rate).__enter__()
            writer.write(rgb, frame.time - start)
    finally:
        if writer is not None:
            writer.__exit__(None, None, None)
    return target
