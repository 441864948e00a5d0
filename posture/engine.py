"""Names of what a user may choose of the pose stage, in one place for settings and command line."""

from __future__ import annotations

from typing import Literal, get_args

#: The networks alone, or MediaPipe's graph around them; ``auto`` is the first where it can be had.
Engine = Literal["auto", "direct", "mediapipe"]

ENGINES: tuple[Engine, ...] = get_args(Engine)

#: What each that is named calls itself as the estimator of a recording, before its version.
LIBRARIES: dict[Engine, str] = {"direct": "litert", "mediapipe": "mediapipe"}

#: About 30 frames a second of real life, or all.
Rate = Literal["auto", "all"]

RATES: tuple[Rate, ...] = get_args(Rate)
