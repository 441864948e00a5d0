"""What is said about changes: a word, a phrase, a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from posture.analysis import summary
from posture.analysis.summary import Row
from posture.drift.blocks import MIN_STRIDES
from posture.drift.phases import throughout
from posture.drift.status import answers
from posture.drift.types import DriftResult, Status, Timing
from posture.drift.verdict import CHANGED
from posture.kinematics.head import PATTERN_METRICS, HeadChange, classify_head
from posture.kinematics.registry import METRICS
from posture.levels.reference import LEAST_STRIDES
from posture.report.text.episodes import came_and_went, episodes_sentence, when
from posture.report.text.levels import carried, posture
from posture.report.text.pace import as_run
from posture.report.text.quantities import clock, counted, number, quantity, shown_change, span
from posture.report.text.ways import way, ways
from posture.report.text.words import WORDS
from posture.rules.types import Finding, Role, Verdict
from posture.rules.wording import listed
from posture.strides import Gait

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: From this share of a true change on its size is told as it is; below it is told as the least that it was.
_SEEN_IN_FULL = 0.9
_COUNT = ("No", "One", "Two", "Three")


def verdict(drift: DriftResult | None, *, few: bool) -> str:
    """A metric's status in a few words."""
    if few:
        return str(WORDS["status"]["few"])
    if drift is None:
        return ""
    if drift.status is Status.DRIFT and drift.onset:
        return f"{status_word(drift.status)} from {clock(drift.onset.time)}"
    if drift.status is Status.EPISODE and drift.episode:
        return f"{status_word(drift.status)}, {when(drift.episode)}"
    if drift.status is Status.POSSIBLE and METRICS[drift.metric].is_posture and not throughout(drift):
        return str(WORDS["phases"]["partly"])
    return status_word(drift.status)


def between(drift: DriftResult, apart: Mapping[str, bool]) -> str:
    """What a metric did from one clip to another; of short ones, whether their levels differ."""
    if drift.metric in apart:
        return str(WORDS["apart"]["yes" if apart[drift.metric] else "no"])
    return verdict(drift, few=False)


def status_word(status: Status) -> str:
    """A status as people say it."""
    return str(WORDS["status"][status.name.lower()])


def since(drift: DriftResult) -> str:
    """When a drift began, or from when to when an episode lasted, or nothing."""
    if drift.status is Status.EPISODE and drift.episode:
        return when(drift.episode)
    if drift.status is not Status.DRIFT or drift.onset is None:
        return ""
    return f"since about {clock(drift.onset.time)}"


def change(drift: DriftResult) -> str:
    """A change with value, unit, interval, extent over the stride and onset."""
    metric = METRICS[drift.metric]
    levels = f"{number(drift.baseline, metric)} → {quantity(drift.end, metric)}"
    said = [f"{way(drift)}: {levels}" if drift.status in CHANGED else levels, *_details(drift)]
    onset = since(drift) if drift.status is Status.DRIFT else ""
    if onset:
        said.append(f"{onset} ({between_times})" if (between_times := _between(drift)) else onset)
    besides = came_and_went(drift)
    return f"{', '.join(said)}; {besides}" if besides else ", ".join(said)


def brief(drift: DriftResult) -> str:
    """What moved where, from what to what, and since when."""
    metric = METRICS[drift.metric]
    said = f"{way(drift)}, {number(drift.baseline, metric)} → {quantity(drift.end, metric)}"
    onset = since(drift) if drift.status is Status.DRIFT else ""
    return f"{said}, {onset}" if onset else said


def detail(drift: DriftResult) -> str:
    """What :func:`brief` leaves out of a change: how sure its size and its time are, and how it went; a sentence."""
    parts = [*_details(drift), *([f"begun {times}"] if (times := _between(drift)) else [])]
    said = "; ".join([", ".join(parts)] * bool(parts) + [came_and_went(drift)] * bool(came_and_went(drift)))
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _details(drift: DriftResult) -> list[str]:
    """The size with its interval, the levels as run, and the extent over the stride, as far as they are known."""
    parts = [size(drift)] if math.isfinite(drift.interval.low) else []
    if levels := as_run(drift):
        parts.append(f"at one speed ({levels} as run)")
    if extent := over_stride(drift):
        parts.append(extent)
    return parts


