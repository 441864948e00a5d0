"""The four headlines: by which metric each is told in a session, and what its colour means."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import inf, isfinite, isnan

from posture.drift.status import MIN_RESPONSE
from posture.drift.types import DriftResult, Status
from posture.kinematics.head import PATTERN_METRICS, HeadChange, classify_head
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Headline
from posture.levels import Levels, Place, Shape
from posture.live.coach.change import Watched
from posture.live.coach.state import Reading, Zone

#: Postures from the start that a headline stands for, among the reference runners.
_SHAPES: Mapping[Headline, Shape] = {
    Headline.HEAD_FORWARD: Shape.HEAD_FORWARD,
    Headline.SHOULDER_SLUMP: Shape.SLUMPED,
    Headline.ARM_HEIGHT: Shape.HANDS_HIGH,
    Headline.ARM_TENSION: Shape.ELBOWS_TIGHT,
}
#: What moves a headline's metric without being what the headline says.
_OTHERWISE: Mapping[Headline, Mapping[HeadChange, str]] = {
    Headline.HEAD_FORWARD: {HeadChange.WHOLE_LEAN: "the whole body leans"},
    Headline.SHOULDER_SLUMP: {
        HeadChange.WHOLE_LEAN: "the whole body leans",
        HeadChange.HEAD_FORWARD: "the head alone moves",
    },
}
_OTHER_WAY = "the other way, no fault"
#: Share of the noise by which a change must come back before its colour does (method 3.2.9: 0.7 is "possible").
_BACK = 0.7


def leading_metrics(watched: Mapping[str, Watched], withheld: Collection[str]) -> dict[Headline, str]:
    """For each headline the metric that shows a fault soonest: one for the whole session, so that units stay.

    Parameters
    ----------
    watched : mapping of str to Watched
        By metric id, with the noise of this runner's baseline.
    withheld : collection of str
        Metrics that cannot be seen here.

    Returns
    -------
    dict of Headline to str
        Metric ids: of those that can be measured, the one of which the least share of a flag drowns in noise.
    """
    clear = {
        name: abs(flag_of(name, one.level)) * _response(name) / one.mdc
        for name, one in watched.items()
        if name not in withheld and METRICS[name].headline is not None and _response(name) >= MIN_RESPONSE
    }
    best: dict[Headline, str] = {}
    for name, share in clear.items():
        headline = METRICS[name].headline
        if headline is not None and share > clear.get(best.get(headline, ""), -inf):
            best[headline] = name
    return best


def readings(
    leading: Mapping[Headline, str],
    changes: Mapping[str, DriftResult],
    levels: Levels | None,
    told: Collection[str] = (),
    before: Collection[Reading] = (),
) -> tuple[Reading, ...]:
    """All headlines now.

    Parameters
    ----------
    leading : mapping of Headline to str
        From :func:`leading_metrics`.
    changes : mapping of str to DriftResult
        By metric id.
    levels : Levels or None
        Where the baseline lies among reference runners.
    told : collection of str
        Metrics that what is said at the moment rests on.
    before : collection of Reading
        The last ones: a colour goes back only when the change has.
    """
    pattern = _pattern(changes)
    last = {reading.headline: reading.zone for reading in before}
    return tuple(
        _softened(
            _reading(line, changes.get(leading.get(line, "")), levels, last.get(line, Zone.UNKNOWN)), pattern, told
        )
        for line in Headline
    )


def faded(now: Collection[Reading], why: str) -> tuple[Reading, ...]:
    """The same without values: what is too old is not healthy."""
    return tuple(Reading(reading.headline, Zone.UNKNOWN, None, why) for reading in now)


def flag_of(name: str, level: float) -> float:
    """What is worth a flag, signed, in the metric's unit; for relative ones a share of the level."""
    metric = METRICS[name]
    return metric.flag * abs(level) if metric.relative else metric.flag


def _response(name: str) -> float:
    metric = METRICS[name]
    if metric.noise_driven:
        return 0.0
    return 1.0 if isnan(metric.response) else metric.response


def _reading(headline: Headline, result: DriftResult | None, levels: Levels | None, before: Zone) -> Reading:
    if result is None or not isfinite(result.change):
        return Reading(headline, Zone.UNKNOWN, None, result.reason if result else "")
    if result.status is Status.NOT_DECIDABLE:
        return Reading(headline, Zone.UNKNOWN, result, result.reason)
    share = result.change / flag_of(result.metric, result.baseline)
    moved = result.status in (Status.DRIFT, Status.POSSIBLE)
    still = before in (Zone.CHANGING, Zone.OFF) and abs(result.change) > _BACK * result.mdc
    if moved and (abs(result.change) > result.mdc or still):
        if share > 0:
            return Reading(headline, Zone.OFF if share >= 1.0 else Zone.CHANGING, result)
        return Reading(headline, Zone.STEADY, result, _OTHER_WAY)
    if levels is not None and _carried(headline, result.metric, levels):
        return Reading(headline, Zone.CARRIED, result)
    return Reading(headline, Zone.STEADY, result)


def _carried(headline: Headline, metric: str, levels: Levels) -> bool:
    pattern, level = levels.patterns.get(_SHAPES[headline]), levels.levels.get(metric)
    if pattern is not None and pattern.found:
        return True
    way = Place.HIGH if METRICS[metric].flag > 0 else Place.LOW
    return level is not None and level.place is way and level.beyond >= 0.99


def _softened(reading: Reading, pattern: HeadChange, told: Collection[str]) -> Reading:
    """Not the headline's colour where another posture explains the number, unless it is being told."""
    why = _OTHERWISE.get(reading.headline, {}).get(pattern, "")
    coloured = reading.zone in (Zone.CHANGING, Zone.OFF)
    if not why or not coloured or reading.result is None or reading.result.metric in told:
        return reading
    return replace(reading, zone=Zone.STEADY, note=why)


def _pattern(changes: Mapping[str, DriftResult]) -> HeadChange:
    known = {name: changes[name] for name in (*PATTERN_METRICS, "head_pitch") if name in changes}
    return classify_head(
        {name: result.change for name, result in known.items()}, {name: result.mdc for name, result in known.items()}
    ).change
