"""The coach: set-up, then the personal baseline, then values and cues, on the poses of a stream.

It knows stream time only, so that recorded poses go through it as fast as they can be computed, with the same result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import nan

import numpy as np
import pandas as pd

from posture import levels, rules
from posture.analysis.inputs import Beside
from posture.drift.blocks import BLOCK_STRIDES
from posture.kinematics.types import Headline
from posture.levels import Levels
from posture.live.coach.change import Watch, held, weighed
from posture.live.coach.cues import CueDirector, CueEnd
from posture.live.coach.judging import is_normal, supported, too_slow, view_name, why_no_strides
from posture.live.coach.readings import faded, leading_metrics, readings
from posture.live.coach.recent import EDGE_S, RecentPoses, StrideLog
from posture.live.coach.setup import SetUp, check, contradicted
from posture.live.coach.state import Pause, Phase, Reading, Sensitivity, State
from posture.rules import Finding
from posture.seen import Seen, see_live
from posture.series import PoseSeries
from posture.settings import Settings, Span
from posture.strides import Gait
from posture.viewpoints import ViewName

#: Time from one look at the poses to the next, s: a stride of running; sooner there is nothing new to see.
LOOK_S = 0.7
#: The set-up must be good for this long, s.
SETTLED_S = 2.0
#: Seconds of the strip chart.
CHART_S = 300.0
#: Who is not seen for this long has left, s: longer than anything on the way hides a runner.
LEFT_S = 5.0
#: Who is seen for this long is back, s.
BACK_S = 1.0
#: Strides of a baseline: what the finished analysis asks for, and a tenth for those that it finds not to count.
LEAST_BASELINE = round(1.1 * 2 * BLOCK_STRIDES)
#: Strides without news after which values fade; before that, a stride, a look and the edge of the window are usual.
_STALE_STRIDES = 2
#: Length of a stride before any is known, s.
_STRIDE_S = 0.75
#: How many times larger the rules see a change. The noise floor stays what it is.
_WEIGHT: Mapping[Sensitivity, float] = {
    Sensitivity.LESS: 1 / 1.5,
    Sensitivity.NORMAL: 1.0,
    Sensitivity.MORE: 1.25,
}


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
    view_refused : bool
        Whether the poses showed another view than the settings name.
    """

    def __init__(self, settings: Settings, beside: Beside, poses_from: tuple[str, str] = ("", "")) -> None:
        self._settings = settings
        self._beside = beside
        self._poses_from = poses_from
        self._causes = beside.causes or rules.load_causes()
        self._sensitivity = Sensitivity.NORMAL
        self._paused = Pause.NONE
        self._state: State | None = None
        self.baselines: tuple[Span, ...] = ()
        self.people = 0
        self.view_refused = False
        self._begin()

    def _begin(self) -> None:
        """Everything that a new baseline begins anew."""
        self._director = CueDirector(self._settings.live)
        self._log = StrideLog(most=round(CHART_S * 2.0))
        self._fresh = pd.DataFrame()
        self._view: ViewName | None = self._settings.clip.view
        self._good_since: float | None = None
        self._usable_since: float | None = None
        self._go_on = False
        self._began: float | None = None
        self._watch: Watch | None = None
        self._levels: Levels | None = None
        self._leading: Mapping[Headline, str] = {}
        self._said: dict[str, Finding] = {}
        self._seen_until = self._heard = nan
        self._now_seen_since: float | None = None

    # --- what the user asks for ---

    def snooze(self, now: float) -> None:
        """No cues for a while, or cues again."""
        self._director.snooze(now)

    def go_on(self) -> None:
        """Begin although the set-up is not good."""
        self._go_on = True

    def pause(self) -> None:
        """Take nothing and say nothing until asked again."""
        self._paused = Pause.NONE if self._paused is Pause.KEY else Pause.KEY
        self._heard = nan

    def new_baseline(self) -> None:
        """Forget the baseline and take another one; those that were taken stay on record."""
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
        self._state = self._next(series, setup, float(series.time[-1]))
        return self._state

    def idle(self, now: float, hindrance: str) -> State | None:
        """What is left to say while no pictures come; None before the first look."""
        if self._state is None:
            return None
        # Values come back with the next stride, not with the next picture.
        self._heard = -np.inf
        blank = replace(self._state, time=now, strides=pd.DataFrame(), begun=None, praised=None, ended=None)
        self._state = self._fade(blank, hindrance) if blank.phase is Phase.COACHING else replace(blank, stale=hindrance)
        return self._state

    def _next(self, series: PoseSeries, setup: SetUp, now: float) -> State:
        base = State(
            now, Phase.SETUP, setup, sensitivity=self._sensitivity, baselines=self.baselines, people=self.people
        )
        if self._began is None and not self._settled(setup, now):
            return base
        if self._began is None and contradicted(series, self._view):
            self.view_refused, self._view = True, None
        self._notice(series, now)
        base = replace(base, phase=Phase.BASELINE if self._watch is None else Phase.COACHING, paused=self._paused)
        if self._paused is not Pause.NONE:
            return self._held_up(base)
        seen = see_live(series, self._settings, self._view)
        fresh = self._log.take(seen)
        if self._began is None:
            self._began = now
        fresh = fresh[fresh["start"] >= self._began - SETTLED_S] if len(fresh) else fresh
        base = replace(base, gait=seen.segmented.gait, strides=fresh, chart=self._log.rows)
        if self._watch is None:
            return self._learn(base, seen)
        return self._coach(base, seen, series)

    def _settled(self, setup: SetUp, now: float) -> bool:
        """Good for a moment; or usable, and nobody mends it: then the coach does as well as can be."""
        self._good_since = (now if self._good_since is None else self._good_since) if setup.good else None
        self._usable_since = (now if self._usable_since is None else self._usable_since) if setup.usable else None
        if self._good_since is not None and now - self._good_since >= SETTLED_S:
            return True
        patience = 0.0 if self._go_on else self._settings.live.patience_seconds
        return self._usable_since is not None and now - self._usable_since >= patience

    def _notice(self, series: PoseSeries, now: float) -> None:
        """Who has left, and who is back."""
        seen = series.seen
        self._seen_until = float(series.time[seen][-1]) if seen.any() else self._seen_until
        last = series.time >= now - BACK_S
        here = bool(seen[last].mean() > 0.5) and not np.isnan(self._seen_until)
        if np.isnan(self._seen_until):
            self._seen_until = now
        if self._paused is Pause.NONE and now - self._seen_until >= LEFT_S:
            self._paused = Pause.LEFT
        elif self._paused is Pause.LEFT and here:
            self._paused, self._heard = Pause.NONE, nan

    def _held_up(self, base: State) -> State:
        before = self._state
        chart = before.chart if before else base.chart
        why = "Paused." if self._paused is Pause.KEY else "You are not in the picture."
        progress = before.progress if before else 0.0
        return self._fade(replace(base, chart=chart, progress=progress), why, CueEnd.PAUSED)

    def _learn(self, base: State, seen: Seen) -> State:
        if base.gait is Gait.RUNNING and len(base.strides):
            self._fresh = pd.concat([self._fresh, base.strides], ignore_index=True)
        wanted = self._settings.live.baseline_seconds
        spent = float(self._fresh["duration"].sum()) if len(self._fresh) else 0.0
        if spent >= wanted - 0.5 * LOOK_S and len(self._fresh) >= LEAST_BASELINE:
            span = Span(float(self._fresh["start"].iloc[0]), float(self._fresh["end"].iloc[-1]))
            self.baselines = (*self.baselines, span)
            self._view = self._view or view_name(seen)
            self._watch = Watch(self._fresh, self._settings.drift)
            self._levels = self._placed(seen)
            self._leading = leading_metrics(self._watch.watched, seen.measured.withheld)
        done = min(spent / wanted, len(self._fresh) / LEAST_BASELINE, 1.0)
        return replace(base, progress=done)

    def _placed(self, seen: Seen) -> Levels:
        """Where the baseline lies among the reference runners."""
        reference = self._beside.reference or levels.load_reference()
        own = levels.held(self._fresh, seen.measured, seen.view, levels.gait_of(seen.segmented), nan)
        return levels.judge_levels(
            own, reference, from_start=True, obstacle=levels.held_against(reference, *self._poses_from)
        )

    def _coach(self, base: State, seen: Seen, series: PoseSeries) -> State:
        assert self._watch is not None
        self._watch.add(base.strides)
        now = base.time
        if len(base.strides):
            self._heard = float(base.strides["end"].iloc[-1])
        elif np.isnan(self._heard):
            self._heard = now
        base = replace(base, progress=1.0)
        usual = float(self._fresh["duration"].median()) if len(self._fresh) else _STRIDE_S
        if slow := too_slow(series):
            return self._fade(base, slow)
        if now - self._heard > EDGE_S + LOOK_S + (1 + _STALE_STRIDES) * usual:
            return self._fade(base, why_no_strides(series, seen))
        changes = self._watch.results(seen.view, seen.measured.withheld)
        found, lasting = (
            supported(each, seen, self._beside, self._causes, self._levels, self._settings.drift)
            for each in (weighed(changes, _WEIGHT[self._sensitivity]), held(changes))
        )
        director = self._director
        normal = [cause for cause, finding in self._said.items() if is_normal(finding, changes)]
        begun = director.update(now, [f.cause for f in found], {f.cause for f in lasting}, normal)
        self._said |= {finding.cause: finding for finding in found if finding.cause == begun}
        ended, praised = director.ended, director.praised(now)
        said = self._said.get(director.current or "")
        told = {metric for finding in found for line in finding.trace if line.passed for metric in line.metrics}
        before = self._state.readings if self._state else ()
        return replace(
            base,
            readings=readings(self._leading, changes, self._levels, told, before),
            changes=changes,
            begun=said if begun else None,
            praised=self._said[praised] if praised else None,
            ended=ended,
            cue=said,
            praise=self._said.get(director.praise or ""),
            reminder=director.reminder and said is not None,
            snoozed_until=director.snoozed_until,
        )

    def _fade(self, base: State, why: str, end: CueEnd = CueEnd.STALE) -> State:
        """Nothing is known at the moment, and nothing said."""
        before: tuple[Reading, ...] = self._state.readings if self._state else ()
        self._director.silence(end)
        return replace(
            base,
            readings=faded(before, why),
            stale=why,
            cue=None,
            praise=None,
            ended=self._director.ended,
            snoozed_until=self._director.snoozed_until,
        )
