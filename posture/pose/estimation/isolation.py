"""Keeps MediaPipe off the network and off the terminal, and nothing else.

MediaPipe 1.x reports its usage to its maker whenever a landmarker closes and offers no option against it;
its logging goes straight to file descriptor 2. Both are held back here for the moments in which they
happen, for as many threads as are inside at once.

How the network measure works: the report is sent, before ``close`` returns, by a libcurl inside MediaPipe's
library, which asks the C environment for a proxy. For that moment ``https_proxy`` names a proxy of a kind that
libcurl does not know, so it gives up before it looks up a name or opens a connection. `os.putenv` changes
only what C code sees: ``os.environ``, and with it Python's own network code, never notices.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable
from types import TracebackType

from posture.storage.files import temporary_folder

#: Lower-case names win over upper-case ones in libcurl; a ``no_proxy`` of the user could except any host.
_NO_WAY_OUT = {"https_proxy": "nowhere://offline", "no_proxy": "offline.invalid"}

#: How a line of MediaPipe, TFLite or absl begins; any other line that passes meanwhile belongs to somebody else.
_NOISE = re.compile(rb"[IWEF]\d{4} \d\d:\d\d:|(?:INFO|WARNING|ERROR): ")


class _Shared:
    """A context that is entered by the first thread inside and left by the last.

    `enter` returns two functions: one for every thread that goes, one for the last, after it.
    """

    def __init__(self, enter: Callable[[], tuple[Callable[[], None], Callable[[], None]]]) -> None:
        self._enter = enter
        self._lock = threading.Lock()
        self._inside = 0
        self._going: Callable[[], None] = _nothing
        self._leave: Callable[[], None] = _nothing

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._going, self._leave = self._enter()
            self._inside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._inside -= 1
            self._going()
            if self._inside == 0:
                self._leave()


def _nothing() -> None:
    pass


def _cut_off() -> tuple[Callable[[], None], Callable[[], None]]:
    for name, value in _NO_WAY_OUT.items():
        os.putenv(name, value)
    return _nothing, _reconnect


def _reconnect() -> None:
    for name in _NO_WAY_OUT:
        if name in os.environ:
            os.putenv(name, os.environ[name])
        else:
            os.unsetenv(name)


def _divert() -> tuple[Callable[[], None], Callable[[], None]]:
    try:
        stderr = os.dup(2)
    except OSError:  # a program without a terminal has nothing to protect
        return _nothing, _nothing
    # Appending, so that other threads' writes go to the end wherever the reading below has left the offset.
    held = tempfile.TemporaryFile("a+b", buffering=0, dir=temporary_folder())  # noqa: SIM115 - closed by restore
    _flush()
    os.dup2(held.fileno(), 2)
    read = 0
    owed = 0

    def pass_on() -> None:
        # For every thread that goes, since with many threads the last may go late, and a progress bar waits.
        nonlocal read, owed
        _flush()
        held.seek(read)
        passed = held.read() or b""
        read += len(passed)
        for line in passed.splitlines(keepends=True):
            # TFLite writes beginning, text and line end one by one, and threads mix them in any order: noise lasts
            # until as many lines have ended as have begun.
            if owed or _NOISE.match(line):
                owed += len(_NOISE.findall(line)) - line.endswith(b"\n")
            else:
                os.write(stderr, line)

    def restore() -> None:
        os.dup2(stderr, 2)
        pass_on()
        held.close()
        os.close(stderr)

    return pass_on, restore


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()


#: ``with offline:`` around whatever makes MediaPipe report home.
offline = _Shared(_cut_off)

#: ``with quiet:`` around whatever makes MediaPipe log; other threads' lines come out when the block ends.
quiet = _Shared(_divert)
