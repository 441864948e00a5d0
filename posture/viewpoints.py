"""Where a camera can stand, as options, settings and files name it."""

from __future__ import annotations

from typing import Literal, get_args

#: The side of a runner that faces the camera.
Side = Literal["left", "right"]
#: The camera sees the runner's left or right side, front or back.
ViewName = Literal["left", "right", "front", "rear"]
VIEW_NAMES: tuple[ViewName, ...] = get_args(ViewName)
