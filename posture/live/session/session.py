"""One live session, from the first picture to the analysis folder."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np

from posture.analysis.inputs import Beside
from posture.errors import PostureError
from posture.live.coach.coach import Coach
from posture.live.coach.events import Event, Kind
from posture.live.coach.state import Phase
from posture.live.session.breaks import STALL_S, Breaks
from posture.live.session.capture import Capture, Shot
from posture.live.session.framing import Frozen, Resized
from posture.live.session.journal import Journal
from posture.live.session.keeper import Keeper
from posture.live.session.listener import Listener, Listeners, Wish
from posture.live.session.looks import Looks
from posture.live.session.picture import Room
from posture.live.session.place import Place
from posture.live.session.process import short_collections, signals
from posture.live.session.sources import Source
from posture.live.session.timing import Latency, Metronome, Pace
from posture.pose.estimation.stage import GAP_S
from posture.pose.stream import Stream
from posture.pose.types import Backend, Follower, Pose
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder

#: A picture that does not come within this time leaves room for keys, s.
_PATIENCE = 0.05


class Session:
    """Follows the runner and coaches until the source ends or the user has enough.

    Parameters
    ----------
    source : Source
    backend : Backend
    folder : AnalysisFolder
        Claimed by this session.
    settings : Settings
    beside : Beside
        Rules, answers, reference runners, upright levels.
    listeners : sequence of Listener
    """

    def __init__(
        self,
        source: Source,
        backend: Backend,
        folder: AnalysisFolder,
        settings: Settings,
        beside: Beside,
        listeners: Sequence[Listener],
    ) -> None:
        self._source = source
        self._backend = backend
        self._settings = settings
        self._estimator = f"{backend.name} {backend.version}"
        journal = Journal()
        self._listener = Listeners((*listeners, journal))
        self._behind = ThreadPoolExecutor(1, thread_name_prefix="coach")
        self._coach = Coach(settings, beside, (backend.model, self._estimator))
        self._room = Room(backend)
        self._keeper = Keeper(folder, settings, self._coach, journal, self._behind)
        self._metronome = Metronome()
        self._looks = Looks(self._coach, self._room, self._keeper, self._metronome, self._listener, self._behind)
        self._breaks = Breaks(self._listener.event)
        self._latency = Latency()
        self._place: Place | None = None
        self._stopping = False
        self._taken = self._passed_over = 0
        self._picture_at = -np.inf
        self._at = 0.0

    def run(self) -> Pace:
        """Run to the end; everything that was seen is in the folder afterwards.

        Raises
        ------
        PostureError
            If the source never works, or nothing can be saved.
        """
        with self._behind, signals(self.stop), short_collections():
            follower = self._backend.open_follower()
            try:
                with Capture(self._source) as capture:
                    self._loop(capture, follower)
                    self._save(capture)
            finally:
                follower.close()
                self._behind.submit(self._room.close)
            self._keeper.finish()
        if capture.failure is not None:
            raise capture.failure
        if not self._keeper.begun:
            raise PostureError(f"{self._source.name}: gave no picture; {self._source.advice}.")
        return self._pace(capture)

    def stop(self) -> None:
        """End after the picture at hand."""
        self._stopping = True

    def _loop(self, capture: Capture, follower: Follower) -> None:
        frozen = Frozen()
        while not self._stopping:
            shot = capture.newest(_PATIENCE)
            self._heed()
            if shot is not None and (still := frozen.seconds(shot)) > STALL_S:
                self._pass_over()
                self._wait(False, shot.time, still, "The picture stands still.")
            elif shot is not None:
                if self._metronome.wants(shot.number):
                    self._take(shot, capture, follower)
            elif capture.ended:
                return
            else:
                quiet = time.monotonic() - self._picture_at
                why = "The camera is away." if capture.away else "No pictures come."
                self._wait(capture.away, self._at + quiet, quiet, why)

    def _pass_over(self) -> None:
        """A picture that shows nothing new."""
        self._passed_over += 1
        self._metronome.forget()

    def _wait(self, away: bool, now: float, seconds: float, why: str) -> None:
        """Nothing new to see."""
        self._listener.waiting(away)
        if self._place is None:
            return
        self._breaks.nothing_new(away, now, seconds, why)
        if self._looks.due(now) and seconds > STALL_S:
            self._looks.begin_idle(now, why)

    def _take(self, shot: Shot, capture: Capture, follower: Follower) -> None:
        if self._place is None:
            self._place = Place(follower, shot)
            self._keeper.begin(self._stream(shot))
        place = self._place
        resized = place.framing.changed(shot)
        if resized is not None:
            self._refit(resized, shot, place)
        if shot.time < place.ready:
            self._pass_over()
            return
        self._picture_at, self._at = shot.taken, shot.time
        self._breaks.here_again(shot.time)
        shot = place.framing.fitted(shot)
        began = time.monotonic()
        pose = self._follow(shot, place)
        pace = self._pace(capture)
        self._listener.picture(shot, pose, self._looks.state, pace)
        now = time.monotonic()
        self._latency.add(now - shot.taken, now)
        self._metronome.looked(shot.number, shot.taken, now - began)
        if self._looks.due(shot.time):
            self._looks.begin(shot, pose, place.poses)
        self._breaks.dropped(shot.time, pace.dropped)
        if self._keeper.full:
            self._save(capture)

    def _follow(self, shot: Shot, place: Place) -> Pose | None:
        state = self._looks.state
        place.follow.learning = state is not None and state.phase is not Phase.SETUP
        pose = place.follow(shot.time, shot.rgb)
        self._coach.stranger = place.follow.stranger(shot.time)
        self._taken += 1
        place.poses.add(shot.time, pose)
        self._keeper.add(shot, pose)
        return pose

    def _refit(self, resized: Resized, shot: Shot, place: Place) -> None:
        more = {"before": list(resized.before), "now": list(resized.now), "same_shape": resized.same_shape}
        self._listener.event(Event(Kind.SIZE, shot.time, str(resized), more))
        if not resized.same_shape:
            # Nothing is joined across: the camera may have been turned.
            place.begin_anew(shot.time + 2 * GAP_S)
            self._behind.submit(self._coach.new_baseline)

    def _stream(self, shot: Shot) -> Stream:
        return Stream(
            name=self._source.name,
            identity=uuid.uuid4().hex,
            estimator=self._estimator,
            model=self._backend.model,
            size=(shot.rgb.shape[1], shot.rgb.shape[0]),
            settings=self._settings.model_dump(mode="json"),
            recorded=datetime.now(UTC).isoformat(timespec="seconds") if self._source.endless else "",
        )

    def _heed(self) -> None:
        wishes = self._listener.wishes()
        now = self._looks.state.time if self._looks.state else 0.0
        if Wish.QUIT in wishes:
            self.stop()
        if Wish.NEXT_PERSON in wishes:
            self._turn_to_next(now)
        if Wish.BASELINE in wishes and self._place is not None:
            self._place.follow.forget_runner()
        asked: dict[Wish, Callable[[], None]] = {
            Wish.SNOOZE: lambda: self._coach.snooze(now),
            Wish.PAUSE: self._coach.pause,
            Wish.BASELINE: self._coach.new_baseline,
            Wish.GO_ON: self._coach.go_on,
            Wish.SENSITIVITY: self._coach.more_or_less,
        }
        for wish in asked:
            if wish in wishes:
                self._behind.submit(asked[wish])

    def _turn_to_next(self, now: float) -> None:
        """While the set-up is checked: a baseline is one runner's."""
        state, place = self._looks.state, self._place
        if place is None or (state is not None and state.phase is not Phase.SETUP):
            return
        if (box := self._room.next_person()) is not None:
            place.follow.turn_to(now, box)

    def _save(self, capture: Capture) -> None:
        self._keeper.save(
            self._at,
            taken=self._taken,
            dropped=self._dropped(capture),
            interruptions=capture.interruptions,
            lost=self._place.follow.lost if self._place else 0,
            tilt=None if np.isnan(self._room.tilt) else self._room.tilt,
        )

    def _dropped(self, capture: Capture) -> int:
        """To keep up, rather than as they showed nothing new."""
        return max(capture.given - self._taken - self._passed_over, 0)

    def _pace(self, capture: Capture) -> Pace:
        return self._latency.pace(self._metronome.rate, self._taken, self._dropped(capture))
