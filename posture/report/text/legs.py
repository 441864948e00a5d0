"""What is said about the legs: behind everything else, and never a headline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from posture.analysis.summary import Row
from posture.drift.types import Status
from posture.drift.verdict import MOVED
from posture.kinematics.registry import LEGS
from posture.kinematics.types import Metric
from posture.levels import Level, Place
from posture.report.text.levels import place
from posture.report.text.quantities import number, quantity, shown_change, span
from posture.report.text.verdicts import status_word, verdict
from posture.report.text.ways import way
from posture.report.text.words import WORDS
from posture.rules import Verdict, trailing

if TYPE_CHECKING:
    from posture.analysis import Analysis


def legs(analysis: Analysis) -> list[tuple[str, str]]:
    """Label, and value with its typical error and what became of it, of each measured metric of the legs."""
    levels = analysis.levels.levels
    return [(row.metric.label, _said(row, levels.get(id))) for id, row in analysis.legs.items()]


def legs_found(analysis: Analysis) -> list[tuple[str, str]]:
    """Title, and what is said, of the finding that stands behind all others, and its cue where it may advise."""
    words, lines = WORDS["legs"], []
    for finding in trailing(analysis.findings):
        parts = [f.text for f in analysis.findings if f.part_of == finding.cause and f.verdict is Verdict.SUPPORTED]
        sure = words["sure"].format(sure=WORDS["confidence"][finding.label.name.lower()])
        lines.append((finding.title, " ".join((finding.text, *parts, finding.reason, sure))))
        if finding.plan is not None:
            lines.append((words["cue"], finding.plan.cue))
    return lines


def _said(row: Row, level: Level | None) -> str:
    if row.trend_only:
        return _became(row) or verdict(row.drift, few=row.few) or status_word(Status.NOT_DECIDABLE)
    return "; ".join(part for part in (_about(row, level), _became(row)) if part)


def _about(row: Row, level: Level | None) -> str:
    metric = row.metric
    error = number(metric.absolute_error, metric)
    return str(WORDS["legs"]["about"].format(value=quantity(row.level, metric), error=error)) + _among(level, metric)


def _became(row: Row) -> str:
    """What a metric did in the run; of one that did not move, its status in a word. Of a short run, nothing."""
    if row.drift is None or row.few or row.drift.status is Status.TOO_SHORT:
        return ""
    if row.drift.status not in MOVED:
        return verdict(row.drift, few=False)
    return f"{way(row.drift)} ({quantity(shown_change(row.drift), row.metric, sign=True)})"


def _among(level: Level | None, metric: Metric) -> str:
    """What is usual among reference runners, and where the runner lies if elsewhere."""
    if level is None or level.place is Place.UNKNOWN:
        return ""
    words = WORDS["legs"]
    usual = str(words["usual"].format(range=span(level.usual, metric, sign=False)))
    return usual if level.place is Place.USUAL else f"{usual}: {place(level)} {words['among']}"


def legs_note(analysis: Analysis) -> str:
    """Whose leg it is, what is left out, and what more of the clip's frames would add."""
    words = WORDS["legs"]
    parts = [words["note"]]
    if any(row.trend_only for row in analysis.legs.values()):
        parts.append(words["trend"])
    if analysis.recording.thinned > 1:
        parts.append(words["finer"])
    return " ".join(parts)


def legs_unseen(withheld: Mapping[str, str]) -> dict[str, list[str]]:
    """Labels of what could not be measured of the legs, by the reason."""
    reasons: dict[str, list[str]] = {}
    for id, metric in LEGS.items():
        if id in withheld:
            reasons.setdefault(withheld[id], []).append(metric.label.lower())
    return reasons
