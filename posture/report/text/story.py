"""What a report says first: the answer, what leads, the four headlines. Terminal and page tell the same story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift.types import DriftResult, Status, Timing
from posture.kinematics.types import Headline
from posture.report import text
from posture.rules import leading
from posture.rules.intake import Referral, clearance, find_referral
from posture.rules.questions import Urgency
from posture.rules.types import Condition, Finding, Role, Verdict

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: From the most to the least telling.
RANK = (
    Status.DRIFT,
    Status.EPISODE,
    Status.POSSIBLE,
    Status.STABLE,
    Status.INCONCLUSIVE,
    Status.NOT_DECIDABLE,
    Status.NOT_MEASURABLE,
    Status.TOO_SHORT,
    Status.WITHHELD,
)


@dataclass(frozen=True)
class Lead:
    """A finding that leads, with the changes that it rests on: the largest first, those of an earlier lead last."""

    finding: Finding
    changes: tuple[DriftResult, ...]
    also: tuple[Finding, ...]


@dataclass(frozen=True)
class HeadlineRow:
    """A headline, the metric that tells most of it, and the others it rests on; None where nothing was seen."""

    headline: Headline
    best: Row | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Story:
    """What is said about one run, in order.

    Parameters
    ----------
    analysis : Analysis
    """

    analysis: Analysis

    @cached_property
    def referral(self) -> Referral | None:
        """What must be said before any advice."""
        return find_referral(self.analysis.intake)

    @cached_property
    def emergency(self) -> bool:
        """Whether nothing but the referral is told; the measurements may be opened."""
        return self.referral is not None and self.referral.urgency is Urgency.EMERGENCY

    @cached_property
    def clearance(self) -> str:
        """That somebody examined the runner and cleared him for running, or nothing."""
        return "" if self.referral else clearance(self.analysis.intake)

    @cached_property
    def today(self) -> Finding | None:
        """The one finding whose cue is worked on first: the first that advises, what already gets better last."""
        advising = [lead.finding for lead in self.leads if lead.finding.plan is not None]
        return min(advising, key=lambda finding: finding.timing is Timing.IMPROVING, default=None)

    @cached_property
    def later(self) -> tuple[Finding, ...]:
        """The other leading findings that advise, in order."""
        found = (lead.finding for lead in self.leads)
        return tuple(finding for finding in found if finding.plan is not None and finding is not self.today)

    @cached_property
    def leads(self) -> tuple[Lead, ...]:
        """At most three findings."""
        findings = self.analysis.findings
        leads: list[Lead] = []
        for finding in leading(findings):
            told = {change.metric for lead in leads for change in lead.changes}
            changes = sorted(changes_of(finding, self.analysis.drift), key=lambda change: change.metric in told)
            parts = (f for f in findings if f.part_of == finding.cause and f.verdict is Verdict.SUPPORTED)
            leads.append(Lead(finding, tuple(changes), tuple(parts)))
        return tuple(leads)

    @cached_property
    def sentence(self) -> str:
        """The whole answer."""
        if self.referral and self.emergency:
            return str(text.WORDS["verdict"]["emergency"].format(signs="; ".join(self.referral.signs)))
        return text.verdict_sentence(self.analysis, [lead.finding for lead in self.leads])

    @cached_property
    def leading_metrics(self) -> tuple[str, ...]:
        """What the leading finding rests on, the largest change first; curves and charts begin with it."""
        return tuple(change.metric for lead in self.leads[:1] for change in lead.changes)

    @cached_property
    def shown(self) -> Row | None:
        """The row that is drawn where there is room for one: of the leading finding, or else the most telling."""
        rows = self.analysis.rows
        first = [rows[id] for id in self.leading_metrics if id in rows]
        return next(iter(first), None) or most_telling([r for r in rows.values() if not r.few] or [*rows.values()])

    @cached_property
    def judged(self) -> bool:
        """Whether the run is long enough to have a fresh part and an end."""
        return any(row.drift is not None and np.isfinite(row.drift.p) for row in self.analysis.rows.values())

    @cached_property
    def headlines(self) -> tuple[HeadlineRow, ...]:
        """The four headlines."""
        groups = summary.by_headline(self.analysis.rows)
        return tuple(HeadlineRow(line, summary.telling(line, rows), tuple(rows)) for line, rows in groups.items())


def changes_of(finding: Finding, drift: Mapping[str, DriftResult]) -> tuple[DriftResult, ...]:
    """The drifts behind a finding, the largest against its noise first."""
    asked = [
        metric
        for line in finding.trace
        if line.passed and line.role in (Role.DECIDES, Role.SUPPORTS)
        for metric in line.metrics
    ]
    found = [drift[metric] for metric in dict.fromkeys(asked) if metric in drift]
    return tuple(sorted((result for result in found if result.status is Status.DRIFT), key=lambda r: -size(r)))


def size(result: DriftResult | None) -> float:
    """A change in minimal detectable changes; 0 where there is none."""
    if result is None or not np.isfinite(result.change) or not result.mdc > 0:
        return 0.0
    return abs(result.change) / result.mdc


def most_telling(rows: Sequence[Row]) -> Row | None:
    """The row with the surest and largest change."""

    def weight(row: Row) -> tuple[int, float]:
        status = row.drift.status if row.drift and not row.few else Status.WITHHELD
        return RANK.index(status), -size(row.drift)

    return min(rows, key=weight, default=None)


def trace_of(finding: Finding) -> dict[bool | None, list[Condition]]:
    """The trace as why, why not and what is not known."""
    return {passed: [line for line in finding.trace if line.passed is passed] for passed in (True, False, None)}
