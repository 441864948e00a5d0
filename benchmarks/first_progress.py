"""Ends at the moment in which the program can tell how far it has come.

``python -m benchmarks.first_progress CLIP ENGINE OUT``
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import posture
from posture.settings import PoseSettings, Settings


def told(_label: str, done: float, _total: float) -> None:
    if done > 0:
        # The moment is timed, not how long it takes to stop.
        os._exit(0)


def main(clip: str, engine: str, out: str) -> None:
    settings = Settings(pose=PoseSettings.model_validate({"engine": engine}))
    posture.analyze(clip, out=Path(out), settings=settings, overlay=False, progress=told)


if __name__ == "__main__":
    main(*sys.argv[1:])
