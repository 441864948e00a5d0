"""From drift results, levels, head pattern, answers and other findings to facts with three values (method 3.2.9).

A fact about the camera's numbers is true only by a drift (or a level from the start), and false only by a stable
metric or a drift the other way. Possible, inconclusive, too short and withheld are unknown, with their reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan, prod

import numpy as np

from posture.drift.floor import floor_of
from posture.drift.types import DriftResult, Status, Timing
from posture.kinematics.head import PATTERN_METRICS, HeadChange, classify_head
from posture.kinematics.neutral import Turn, turn
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric, Metrics, View
from posture.levels import Levels
from posture.rules import confidence, wording
from posture.rules.changes import TESTED, beyond_band, certain_size, decide, limit_of, rest_of
from posture.rules.evidence_levels import Seen, carried, judged_by_reference, level_outcome
from posture.rules.intake import Intake
from posture.rules.outcome import Basis, Outcome, at_least, negate
from posture.rules.questions import load_questions
from posture.rules.schema import All, Answer, AnyOf, Carried, Change, Count, Finds, Level, Not, Onset, Pattern, Rule
from posture.rules.types import Condition, Finding, Role, Verdict
from posture.settings import DriftSettings

#: Values of the neck against the trunk, from one end of its interval to the other, for which patterns are named.
_STEPS = 9
#: Timings of a level that was there from the start.
_FROM_START = (Timing.PRE_EXISTING, Timing.BOTH)
#: method 1.2, decision table: directions in which a pattern must move a metric beyond its floor.
_DEMANDS: Mapping[HeadChange, Mapping[str, float]] = {
    HeadChange.HEAD_FORWARD: {"neck_incl": 1.0, "ear_hip": 1.0},
    HeadChange.ROUNDED: {"trunk_lean": 1.0, "neck_incl": -1.0},
    HeadChange.SLOUCH: {"trunk_lean": 1.0, "ear_hip": 1.0},
    HeadChange.THORACIC_SLOUCH: {"trunk_lean": 1.0, "neck_incl": 1.0, "ear_hip": 1.0},
    HeadChange.WHOLE_LEAN: {"trunk_lean": 1.0, "neck_incl": 1.0, "ear_hip": 1.0},
    HeadChange.LOOKING_DOWN: {"head_pitch": 1.0},
}


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything known about a run, and the rules' questions to it.

    Attributes
    ----------
    drift : mapping of str to DriftResult
    view : View
    metrics : Metrics
    extent : tuple of float
        Start and end of the run, s.
    intake : Intake
    upright : mapping of str to float
        The runner's own upright level by metric id; empty where none was filmed.
    finding : callable
        The finding of another cause.
    without : callable
        The same evidence without some metrics.
    levels : Levels
        Where the posture lies among reference runners.
    settings : DriftSettings
        For the floors between recordings.
    """

    drift: Mapping[str, DriftResult]
    view: View
    metrics: Metrics
    extent: tuple[float, float]
    intake: Intake
    upright: Mapping[str, float]
    finding: Callable[[str], Finding]
    without: Callable[[Collection[str]], Evidence]
    levels: Levels
    settings: DriftSettings

    def ask(self, rule: Rule) -> Outcome:
        """Truth of a rule, with its trace."""
        match rule:
            case All():
                return at_least(len(rule.all), [self.ask(part) for part in rule.all])
            case AnyOf():
                return at_least(1, [self.ask(part) for part in rule.any])
            case Count():
                return at_least(rule.at_least, list(self._each_metric_once(rule.of)))
            case Not():
                return negate(self.ask(rule.no))
            case Change():
                return self._change(rule)
            case Level():
                return self._level(rule)
            case Carried():
                return carried(rule, Seen(self.levels, self.view, self.metrics, self.settings))
            case Pattern():
                return self._pattern(rule)
            case Answer():
                return self._answer(rule)
            case Finds():
                return self._finds(rule)
            case Onset():
                return self._onset(rule)

    def _each_metric_once(self, parts: Sequence[Rule]) -> Iterator[Outcome]:
        """What each part comes to without the numbers that a part before it rests on."""
        counted: frozenset[str] = frozenset()
        for part in parts:
            outcome = self.ask(part)
            own = self._rests_on(outcome)
            if outcome.truth and own & counted:
                alone = self.without(counted).ask(part)
                if alone.truth is not True:
                    outcome = Outcome(False, outcome.factors, tuple(_counted_before(line) for line in outcome.trace))
                own = self._rests_on(alone)
            if outcome.truth:
                counted |= own
            yield outcome

    def _rests_on(self, outcome: Outcome) -> frozenset[str]:
        """Metrics by which an outcome holds, those of other findings among them."""
        lines = [line for line in outcome.trace if line.passed and not line.negated]
        lines += [
            told
            for line in lines
            if line.cause
            for told in self.finding(line.cause).trace
            if told.passed and not told.negated and told.role in (Role.DECIDES, Role.SUPPORTS)
        ]
        return frozenset(metric for line in lines for metric in line.metrics)

    def _factors(self, result: DriftResult, change: float) -> dict[str, float]:
        return {
            "view": confidence.view_quality(self.view),
            "landmarks": confidence.landmark_quality(self.metrics, result.metric),
            "strides": confidence.stride_quality(result.strides),
            "change": change,
        }

    def _as_seen(self, metric: Metric) -> Metric:
        """Without levels where only the change means anything."""
        trend = metric.id in self.metrics.trend_only
        return metric.without_levels() if trend else metric

    def _change(self, rule: Change) -> Outcome:
        metric = METRICS[rule.metric]
        text = wording.change(rule, metric)
        result = self.drift.get(rule.metric)
        if result is None:
            return _unknown(text, "It was not measured.")
        limit = limit_of(rule, metric, result)
        truth, why = decide(rule, self._as_seen(metric), result, limit)
        sign = -1.0 if rule.direction == "down" else 1.0
        text = text if truth is None else wording.change(rule, metric, result)
        counts = sign * float(limit)
        line = Condition(text, float(result.change), counts, metric.unit, truth, why, metrics=(metric.id,))
        if truth is None:
            return Outcome(None, {}, (line,))
        if not truth:
            return Outcome(False, self._factors(result, rest_of(result)), (line,))
        size = certain_size(result) / result.mdc
        timing = result.timing if result.timing is not Timing.NONE else Timing.LATE
        basis = Basis(abs(result.change) / result.mdc, timing, result.onset, metric.speed_dependent)
        return Outcome(True, self._factors(result, confidence.change_quality(size)), (line,), (basis,))

    def _level(self, rule: Level) -> Outcome:
        metric = METRICS[rule.level]
        text = wording.level(rule, metric)
        level = self.levels.levels.get(rule.level)
        result = self.drift.get(rule.level)
        band = metric.red or metric.amber
        by_band = band is not None and result is not None and result.status in TESTED
        if level is not None and (judged_by_reference(level) or not by_band):
            seen = Seen(self.levels, self.view, self.metrics, self.settings)
            return level_outcome(rule, level, self.upright.get(rule.level), text, seen)
        if band is None or result is None or result.status not in TESTED:
            return _unknown(text, self.levels.reason or (result.reason if result else "It was not measured."))
        nearer = band[1] if abs(result.baseline - band[1]) < abs(result.baseline - band[0]) else band[0]
        limit = {"up": band[1], "down": band[0]}.get(rule.direction, nearer)
        size = beyond_band(result.baseline, metric, rule.direction) / result.floor
        better = result.timing is Timing.IMPROVING
        red = replace(metric, amber=None)
        stayed = all(beyond_band(level, red, rule.direction) > 0 for level in (result.baseline, result.end))
        truth = bool(size > 0) and (result.timing in _FROM_START or (better and stayed))
        why = _level_reason(truth, better=better)
        line = Condition(text, float(result.baseline), float(limit), metric.unit, truth, why, metrics=(metric.id,))
        factors = self._factors(result, confidence.change_quality(size) if truth else 1.0)
        timing = result.timing if truth else Timing.NONE
        return Outcome(truth, factors, (line,), (Basis(1.0, timing, None),) if truth else ())

    def _pattern(self, rule: Pattern) -> Outcome:
        text = wording.pattern(rule.pattern, at_start=rule.at_start)
        results = {i: self.drift[i] for i in (*PATTERN_METRICS, "head_pitch") if i in self.drift}
        for i in PATTERN_METRICS:
            if i not in results or results[i].status not in TESTED:
                why = results[i].reason if i in results else "It was not measured."
                return _unknown(text, f"{METRICS[i].label}: {why}")
        if rule.at_start:
            return self._start_pattern(rule, text, results)
        moved = [r for r in results.values() if abs(r.change) > r.mdc]
        certain = bool(moved) and all(r.status is Status.DRIFT for r in moved)
        seen = _compatible(results)
        truth: bool | None = None
        if all(self._excluded(pattern, results) for pattern in rule.pattern):
            truth = False
        elif certain and seen.isdisjoint((HeadChange.NONE, HeadChange.UNCLEAR)):
            truth = False if seen.isdisjoint(rule.pattern) else True if seen <= set(rule.pattern) else None
        if truth:
            text = wording.pattern(sorted(seen), at_start=False)
        why = wording.seen_patterns(sorted(seen), certain=certain)
        line = Condition(text, nan, nan, "", truth, why, metrics=tuple(r.metric for r in moved))
        if truth is None:
            return Outcome(None, {}, (line,))
        if not truth:
            rests = [self._factors(results[i], rest_of(results[i])) for i in PATTERN_METRICS]
            return Outcome(False, _weakest(rests), (line,))
        basis = tuple(
            Basis(abs(r.change) / r.mdc, Timing.LATE, r.onset, METRICS[r.metric].speed_dependent) for r in moved
        )
        demanded = [results[i] for pattern in seen for i in _DEMANDS[pattern]]
        sure = [self._factors(r, confidence.change_quality(certain_size(r) / r.mdc)) for r in demanded]
        return Outcome(True, _weakest(sure), (line,), basis)

    def _start_pattern(self, rule: Pattern, text: str, results: Mapping[str, DriftResult]) -> Outcome:
        """The run's start against the runner's own upright reference; floors as between recordings."""
        if not set(PATTERN_METRICS) <= self.upright.keys() or self.metrics.trend_only:
            return _unknown(text, "No upright reference was given, or this view shows changes only.")
        changes = {i: r.baseline - self.upright[i] for i, r in results.items() if i in self.upright}
        between = self.settings.other_camera_factor
        mdcs = {i: floor_of(METRICS[i], self.upright[i], self.settings, between) for i in changes}
        seen = classify_head(changes, mdcs).change
        truth = None if seen is HeadChange.UNCLEAR else seen in rule.pattern
        line = Condition(text, nan, nan, "", truth, f"Seen against the upright reference: {seen}.")
        if truth is None:
            return Outcome(None, {}, (line,))
        moved = [i for i in changes if abs(changes[i]) > mdcs[i]]
        basis = tuple(Basis(abs(changes[i]) / mdcs[i], Timing.PRE_EXISTING, None) for i in moved) if truth else ()
        size = max((abs(changes[i]) / mdcs[i] for i in moved), default=0.0)
        factors = self._factors(results[PATTERN_METRICS[0]], confidence.change_quality(size) if truth else 1.0)
        return Outcome(truth, factors, (line,), basis)

    def _excluded(self, pattern: HeadChange, results: Mapping[str, DriftResult]) -> bool:
        """Whether a metric that the pattern must move is stable, drifts the other way or changes for the better."""
        return any(
            i in results and (results[i].status is Status.STABLE or self._against(results[i], sign))
            for i, sign in _DEMANDS.get(pattern, {}).items()
        )

    def turn(self, result: DriftResult) -> Turn:
        """Where a change leads, seen from the metric's neutral levels."""
        return turn(self._as_seen(METRICS[result.metric]), result.baseline, result.end, result.floor)

    def _against(self, result: DriftResult, sign: float) -> bool:
        led = self.turn(result)
        return result.status is Status.DRIFT and (sign * result.change < 0 or led in (Turn.TOWARDS, Turn.WITHIN))

    def _answer(self, rule: Answer) -> Outcome:
        item = load_questions().item(rule.answer)
        value = self.intake.get(rule.answer)
        text, why = wording.answered(value, item), f"{wording.answer(rule, item)}."
        if value is None:
            return _unknown(text, why)
        if rule.equals is not None:
            truth = value == rule.equals
        elif rule.includes:
            truth = isinstance(value, tuple) and not set(rule.includes).isdisjoint(value)
        else:
            number = float(value) if isinstance(value, int | float) else nan
            least, most = rule.at_least, rule.at_most
            truth = (least is None or number >= least) and (most is None or number <= most)
        line = Condition(text, nan, nan, "", truth, why)
        basis = (Basis(1.0, Timing.NONE, None),) if truth else ()
        return Outcome(truth, {"answer": confidence.ANSWER}, (line,), basis)

    def _finds(self, rule: Finds) -> Outcome:
        finding = self.finding(rule.cause)
        truth = {Verdict.SUPPORTED: True, Verdict.NOT_SUPPORTED: False}.get(finding.verdict)
        text, why = finding.title, wording.VERDICT[finding.verdict]
        line = Condition(text, nan, nan, "", truth, why, cause=finding.cause)
        if truth is None:
            return Outcome(None, {}, (line,))
        basis = (Basis(1.0, finding.timing, finding.onset),) if truth else ()
        return Outcome(truth, {finding.title.lower(): finding.confidence}, (line,), basis)

    def _onset(self, rule: Onset) -> Outcome:
        finding = self.finding(rule.onset_of)
        text = f"{finding.title}, beginning in the first {rule.before:.0%} of the run"
        if finding.verdict is Verdict.NOT_SUPPORTED:
            line = Condition(text, nan, rule.before, "", False, "It was not found.")
            return Outcome(False, {finding.title.lower(): finding.confidence}, (line,))
        if finding.verdict.is_open or finding.onset is None:
            return _unknown(text, "When it begins is not known.")
        start, end = self.extent
        low, share, high = (
            (t - start) / (end - start)
            for t in (finding.onset.interval.low, finding.onset.time, finding.onset.interval.high)
        )
        truth = True if high < rule.before else False if low >= rule.before else None
        why = f"It begins after {share:.0%} of the run (somewhere from {low:.0%} to {high:.0%})."
        line = Condition(text, float(share), rule.before, "", truth, why)
        if truth is None:
            return Outcome(None, {}, (line,))
        basis = (Basis(1.0, finding.timing, finding.onset),) if truth else ()
        return Outcome(truth, {finding.title.lower(): finding.confidence}, (line,), basis)


