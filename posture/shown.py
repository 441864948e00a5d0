"""Text from outside, made fit to be shown: a file's or a runner's name must not steer a terminal."""

from __future__ import annotations

import re
import unicodedata

#: Marks that turn the direction of what follows, so that a name could pretend to be another one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: Scheme, what stands before an @, and the rest of an address up to its query.
_ADDRESS = re.compile(r"[a-z]+://(?:[^/?#]*@)?([^?#]*)", re.IGNORECASE)


def public_part(address: str) -> str:
    """Host and path of an address: names and passwords stand before an @, or in the query.

    Examples
    --------
    >>> public_part("rtsp://me:secret@192.0.2.5:554/stream?user=me&pwd=secret")
    '192.0.2.5:554/stream'
    """
    found = _ADDRESS.match(address)
    return found.group(1) if found else ""


def printable(text: str) -> str:
    r"""A text in which nothing can steer a terminal or end a line.

    Control characters, marks that turn the writing direction, and bytes of file names that are no text are written
    out as ``\x1b`` or ``\udc80``; all else stays as it is.

    Examples
    --------
    >>> printable("run\x1b[2J.mp4")
    'run\\x1b[2J.mp4'
    """
    return "".join(_written_out(c) if _steers(c) else c for c in text)


def _steers(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _TURNING


def _written_out(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
