"""Keys in the middle of something: what a pause showed is not taken, and every cue that was told also ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from posture.live.coach.gate import Gate
from posture.live.coach.setup import SetUp
from posture.live.coach.state import Phase
from posture.live.session.follow import StreamFollower
from posture.live.session.listener import Wish
from posture.pipeline import analyze
from posture.pose.types import Pose
from posture.settings import LiveSettings, Settings
from tests.live.staged import BLUE, Audience, Scene, dressed, neighbour, play, running

SETTINGS = Settings(live=LiveSettings(baseline_seconds=15.0, cooldown_seconds=10.0, gap_seconds=5.0, show_seconds=8.0))
SLUMPS, CUED = 19.0, 34.0


def session(
    folder: Path,
    end: float,
    wishes: dict[float, Wish],
    slump: Callable[[np.ndarray], np.ndarray] = np.zeros_like,
    shown: Callable[[Scene], Scene] = lambda scene: scene,
    people: Sequence[Pose] = (),
) -> Audience:
    scenes = (shown(Scene(at, dressed(pose, BLUE, n), pose)) for n, (at, pose) in enumerate(running(end, slump)))
    with pytest.MonkeyPatch.context() as patch:
        return play(patch, folder, scenes, wishes, SETTINGS, people=people)


def test_no_stride_of_a_pause_counts_afterwards_while_running_or_in_the_finished_run(tmp_path: Path) -> None:
    audience = session(tmp_path / "s.posture", 16.0, {1.0: Wish.GO_ON, 5.0: Wish.PAUSE, 10.0: Wish.PAUSE})
    (begin, on), (end, off) = audience.told("pause")
    assert (on["on"], off["on"]) == (True, False)
    starts = [more["start"] for _, more in audience.told("stride")]
    assert [start for start in starts if begin <= start < end] == []
    assert min(start for start in starts if start > begin) < end + 1.5
    strides = analyze(tmp_path / "s.posture", overlay=False).segmented.kept
    assert not ((strides["start"] < end) & (strides["end"] > begin)).any()


def test_a_pause_stays_one_when_a_baseline_is_taken_anew(tmp_path: Path) -> None:
    audience = session(
        tmp_path / "s.posture",
        20.0,
        {1.0: Wish.GO_ON, 6.0: Wish.PAUSE, 9.0: Wish.BASELINE, 14.0: Wish.PAUSE},
    )
    (begin, _), (end, off) = audience.told("pause")
    assert (begin, end, off["on"]) == (pytest.approx(6.0, abs=0.8), pytest.approx(14.0, abs=0.8), False)
    assert audience.told("runner") == []
    assert {state.phase for state in audience.states if 10.0 < state.time < 13.0} == {Phase.SETUP}
    assert [start for _, more in audience.told("stride") if begin <= (start := more["start"]) < end] == []
    assert audience.states[-1].phase is Phase.BASELINE


def test_who_asked_to_begin_with_this_set_up_is_not_asked_again() -> None:
    usable = cast(SetUp, SimpleNamespace(good=False, usable=True))
    gate = Gate(patience=10.0)
    assert not gate.opens(usable, 0.0)
    gate.go_on()
    assert gate.opens(usable, 1.0)
    gate.begin()
    assert gate.opens(usable, 2.0)


def test_nobody_is_back_before_they_are(tmp_path: Path) -> None:
    """The phone is turned while the runner is away."""
    left, turned, back = 12.0, 20.0, 26.0

    def shown(scene: Scene) -> Scene:
        rgb = scene.rgb[:, 140:500] if scene.time >= turned else scene.rgb
        return Scene(scene.time, rgb, None if left <= scene.time < back else scene.pose)

    audience = session(tmp_path / "s.posture", 32.0, {1.0: Wish.GO_ON}, shown=shown)
    assert len(audience.told("size")) == 1
    (lost, _), (found, more) = audience.told("runner")
    assert left + 4.9 < lost < turned
    assert more["found"] is True
    assert found >= back


def test_a_new_baseline_in_the_middle_of_a_cue_is_told_as_its_end(tmp_path: Path) -> None:
    slump = lambda t: np.clip((t - SLUMPS) / 4.0, 0.0, 1.0)  # noqa: E731
    audience = session(tmp_path / "s.posture", CUED + 1.0, {CUED: Wish.BASELINE}, slump)
    ((begun, cue),) = audience.told("cue")
    ((ended, end),) = audience.told("cue-end")
    assert begun < CUED <= ended
    assert end == {"cause": cue["cause"], "why": "baseline"}


def test_somebody_else_is_followed_only_while_the_set_up_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned: list[float] = []
    monkeypatch.setattr(StreamFollower, "turn_to", lambda self, time, box: turned.append(time))
    people = [running(0.1, np.zeros_like)[0][1], neighbour(0.0)]
    wishes = {1.5: Wish.NEXT_PERSON, 2.0: Wish.GO_ON, 7.0: Wish.NEXT_PERSON}
    audience = session(tmp_path / "s.posture", 8.0, wishes, people=people)
    assert audience.states[-1].phase is Phase.BASELINE
    assert len(turned) == 1
    assert turned[0] < 2.0
