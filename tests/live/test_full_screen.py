"""The window fills the screen and comes back, by its key, under a window manager."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from posture.live.display.screen import SIZE
from posture.live.display.window import NAME
from tests.hang import HANG_S
from tests.live.desktop import Keys, need, screenshot, virtual_screen, wait_until

SCREEN = (1920, 1080)
#: A window with a white picture on its left, until q is pressed.
PROGRAM = """
import time
import numpy as np
from posture.live.display.window import Window
from posture.live.session.capture import Shot
from posture.live.session.timing import Pace
window, number = Window(mirror=False), 0
while "quit" not in window.wishes():
    shot = Shot(number, number / 10, time.monotonic(), np.full((480, 640, 3), 255, np.uint8))
    window.picture(shot, None, None, Pace(1.0, 1.0, 10.0, 1, 0))
    number += 1
    time.sleep(0.1)
window.close()
"""


def white(screen: Path) -> tuple[int, int]:
    """Width and height of what is white on the screen, pixels: the runner's picture."""
    rows, columns = np.nonzero(screenshot(screen).min(axis=2) > 250)
    return (int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1) if rows.size > 10_000 else (0, 0)


def test_f_fills_the_screen_and_f_again_brings_the_window_back(tmp_path: Path) -> None:
    need("openbox")
    with virtual_screen(tmp_path, SCREEN) as (display, screen):
        environment = {**os.environ, "DISPLAY": display}
        manager = subprocess.Popen(["openbox"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        program = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment)
        keys = Keys(display, NAME)
        try:
            wait_until(lambda: program.poll() is not None or (keys.size() == SIZE and white(screen)[1] >= 480))
            keys.press("f")
            # Two thirds of the height are the picture's, as in the window.
            wait_until(lambda: program.poll() is not None or white(screen)[1] >= 0.66 * SCREEN[1])
            assert keys.size() == SCREEN
            keys.press("f")
            wait_until(lambda: program.poll() is not None or keys.size() == SIZE)
            keys.press("q")
            assert program.wait(HANG_S) == 0
        finally:
            for each in (program, manager):
                each.kill()
                each.wait()
