"""Causes as data: what a rules file may hold, checked when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from posture.kinematics.head import HeadChange
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.levels.reference import LEVELLED
from posture.levels.types import Shape
from posture.rules.questions import load_questions
from posture.rules.types import Confidence

#: ``floor``: any drift in that direction. ``interval``: the change's interval leaves zero out.
Limit = Literal["flag", "strong", "floor", "interval"]


_ASKED = {
    "yes_no": "'equals' true or false",
    "choice": "'equals' one of its choices",
    "choices": "'includes' some of its choices",
    "number": "'at_least' or 'at_most'",
}


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _OnMetric(_Model):
    @field_validator("metric", "level", check_fields=False)
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in METRICS:
            raise ValueError(f"'{value}' is not a metric; there are {', '.join(METRICS)}")
        return value


class Change(_OnMetric):
    """A drift of one metric; the number behind ``threshold`` stands in the metric registry.

    ``up`` and ``down`` count away from the metric's neutral levels only, ``away`` does so on either side; ``any``
    asks whether it moved at all.
    """

    metric: str
    direction: Literal["up", "down", "away", "any"]
    threshold: Limit | float = Field("flag", union_mode="left_to_right")
    source: str = ""

    @model_validator(mode="after")
    def _own_number_has_a_source(self) -> Change:
        if isinstance(self.threshold, float) and not self.source:
            names = ", ".join(get_args(Limit))
            raise ValueError(f"a threshold in numbers needs a 'source'; or name one of {names}")
        return self


class Level(_OnMetric):
    """A level that was there from the start, on that side.

    Judged by reference runners where there are enough: outside the 99 % prediction interval, or the 95 % one and
    confirmed by the runner's own upright level. Else by the registry's bands: beyond red, or amber and confirmed.
    """

    level: str
    direction: Literal["up", "down", "any"] = "any"

    @field_validator("level")
    @classmethod
    def _can_be_judged(cls, value: str) -> str:
        banded = value in METRICS and (METRICS[value].amber or METRICS[value].red) is not None
        if value in METRICS and not banded and value not in LEVELLED:
            raise ValueError(f"the level of '{value}' means nothing: only its change can be judged")
        return value


class Carried(_Model):
    """The posture from the start, held against reference runners, is one of these."""

    carried: tuple[Shape, ...] = Field(min_length=1)


class Pattern(_Model):
    """The change of head, neck and trunk together is one of these."""

    pattern: tuple[HeadChange, ...] = Field(min_length=1)
    #: Against the runner's own upright reference instead of the run's own start.
    at_start: bool = False


class Answer(_Model):
    """An answer of the intake."""

    answer: str
    equals: bool | str | None = None
    includes: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    source: str = ""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Answer:
        given = [self.equals is not None, bool(self.includes), self.at_least is not None or self.at_most is not None]
        if sum(given) != 1:
            raise ValueError("give one of 'equals', 'includes', or 'at_least' and 'at_most'")
        if given[2] and not self.source:
            raise ValueError("a limit in numbers needs a 'source'")
        try:
            item = load_questions().item(self.answer)
        except KeyError:
            names = ", ".join(item.id for _, item in load_questions().asked())
            raise ValueError(f"'{self.answer}' is not asked in the intake; there are {names}") from None
        if item.kind == "date":
            raise ValueError(f"'{self.answer}' is a day, which no condition can ask for")
        wanted = {"yes_no": isinstance(self.equals, bool), "choice": isinstance(self.equals, str), "number": given[2]}
        if not wanted.get(item.kind, given[1]):
            raise ValueError(f"'{self.answer}' is a {item.kind}; ask for {_ASKED[item.kind]}")
        asked = {*self.includes, *((self.equals,) if isinstance(self.equals, str) else ())}
        unknown = asked - {option.id for option in item.options}
        if unknown:
            raise ValueError(f"'{min(unknown)}' is not a choice of '{self.answer}'")
        return self


class Finds(_Model):
    """Another cause is supported."""

    cause: str


class Onset(_Model):
    """The change behind another cause began before this share of the run."""

    onset_of: str
    before: float = Field(gt=0, lt=1)
    source: str


class All(_Model):
    """Every one holds."""

    all: tuple[Rule, ...] = Field(min_length=1)


class AnyOf(_Model):
    """One or more hold."""

    any: tuple[Rule, ...] = Field(min_length=1)


class Not(_Model):
    """It does not hold."""

    no: Rule


class Count(_Model):
    """At least so many hold."""

    at_least: int = Field(ge=1)
    of: tuple[Rule, ...] = Field(min_length=1)


_KINDS: dict[str, str] = {
    "metric": "<change>",
    "level": "<level>",
    "carried": "<carried>",
    "pattern": "<pattern>",
    "answer": "<answer>",
    "cause": "<finds>",
    "onset_of": "<onset>",
    "all": "<all>",
    "any": "<any>",
    "no": "<not>",
    "of": "<count>",
}


def _kind(value: Any) -> str | None:
    """Which condition a table is: decided by its leading key."""
    keys = value if isinstance(value, dict) else vars(value) if isinstance(value, BaseModel) else {}
    return next((tag for key, tag in _KINDS.items() if key in keys), None)


Rule = Annotated[
    Annotated[Change, Tag("<change>")]
    | Annotated[Level, Tag("<level>")]
    | Annotated[Carried, Tag("<carried>")]
    | Annotated[Pattern, Tag("<pattern>")]
    | Annotated[Answer, Tag("<answer>")]
    | Annotated[Finds, Tag("<finds>")]
    | Annotated[Onset, Tag("<onset>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[AnyOf, Tag("<any>")]
    | Annotated[Not, Tag("<not>")]
    | Annotated[Count, Tag("<count>")],
    Discriminator(
        _kind,
        custom_error_type="condition",
        custom_error_message="a condition is a table with one of the keys " + ", ".join(_KINDS),
    ),
]

Text = Annotated[str, Field(min_length=1)]


class Evidence(_Model):
    """How strong the claim is, honestly."""

    strength: Literal["supported", "association", "plausible", "expert opinion", "untested", "refuted"]
    text: Text
    sources: tuple[str, ...]


class Verdicts(_Model):
    """One plain sentence for each verdict.

    Attributes
    ----------
    supported, not_supported : str
    open : str
        Where answers are missing or the recording cannot tell.
    film : str
        From where it shows, told where the camera stood elsewhere.
    from_start : str
        Instead of ``supported`` where it was there from the start and did not change; empty where that says it too.
    """

    supported: Text
    not_supported: Text
    open: Text
    film: str = ""
    from_start: str = ""


#: What is read from a treadmill, or heard, in one glance or breath.
MOST_SPOKEN_WORDS = 6


class Remedy(_Model):
    """What helps. The technique part is cue and drill, the strength part exercises and dose.

    Attributes
    ----------
    cue : str
        For while running.
    spoken : str
        The cue as it is said to a runner under way, in six words at most. Empty: the cue itself where it is that
        short, else the cause's title.
    """

    cue: Text
    spoken: str = ""
    drill: Text
    strength: Text
    dose: Text
    care: Text

    @field_validator("spoken")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value.split()) > MOST_SPOKEN_WORDS:
            raise ValueError(f"{len(value.split())} words are too many to be said while running: {MOST_SPOKEN_WORDS}")
        return value


class Note(_Model):
    """A sentence that is told where its condition holds.

    Attributes
    ----------
    when : Rule
    text : str
    no_cue : bool
        Whether nothing is advised where it holds: the cue would ask for what has happened already.
    """

    when: Rule
    text: Text
    no_cue: bool = False


class Cause(_Model):
    """One cause.

    Attributes
    ----------
    views : tuple of ViewKind
        Views that can decide it; empty where no camera can.
    partial_views : tuple of ViewKind
        Views that can support it with low confidence, and never rule it out.
    cap : Confidence
        The most that may be said of it.
    when : Rule
        Decides both ways.
    or_when : Rule or None
        Can only support.
    or_cap : Confidence
        The most that may be said where it rests on that alone.
    agrees : tuple of Rule
        What makes it surer.
    doubts : tuple of Note
        Other explanations: where one holds, confidence is low at most.
    notes : tuple of Note
    undecided : tuple of Note
        What is told instead of ``text.open``; the first whose condition holds.
    before_others : bool
        Where it is supported, its plan is the only one: an examination comes before any technique.
    behind : bool
        It never leads, and is told after all that do: what the article does not name. At most moderate.
    part_of : str
        Cause that it is told with when ``part_when`` holds.
    """

    id: str = Field(pattern=r"^[A-Z][A-Za-z0-9_]*$")
    title: Text
    title_from_start: str = ""
    claim: Text
    question: Text
    evidence: Evidence
    views: tuple[ViewKind, ...] = ()
    partial_views: tuple[ViewKind, ...] = ()
    cap: Confidence = Confidence.HIGH
    when: Rule
    or_when: Rule | None = None
    or_cap: Confidence = Confidence.HIGH
    agrees: tuple[Rule, ...] = ()
    doubts: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    undecided: tuple[Note, ...] = ()
    before_others: bool = False
    behind: bool = False
    part_of: str = ""
    part_when: Rule | None = None
    text: Verdicts
    remedy: Remedy

    @model_validator(mode="after")
    def _behind_is_modest(self) -> Cause:
        if self.behind and self.cap is Confidence.HIGH:
            raise ValueError("what stands behind the others needs a 'cap' of moderate or low")
        if self.behind and self.before_others:
            raise ValueError("a cause cannot stand both behind and before the others")
        return self


class Causes(_Model):
    """A rules file: every cause in the order of the article."""

    version: int = Field(ge=1)
    language: str = Field(pattern=r"^[a-z]{2}$")
    sources: dict[str, str]
    cause: tuple[Cause, ...] = Field(min_length=1)


for _model in (All, AnyOf, Not, Count, Note, Cause, Causes):
    _model.model_rebuild()


def walk(rule: Rule, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Rule]]:
    """A rule and every rule within it, each with its place in the file below ``path``."""
    yield path, rule
    parts: list[tuple[tuple[str | int, ...], Rule]] = []
    match rule:
        case All():
            parts = [(("all", i), part) for i, part in enumerate(rule.all)]
        case AnyOf():
            parts = [(("any", i), part) for i, part in enumerate(rule.any)]
        case Count():
            parts = [(("of", i), part) for i, part in enumerate(rule.of)]
        case Not():
            parts = [(("no",), rule.no)]
    for place, part in parts:
        yield from walk(part, (*path, *place))
