"""The window: shows the screen, and takes keys."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import suppress

from posture.errors import PostureError
from posture.live.coach.state import State
from posture.live.display.screen import SIZE, Screen
from posture.live.display.smooth import OneEuro
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener, Wish
from posture.live.session.timing import Pace
from posture.pose.types import Pose
from posture.report.drawing.marks import Image

NAME = "posture live"
_ESCAPE = 27
WISHES = {
    ord("q"): Wish.QUIT,
    _ESCAPE: Wish.QUIT,
    ord("s"): Wish.SNOOZE,
    ord("p"): Wish.PAUSE,
    ord("b"): Wish.BASELINE,
    ord("n"): Wish.NEXT_PERSON,
    ord("v"): Wish.SENSITIVITY,
    ord(" "): Wish.GO_ON,
}
FULL_SCREEN = ord("f")


def display_available() -> bool:
    """Whether there is a screen that answers: without one, Qt ends the whole program.

    OpenCV's Qt speaks X only, also on Wayland.
    """
    if sys.platform != "linux":
        return True
    host, _, rest = os.environ.get("DISPLAY", "").rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return False
    if host not in ("", "unix"):
        return _answers(socket.AF_INET, (host, 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    # The same name without a file, as some servers offer it.
    return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")


def _answers(family: int, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family) as connection:
            connection.settimeout(2.0)
            connection.connect(address)
    except OSError:
        return False
    return True


class Window(Listener):
    """A listener that shows.

    Parameters
    ----------
    mirror : bool

    Raises
    ------
    PostureError
        If there is no screen.
    """

    def __init__(self, *, mirror: bool) -> None:
        if not display_available():
            raise PostureError("There is no screen to open a window on; give --no-window, or set DISPLAY.")
        from posture.opencv import WINDOW_VARIABLES, cv2

        os.environ.update(WINDOW_VARIABLES)

        # Qt complains about fonts that it does not need; only its own library sees this.
        os.putenv("QT_LOGGING_RULES", "default.warning=false")
        self._cv2 = cv2
        self._screen = Screen(mirror=mirror)
        self._smooth = OneEuro()
        self._wishes: set[Wish] = set()
        self._full = False
        self._open = True
        cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(NAME, *SIZE)

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """Show it."""
        points = None if pose is None else self._smooth(shot.time, pose.xy)
        visible = None if pose is None else pose.visibility
        self._show(self._screen.compose(shot.rgb, points, visible, pace))

    def waiting(self, away: bool) -> None:
        """Keep the window alive."""
        if away:
            self._show(self._screen.away())
        else:
            self._poll()

    def news(self, state: State) -> None:
        """Shown with the next picture."""
        self._screen.prepare(state)

    def wishes(self) -> set[Wish]:
        """Keys that were pressed, and the closed window."""
        wishes, self._wishes = self._wishes, set[Wish]()
        return wishes

    def close(self) -> None:
        """Close the window."""
        with suppress(self._cv2.error):  # nothing is left of Qt once its last window was closed
            self._cv2.destroyAllWindows()

    def _show(self, image: Image) -> None:
        if self._open:
            self._cv2.imshow(NAME, self._cv2.cvtColor(image, self._cv2.COLOR_RGB2BGR))
            self._poll()

    def _poll(self) -> None:
        if not self._open:
            return
        key = self._cv2.pollKey() & 0xFF
        if key in WISHES:
            self._wishes.add(WISHES[key])
        if key == FULL_SCREEN:
            self._full = not self._full
            how = self._cv2.WINDOW_FULLSCREEN if self._full else self._cv2.WINDOW_NORMAL
            self._cv2.setWindowProperty(NAME, self._cv2.WND_PROP_FULLSCREEN, how)
        if not self._visible():
            self._open = False
            self._wishes.add(Wish.QUIT)

    def _visible(self) -> bool:
        try:
            return bool(self._cv2.getWindowProperty(NAME, self._cv2.WND_PROP_VISIBLE) >= 1)
        except self._cv2.error:  # as OpenCV answers when its last window has been closed
            return False
