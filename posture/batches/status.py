"""How far each worker is, told through small files beside the results: works for any worker that can write those."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from posture.reading import regular

#: Least time between two writings, s.
_EVERY = 0.5


@dataclass(frozen=True)
class Status:
    """What a worker is doing, with seconds of the clip done and in all."""

    label: str
    done: float
    total: float


class StatusFile:
    """Called by the analysis with its progress; the file is gone when the work is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._written = -_EVERY

    def __enter__(self) -> StatusFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def __call__(self, label: str, done: float, total: float) -> None:
        """Say how far the work is; a status that cannot be written is no fault of the clip's."""
        now = time.monotonic()
        if now < self._written + _EVERY:
            return
        self._written = now
        with suppress(OSError):
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps([label, done, total]), encoding="utf-8")
            part.replace(self._path)


def read_status(path: Path) -> Status | None:
    """What the worker last said, or None."""
    try:
        return Status(*json.loads(regular(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
