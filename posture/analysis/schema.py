"""The schema of ``analysis.json``: what :func:`posture.analysis.record.plain_record` makes and ``read_record`` takes.

A number that is not known is null in the file. What follows a type of another room holds at least the keys named here,
and all fields of that type. A key that is renamed, taken away or of another meaning needs the next :data:`SCHEMA`.
"""

from __future__ import annotations

from typing import Any, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

#: NaN in memory, null in the file, where it is not known: as little as is seen, any of them may be.
Number = float | None
#: Layout of analysis.json.
SCHEMA = 1
#: Of parts that follow a type of another room.
_AND_MORE = ConfigDict(extra="allow")


class ClipRecord(TypedDict):
    """The source: times in s, ``size`` as width and height in pixels, ``turned`` in degrees."""

    name: str
    sha256: str
    size: list[int]
    rate: Number
    duration: Number
    recorded: str
    turned: int
    spans: list[list[Number]]
    people: list[str]
    notes: list[str]


class ProvenanceRecord(TypedDict):
    """What it was made with; ``seconds`` that each stage took."""

    estimator: str
    model: str
    python: str
    libraries: dict[str, str]
    seconds: dict[str, Number]


class ViewRecord(TypedDict):
    """From where the camera looks; ``yaw`` in degrees."""

    kind: str
    yaw: Number
    near: str | None
    confidence: Number


class StridesRecord(TypedDict):
    """Strides that were kept, those that were not by reason, and the clip's clock."""

    kept: int
    rejected: dict[str, int]
    gait: str
    signal: str
    slow_motion: Number
    slow_motion_range: list[Number]
    clock_sure: bool


class AboutRecord(TypedDict):
    """What the recording's maker said."""

    runner: str | None
    date: str | None
    note: str
    height_cm: Number


class LengthRecord(TypedDict):
    """A length with its 95 % interval, cm."""

    value: Number
    low: Number
    high: Number


class MetricRecord(TypedDict):
    """One metric of the run, in its ``unit``; in ``centimetres`` too where it is a length and the height is known."""

    label: str
    unit: str
    level: Number
    spread: Number
    strides: int
    few_strides: bool
    trend_only: bool
    floor: Number
    absolute_error: Number
    centimetres: LengthRecord | None


@with_config(_AND_MORE)
class DriftRecord(TypedDict):
    """A :class:`posture.drift.types.DriftResult`."""

    status: str
    baseline: Number
    change: Number
    mdc: Number


@with_config(_AND_MORE)
class PatternRecord(TypedDict):
    """A :class:`posture.levels.types.Pattern`."""

    found: bool | None


class LevelsRecord(TypedDict):
    """Where the posture lies among reference runners; ``metrics`` are :class:`posture.levels.Level` by id."""

    reference: str
    from_start: bool
    reason: str
    patterns: dict[str, PatternRecord]
    metrics: dict[str, dict[str, Any]]


@with_config(_AND_MORE)
class PlanRecord(TypedDict):
    """A :class:`posture.rules.types.Plan`."""

    cue: str


@with_config(_AND_MORE)
class FindingRecord(TypedDict):
    """A :class:`posture.rules.Finding`."""

    cause: str
    title: str
    verdict: str
    confidence: Number
    effect: Number
    plan: PlanRecord | None


@with_config(_AND_MORE)
class ReferralRecord(TypedDict):
    """A :class:`posture.rules.intake.Referral`."""

    title: str


class UprightRecord(TypedDict):
    """What the start of a run adds to the runner's own upright posture; :class:`posture.drift.upright.Added` by id."""

    gait: str
    metrics: dict[str, dict[str, Any]]


class Record(TypedDict):
    """All of it.

    ``settings`` are a :class:`posture.settings.Settings`, ``cleaning`` a :class:`posture.cleaning.CleaningReport`,
    ``events`` are :class:`posture.strides.Event`; ``leading`` are ids of causes, the first one first. ``live`` is what
    happened in a live session (:class:`posture.live.coach.events.Kind`); earlier versions did not write it.
    """

    schema: int
    posture: str
    made: str
    clip: ClipRecord
    settings: dict[str, dict[str, Any]]
    provenance: ProvenanceRecord
    about: AboutRecord
    view: ViewRecord
    cleaning: dict[str, Any]
    events: list[dict[str, Any]]
    strides: StridesRecord
    metrics: dict[str, MetricRecord]
    withheld: dict[str, str]
    drift: dict[str, DriftRecord]
    levels: LevelsRecord
    findings: list[FindingRecord]
    referral: ReferralRecord | None
    clearance: str | None
    leading: list[str]
    upright: UprightRecord | None
    live: NotRequired[list[dict[str, Any]]]


class ComparedRecord(TypedDict):
    """One of two clips that are held against each other."""

    clip: ClipRecord
    about: AboutRecord
    view: ViewRecord
    strides: StridesRecord
    provenance: ProvenanceRecord
    referral: ReferralRecord | None


class ComparisonRecord(TypedDict):
    """What ``posture compare --json`` prints; ``apart`` says by metric id whether levels differ without a test."""

    schema: int
    posture: str
    sentence: str
    first: ComparedRecord
    second: ComparedRecord
    same_camera: bool
    drift: dict[str, DriftRecord]
    apart: dict[str, bool]
    findings: list[FindingRecord]
