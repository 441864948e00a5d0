"""One live session, from the first picture to the analysis folder."""

from __future__ import annotations

import gc
import signal
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from posture.errors import PostureError
from posture.live.coach.coach import LOOK_S, Coach, Phase, State
from posture.live.coach.recent import RecentPoses
from posture.live.session.capture import Capture, Shot
from posture.live.session.follow import StreamFollower
from posture.live.session.picture import brightness
from posture.live.session.sources import Source
from posture.live.session.timing import Latency, Metronome, Pace
from posture.opencv import cv2
from posture.pose.camera.background import background_of
from posture.pose.camera.level import lines_of, roll_of
from posture.pose.estimation.chunks import Gathered
from posture.pose.stream import Stream, StreamWriter
from posture.pose.types import Backend, Follower, Pose
from posture.rules import Causes, Intake
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder

#: Poses are written this often, s: what a power cut costs at most.
PIECE_S = 3.0
#: Time between two looks at the background, s: a camera that is moved is noticed once the session is analysed.
BACKGROUND_S = 5.0
#: A picture that does not come within this time leaves room for keys, s.
_PATIENCE = 0.05


class Listener(Protocol):
    """Whoever shows or tells what happens: the window, the lines on stdout, the sound, the video."""

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: Pace) -> None:
        """A picture was looked at."""
        ...

    def waiting(self, away: bool) -> None:
        """No picture came for a moment."""
        ...

    def news(self, state: State) -> None:
        """The coach has looked; told by the coach's thread."""
        ...

    def wishes(self) -> set[str]:
        """What the user asked for since the last call: ``quit``, ``snooze``, ``baseline``, ``go on``."""
        ...

    def close(self) -> None:
        """The session is over."""
        ...


