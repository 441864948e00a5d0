"""A live session on a stage: pictures, keys and the clock are given, and poses too unless an estimator looks.

Minutes take seconds, and a busy machine changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from posture.analysis.inputs import load_beside
from posture.landmarks import L
from posture.live.coach.events import Event
from posture.live.coach.state import State
from posture.live.session import session as module
from posture.live.session.capture import Shot
from posture.live.session.listener import Listener, Wish
from posture.pose.types import Backend, Pose
from posture.series import PoseSeries
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from tests.analytic_runner import TORSO, side_runner

RATE = 20.0
BLUE, RED = (30, 60, 200), (200, 40, 40)


@dataclass(frozen=True, eq=False)
class Scene:
    """What the camera gives at one moment; a picture of None is none."""

    time: float
    rgb: np.ndarray | None
    pose: Pose | None
    away: bool = False


class Stage:
    """In the place of the capture, and of the estimator where none is given."""

    name, version, model = "stage", "1", "none"
    endless, advice = True, ""

    def __init__(self, scenes: Iterable[Scene], wishes: Mapping[float, Wish], people: Sequence[Pose] = ()) -> None:
        self._scenes = iter(scenes)
        self._wishes = sorted(wishes.items())
        self._people = list(people)
        self._pose: Pose | None = None
        self.clock = 0.0
        self.given = self.interruptions = 0
        self.away, self.ended, self.failure = False, False, None

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def newest(self, wait: float) -> Shot | None:
        scene = next(self._scenes, None)
        if scene is None:
            self.ended = True
            return None
        self.clock, self.away, self._pose = scene.time, scene.away, scene.pose
        if scene.rgb is None:
            return None
        self.given += 1
        return Shot(self.given - 1, scene.time, scene.time, scene.rgb)

    def wished(self) -> set[Wish]:
        """Keys whose time has come."""
        due = {wish for at, wish in self._wishes if at <= self.clock}
        self._wishes = [(at, wish) for at, wish in self._wishes if at > self.clock]
        return due

    def open_follower(self) -> Stage:
        return self

    def open_finder(self, people: int) -> Any:
        return _Finder(self._people)

    def __call__(self, rgb: np.ndarray) -> Pose | None:
        return self._pose

    def forget(self) -> None:
        """Whoever is on the stage is found again."""

    def close(self) -> None:
        """Nothing to release."""


class _Finder:
    def __init__(self, people: list[Pose]) -> None:
        self._people = people

    def __call__(self, rgb: np.ndarray) -> list[Pose]:
        return self._people

    def close(self) -> None:
        """Nothing to release."""


class Audience(Listener):
    """Remembers everything, and presses the keys."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.states: list[State] = []
        self.events: list[Event] = []
        self.poses: list[tuple[float, bool]] = []
        self.shapes: set[tuple[int, ...]] = set()

    def picture(self, shot: Shot, pose: Pose | None, state: State | None, pace: object) -> None:
        self.poses.append((shot.time, pose is not None))
        self.shapes.add(shot.rgb.shape)

    def news(self, state: State) -> None:
        self.states.append(state)

    def event(self, event: Event) -> None:
        self.events.append(event)

    def wishes(self) -> set[Wish]:
        return self._stage.wished()

    def told(self, kind: str) -> list[tuple[float, dict[str, Any]]]:
        """Time and fields of all events of a kind."""
        return [(event.time, dict(event.more)) for event in self.events if event.kind == kind]


class _AtOnce:
    """In the place of a pool of threads: everything is done when it is asked for."""

    def __init__(self, *_: object, **__: object) -> None:
        """No threads."""

    def __enter__(self) -> _AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do."""

    def submit(self, work: Callable[..., Any], *args: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*args, **more))
        return done


def play(
    patch: pytest.MonkeyPatch,
    folder: Path,
    scenes: Iterable[Scene],
    wishes: Mapping[float, Wish] | None = None,
    settings: Settings | None = None,
    people: Sequence[Pose] = (),
    backend: Backend | None = None,
) -> Audience:
    """A whole session, as it went; with the scenes' poses, or with what an estimator sees in their pictures."""
    settings = settings or Settings()
    stage = Stage(scenes, wishes or {}, people)
    audience = Audience(stage)
    patch.setattr(module, "Capture", lambda source: stage)
    patch.setattr(module, "ThreadPoolExecutor", _AtOnce)
    patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: stage.clock))
    if backend is None:
        patch.setattr(
            "posture.live.session.follow.follow", lambda follower, window, rgb, searching: (follower(rgb), False)
        )
    module.Session(stage, backend or stage, AnalysisFolder(folder), settings, load_beside(settings), [audience]).run()
    return audience


def dressed(pose: Pose, shirt: tuple[int, int, int], number: int, size: tuple[int, int] = (640, 480)) -> np.ndarray:
    """A picture of somebody: grey room, coloured trunk and thighs, and one pixel that never stays the same."""
    rgb = np.full((size[1], size[0], 3), 120, np.uint8)
    for upper, lower, colour in ((L.LEFT_SHOULDER, L.LEFT_HIP, shirt), (L.LEFT_HIP, L.LEFT_KNEE, (40, 40, 40))):
        box = np.round(pose.xy[[upper, lower]]).astype(int)
        (x0, y0), (x1, y1) = box.min(axis=0), box.max(axis=0)
        rgb[max(y0, 0) : y1, max(x0 - 25, 0) : x1 + 25] = colour
    rgb[:8, :8] = (number % 251, number // 251, 7)
    return rgb


def poses_of(series: PoseSeries) -> Iterator[Pose]:
    for i in range(len(series)):
        yield Pose(series.xy[i], series.world[i], series.visibility[i], series.presence[i])


def running(seconds: float, slump: Callable[[np.ndarray], np.ndarray], seed: int = 0) -> list[tuple[float, Pose]]:
    """A runner with a pixel of noise who slumps by a share of 6 degrees of trunk and 11 of neck."""
    time = np.arange(0.0, seconds, 1 / RATE)
    series = side_runner(time)
    xy = series.xy + 0.7 * np.random.default_rng(seed).standard_normal(series.xy.shape)
    share = slump(time)[:, None]
    hip, shoulder = series.xy[:, L.LEFT_HIP, None, 1], series.xy[:, L.LEFT_SHOULDER, None, 1]
    xy[..., 0] += 0.1 * share * np.maximum(hip - series.xy[..., 1], 0.0)
    head = slice(0, L.LEFT_SHOULDER)
    xy[:, head, 0] += 0.1 * share * np.maximum(shoulder - series.xy[:, head, 1], 0.0)
    return list(zip(time.tolist(), poses_of(series.with_xy(xy)), strict=True))


def neighbour(at: float) -> Pose:
    """Somebody who stands still to the right."""
    pose = next(poses_of(side_runner(np.array([0.0, 0.05]))))
    return Pose(pose.xy + np.array([2.0 * TORSO, 0.0]), pose.world, pose.visibility, pose.presence)
