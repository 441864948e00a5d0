"""One live session, from the first picture to the analysis folder."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np

from posture.analysis.inputs import Beside
from posture.errors import PostureError
from posture.live.coach.coach import LOOK_S, Coach
from posture.live.coach.events import Event, Kind
from posture.live.coach.recent import RecentPoses
from posture.live.coach.state import Pause, Phase, State
from posture.live.coach.telling import events_between
from posture.live.session.breaks import STALL_S, Breaks
from posture.live.session.capture import Capture, Shot
from posture.live.session.framing import Frozen, Resized
from posture.live.session.journal import Journal
from posture.live.session.listener import Listener, Wish
from posture.live.session.picture import Room, brightness
from posture.live.session.place import Place
from posture.live.session.process import short_collections, signals
from posture.live.session.sources import Source
from posture.live.session.timing import Latency, Metronome, Pace
from posture.pose.camera.background import background_of
from posture.pose.estimation.chunks import Gathered
from posture.pose.estimation.stage import GAP_S
from posture.pose.stream import Stream, StreamWriter
from posture.pose.types import Backend, Follower, Pose
from posture.settings import Settings, Span
from posture.storage.folder import AnalysisFolder

#: Poses are written this often, s: what a power cut costs at most.
PIECE_S = 3.0
#: Time between two looks at the background, s: a camera that is moved is noticed once the session is analysed.
BACKGROUND_S = 5.0
#: Share of the pictures that is looked at by a machine that keeps up.
_KEPT_UP = 0.9
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
        self._folder = folder
        self._settings = settings
        self._estimator = f"{backend.name} {backend.version}"
        self._coach = Coach(settings, beside, (backend.model, self._estimator))
        self._journal = Journal()
        self._listeners = (*listeners, self._journal)
        self._telling = threading.Lock()
        self._stopping = False
        self._writer: StreamWriter | None = None
        self._piece = Gathered()
        self._latency = Latency()
        self._metronome = Metronome()
        self._place: Place | None = None
        self._room = Room(backend)
        self._taken = self._still = 0
        self._state: State | None = None
        self._told: State | None = None
        self._look: Future[State | None] | None = None
        self._looked = self._picture_at = -np.inf
        self._at = 0.0
        self._surveyed = np.nan
        self._breaks = Breaks(self._tell)
        self._counted = (0, 0)
        self._behind = False
        self._paused_at: float | None = None
        self._pauses: list[Span] = []
        self._saving: Future[None] | None = None

    def run(self) -> Pace:
        """Run to the end; everything that was seen is in the folder afterwards.

        Raises
        ------
        PostureError
            If the source never works, or nothing can be saved.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="coach") as behind, signals(self.stop), short_collections():
            follower = self._backend.open_follower()
            try:
                with Capture(self._source) as capture:
                    self._loop(capture, follower, behind)
                    self._save(capture, behind)
            finally:
                follower.close()
                behind.submit(self._room.close)
            if self._saving is not None:
                self._saving.result()
        if capture.failure is not None:
            raise capture.failure
        if self._writer is None:
            raise PostureError(f"{self._source.name}: gave no picture; {self._source.advice}.")
        return self._pace(capture)

    def stop(self) -> None:
        """End after the picture at hand."""
        self._stopping = True

    def _loop(self, capture: Capture, follower: Follower, behind: ThreadPoolExecutor) -> None:
        frozen = Frozen()
        while not self._stopping:
            shot = capture.newest(_PATIENCE)
            self._heed(behind)
            if shot is not None and (still := frozen.seconds(shot)) > STALL_S:
                self._still += 1
                self._metronome.forget()
                self._wait(False, shot.time, still, "The picture stands still.", behind)
            elif shot is not None:
                if self._metronome.wants(shot.number):
                    self._take(shot, capture, follower, behind)
            elif capture.ended:
                return
            else:
                quiet = time.monotonic() - self._picture_at
                now = self._at + quiet
                why = "The camera is away." if capture.away else "No pictures come."
                self._wait(capture.away, now, quiet, why, behind)

    def _wait(self, away: bool, now: float, seconds: float, why: str, behind: ThreadPoolExecutor) -> None:
        """Nothing new to see."""
        if self._place is not None:
            self._breaks.nothing_new(away, now, seconds, why)
        for listener in self._listeners:
            listener.waiting(away)
        if self._place is not None and seconds > STALL_S and self._look is None and now - self._looked >= LOOK_S:
            self._looked = now
            self._look = behind.submit(self._idle, now, why)
        self._collect(now)

    def _idle(self, now: float, why: str) -> State | None:
        state = self._coach.idle(now, why)
        if state is not None:
            self._announce(state)
        return state

    def _take(self, shot: Shot, capture: Capture, follower: Follower, behind: ThreadPoolExecutor) -> None:
        if self._place is None:
            self._place = Place(follower, shot)
            self._begin(shot)
        resized = self._place.framing.changed(shot)
        if resized is not None:
            self._refit(resized, shot, self._place, behind)
        if shot.time < self._place.ready:
            return
        self._picture_at, self._at = shot.taken, shot.time
        self._breaks.here_again(shot.time)
        shot = self._place.framing.fitted(shot)
        began = time.monotonic()
        self._place.follow.learning = self._state is not None and self._state.phase is not Phase.SETUP
        pose = self._place.follow(shot.time, shot.rgb)
        self._taken += 1
        self._place.poses.add(shot.time, pose)
        self._piece.add(shot.time, shot.rgb, pose)
        pace = self._pace(capture)
        for listener in self._listeners:
            listener.picture(shot, pose, self._state, pace)
        now = time.monotonic()
        self._latency.add(now - shot.taken, now)
        self._metronome.looked(shot.number, shot.taken, now - began)
        self._look_again(shot, pose, self._place, behind)
        self._breaks.dropped(shot.time, pace.dropped)
        if self._piece.length >= PIECE_S:
            self._save(capture, behind)

    def _refit(self, resized: Resized, shot: Shot, place: Place, behind: ThreadPoolExecutor) -> None:
        more = {"before": list(resized.before), "now": list(resized.now), "same_shape": resized.same_shape}
        self._tell(Event(Kind.SIZE, shot.time, str(resized), more))
        if not resized.same_shape:
            # Nothing is joined across: the camera may have been turned.
            place.begin_anew(shot.time + 2 * GAP_S)
            behind.submit(self._coach.new_baseline)

    def _begin(self, shot: Shot) -> None:
        stream = Stream(
            name=self._source.name,
            identity=uuid.uuid4().hex,
            estimator=self._estimator,
            model=self._backend.model,
            size=(shot.rgb.shape[1], shot.rgb.shape[0]),
            settings=self._settings.model_dump(mode="json"),
            recorded=datetime.now(UTC).isoformat(timespec="seconds") if self._source.endless else "",
        )
        self._folder.claim(stream.name, stream.identity, force=False)
        self._writer = StreamWriter(self._folder, stream)

    def _look_again(self, shot: Shot, pose: Pose | None, place: Place, behind: ThreadPoolExecutor) -> None:
        self._collect(shot.time)
        if self._look is None and shot.time - self._looked >= LOOK_S:
            self._looked = shot.time
            self._behind = self._falls_behind(shot)
            self._look = behind.submit(self._looked_at, place.poses, shot, pose)

    def _falls_behind(self, shot: Shot) -> bool:
        """Whether a good part of the pictures since the last look were left out."""
        given, taken = shot.number - self._counted[0], self._taken - self._counted[1]
        self._counted = shot.number, self._taken
        return given > 0 and taken < _KEPT_UP * given

    def _collect(self, now: float) -> None:
        """The coach's last look, where it is over."""
        if self._look is None or not self._look.done():
            return
        self._state, self._look = self._look.result() or self._state, None
        paused = self._state is not None and self._state.paused is Pause.KEY
        if paused and self._paused_at is None:
            self._paused_at = now
        elif not paused and self._paused_at is not None:
            self._pauses.append(Span(self._paused_at, now))
            self._paused_at = None

    def _looked_at(self, poses: RecentPoses, shot: Shot, pose: Pose | None) -> State | None:
        """In the thread behind, so that the picture never waits."""
        light = brightness(shot.rgb, pose)
        people = [] if pose is None else [pose.xy]
        if self._told is None or self._told.phase is Phase.SETUP:
            self._room.look(shot, people)
            self._coach.people = len(self._room.people)
        else:
            self._room.close()
        if self._writer is not None and not shot.time - self._surveyed < BACKGROUND_S:
            self._surveyed = shot.time
            self._writer.keep_background(shot.time, background_of(shot.rgb, people))
        if not len(poses):
            return None
        state = self._coach.look(poses, light, self._room.tilt, behind=self._behind)
        self._announce(state)
        return state

    def _announce(self, state: State) -> None:
        before, self._told = self._told, state
        for event in events_between(before, state):
            self._tell(event)
        for listener in self._listeners:
            listener.news(state)

    def _tell(self, event: Event) -> None:
        with self._telling:
            for listener in self._listeners:
                listener.event(event)

    def _heed(self, behind: ThreadPoolExecutor) -> None:
        wishes: set[Wish] = set()
        for listener in self._listeners:
            wishes |= listener.wishes()
        now = self._state.time if self._state else 0.0
        if Wish.QUIT in wishes:
            self.stop()
        if Wish.NEXT_PERSON in wishes and self._place is not None and (box := self._room.next_person()) is not None:
            self._place.follow.turn_to(now, box)
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
                behind.submit(asked[wish])

    def _save(self, capture: Capture, behind: ThreadPoolExecutor) -> None:
        if self._writer is None:
            return
        if self._saving is not None and self._saving.done():
            self._saving.result()
        piece, self._piece = self._piece.poses(), Gathered()
        changes = {
            "taken": self._taken,
            "dropped": self._dropped(capture),
            "interruptions": capture.interruptions,
            "lost": self._place.follow.lost if self._place else 0,
            "settings": self._kept_settings(),
            "tilt": None if np.isnan(self._room.tilt) else self._room.tilt,
            "events": self._journal.events(),
        }
        self._saving = behind.submit(self._writer.keep, piece, **changes)

    def _kept_settings(self) -> dict[str, object]:
        """Told from the first baseline, whatever was begun anew later, and without what was paused by hand."""
        settings = self._settings.model_dump(mode="json")
        if self._coach.baselines:
            settings["run"]["baseline"] = list(self._coach.baselines[0])
        if self._coach.view_refused:
            settings["clip"]["view"] = None
        open_still = () if self._paused_at is None else (Span(self._paused_at, self._at),)
        pauses = [list(span) for span in (*self._pauses, *open_still) if span.stop > span.start]
        settings["clip"]["exclude"] = [*settings["clip"]["exclude"], *pauses]
        return settings

    def _dropped(self, capture: Capture) -> int:
        return max(capture.given - self._taken - self._still, 0)

    def _pace(self, capture: Capture) -> Pace:
        return self._latency.pace(self._metronome.rate, self._taken, self._dropped(capture))
