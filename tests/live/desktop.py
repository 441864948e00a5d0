"""A virtual screen, what is on it, and keys for its windows: by Xvfb and xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.hang import HANG_S


def need(*programs: str) -> None:
    """Skip without them."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def wait_until(done: Callable[[], object], seconds: float = HANG_S) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@contextmanager
def virtual_screen(place: Path, size: tuple[int, int]) -> Iterator[tuple[str, Path]]:
    """Its name for DISPLAY, and the file that its picture can be read from."""
    need("Xvfb", "xdotool")
    read, write = os.pipe()
    shape = f"{size[0]}x{size[1]}x24"
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", shape, "-fbdir", str(place)],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    try:
        yield f":{number}", place / "Xvfb_screen0"
    finally:
        xvfb.terminate()
        xvfb.wait()


def screenshot(file: Path) -> np.ndarray:
    """(H, W, 3), blue first: the screen from the X window dump that Xvfb keeps."""
    dump = file.read_bytes()
    head = np.frombuffer(dump[:100], ">u4")
    header, width, height, stride, colours = (int(head[i]) for i in (0, 4, 5, 12, 19))
    pixels = np.frombuffer(dump, np.uint8, stride * height, header + 12 * colours)
    return pixels.reshape(height, stride // 4, 4)[:, :width, :3]


class Keys:
    """Keys for the window of a name, and where it lies.

    Parameters
    ----------
    display : str
    name : str
    """

    def __init__(self, display: str, name: str) -> None:
        self._environment = {**os.environ, "DISPLAY": display}
        self._name = name

    def _ask(self, *command: str) -> str:
        done = subprocess.run(["xdotool", *command], env=self._environment, capture_output=True, text=True, check=False)
        return done.stdout

    def window(self) -> str:
        """Its number; empty where there is none."""
        return next(iter(self._ask("search", "--name", self._name).split()), "")

    def press(self, key: str) -> None:
        """One key."""
        self._ask("key", "--window", self.window(), key)

    def size(self) -> tuple[int, int]:
        """Width and height, pixels; zeros where there is none."""
        told = dict(line.split("=") for line in self._ask("getwindowgeometry", "--shell", self.window()).split())
        return int(told.get("WIDTH", 0)), int(told.get("HEIGHT", 0))
