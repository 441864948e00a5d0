"""The coach: set-up, then the personal baseline, then values and cues, on the poses of a stream.

It knows stream time only, so that recorded poses go through it as fast as they can be computed, with the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, isnan, nan

import pandas as pd

from posture.analysis.inputs import Beside
from posture.kinematics.types import Headline
from posture.levels import Levels
from posture.live.coach.advice import Adviser
from posture.live.coach.baseline import Baseline, placed
from posture.live.coach.change import Watch
from posture.live.coach.cues import CueEnd
from posture.live.coach.gate import SETTLED_S, Gate
from posture.live.coach.judging import too_slow, view_name, why_no_strides
from posture.live.coach.presence import Presence
from posture.live.coach.readings import faded, leading_metrics, readings
from posture.live.coach.recent import EDGE_S, RecentPoses, StrideLog
from posture.live.coach.setup import SetUp, check, contradicted
from posture.live.coach.state import Pause, Phase, Reading, Sensitivity, State
from posture.seen import Seen, see_live
from posture.series import PoseSeries
from posture.settings import Settings, Span
from posture.viewpoints import ViewName

#: Time from one look at the poses to the next, s: a stride of running; sooner there is nothing new to see.
LOOK_S = 0.7
#: Seconds of the strip chart.
CHART_S = 300.0
#: Strides without news after which values fade; before that, a stride, a look and the edge of the window are usual.
_STALE_STRIDES = 2
#: Why nothing is known while paused by key.
_PAUSED = "Paused."


class Coach:
    """Looks at the newest poses now and then.

    Parameters
    ----------
    settings : Settings
    beside : Beside
        Rules, answers, reference runners and the runner's own upright levels.
    poses_from : tuple of str
        Model and estimator, as in ``Recording``: whether the reference runners were seen by the same.

    Attributes
    ----------
    baselines : tuple of Span
        When personal baselines were taken, s; the first is the one that the finished analysis is told from.
    people : int
        In the picture when somebody last counted; 0 where nobody has.
    stranger : bool
        As in :class:`posture.live.coach.state.State`; whoever follows the runner tells.
    view_refused : bool
        Whether the poses showed another view than the settings name.
    """

    def __init__(self, settings: Settings, beside: Beside, poses_from: tuple[str, str] = ("", "")) -> None:
        self._settings = settings
        self._beside = beside
        self._poses_from = poses_from
        self._sensitivity = Sensitivity.NORMAL
        self._presence = Presence()
        self._gate = Gate(settings.live.patience_seconds)
        self._state: State | None = None
        self._adviser = Adviser(settings, beside)
        self.baselines: tuple[Span, ...] = ()
        self.people = 0
        self.stranger = False
        self.view_refused = False
        self._begin()

    def _begin(self) -> None:
        """Everything that a new baseline begins anew."""
        self._gate.begin()
        self._baseline = Baseline(self._settings.live.baseline_seconds, LOOK_S)
        # What was said of the old baseline is forgotten, what was asked for is not.
        before = self._adviser
        self._adviser = Adviser(self._settings, self._beside, before.snoozed_until, before.take_end())
        self._log = StrideLog(most=round(CHART_S * 2.0))
        self._view: ViewName | None = self._settings.clip.view
        self._began: float | None = None
        self._watch: Watch | None = None
        self._levels: Levels | None = None
        self._leading: Mapping[Headline, str] = {}
        self._heard = nan
        self._presence.begin()

    # --- what the user asks for ---

    def snooze(self, now: float) -> None:
        """No cues for a while, or cues again."""
        self._adviser.snooze(now)

    def go_on(self) -> None:
        """Begin although the set-up is not good."""
        self._gate.go_on()

    def pause(self) -> None:
        """Take nothing and say nothing until asked again."""
        self._presence.key()
        self._heard = nan

    def new_baseline(self) -> None:
        """Forget the baseline and take another one; those that were taken stay on record."""
        self._adviser.silence(CueEnd.BASELINE)
        self._begin()

    def more_or_less(self) -> None:
        """The next of the three sensitivities."""
        steps = list(Sensitivity)
        self._sensitivity = steps[(steps.index(self._sensitivity) + 1) % len(steps)]

    # --- what is seen ---

    def look(self, poses: RecentPoses, brightness: float, tilt: float, *, behind: bool = False) -> State:
        """What the newest poses say.

        Parameters
        ----------
        poses : RecentPoses
            At least one.
        brightness : float
            Mean grey level of the runner, 0 to 255; NaN where not known.
        tilt : float
            Degrees by which the picture seems to be turned clockwise; NaN where not known.
        behind : bool
            Whether this machine leaves out pictures to keep up.
        """
        series, newest = poses.series(), poses.series(SETTLED_S)
        setup = check(newest, self._settings.clip.view, brightness, tilt, self.people, behind=behind)
        state = self._next(series, setup, float(series.time[-1]))
        self._state = replace(state, ended=self._adviser.take_end())
        return self._state

    def idle(self, now: float, hindrance: str) -> State | None:
        """What is left to say while no pictures come; None before the first look."""
        if self._state is None:
            return None
        # Values come back with the next stride, not with the next picture.
        self._heard = -inf
        blank = replace(self._state, time=now, strides=pd.DataFrame(), begun=None, praised=None)
        state = self._fade(blank, hindrance) if blank.phase is Phase.COACHING else replace(blank, stale=hindrance)
        self._state = replace(state, ended=self._adviser.take_end())
        return self._state

    def _next(self, series: PoseSeries, setup: SetUp, now: float) -> State:
        self._notice(series, now)
        paused = self._presence.paused
        base = State(
            now,
            Phase.SETUP,
            setup,
            sensitivity=self._sensitivity,
            snoozed_until=self._adviser.snoozed_until,
            paused=paused,
            baselines=self.baselines,
            people=self.people,
            stranger=self.stranger,
        )
        if self._began is None and paused is Pause.KEY:
            return replace(base, stale=_PAUSED)
        if self._began is None and not self._gate.opens(setup, now):
            return base
        if self._began is None and contradicted(series, self._view):
            self.view_refused, self._view = True, None
        base = replace(base, phase=Phase.BASELINE if self._watch is None else Phase.COACHING)
        if paused is not Pause.NONE:
            return self._held_up(base)
        seen = see_live(series, self._settings, self._view)
        fresh = self._log.take(seen)
        if self._began is None:
            self._began = now
        fresh = fresh[fresh["start"] >= self._began - SETTLED_S] if len(fresh) else fresh
        base = replace(base, gait=seen.segmented.gait, strides=fresh, chart=self._log.rows)
        if self._watch is None:
            return self._learn(base, seen)
        return self._coach(base, self._watch, seen, series)

    def _notice(self, series: PoseSeries, now: float) -> None:
        """Who has left or come back; before anything is taken nobody is missed. What a pause showed is not taken."""
        if self._state is not None and self._state.paused is Pause.KEY:
            self._log.skip(now)
        if (self._began is not None or self._presence.paused is Pause.LEFT) and self._presence.notice(series, now):
            self._heard = nan

    def _held_up(self, base: State) -> State:
        before = self._state
        chart = before.chart if before else base.chart
        why = _PAUSED if base.paused is Pause.KEY else "You are not in the picture."
        progress = before.progress if before else 0.0
        return self._fade(replace(base, chart=chart, progress=progress), why, CueEnd.PAUSED)

    def _learn(self, base: State, seen: Seen) -> State:
        self._baseline.add(base.strides, base.gait)
        if self._baseline.enough:
            strides = self._baseline.strides
            self.baselines = (*self.baselines, self._baseline.span)
            self._view = self._view or view_name(seen)
            self._watch = Watch(strides, self._settings.drift)
            self._levels = placed(strides, seen, self._beside, self._poses_from)
            self._leading = leading_metrics(self._watch.watched, seen.measured.withheld)
        return replace(base, progress=self._baseline.progress, baselines=self.baselines)

    def _coach(self, base: State, watch: Watch, seen: Seen, series: PoseSeries) -> State:
        watch.add(base.strides)
        base = replace(base, progress=1.0)
        silent = self._silent(base, seen, series)
        if why := too_slow(series) or silent:
            return self._fade(base, why)
        changes = watch.results(seen.view, seen.measured.withheld)
        advice, told = self._adviser.advise(base.time, changes, seen, self._levels, self._sensitivity)
        before = self._state.readings if self._state else ()
        shown = readings(self._leading, changes, self._levels, told, before)
        return replace(base, readings=shown, changes=changes, **vars(advice))

    def _silent(self, base: State, seen: Seen, series: PoseSeries) -> str:
        """Why no strides have come for too long; empty where they do."""
        if len(base.strides):
            self._heard = float(base.strides["end"].iloc[-1])
        elif isnan(self._heard):
            self._heard = base.time
        patience = EDGE_S + LOOK_S + (1 + _STALE_STRIDES) * self._baseline.stride_seconds
        return why_no_strides(series, seen) if base.time - self._heard > patience else ""

    def _fade(self, base: State, why: str, end: CueEnd = CueEnd.STALE) -> State:
        """Nothing is known at the moment, and nothing said."""
        before: tuple[Reading, ...] = self._state.readings if self._state else ()
        return replace(base, readings=faded(before, why), stale=why, **vars(self._adviser.silence(end)))
