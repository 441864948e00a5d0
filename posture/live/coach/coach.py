"""The coach: set-up, then the personal baseline, then values and cues, on the poses of a stream.

It knows stream time only, so that recorded poses go through it as fast as they can be computed, with the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import pandas as pd

from posture import rules
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Headline
from posture.live.coach.change import Watch, held
from posture.live.coach.cues import CueDirector
from posture.live.coach.recent import RecentPoses, StrideLog
from posture.live.coach.setup import SetUp, check
from posture.rules import Causes, Finding, Intake
from posture.seen import Seen, see_live
from posture.settings import Settings, Span
from posture.strides import FEW_STRIDES, Gait
from posture.viewpoints import ViewName

#: Time from one look at the poses to the next, s: a stride of running; sooner there is nothing new to see.
LOOK_S = 0.7
#: The set-up must be good for this long, s.
SETTLED_S = 2.0
#: Seconds of the strip chart.
CHART_S = 300.0


class Phase(StrEnum):
    """What the coach is doing."""

    SETUP = "set-up"
    BASELINE = "baseline"
    COACHING = "coaching"


class Zone(StrEnum):
    """How far a headline is from the baseline."""

    UNKNOWN = "not seen"
    STEADY = "steady"
    CHANGING = "changing"
    OFF = "far off"


_ORDER = tuple(Zone)


@dataclass(frozen=True)
class Reading:
    """One headline now.

    Attributes
    ----------
    headline : Headline
    zone : Zone
    result : DriftResult or None
        Of the metric that has moved most, as a share of what is worth a flag; None where none is seen.
    """

    headline: Headline
    zone: Zone
    result: DriftResult | None


@dataclass(frozen=True, eq=False)
class State:
    """What the coach knows at one moment; never changed afterwards.

    Attributes
    ----------
    time : float
        Seconds of the session.
    phase : Phase
    setup : SetUp
    progress : float
        0 to 1: of the baseline.
    gait : Gait
    readings : tuple of Reading
    changes : mapping of str to DriftResult
        By metric id; empty before the baseline is done.
    strides : DataFrame
        The new strides since the last state.
    chart : DataFrame
        Strides of the last minutes.
    begun : Finding or None
        A cue that begins at this moment.
    cue : Finding or None
        The cue that is being given.
    snoozed : bool
    """

    time: float
    phase: Phase
    setup: SetUp
    progress: float = 0.0
    gait: Gait = Gait.NONE
    readings: tuple[Reading, ...] = ()
    changes: Mapping[str, DriftResult] = field(default_factory=dict)
    strides: pd.DataFrame = field(default_factory=pd.DataFrame)
    chart: pd.DataFrame = field(default_factory=pd.DataFrame)
    begun: Finding | None = None
    cue: Finding | None = None
    snoozed: bool = False


class Coach:
    """Looks at the newest poses now and then.

    Parameters
    ----------
    settings : Settings
    causes : Causes
    intake : Intake or None

    Attributes
    ----------
    baseline : Span or None
        When the personal baseline was taken, s.
    """

    def __init__(self, settings: Settings, causes: Causes, intake: Intake | None = None) -> None:
        self._settings = settings
        self._causes = causes
        self._intake = intake
        self._director = CueDirector(settings.live)
        self._log = StrideLog(most=round(CHART_S * 2.0))
        self._fresh = pd.DataFrame()
        self._view: ViewName | None = settings.clip.view
        self._good_since: float | None = None
        self._usable_since: float | None = None
        self._go_on = False
        self._began: float | None = None
        self._watch: Watch | None = None
        self._cue: Finding | None = None
        self.baseline: Span | None = None

    def look(self, poses: RecentPoses, brightness: float, tilt: float) -> State:
        """What the newest poses say.

        Parameters
        ----------
        poses : RecentPoses
            At least one.
        brightness : float
            Mean grey level of the runner, 0 to 255; NaN where not known.
        tilt : float
            Degrees by which the picture seems to be turned clockwise; NaN where not known.
        """
        series = poses.series()
        now = float(series.time[-1])
        setup = check(poses.series(SETTLED_S), self._view, brightness, tilt)
        if self._began is None and not self._settled(setup, now):
            return State(now, Phase.SETUP, setup)
        seen = see_live(series, self._settings, self._view)
        fresh = self._log.take(seen)
        if self._began is None:
            self._began = now
        fresh = fresh[fresh["start"] >= self._began - SETTLED_S] if len(fresh) else fresh
        if self._watch is None:
            return self._learn(now, setup, seen, fresh)
        return self._coach(now, setup, seen, fresh)

    def snooze(self, now: float) -> None:
        """No cues for a while, or cues again."""
        self._director.snooze(now)

    def go_on(self) -> None:
        """Begin although the set-up is not good."""
        self._go_on = True

    def _settled(self, setup: SetUp, now: float) -> bool:
        """Good for a moment; or usable, and nobody mends it: then the coach does as well as can be."""
        self._good_since = (now if self._good_since is None else self._good_since) if setup.good else None
        self._usable_since = (now if self._usable_since is None else self._usable_since) if setup.usable else None
        if self._good_since is not None and now - self._good_since >= SETTLED_S:
            return True
        patience = 0.0 if self._go_on else self._settings.live.patience_seconds
        return self._usable_since is not None and now - self._usable_since >= patience

    def _learn(self, now: float, setup: SetUp, seen: Seen, fresh: pd.DataFrame) -> State:
        if seen.segmented.gait is Gait.RUNNING and len(fresh):
            self._fresh = pd.concat([self._fresh, fresh], ignore_index=True)
        wanted = self._settings.live.baseline_seconds
        spent = float(self._fresh["duration"].sum()) if len(self._fresh) else 0.0
        if spent >= wanted - 0.5 * LOOK_S and len(self._fresh) >= 2 * FEW_STRIDES - 1:
            self.baseline = Span(float(self._fresh["start"].iloc[0]), float(self._fresh["end"].iloc[-1]))
            self._view = self._view or _name(seen)
            self._watch = Watch(self._fresh, self._settings.drift)
        done = min(spent / wanted, 1.0)
        gait = seen.segmented.gait
        return State(now, Phase.BASELINE, setup, done, gait, strides=fresh, chart=self._log.rows)

    def _coach(self, now: float, setup: SetUp, seen: Seen, fresh: pd.DataFrame) -> State:
        assert self._watch is not None
        self._watch.add(fresh)
        changes = self._watch.results(seen.view, seen.measured.withheld)
        found = self._supported(changes, seen)
        lasting = self._supported(held(changes), seen)
        begun = self._director.update(now, [f.cause for f in found], {f.cause for f in lasting})
        if begun:
            self._cue = next(f for f in found if f.cause == begun)
        return State(
            now,
            Phase.COACHING,
            setup,
            1.0,
            seen.segmented.gait,
            readings=tuple(_reading(line, changes) for line in Headline),
            changes=changes,
            strides=fresh,
            chart=self._log.rows,
            begun=self._cue if begun else None,
            cue=self._cue if self._director.current else None,
            snoozed=self._director.snoozed(now),
        )

    def _supported(self, changes: Mapping[str, DriftResult], seen: Seen) -> tuple[Finding, ...]:
        found = rules.judge(
            changes,
            seen.view,
            seen.segmented,
            seen.measured,
            self._intake,
            self._causes,
            settings=self._settings.drift,
        )
        visible = {cause.id for cause in self._causes.cause if cause.views or cause.partial_views}
        # Causes that only answers decide, or that only count others, have nothing to say while running.
        ours = [f for f in found if f.cause in visible and f.plan is not None and any(c.metrics for c in f.trace)]
        return rules.leading(ours, most=len(ours))


def _name(seen: Seen) -> ViewName | None:
    """The view as a setting; oblique ones are found anew each time."""
    kind = seen.view.kind.value
    if kind == "side":
        return seen.view.near
    return kind if kind in ("front", "rear") else None  # type: ignore[return-value]


def _reading(headline: Headline, changes: Mapping[str, DriftResult]) -> Reading:
    """A headline by the metric that is furthest off, or else has moved most, measured in what is worth a flag."""
    known = [
        (_zone(r, r.change / flag), abs(r.change / flag), r)
        for name, r in changes.items()
        if METRICS[name].headline is headline
        and np.isfinite(r.change)
        and r.status is not Status.NOT_MEASURABLE
        and (flag := _flag(name, r))
    ]
    if not known:
        return Reading(headline, Zone.UNKNOWN, None)
    zone, _, result = max(known, key=lambda one: (_ORDER.index(one[0]), one[1]))
    return Reading(headline, zone, result)


def _zone(result: DriftResult, share: float) -> Zone:
    """Far off only in the direction that is worth a flag: hands that come down are no fault (method 2.4)."""
    if result.status not in (Status.DRIFT, Status.POSSIBLE):
        return Zone.STEADY
    return Zone.OFF if share >= 1.0 else Zone.CHANGING


def _flag(name: str, result: DriftResult) -> float:
    """Signed, in the metric's unit."""
    metric = METRICS[name]
    return metric.flag * abs(result.baseline) if metric.relative else metric.flag
