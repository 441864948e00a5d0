"""How the program begins and ends: streams that are closed, full or of another alphabet, Ctrl-C, faults."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import traceback
from contextlib import suppress
from types import TracebackType
from typing import TextIO

#: As shells say it: 128 and the number of the signal.
INTERRUPTED = 128 + signal.SIGINT


def prepare() -> None:
    """Make the streams fit to be written to, before anything is read or opened."""
    _fill_closed()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
        elif hasattr(stream, "reconfigure"):
            # A sign that the terminal's alphabet lacks is shown as ?, it does not end the program.
            stream.reconfigure(errors="replace")
    sys.excepthook = _tell_fault


def _fill_closed() -> None:
    """Without this the next file that is opened would get the number of a closed stream, and what is printed."""
    while True:
        number = os.open(os.devnull, os.O_RDWR)
        if number > 2:
            os.close(number)
            return


def finish(stream: TextIO) -> OSError | None:
    """Write out what waits; a stream that does not take it is given up, and why is given back."""
    try:
        stream.flush()
    except OSError as error:
        give_up(stream)
        return error
    except ValueError:  # closed
        return None
    return None


def give_up(stream: TextIO) -> None:
    """Let what waits for a stream, and what is still printed, go nowhere: Python would try again at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def is_broken_pipe(error: OSError) -> bool:
    """Whether whoever read the output has gone, as ``head`` does."""
    return error.errno in (errno.EPIPE, errno.EINVAL) and error.filename is None


def hush() -> None:
    """After the first Ctrl-C the program ends by itself; another one would only make a noise."""
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _tell_fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A fault of the program in one sentence; the details, for its makers, in a file."""
    if issubclass(kind, KeyboardInterrupt):
        return
    where = ""
    with suppress(OSError):
        number, path = tempfile.mkstemp(prefix="posture-fault-", suffix=".txt")
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(traceback.format_exception(kind, error, trace)))
        where = f" with {path}"
    what = "memory ran out" if issubclass(kind, MemoryError) else f"{kind.__name__}: {error}"
    print(f"posture: the program failed ({what}); please report it{where}.", file=sys.stderr)
