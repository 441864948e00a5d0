"""What all commands print on."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from posture.shown import printable


class Screen(Console):
    """A console on which no name from outside can steer the terminal, of a width that does not change in a file.

    Parameters
    ----------
    width : int, optional
        Columns where stdout is no terminal.
    stderr : bool
        Whether it prints there.
    """

    def __init__(self, *, width: int | None = None, stderr: bool = False) -> None:
        stream = sys.stderr if stderr else sys.stdout
        super().__init__(stderr=stderr, highlight=False, width=None if stream.isatty() else width)

    def render_str(self, text: str, **options: Any) -> Text:
        """Every text on its way to the screen."""
        return super().render_str("\n".join(map(printable, text.split("\n"))), **options)

    def on_broken_pipe(self) -> None:
        """Whoever read this has gone: told above, where the program ends."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


@contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, float, float], None]]:
    """A bar with the time left on stderr; it shows nothing if quiet, or if stderr is no terminal."""
    console = Screen(stderr=True)
    columns = (TextColumn("{task.description:<22}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(
        *columns, TimeRemainingColumn(), console=console, transient=True, disable=quiet or not console.is_terminal
    ) as bars:
        tasks: dict[str, object] = {}

        def show(label: str, done: float, total: float) -> None:
            if label not in tasks:
                for task in bars.task_ids:
                    bars.update(task, visible=False)
                tasks[label] = bars.add_task(label, total=total)
            bars.update(tasks[label], completed=done, total=total)  # type: ignore[arg-type]

        yield show
