"""Three-valued logic (Kleene): true, false, and None for unknown."""

from __future__ import annotations

from collections.abc import Sequence

Truth = bool | None


def negate(truth: Truth) -> Truth:
    """Unknown stays unknown."""
    return None if truth is None else not truth


def all_of(truths: Sequence[Truth]) -> Truth:
    """False as soon as one is false; unknown if none is false and one is unknown."""
    return at_least(len(truths), truths)


def any_of(truths: Sequence[Truth]) -> Truth:
    """True as soon as one is true; unknown if none is true and one is unknown."""
    return at_least(1, truths)


def at_least(count: int, truths: Sequence[Truth]) -> Truth:
    """Whether ``count`` of them hold: unknown while the unknown ones could decide it."""
    sure = sum(truth is True for truth in truths)
    possible = sure + sum(truth is None for truth in truths)
    if sure >= count:
        return True
    return None if possible >= count else False
