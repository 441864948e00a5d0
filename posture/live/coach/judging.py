"""What the rules make of the changes while somebody runs, and what keeps strides from being seen."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from posture import rules
from posture.analysis.inputs import Beside
from posture.drift.types import DriftResult, Timing
from posture.levels import Levels
from posture.live.coach.change import HOLD
from posture.live.coach.setup import SLOWEST
from posture.rules import Causes, Finding
from posture.rules.types import Role
from posture.seen import Seen
from posture.series import PoseSeries
from posture.settings import DriftSettings
from posture.strides import Gait
from posture.viewpoints import ViewName

#: Pictures of the last so many seconds tell the rate.
_RATE_S = 5.0
#: A longer time between two pictures is a break, and says nothing about the rate, s.
_BREAK_S = 1.0
#: Who is not seen in half of the last so many seconds is not there.
_HERE_S = 2.0


def fitting(
    changes: Mapping[str, DriftResult],
    seen: Seen,
    beside: Beside,
    causes: Causes,
    levels: Levels | None,
    settings: DriftSettings,
) -> tuple[Finding, ...]:
    """The causes that fit, of those that a camera sees; as in a finished analysis.

    Parameters
    ----------
    changes : mapping of str to DriftResult
        By metric id.
    seen : Seen
        Of the last seconds.
    beside : Beside
    causes : Causes
    levels : Levels or None
        Of the baseline.
    settings : DriftSettings
    """
    found = rules.judge(
        changes,
        seen.view,
        seen.segmented,
        seen.measured,
        beside.intake,
        causes,
        upright=beside.upright_levels,
        levels=levels,
        settings=settings,
    )
    visible = {cause.id for cause in causes.cause if cause.views or cause.partial_views}
    # Causes that only answers decide, or that only count others, have nothing to say while running.
    return tuple(f for f in found if f.cause in visible and f.plan is not None and any(c.metrics for c in f.trace))


def too_slow(series: PoseSeries) -> str:
    """That too few pictures come for strides; empty where enough do."""
    steps = np.diff(series.time[series.time >= series.time[-1] - _RATE_S])
    steps = steps[steps < _BREAK_S]
    rate = steps.size / max(float(steps.sum()), 1e-9)
    return f"Only {rate:.0f} pictures a second; strides need {SLOWEST:.0f}." if 0 < rate < SLOWEST else ""


def why_no_strides(series: PoseSeries, seen: Seen) -> str:
    """What keeps strides from being seen, as far as the poses tell."""
    if series.seen[series.time >= series.time[-1] - _HERE_S].mean() < 0.5:
        return "You are not in the picture."
    return "You are walking." if seen.segmented.gait is Gait.WALKING else "No strides are seen."


def is_normal(finding: Finding, changes: Mapping[str, DriftResult]) -> bool:
    """Whether nothing is left of the changes that a finding rests on; what was so from the start stays so."""
    if finding.timing is Timing.PRE_EXISTING:
        return False
    lines = [line for line in finding.trace if line.passed and line.role in (Role.DECIDES, Role.SUPPORTS)]
    rests = [changes[metric] for line in lines for metric in line.metrics if metric in changes]
    return bool(rests) and all(abs(result.change) <= HOLD * result.mdc for result in rests)


def view_name(seen: Seen) -> ViewName | None:
    """The view as a setting; oblique ones are found anew each time."""
    kind = seen.view.kind.value
    if kind == "side":
        return seen.view.near
    return kind if kind in ("front", "rear") else None  # type: ignore[return-value]
