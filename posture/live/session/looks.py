"""The coach's looks at the newest poses, in a thread behind, so that the picture never waits for them."""

from __future__ import annotations

from concurrent.futures import Executor, Future

import numpy as np

from posture.live.coach.coach import LOOK_S, Coach
from posture.live.coach.recent import RecentPoses
from posture.live.coach.state import Phase, State
from posture.live.coach.telling import events_between
from posture.live.session.capture import Shot
from posture.live.session.keeper import Keeper
from posture.live.session.listener import Listener
from posture.live.session.picture import Room, brightness
from posture.live.session.timing import Metronome
from posture.pose.types import Pose

#: Time between two looks at the background, s: a camera that is moved is noticed once the session is analysed.
BACKGROUND_S = 5.0


class Looks:
    """One look at a time, and what has changed since the last one is told.

    Parameters
    ----------
    coach : Coach
    room : Room
    keeper : Keeper
    metronome : Metronome
        Knows whether this machine keeps up.
    listener : Listener
    behind : Executor
        Of one thread.

    Attributes
    ----------
    state : State or None
        What the last look that is over has shown.
    """

    def __init__(
        self,
        coach: Coach,
        room: Room,
        keeper: Keeper,
        metronome: Metronome,
        listener: Listener,
        behind: Executor,
    ) -> None:
        self._coach = coach
        self._room = room
        self._keeper = keeper
        self._metronome = metronome
        self._listener = listener
        self._behind = behind
        self._look: Future[State | None] | None = None
        self._began = self._surveyed = -np.inf
        self._told: State | None = None
        self.state: State | None = None

    def due(self, now: float) -> bool:
        """Whether the last look is over, and long enough ago, s."""
        if self._look is not None and self._look.done():
            self.state, self._look = self._look.result() or self.state, None
        return self._look is None and now - self._began >= LOOK_S

    def begin(self, shot: Shot, pose: Pose | None, poses: RecentPoses) -> None:
        """Look at this picture and at the newest poses."""
        self._began = shot.time
        self._look = self._behind.submit(self._looked, shot, pose, poses)

    def begin_idle(self, now: float, why: str) -> None:
        """Look at nothing: no pictures come, and why."""
        self._began = now
        self._look = self._behind.submit(self._idle, now, why)

    def _looked(self, shot: Shot, pose: Pose | None, poses: RecentPoses) -> State | None:
        light = brightness(shot.rgb, pose)
        people = [] if pose is None else [pose.xy]
        if self._told is None or self._told.phase is Phase.SETUP:
            self._room.look(shot, people)
            self._coach.people = len(self._room.people)
        else:
            self._room.close()
        if shot.time - self._surveyed >= BACKGROUND_S:
            self._surveyed = shot.time
            self._keeper.keep_background(shot, people)
        if not len(poses):
            return None
        return self._announced(self._coach.look(poses, light, self._room.tilt, behind=self._metronome.behind))

    def _idle(self, now: float, why: str) -> State | None:
        state = self._coach.idle(now, why)
        return None if state is None else self._announced(state)

    def _announced(self, state: State) -> State:
        before, self._told = self._told, state
        for event in events_between(before, state):
            self._listener.event(event)
        self._listener.news(state)
        return state
