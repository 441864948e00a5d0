"""What a rule says about a run: one finding per cause, with everything that led to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from posture.drift.types import Onset, Timing
from posture.rules.logic import Truth


class Verdict(StrEnum):
    """Whether a run is consistent with a cause."""

    SUPPORTED = "supported"
    NOT_SUPPORTED = "not supported"
    NEEDS_ANSWERS = "needs your answers"
    CANNOT_TELL = "this recording cannot tell"

    @property
    def is_open(self) -> bool:
        """Whether the run neither supports the cause nor speaks against it."""
        return self in (Verdict.NEEDS_ANSWERS, Verdict.CANNOT_TELL)


class Confidence(StrEnum):
    """Confidence in words; the borders are those of method 5."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Role(StrEnum):
    """What a condition does for its cause."""

    DECIDES = "decides"
    SUPPORTS = "can only support"
    CORROBORATES = "makes it surer"
    DOUBTS = "may explain it instead"
    NOTES = "told with it"


@dataclass(frozen=True)
class Condition:
    """One line of the trace.

    Attributes
    ----------
    text : str
        What is asked, in plain words.
    value, threshold : float
        In ``unit``; NaN where the condition has no number.
    unit : str
        Of the metric registry, or of the question; empty without numbers.
    passed : bool or None
        None where it is unknown.
    why : str
        What was seen, or why it is unknown; a sentence.
    role : Role
    metrics : tuple of str
        Ids of the metrics whose numbers answer it.
    cause : str
        Id of the cause whose verdict alone answers it; empty for any other condition.
    """

    text: str
    value: float
    threshold: float
    unit: str
    passed: Truth
    why: str
    role: Role = Role.DECIDES
    negated: bool = False
    metrics: tuple[str, ...] = ()
    cause: str = ""


@dataclass(frozen=True)
class Plan:
    """What helps: a technique part (cue, drill), a strength part, and when to seek care.

    Attributes
    ----------
    cue : str
        For while running.
    spoken : str
        The cue as it is said to a runner under way, in few words.
    drill : str
    strength : str
        Exercises.
    dose : str
        How often, for how long.
    care : str
        When to see whom.
    """

    cue: str
    spoken: str
    drill: str
    strength: str
    dose: str
    care: str


@dataclass(frozen=True)
class Finding:
    """One cause's verdict for one run.

    Attributes
    ----------
    cause : str
        Its id, as C4.
    title : str
    verdict : Verdict
    timing : Timing
        ``NONE`` unless supported by what a camera sees.
    onset : Onset or None
        The middle onset of the drifts it rests on.
    confidence : float
        0 to 1, in the verdict; 0 where nothing is decided.
    label : Confidence
    factors : mapping of str to float
        What the confidence is the product of, each 0 to 1, before the cap.
    cap : Confidence
        The most that may be said.
    effect : float
        Size of the largest change it rests on, in minimal detectable changes; 1 where it rests on answers,
        levels or other findings alone, 0 where it is not supported.
    trace : tuple of Condition
        Every condition, passed or not.
    text : str
        The verdict in one plain sentence.
    reason : str
        What it rests on, or why it cannot be decided; a sentence.
    part_of : str
        Id of the finding it is told with, or empty.
    claim, evidence : str
        What the source article says, and how strong that is.
    sources : tuple of str
    question : str
        "Does this relate to you?", for readers without a video.
    plan : Plan or None
        None where a referral comes first, or the cue would ask for what has happened already.
    needs : tuple of str
        Ids of the questions whose answers could support it; empty unless it needs answers.
    behind : bool
        It never leads, and is told after all that do.
    """

    cause: str
    title: str
    verdict: Verdict
    timing: Timing
    onset: Onset | None
    confidence: float
    label: Confidence
    factors: Mapping[str, float]
    cap: Confidence
    effect: float
    trace: tuple[Condition, ...]
    text: str
    reason: str
    part_of: str
    claim: str
    evidence: str
    sources: tuple[str, ...]
    question: str
    plan: Plan | None
    needs: tuple[str, ...] = ()
    behind: bool = False

    @property
    def measured(self) -> bool:
        """Whether it rests on measurements of its own, rather than on answers or on other findings."""
        roles = (Role.DECIDES, Role.SUPPORTS)
        return any(line.metrics and line.passed and line.role in roles for line in self.trace)

    @property
    def sums_up(self) -> bool:
        """Whether its verdict only counts those of other causes."""
        return all(line.cause for line in self.trace if line.role in (Role.DECIDES, Role.SUPPORTS))