def _counted_before(line: Condition) -> Condition:
    why = "It rests on the same measurements as what was counted before."
    return replace(line, passed=False, why=why) if line.passed else line


def _compatible(results: Mapping[str, DriftResult]) -> set[HeadChange]:
    """Every pattern that the changes fit, for all that is known of the neck against the trunk.

    A slump and a lean of the whole body move trunk and ears alike; the neck against the trunk tells them apart, and
    often it is the least certain of all. Where its interval holds both, neither is claimed.
    """
    changes = {i: r.change for i, r in results.items()}
    mdcs = {i: r.mdc for i, r in results.items()}
    across = results["neck_trunk"].interval
    apart = np.linspace(across.low, across.high, _STEPS) if isfinite(across.low) else ()
    others = [changes | {"neck_trunk": float(a), "neck_incl": changes["trunk_lean"] + float(a)} for a in apart]
    seen = classify_head(changes, mdcs).change
    return {seen, *(classify_head(other, mdcs).change for other in others)} - (
        {HeadChange.UNCLEAR, HeadChange.NONE} - {seen}
    )


def _level_reason(truth: bool, *, better: bool) -> str:
    if better:
        return "There from the start, and getting less." if truth else "It got back to where it usually is."
    return "There from the start." if truth else "Not beyond it, or not confirmed by an upright reference."


def _unknown(text: str, why: str) -> Outcome:
    return Outcome(None, {}, (Condition(text, nan, nan, "", None, why),))


def _weakest(options: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return min(options, key=lambda factors: prod(factors.values()))
