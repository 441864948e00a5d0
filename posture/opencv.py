"""OpenCV, imported so that it leaves the caller's environment alone.

Its package sets variables for its windows, and for the libraries that it brings, as it is imported. They would reach
every program that the caller starts, so they are taken back at once; who opens a window sets them again.
"""

from __future__ import annotations

import os

_SET = ("LD_LIBRARY_PATH", "QT_QPA_FONTDIR", "QT_QPA_PLATFORM_PLUGIN_PATH")

_before = {name: os.environ.get(name) for name in _SET}

import cv2  # noqa: E402

#: What OpenCV's windows need in the environment of the process that opens them.
WINDOW_VARIABLES = {name: os.environ[name] for name in _SET if os.environ.get(name) != _before[name]}

for _name in WINDOW_VARIABLES:
    _value = _before[_name]
    if _value is None:
        del os.environ[_name]
    else:
        os.environ[_name] = _value

__all__ = ["WINDOW_VARIABLES", "cv2"]
