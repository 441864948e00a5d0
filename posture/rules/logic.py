"""Three-valued logic (Kleene): true, false, and None for unknown."""

from __future__ import annotations

from collections.abc import Sequence

Truth = bool | None


def negate(truth: Truth) -> Truth:
    """Unknown stays unknown.

    Examples
    --------
    >>> negate(True), negate(None)
    (False, None)
    """
    return None if truth is None else not truth


def all_of(truths: Sequence[Truth]) -> Truth:
    """False as soon as one is false; unknown if none is false and one is unknown.

    Examples
    --------
    >>> all_of([True, None]), all_of([False, None])
    (None, False)
    """
    return at_least(len(truths), truths)


def any_of(truths: Sequence[Truth]) -> Truth:
    """True as soon as one is true; unknown if none is true and one is unknown.

    Examples
    --------
    >>> any_of([True, None]), any_of([False, None])
    (True, None)
    """
    return at_least(1, truths)


def at_least(count: int, truths: Sequence[Truth]) -> Truth:
    """Whether ``count`` of them hold: unknown while the unknown ones could decide it.

    Examples
    --------
    >>> at_least(2, [True, None, True]), at_least(2, [True, None, False]), at_least(2, [True, False, False])
    (True, None, False)
    """
    sure = sum(truth is True for truth in truths)
    possible = sure + sum(truth is None for truth in truths)
    if sure >= count:
        return True
    return None if possible >= count else False
