"""What a report says first: the answer, what leads, the four headlines. Terminal and page tell the same story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift.types import DriftResult, Status
from posture.kinematics.types import Headline
from posture.report import text
from posture.rules import leading
from posture.rules.intake import Referral, find_referral
from posture.rules.types import Condition, Finding, Role, Verdict

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: From the most to the least telling.
RANK = (
    Status.DRIFT,
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
    """A finding that leads, with the changes that it rests on, the largest first."""

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
    def leads(self) -> tuple[Lead, ...]:
        """At most three findings."""
        findings = self.analysis.findings
        return tuple(
            Lead(
                finding,
                changes_of(finding, self.analysis.drift),
                tuple(f for f in findings if f.part_of == finding.cause and f.verdict is Verdict.SUPPORTED),
            )
            for finding in leading(findings)
        )

    @cached_property
    def sentence(self) -> str:
        """The whole answer."""
        return text.verdict_sentence(self.analysis, [lead.finding for lead in self.leads])

    @cached_property
    def headlines(self) -> tuple[HeadlineRow, ...]:
        """The four headlines."""
        groups = summary.by_headline(self.analysis.rows)
        return tuple(HeadlineRow(line, most_telling(rows), tuple(rows)) for line, rows in groups.items())


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