def _between(drift: DriftResult) -> str:
    """Between which times a drift began, or nothing."""
    if drift.status is not Status.DRIFT or drift.onset is None or not math.isfinite(drift.onset.interval.low):
        return ""
    return f"between {clock(drift.onset.interval.low)} and {clock(drift.onset.interval.high)}"


def size(drift: DriftResult) -> str:
    """How large a change is, with its interval."""
    metric = METRICS[drift.metric]
    written = quantity if metric.unit in ("deg", "%") else number
    more = ", likely more" if drift.status in CHANGED and metric.response < _SEEN_IN_FULL else ""
    told = f"change {written(shown_change(drift), metric, sign=True)}{more}"
    return f"{told} (90 % interval {span(drift.interval, metric)})"


def over_stride(drift: DriftResult) -> str:
    """Whether head or trunk changed all through the stride, or nothing."""
    metric, phases = METRICS[drift.metric], drift.phases
    if drift.status not in CHANGED or not metric.is_posture or math.isnan(phases.low):
        return ""
    words = WORDS["phases"]["all" if throughout(drift) else "part"]
    low, high = number(phases.low, metric, sign=True), quantity(phases.high, metric, sign=True)
    return str(words.format(low=low, high=high))


def changes(rows: Sequence[DriftResult]) -> str:
    """Several changes in one short phrase."""
    parts = [
        f"{METRICS[row.metric].label.lower()} {quantity(shown_change(row), METRICS[row.metric], sign=True)}"
        for row in rows
    ]
    return ", ".join(parts)


def headline_basis(row: Row) -> str:
    """What a headline's number is, in the runner's words."""
    return row.metric.plain


def verdict_sentence(analysis: Analysis, lead: Sequence[Finding]) -> str:
    """The whole answer in one sentence."""
    say = WORDS["verdict"]
    strides = analysis.segmented
    kept = len(strides.kept)
    if kept == 0:
        return str(say["nothing"])
    if strides.gait is Gait.WALKING:
        return str(say["walking"])
    if kept < LEAST_STRIDES:
        return str(say["few"].format(strides=counted(kept, "stride")))
    return " ".join(part for part in (_answer(analysis, lead), _brought(analysis, lead)) if part)


def _answer(analysis: Analysis, lead: Sequence[Finding]) -> str:
    """What leads; else what changed; else, of a short recording, what a longer one would add."""
    say = WORDS["verdict"]
    kept = len(analysis.segmented.kept)
    if kept < MIN_STRIDES:
        answered = [finding for finding in lead if finding.timing is Timing.NONE]
        more = str(say["short"].format(strides=counted(kept, "stride")))
        return " ".join((posture(analysis.levels), more, *([_found(answered)] if answered else [])))
    if lead:
        return f"{_found(lead)} {episodes_sentence(_judged(analysis))}".rstrip()
    return _without_findings(analysis)


def _judged(analysis: Analysis) -> list[DriftResult]:
    return [row.drift for row in analysis.rows.values() if row.drift is not None and not row.few]


