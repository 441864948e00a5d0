"""What a rule came to, and how rules are combined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod

from posture.drift.types import Onset, Timing
from posture.rules import logic
from posture.rules.types import Condition


@dataclass(frozen=True)
class Basis:
    """A change, level or answer that a supported finding rests on.

    Attributes
    ----------
    effect : float
        Minimal detectable changes; 1 for answers, levels and other findings.
    timing : Timing
        ``NONE`` for answers.
    onset : Onset or None
    speed_dependent : bool
        Whether running faster or slower alone could make it.
    """

    effect: float
    timing: Timing
    onset: Onset | None
    speed_dependent: bool = False


@dataclass(frozen=True)
class Outcome:
    """Truth of a rule, how sure that is, and what it rests on.

    Attributes
    ----------
    truth : bool or None
    factors : mapping of str to float
        Of the weakest condition that decides, each 0 to 1; empty where nothing is decided.
    trace : tuple of Condition
    basis : tuple of Basis
        Of what holds; empty unless true.
    """

    truth: logic.Truth
    factors: Mapping[str, float] = field(default_factory=dict)
    trace: tuple[Condition, ...] = ()
    basis: tuple[Basis, ...] = ()

    @property
    def strength(self) -> float:
        """Product of the factors; 0 where nothing is decided."""
        return 0.0 if self.truth is None else prod(self.factors.values())


def at_least(count: int, parts: Sequence[Outcome]) -> Outcome:
    """At least ``count`` of the parts hold.

    The strength is that of the weakest part that is needed, the surest parts taken first: more evidence never
    makes an outcome less sure.
    """
    truth = logic.at_least(count, [part.truth for part in parts])
    trace = tuple(condition for part in parts for condition in part.trace)
    if truth is None:
        return Outcome(None, {}, trace)
    needed = count if truth else len(parts) - count + 1
    agreeing = sorted((part for part in parts if part.truth is truth), key=lambda part: -part.strength)
    weakest = agreeing[needed - 1]
    basis = tuple(b for part in agreeing for b in part.basis) if truth else ()
    return Outcome(truth, weakest.factors, trace, basis)


def negate(part: Outcome) -> Outcome:
    """As sure as the part, and resting on nothing that changed."""
    passed = tuple(replace(c, negated=not c.negated, passed=logic.negate(c.passed)) for c in part.trace)
    return Outcome(logic.negate(part.truth), part.factors, passed)
