"""From measured changes to verdicts: false-discovery control, status and confounder guard over all metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

from scipy import stats

from posture.drift.guard import ROLL_FLOOR, Moved, veto
from posture.drift.phases import throughout
from posture.drift.status import judge
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS

#: Statuses that claim a change, which a confounder can then explain.
CHANGED = (Status.DRIFT, Status.POSSIBLE)
#: Why a trend beyond the noise floor is no drift of posture (method 3.2.5).
PARTLY = (
    "The mean over the stride changed beyond chance and the noise floor, but less than half of it at some phases: the "
    "movement within the stride grew, rather than posture gave way."
)
#: Why a metric that noise moves gets no verdict (method 1.3).
NOISE_DRIVEN = (
    "Only {response:.0%} of a true change in this metric is seen, and a noisier picture alone moves it, so its change "
    "says nothing."
)


def judge_all(measured: Mapping[str, DriftResult], seen: Mapping[str, Moved], fdr: float) -> dict[str, DriftResult]:
    """Judge the metrics of a run together.

    Benjamini and Hochberg's control runs over the primary metrics of the view (method 3.2.8), and over the
    exploratory ones by themselves.

    Parameters
    ----------
    measured : mapping of str to DriftResult
        Those with a finite p are judged; the others pass through.
    seen : mapping of str to Moved
        What else moved between the strides of each metric that was tested.
    fdr : float

    Returns
    -------
    dict of str to DriftResult
    """
    judged = dict(measured)
    tested = [key for key, result in measured.items() if isfinite(result.p)]
    for exploratory in (False, True):
        family = [key for key in tested if (METRICS[key].family == "exploratory") is exploratory]
        if family:
            qs = stats.false_discovery_control([measured[key].p for key in family])
            judged |= {
                key: _judge(replace(measured[key], q=float(q)), seen[key], fdr)
                for key, q in zip(family, qs, strict=True)
            }
    return judged


def _judge(result: DriftResult, seen: Moved, fdr: float) -> DriftResult:
    metric = METRICS[result.metric]
    if metric.noise_driven:
        return replace(result, status=Status.NOT_MEASURABLE, reason=NOISE_DRIVEN.format(response=metric.response))
    status, reason = judge(result, fdr=fdr, response=metric.response)
    if status in CHANGED:
        objection = veto(metric, result, seen)
        if objection is not None:
            return replace(result, status=Status.NOT_DECIDABLE, reason=f"{objection[0].upper()}{objection[1:]}.")
        if abs(seen.corrected_roll) >= ROLL_FLOOR:
            reason = f"{reason[:-1]}; the camera's roll of {abs(seen.corrected_roll):.1f} degrees was taken out."
        if status is Status.DRIFT and metric.is_posture and not throughout(result):
            return replace(result, status=Status.POSSIBLE, reason=PARTLY)
        reason = f"{reason[:-1]}{_beside_speed(result)}."
    return replace(result, status=status, reason=reason)


def _beside_speed(result: DriftResult) -> str:
    """What is said of a change beside the speed, or nothing."""
    if result.pace is None:
        return ""
    if result.pace.taken_out:
        return "; what speed does to it was taken out"
    share = min(result.pace.effect / abs(result.change), 1.0)
    return f"; speed changed by {result.pace.change:+.1f} % along with it: up to {share:.0%} of it may be speed"