def _without_findings(analysis: Analysis) -> str:
    """What changed without any cause for it, what came and went, or that nothing did, where that is proven."""
    say = WORDS["verdict"]
    results = _judged(analysis)
    drifted = [result for result in results if result.status is Status.DRIFT]
    passed = episodes_sentence(results)
    if drifted:
        worse = [result for result in drifted if result.timing is not Timing.IMPROVING]
        told_there = _told_with_the_legs(analysis.findings)
        new = [result for result in worse if result.metric not in told_there]
        key, told = ("unexplained", new) if new else ("legs", worse) if worse else ("better", drifted)
        key = "lean" if _leans(drifted, analysis) else key
        return f"{say[key].format(ways=ways(told[:3]))} {passed}".rstrip()
    if passed:
        return passed
    decided = [result for result in results if result.status in (Status.STABLE, Status.POSSIBLE, Status.INCONCLUSIVE)]
    if not decided:
        short = any(result.status is Status.TOO_SHORT for result in results)
        kept = counted(len(analysis.segmented.kept), "stride")
        return str(say["short"].format(strides=kept) if short else say["undecided"])
    if any(result.status is Status.POSSIBLE for result in decided):
        return str(say["possible"])
    rows = [summary.telling(line, found) for line, found in summary.by_headline(analysis.rows).items()]
    headlines = [row.drift for row in rows if row is not None and row.drift is not None and not row.few]
    return _unchanged(headlines or results, analysis.recording.duration)


def _told_with_the_legs(findings: Sequence[Finding]) -> set[str]:
    """Metrics whose change is what a cause behind the others rests on."""
    last = [finding for finding in findings if finding.behind and finding.verdict is Verdict.SUPPORTED]
    lines = [line for finding in last for line in finding.trace if line.passed and not line.negated]
    return {metric for line in lines if line.role in (Role.DECIDES, Role.SUPPORTS) for metric in line.metrics}


def _unchanged(headlines: Sequence[DriftResult], length: float) -> str:
    """That nothing changed, only where every headline that this camera measures well is shown to be stable."""
    say = WORDS["verdict"]
    well = [result for result in headlines if answers(METRICS[result.metric])]
    unsure = [result for result in well if result.status is not Status.STABLE]
    if unsure or not well:
        return str(say["open"].format(labels=_labels(unsure or headlines)))
    poorly = [result for result in headlines if result not in well]
    said = say["stable"].format(length=clock(length), labels=_labels(well))
    return f"{said} {say['unsure'].format(labels=_labels(poorly))}" if poorly else str(said)


def _labels(results: Sequence[DriftResult]) -> str:
    return listed([METRICS[result.metric].label.lower() for result in results])


def _brought(analysis: Analysis, lead: Sequence[Finding]) -> str:
    """The posture from the start, where no finding that leads tells it, and nothing else does."""
    told = any(finding.timing in (Timing.PRE_EXISTING, Timing.BOTH) for finding in lead)
    return "" if told or len(analysis.segmented.kept) < MIN_STRIDES else carried(analysis.levels)


def _leans(drifted: Sequence[DriftResult], analysis: Analysis) -> bool:
    """Whether what drifted is the lean of the whole body and nothing else."""
    changes = {id: analysis.drift[id] for id in PATTERN_METRICS if id in analysis.drift}
    seen = classify_head({id: r.change for id, r in changes.items()}, {id: r.mdc for id, r in changes.items()})
    return seen.change is HeadChange.WHOLE_LEAN and {result.metric for result in drifted} <= set(PATTERN_METRICS)


#: How findings are told that the camera saw, by when they came.
_WHEN = {
    Timing.LATE: "late",
    Timing.BOTH: "late",
    Timing.PRE_EXISTING: "start",
    Timing.IMPROVING: "improving",
}


def _found(lead: Sequence[Finding]) -> str:
    """What changed or stood out, what that fits, and what the answers fit: a consequence is no change."""
    say = WORDS["verdict"]
    groups: dict[str, list[Finding]] = {}
    for finding in lead:
        groups.setdefault(_kind(finding), []).append(finding)
    parts = []
    for kind in ("late", "start", "improving", "fits", "answers"):
        if found := groups.get(kind):
            things = say["one" if len(found) == 1 else "more"].format(count=_COUNT[len(found)].lower())
            parts.append(say[kind].format(things=things, titles=_titles(found)))
    return " ".join(parts)


def _kind(finding: Finding) -> str:
    if finding.timing is Timing.NONE:
        return "answers"
    return _WHEN[finding.timing] if finding.measured else "fits"


def _titles(findings: Sequence[Finding]) -> str:
    return "; ".join(finding.title[:1].lower() + finding.title[1:] for finding in findings)
