"""Names of what drives the pose model, in one place for settings and command line."""

from __future__ import annotations

from typing import Literal, get_args

#: The networks alone, or MediaPipe's graph around them.
Engine = Literal["direct", "mediapipe"]

ENGINES: tuple[Engine, ...] = get_args(Engine)
