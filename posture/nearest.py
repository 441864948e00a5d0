"""The known name that somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like one that is not known, None if none is much like it.

    Examples
    --------
    >>> nearest("cutof", ["cutoff", "visibility"])
    'cutoff'
    """
    # Only for a message; every start of the program would pay for it.
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, list(known), n=1)), None)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question behind a message about an unknown name, or nothing if no known name is like it.

    Examples
    --------
    >>> did_you_mean("lft", ["left", "right"])
    "; did you mean 'left'?"
    """
    found = nearest(name, known)
    return f"; did you mean '{found}'?" if found else ""
