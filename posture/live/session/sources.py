"""Where pictures come from: a camera of this machine, a camera on the network, or a file at its own pace."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from posture.opencv import cv2  # before PyAV: a window of OpenCV hangs if PyAV has brought its own X libraries first

# isort: split
import av
import numpy as np

from posture.errors import PostureError
from posture.pose.types import Rgb
from posture.settings import LiveSettings
from posture.shown import printable, public_part
from posture.video import FrameReader
from posture.video.opening import check_file

_NETWORK = ("rtsp://", "rtsps://", "http://", "https://")
#: FFmpeg's buffers hold seconds of pictures unless told not to.
_AT_ONCE = {"fflags": "nobuffer", "flags": "low_delay", "probesize": "500000", "analyzeduration": "500000"}
_DEVICES = Path("/sys/class/video4linux")


class SourceGoneError(Exception):
    """The source gives no pictures (any more); it may come back."""


class Source(Protocol):
    """Gives pictures, one after the other; used by one thread."""

    #: For people.
    name: str
    #: Whether pictures go on forever; a file ends.
    endless: bool
    #: What the user should check if it gives no pictures.
    advice: str

    def pictures(self) -> Iterator[tuple[float | None, Rgb]]:
        """Open the source and give its pictures, each with its time in the source (s) if the source knows it.

        Raises
        ------
        SourceGoneError
            If it cannot be opened, or stops giving pictures, but may come back.
        PostureError
            If it will never work.
        """
        ...


class Camera:
    """A camera of this machine.

    Parameters
    ----------
    device : int or str
        Number of the camera, or the path of its device.
    """

    endless = True
    advice = "check that it is connected, that no other program uses it, and its name ('posture live --list')"

    def __init__(self, device: int | str) -> None:
        self._device = device
        self.name = f"camera {device}"

    def pictures(self) -> Iterator[tuple[float | None, Rgb]]:
        """See ``Source``."""
        # What OpenCV would print about a camera that cannot be opened is said in one sentence elsewhere.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        capture = cv2.VideoCapture(self._device, cv2.CAP_V4L2 if sys.platform == "linux" else cv2.CAP_ANY)
        try:
            if not capture.isOpened():
                raise SourceGoneError
            capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
            while True:
                good, bgr = capture.read()
                if not good:
                    raise SourceGoneError
                yield None, _rgb(bgr)
        finally:
            capture.release()


class NetworkCamera:
    """A camera that speaks RTSP or HTTP.

    Parameters
    ----------
    url : str
        As the camera's manual, or the phone's app, says.
    silent : float
        It has gone away when it sends nothing for this long, s.
    """

    endless = True
    advice = "check the address, and that the camera or its app is running in a network that this machine can reach"

    def __init__(self, url: str, silent: float) -> None:
        scheme, _, rest = url.partition("://")
        # FFmpeg knows no scheme in capitals.
        self._url = f"{scheme.lower()}://{rest}"
        self._silent = silent
        self.name = printable(public_part(url))

    def pictures(self) -> Iterator[tuple[float | None, Rgb]]:
        """See ``Source``."""
        options = {**_AT_ONCE, **({"rtsp_transport": "tcp"} if self._url.startswith("rtsp") else {})}
        try:
            with av.open(self._url, options=options, timeout=(self._silent, self._silent)) as container:
                if not container.streams.video:
                    raise PostureError(f"{self.name}: sends no pictures; give the address of its video stream.")
                stream = container.streams.video[0]
                stream.thread_type = "SLICE"  # whole frames in parallel would come late
                for frame in container.decode(stream):
                    yield None, np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
        except (av.FFmpegError, OSError) as error:
            raise SourceGoneError(str(error)) from error
        raise SourceGoneError


class File:
    """A video file.

    Parameters
    ----------
    path : Path
    """

    endless = False
    advice = "check that a player shows it"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = printable(path.name)

    def pictures(self) -> Iterator[tuple[float | None, Rgb]]:
        """See ``Source``."""
        with FrameReader(self._path) as reader:
            for frame in reader:
                yield frame.time, frame.rgb


def find_source(text: str, settings: LiveSettings) -> Source:
    """What a user means by a source.

    Parameters
    ----------
    text : str
        A number or a name of a camera, an address, or a path.
    settings : LiveSettings

    Raises
    ------
    PostureError
        If it is none of these.
    """
    if text.lower().startswith(_NETWORK):
        return NetworkCamera(text, settings.silent_seconds)
    if re.fullmatch("[0-9]{1,4}", text):
        return Camera(int(text))
    if text.startswith("/dev/"):
        return Camera(text)
    if "\0" not in text and Path(text).exists():
        check_file(Path(text))
        return File(Path(text))
    for number, name in cameras():
        if text.casefold() in name.casefold():
            return Camera(number)
    known = "; ".join(f"{number}: {name}" for number, name in cameras()) or "none found"
    raise PostureError(f"{text}: no such camera, file or address (cameras here: {known}).")


def cameras() -> list[tuple[int, str]]:
    """Number and name of the cameras of this machine; only the numbers where the system does not tell names."""
    if sys.platform == "linux":
        found = sorted(_DEVICES.glob("video*"), key=lambda path: int(path.name.removeprefix("video")))
        # A camera has a second device for its metadata, with another index.
        first = [path for path in found if _text(path / "index") in ("", "0")]
        return [(int(path.name.removeprefix("video")), _text(path / "name") or path.name) for path in first]
    working = []
    for number in range(4):
        capture = cv2.VideoCapture(number)
        if capture.isOpened():
            working.append((number, f"camera {number}"))
        capture.release()
    return working


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _rgb(bgr: Any) -> Rgb:
    return np.ascontiguousarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
