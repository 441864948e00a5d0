"""From measured changes to verdicts: false-discovery control, status and confounders over all metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from types import MappingProxyType

from scipy import stats

from posture.drift.confounders import ROLL_FLOOR, Moved, objection_to
from posture.drift.phases import throughout
from posture.drift.status import judge
from posture.drift.types import DriftResult, Episode, Pace, Status
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Family

#: Statuses that claim a change, which a confounder can then explain.
CHANGED = (Status.DRIFT, Status.POSSIBLE)
#: Statuses of what is beyond chance and noise floor, whether it stayed or not.
MOVED = (Status.DRIFT, Status.EPISODE)
#: How the one error rate of a recording is shared between its primary metrics and its exploratory ones.
SHARES = {False: 0.6, True: 0.4}
#: The legs, of which no answer is made, take nothing from it: they have a rate of their own, as exploratory ones.
LEGS_SHARE = 0.4
_FAMILIES: Mapping[tuple[Family, ...], float] = MappingProxyType(
    {("side", "front"): SHARES[False], ("exploratory",): SHARES[True], ("legs",): LEGS_SHARE}
)
#: Why a trend beyond the noise floor is no drift of posture (method 3.2.5).
PARTLY = (
    "The mean over the stride changed beyond chance and the noise, but less than half of it at some phases: the "
    "movement within the stride grew, rather than posture gave way."
)
#: Why a metric that noise moves gets no verdict (method 1.3).
NOISE_DRIVEN = (
    "Only {response:.0%} of a true change in this metric is seen, and a noisier picture alone moves it, so its change "
    "says nothing."
)


def judge_all(
    measured: Mapping[str, DriftResult],
    seen: Mapping[str, Moved],
    fdr: float,
    during: Mapping[str, Moved] = MappingProxyType({}),
) -> dict[str, DriftResult]:
    """Judge the metrics of a run together.

    Benjamini and Hochberg's control runs over the primary metrics of the view (method 3.2.8), and over the
    exploratory ones by themselves, at levels that together are the recording's; over the legs at a level of their own.

    Parameters
    ----------
    measured : mapping of str to DriftResult
        Those with a finite p are judged; the others pass through.
    seen : mapping of str to Moved
        What else moved between the strides of each metric that was tested.
    fdr : float
        For the recording: where nothing happened, the probability that anything is found at all.
    during : mapping of str to Moved
        What else moved from before a metric's episode to the episode.

    Returns
    -------
    dict of str to DriftResult
    """
    judged = dict(measured)
    tested = [key for key, result in measured.items() if isfinite(result.p)]
    for families, share in _FAMILIES.items():
        family = [key for key in tested if METRICS[key].family in families]
        if family:
            level = share * fdr
            qs = stats.false_discovery_control([measured[key].p for key in family])
            judged |= {
                key: _judge(replace(measured[key], q=float(q)), seen[key], during.get(key, seen[key]), level)
                for key, q in zip(family, qs, strict=True)
            }
    return judged


def _judge(result: DriftResult, seen: Moved, during: Moved, level: float) -> DriftResult:
    metric = METRICS[result.metric]
    if metric.noise_driven:
        reason = NOISE_DRIVEN.format(response=metric.response)
        return replace(result, status=Status.NOT_MEASURABLE, reason=reason, episode=None)
    result, explained = _explain_episode(_likely_episode(result, level), during)
    status, reason = judge(result, fdr=level, response=metric.response, least_response=metric.least_response)
    if status in CHANGED:
        return _explain_change(replace(result, status=status, reason=reason), seen)
    if explained:
        return replace(result, status=Status.NOT_DECIDABLE, reason=explained)
    if result.episode:
        came = _came_and_went(result, result.episode)
        reason = f"{reason[:-1]}{_beside_speed(came.pace, came.change)}."
    return replace(result, status=status, reason=reason)


def _likely_episode(result: DriftResult, level: float) -> DriftResult:
    """Without its episode where that is not beyond chance."""
    likely = result.episode is not None and max(result.q, result.episode.p) < level
    return result if likely else replace(result, episode=None)


def _explain_episode(result: DriftResult, during: Moved) -> tuple[DriftResult, str]:
    """Without its episode, and why, where something else explains what came and went."""
    if result.episode is None:
        return result, ""
    objection = objection_to(METRICS[result.metric], _came_and_went(result, result.episode), during)
    return (result, "") if objection is None else (replace(result, episode=None), _sentence(objection))


def _came_and_went(result: DriftResult, episode: Episode) -> DriftResult:
    """The episode as the change; what was taken out over the run was taken out of it."""
    taken_out = result.pace if result.pace and result.pace.taken_out else None
    return replace(result, change=episode.size, pace=taken_out or episode.pace)


def _explain_change(result: DriftResult, seen: Moved) -> DriftResult:
    metric = METRICS[result.metric]
    objection = objection_to(metric, result, seen)
    if objection is not None:
        return replace(result, status=Status.NOT_DECIDABLE, reason=_sentence(objection))
    reason = result.reason
    if abs(seen.corrected_roll) >= ROLL_FLOOR:
        reason = f"{reason[:-1]}; the camera's roll of {abs(seen.corrected_roll):.1f} degrees was taken out."
    if result.status is Status.DRIFT and metric.is_posture and not throughout(result):
        return replace(result, status=Status.POSSIBLE, reason=PARTLY)
    return replace(result, reason=f"{reason[:-1]}{_beside_speed(result.pace, result.change)}.")


def _beside_speed(pace: Pace | None, change: float) -> str:
    """What is said of a change beside the speed, or nothing."""
    if pace is None:
        return ""
    if pace.taken_out:
        return "; what speed does to it was taken out"
    share = 100 * pace.share(change)
    return f"; speed changed by {pace.change:+.1f} % along with it: up to {share:.0f} % of it may be speed"


def _sentence(objection: str) -> str:
    return f"{objection[0].upper()}{objection[1:]}."