class Session:
    """Follows the runner and coaches until the source ends or the user has enough.

    Parameters
    ----------
    source : Source
    backend : Backend
    folder : AnalysisFolder
        Claimed by this session.
    settings : Settings
    causes : Causes
    intake : Intake or None
    listeners : sequence of Listener
    """

    def __init__(
        self,
        source: Source,
        backend: Backend,
        folder: AnalysisFolder,
        settings: Settings,
        causes: Causes,
        intake: Intake | None,
        listeners: Sequence[Listener],
    ) -> None:
        self._source = source
        self._backend = backend
        self._folder = folder
        self._settings = settings
        self._new_coach: Callable[[], Coach] = lambda: Coach(settings, causes, intake)
        self._coach = self._new_coach()
        self._listeners = listeners
        self._stopping = False
        self._writer: StreamWriter | None = None
        self._piece = Gathered()
        self._latency = Latency()
        self._metronome = Metronome()
        self._place: _Place | None = None
        self._taken = 0
        self._state: State | None = None
        self._look: Future[State] | None = None
        self._looked = -np.inf
        self._level = self._surveyed = np.nan
        self._saving: Future[None] | None = None

    def run(self) -> Pace:
        """Run to the end; everything that was seen is in the folder afterwards.

        Raises
        ------
        PostureError
            If the source never works, or nothing can be saved.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="coach") as behind, _signals(self.stop), _short_collections():
            follower = self._backend.open_follower()
            try:
                with Capture(self._source) as capture:
                    self._loop(capture, follower, behind)
                    self._save(capture, behind)
            finally:
                follower.close()
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
        while not self._stopping:
            shot = capture.newest(_PATIENCE)
            self._heed(behind)
            if shot is None:
                if capture.ended:
                    return
                for listener in self._listeners:
                    listener.waiting(capture.away)
            elif self._metronome.wants(shot.number):
                self._take(shot, capture, follower, behind)

    def _take(self, shot: Shot, capture: Capture, follower: Follower, behind: ThreadPoolExecutor) -> None:
        if self._place is None:
            self._place = _Place(follower, shot)
            self._begin(shot)
        shot = self._place.fitted(shot)
        began = time.monotonic()
        pose = self._place.follow(shot.time, shot.rgb)
        self._taken += 1
        self._place.poses.add(shot.time, pose)
        self._piece.add(shot.time, shot.rgb, pose)
        for listener in self._listeners:
            listener.picture(shot, pose, self._state, self._pace(capture))
        now = time.monotonic()
        self._latency.add(now - shot.taken)
        self._metronome.looked(shot.number, shot.taken, now - began)
        self._look_again(shot, pose, self._place, behind)
        if self._piece.length >= PIECE_S:
            self._save(capture, behind)

    def _begin(self, shot: Shot) -> None:
        stream = Stream(
            name=self._source.name,
            identity=uuid.uuid4().hex,
            estimator=f"{self._backend.name} {self._backend.version}",
            model=self._backend.model,
            size=(shot.rgb.shape[1], shot.rgb.shape[0]),
            settings=self._settings.model_dump(mode="json"),
            recorded=datetime.now(UTC).isoformat(timespec="seconds") if self._source.endless else "",
        )
        self._folder.claim(stream.name, stream.identity, force=False)
        self._writer = StreamWriter(self._folder, stream)

    def _look_again(self, shot: Shot, pose: Pose | None, place: _Place, behind: ThreadPoolExecutor) -> None:
        if self._look is not None and self._look.done():
            self._state, self._look = self._look.result(), None
        if self._look is None and shot.time - self._looked >= LOOK_S:
            self._looked = shot.time
            self._look = behind.submit(self._looked_at, place.poses, shot, pose)

    def _looked_at(self, poses: RecentPoses, shot: Shot, pose: Pose | None) -> State:
        """In the thread behind, so that the picture never waits."""
        light = brightness(shot.rgb, pose)
        people = [] if pose is None else [pose.xy]
        if self._state is None or self._state.phase is Phase.SETUP:
            self._level = roll_of([lines_of(shot.rgb, people)], (shot.rgb.shape[1], shot.rgb.shape[0]))
        if self._writer is not None and not shot.time - self._surveyed < BACKGROUND_S:
            self._surveyed = shot.time
            self._writer.keep_background(shot.time, background_of(shot.rgb, people))
        state = self._coach.look(poses, light, self._level)
        for listener in self._listeners:
            listener.news(state)
        return state

    def _heed(self, behind: ThreadPoolExecutor) -> None:
        wishes: set[str] = set()
        for listener in self._listeners:
            wishes |= listener.wishes()
        if "quit" in wishes:
            self.stop()
        if "snooze" in wishes and self._state is not None:
            behind.submit(self._coach.snooze, self._state.time)
        if "baseline" in wishes:
            self._coach = self._new_coach()
        if "go on" in wishes:
            behind.submit(self._coach.go_on)

    def _save(self, capture: Capture, behind: ThreadPoolExecutor) -> None:
        if self._writer is None:
            return
        if self._saving is not None and self._saving.done():
            self._saving.result()
        piece, self._piece = self._piece.poses(), Gathered()
        settings = self._settings.model_dump(mode="json")
        if self._coach.baseline is not None:
            settings["run"]["baseline"] = list(self._coach.baseline)
        changes = {
            "taken": self._taken,
            "dropped": capture.given - self._taken,
            "interruptions": capture.interruptions,
            "lost": self._place.follow.lost if self._place else 0,
            "settings": settings,
            "tilt": None if np.isnan(self._level) else self._level,
        }
        self._saving = behind.submit(self._writer.keep, piece, **changes)

    def _pace(self, capture: Capture) -> Pace:
        median, p95 = (self._latency.quantile(share) for share in (0.5, 0.95))
        return Pace(median, p95, self._metronome.rate, self._taken, capture.given - self._taken)


class _Place:
    """What depends on the size of the pictures: made with the first one."""

    def __init__(self, follower: Follower, shot: Shot) -> None:
        self._size = shot.rgb.shape[1], shot.rgb.shape[0]
        self.follow = StreamFollower(follower, self._size)
        self.poses = RecentPoses(self._size)

    def fitted(self, shot: Shot) -> Shot:
        """A camera may come back with pictures of another size."""
        if shot.rgb.shape[1::-1] == self._size:
            return shot
        return replace(shot, rgb=np.ascontiguousarray(cv2.resize(shot.rgb, self._size)))


@contextmanager
def _short_collections() -> Iterator[None]:
    """Garbage is looked for in what the session makes only: in all libraries it takes the time of two pictures."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and a request to terminate end the session like its own key."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
