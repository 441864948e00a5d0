"""The one exception that a user may see."""

from __future__ import annotations


class PostureError(Exception):
    """Something the user can act on: one sentence that says what, where and what to do.

    Parameters
    ----------
    message : str
        The whole sentence; the command line prints it as it is and exits with 2. What it quotes may hold line
        breaks; it stays one line.
    """

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.splitlines()))


class HopelessError(PostureError):
    """The input itself is why: another try with the same file and settings would end the same."""
