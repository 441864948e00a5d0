"""The live session's smaller parts: likeness, framing, readings, cues that are answered, the screen's letters."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.drift.measure import without_numbers
from posture.drift.types import DriftResult, Status
from posture.kinematics import METRICS
from posture.kinematics.head import JACOBIAN, PATTERN_METRICS, HeadChange
from posture.kinematics.types import Headline
from posture.levels import Levels, Pattern, Shape
from posture.live.coach.baseline import Baseline
from posture.live.coach.cues import CueDirector, CueEnd
from posture.live.coach.events import SCHEMA, Event, Kind
from posture.live.coach.readings import faded, readings
from posture.live.coach.setup import SetUp
from posture.live.coach.state import Pause, Phase, Sensitivity, State, Zone
from posture.live.coach.telling import events_between
from posture.live.display.letters import CAPITAL, cut, wide, wrapped
from posture.live.display.screen import CUE, PICTURE, SIZE, Screen
from posture.live.display.sound import TONES
from posture.live.display.words import told_now
from posture.live.session.capture import Shot
from posture.live.session.follow import StreamFollower
from posture.live.session.framing import Framing, Frozen, Resized
from posture.live.session.likeness import Likeness, look_of
from posture.live.session.listener import Wish
from posture.live.session.picture import told_apart
from posture.live.session.recognition import Recognition, Who
from posture.live.session.timing import Latency, Metronome, Pace
from posture.rules import load_causes
from posture.settings import LiveSettings
from posture.strides import Gait
from tests.analytic_runner import side_runner
from tests.live.staged import BLUE, RATE, RED, Scene, dressed, neighbour, play, running
from tests.live.test_live import coached

NOTHING = SetUp(())


def shot(rgb: np.ndarray, at: float = 0.0) -> Shot:
    return Shot(0, at, at, rgb)


# --- pictures --------------------------------------------------------------------------------------------------------


@given(st.integers(80, 800), st.integers(80, 800))
def test_whatever_size_comes_circles_stay_circles(width: int, height: int) -> None:
    import cv2

    rgb = np.zeros((height, width, 3), np.uint8)
    radius = min(width, height) // 4
    cv2.circle(rgb, (width // 2, height // 2), radius, (255, 255, 255), -1)
    fitted = Framing((640, 480)).fitted(shot(rgb)).rgb
    assert fitted.shape == (480, 640, 3)
    ys, xs = np.nonzero(fitted[..., 0] > 127)
    assert np.ptp(xs) == pytest.approx(np.ptp(ys), abs=3.0)


def test_another_size_of_the_same_shape_is_told_from_another_shape() -> None:
    framing = Framing((640, 480))
    assert framing.changed(shot(np.zeros((480, 640, 3), np.uint8))) is None
    half = framing.changed(shot(np.zeros((240, 320, 3), np.uint8)))
    assert half == Resized((640, 480), (320, 240))
    assert half.same_shape
    assert "baseline" not in str(half)
    turned = framing.changed(shot(np.zeros((640, 480, 3), np.uint8)))
    assert turned is not None
    assert not turned.same_shape
    assert "new baseline" in str(turned)


def test_a_picture_that_stands_still_is_noticed_and_one_pixel_of_noise_is_enough() -> None:
    frozen, rgb = Frozen(), np.full((480, 640, 3), 90, np.uint8)
    assert [frozen.seconds(shot(rgb, at)) for at in (0.0, 1.0, 2.0)] == [0.0, 1.0, 2.0]
    noisy = rgb.copy()
    noisy[8, 16] += 1
    assert frozen.seconds(shot(noisy, 3.0)) == 0.0


def test_the_runner_is_told_from_others_by_clothes_size_and_place_and_not_by_light() -> None:
    likeness = Likeness()
    steps = running(10.0, np.zeros_like)
    for number, (_, pose) in enumerate(steps[::5]):
        likeness.learn(look_of(dressed(pose, BLUE, number), pose))
    pose = steps[-1][1]
    rgb = dressed(pose, BLUE, 0)
    assert likeness.known
    assert likeness.strange(look_of(rgb, pose)) == ""
    assert likeness.strange(look_of((0.9 * rgb).astype(np.uint8), pose)) == ""
    assert likeness.strange(look_of(dressed(pose, RED, 0), pose)) == "shirt"
    small = replace(pose, xy=320.0 + 0.6 * (pose.xy - 320.0))
    assert likeness.strange(look_of(dressed(small, BLUE, 0), small)) == "size"
    away = replace(pose, xy=pose.xy + np.array([200.0, 0.0]))
    assert likeness.strange(look_of(dressed(away, BLUE, 0), away)) == "place"


def test_clothes_that_were_never_seen_make_nobody_a_stranger() -> None:
    likeness = Likeness()
    _, pose = running(1.0, np.zeros_like)[-1]
    look = look_of(dressed(pose, BLUE, 0), pose)
    for _ in range(40):
        likeness.learn(np.where(np.arange(look.size) // 3 == 1, np.nan, look))
    assert likeness.known
    assert likeness.strange(look) == ""
    assert likeness.strange(look_of(dressed(pose, RED, 0), pose)) == "shirt"


def follow_who_comes_back(shirt: tuple[int, int, int], gap: float) -> list[Who]:
    """Who is told in each picture after a time with nobody, of somebody in a shirt of this colour."""
    recognition, number = Recognition(), 0
    steps = running(14.0 + gap, np.zeros_like)
    after = []
    for number, (at, pose) in enumerate(steps):
        if at < 10.0:
            recognition.judge(at, dressed(pose, BLUE, number), pose, searching=at == 0.0)
        elif at >= 10.0 + gap:
            searching = not after or after[-1] is not Who.RUNNER
            after.append(recognition.judge(at, dressed(pose, shirt, number), pose, searching=searching))
    return after


def test_who_was_hidden_for_a_moment_is_the_runner_at_once_and_who_was_away_after_four_looks() -> None:
    assert set(follow_who_comes_back(BLUE, 0.5)) == {Who.RUNNER}
    back = follow_who_comes_back(BLUE, 4.0)
    first = back.index(Who.RUNNER)
    assert 0.7 <= first / RATE <= 1.1
    assert set(back[:first]) == {Who.UNSURE}
    assert set(back[first:]) == {Who.RUNNER}


def test_who_comes_after_a_while_in_clothes_that_differ_by_less_than_one_look_tells_is_no_runner() -> None:
    import cv2

    lab = cv2.cvtColor(np.array([[BLUE]], np.float32) / 255.0, cv2.COLOR_RGB2LAB) + np.float32([20.0, 0.0, 0.0])
    alike = tuple(int(value) for value in np.round(255.0 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)).clip(0, 255).ravel())
    one = follow_who_comes_back(alike, 0.5)
    assert set(one) == {Who.RUNNER}
    after = follow_who_comes_back(alike, 4.0)
    assert Who.RUNNER not in after
    assert Who.STRANGER in after


def test_people_are_counted_once_and_those_far_behind_not_at_all() -> None:
    near, twin, beside, far = np.array([[0, 0, 100, 300], [5, 0, 105, 290], [200, 0, 300, 280], [400, 0, 420, 60.0]])
    assert [box.tolist() for box in told_apart([near, twin, beside, far])] == [near.tolist(), beside.tolist()]
    assert told_apart([]) == []


def test_the_delay_that_is_shown_is_that_of_the_last_ten_seconds() -> None:
    latency = Latency()
    for at in range(100):
        latency.add(0.5 if at < 80 else 0.02, float(at))
    pace = latency.pace(30.0, 100, 0)
    assert pace.lately == pytest.approx(20.0, abs=1.0)
    assert pace.median == 500
    assert "without what camera, network and screen take" in str(pace)


# --- readings --------------------------------------------------------------------------------------------------------


def changed(pattern: HeadChange, times: float = 1.5) -> dict[str, DriftResult]:
    """Changes of trunk, neck and head in the proportions of a posture."""
    found = {}
    for name, degrees in zip(PATTERN_METRICS, JACOBIAN[pattern], strict=True):
        metric, size = METRICS[name], times * degrees
        status = Status.DRIFT if abs(size) > metric.floor else Status.STABLE
        plain = without_numbers(name, status, "", 40)
        found[name] = replace(plain, baseline=10.0, change=size, end=10.0 + size, mdc=metric.floor)
    return found


@pytest.mark.parametrize(
    ("pattern", "head", "slump"),
    [
        (HeadChange.WHOLE_LEAN, Zone.STEADY, Zone.STEADY),
        (HeadChange.HEAD_FORWARD, Zone.OFF, Zone.STEADY),
        (HeadChange.THORACIC_SLOUCH, Zone.OFF, Zone.OFF),
    ],
)
def test_a_whole_body_lean_and_a_head_alone_are_no_slump(pattern: HeadChange, head: Zone, slump: Zone) -> None:
    leading = {Headline.HEAD_FORWARD: "ear_hip", Headline.SHOULDER_SLUMP: "trunk_lean"}
    now = {r.headline: r for r in readings(leading, changed(pattern), None)}
    assert (now[Headline.HEAD_FORWARD].zone, now[Headline.SHOULDER_SLUMP].zone) == (head, slump)
    if pattern is HeadChange.WHOLE_LEAN:
        assert "whole body" in now[Headline.SHOULDER_SLUMP].note
        told = readings(leading, changed(pattern), None, ["trunk_lean"])
        assert told[1].zone is Zone.OFF  # what is being said is not painted green


def test_a_posture_that_is_there_from_the_start_is_not_green() -> None:
    steady = {name: replace(r, change=0.0, status=Status.STABLE) for name, r in changed(HeadChange.WHOLE_LEAN).items()}
    found = Levels("runners", True, {}, {Shape.SLUMPED: Pattern(Shape.SLUMPED, True, 1.5, 20, "")}, "")
    leading = {Headline.HEAD_FORWARD: "ear_hip", Headline.SHOULDER_SLUMP: "trunk_lean"}
    zones = {r.headline: r.zone for r in readings(leading, steady, found)}
    assert zones[Headline.SHOULDER_SLUMP] is Zone.CARRIED
    assert zones[Headline.HEAD_FORWARD] is Zone.STEADY


def test_a_colour_goes_back_when_the_change_has_and_not_with_every_stride() -> None:
    leading = {Headline.ARM_HEIGHT: "wrist_h"}
    plain = replace(without_numbers("wrist_h", Status.DRIFT, "", 20), baseline=0.4, mdc=0.05)
    now, zones = (), []
    for change in (0.02, 0.06, 0.045, 0.055, 0.045, 0.03):
        now = readings(leading, {"wrist_h": replace(plain, change=change)}, None, (), now)
        zones.append(next(r.zone for r in now if r.headline is Headline.ARM_HEIGHT))
    assert zones == [Zone.STEADY, *[Zone.CHANGING] * 4, Zone.STEADY]


# --- cues ------------------------------------------------------------------------------------------------------------

TIMES = LiveSettings(dwell_seconds=4.0, show_seconds=10.0, gap_seconds=20.0, cooldown_seconds=40.0, praise_seconds=3.0)


def test_a_lasting_change_is_reminded_of_and_its_end_praised_once() -> None:
    director, begun, praised, reminders = CueDirector(TIMES), [], [], []
    for now in range(120):
        there = ["C4"] if now < 80 else []
        cue = director.update(float(now), there, there, ["C4"] if now >= 90 else [])
        if cue:
            begun.append(now)
            reminders.append(director.reminder)
        if director.praised(float(now)):
            praised.append(now)
    assert begun == [4, 44]
    assert reminders == [False, True]
    assert praised == [94]


def test_what_is_not_seen_any_more_is_not_praised() -> None:
    director = CueDirector(TIMES)
    for now in range(10):
        director.update(float(now), ["C4"], ["C4"])
    director.silence(CueEnd.STALE)
    assert director.ended == ("C4", CueEnd.STALE)
    for now in range(10, 60):
        director.update(float(now), [], [])
        assert director.praised(float(now)) is None


# --- events ----------------------------------------------------------------------------------------------------------


def test_every_event_is_one_line_of_json_with_its_kind_and_time() -> None:
    line = json.loads(str(Event(Kind.START, more={"schema": SCHEMA, "posture": "1"})))
    assert line == {"event": "start", "time": None, "schema": 1, "posture": "1"}


def test_pauses_snoozes_and_sensitivity_are_told_when_they_begin_and_end() -> None:
    plain = State(10.0, Phase.COACHING, NOTHING)
    steps = [
        plain,
        replace(plain, time=11.0, paused=Pause.KEY),
        replace(plain, time=12.0, snoozed_until=20.0),
        replace(plain, time=13.0, snoozed_until=20.0, sensitivity=Sensitivity.LESS),
        replace(plain, time=21.0, sensitivity=Sensitivity.LESS, stale="No strides are seen."),
        replace(plain, time=22.0, sensitivity=Sensitivity.LESS, paused=Pause.LEFT),
        replace(plain, time=23.0, sensitivity=Sensitivity.LESS),
    ]
    told = [
        (event.kind.value, event.more.get("on", event.more.get("found", event.more.get("level"))))
        for before, now in pairwise(steps)
        for event in events_between(before, now)
    ]
    assert told == [
        ("pause", True),
        ("pause", False),
        ("snooze", True),
        ("sensitivity", "fewer cues"),
        ("snooze", False),
        ("stale", True),
        ("runner", False),
        ("pause", True),
        ("runner", True),
        ("pause", False),
    ]


# --- what is seen and heard ------------------------------------------------------------------------------------------


def test_every_cue_is_read_from_three_metres_on_two_lines() -> None:
    assert CAPITAL * CUE / SIZE[0] * 350 >= 3000 / 150
    for cause in load_causes().cause:
        lines = wrapped(cause.remedy.spoken, CUE, SIZE[0] - 40)
        assert len(lines) <= 2
        assert max(wide(line, CUE) for line in lines) <= SIZE[0] - 40
        assert SIZE[1] - PICTURE[1] - 30 >= 2 * 0.94 * CUE


def test_capitals_are_as_high_as_they_are_said_to_be() -> None:
    from posture.live.display.letters import write

    canvas = np.zeros((300, 400, 3), np.uint8)
    write(canvas, CUE, "H", (100, 100))
    rows = np.flatnonzero(canvas[..., 0].max(axis=1) > 127)
    assert np.ptp(rows) + 1 >= 73  # 20 mm where 1280 px are 35 cm


def test_what_has_no_room_is_cut_at_a_word() -> None:
    assert cut("short", 18, 400) == "short"
    assert cut("far too long to be written here", 18, 150).endswith(" ...")
    assert wide(cut("far too long to be written here", 18, 150), 18) <= 150


def test_values_without_news_are_shown_as_not_seen_with_the_reason() -> None:
    state = State(70.0, Phase.COACHING, NOTHING, paused=Pause.NONE, stale="The picture stands still.")
    blank = readings({}, {}, None)
    assert {r.zone for r in faded(blank, "The picture stands still.")} == {Zone.UNKNOWN}
    screen = Screen(mirror=False)
    screen.prepare(replace(state, readings=faded(blank, "The picture stands still.")))
    image = screen.compose(np.zeros((480, 640, 3), np.uint8), None, None, Pace(1, 1, 30, 1, 0))
    assert image[PICTURE[1] :, :, 0].max() > 200  # said below


def test_each_cause_of_the_head_trunk_and_arms_has_a_tone_of_its_own() -> None:
    assert len(set(TONES.values())) == len(TONES)
    assert {"C4", "C5", "C7", "C8", "C9", "C10"} <= set(TONES)


# --- what a camera does ----------------------------------------------------------------------------------------------


def test_too_few_pictures_fade_the_values_and_say_so() -> None:
    time = np.concatenate([np.arange(0.0, 20.0, 1 / 30), np.arange(20.0, 28.0, 1 / 7.5)])
    states = [state for _, state in coached(side_runner(time))]
    before = [state for state in states if state.phase is Phase.COACHING and state.time < 20.0]
    assert before
    assert not any(state.stale for state in before)
    late = states[-1]
    assert "Only 8 pictures a second" in late.stale
    assert {reading.zone for reading in late.readings} == {Zone.UNKNOWN}


def test_several_people_hold_the_set_up_until_a_key_chooses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps = running(14.0, np.zeros_like)
    scenes = [Scene(at, dressed(pose, BLUE, number), pose) for number, (at, pose) in enumerate(steps)]
    people = [steps[0][1], neighbour(0.0)]
    turned: list[float] = []
    monkeypatch.setattr(StreamFollower, "turn_to", lambda self, time, box: turned.append(float(box[0])))
    wishes = {5.0: Wish.NEXT_PERSON, 9.0: Wish.GO_ON}
    audience = play(monkeypatch, tmp_path / "s.posture", scenes, wishes, people=people)
    assert [more["people"] for _, more in audience.told("people")] == [2]
    assert [more["phase"] for _, more in audience.told("phase")] == ["set-up", "baseline"]
    assert audience.told("phase")[1][0] == pytest.approx(9.0, abs=1.0)
    assert turned == [pytest.approx(people[1].xy[:, 0].min())]


def test_a_camera_that_goes_away_is_told_once_and_the_clock_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    scenes = [
        Scene(at, None, None, away=True) if 5.0 <= at < 9.0 else Scene(at, dressed(pose, BLUE, number), pose)
        for number, (at, pose) in enumerate(running(11.0, np.zeros_like))
    ]
    audience = play(monkeypatch, tmp_path / "s.posture", scenes)
    assert [(round(at), more["back"]) for at, more in audience.told("camera")] == [(5, False), (9, True)]
    times = [state.time for state in audience.states]
    assert all(b - a >= 0.6 for a, b in pairwise(times))
    away = [state for state in audience.states if 6.6 < state.time < 9.0]
    assert away
    assert {state.stale for state in away} == {"The camera is away."}


def test_a_slow_machine_is_told_from_a_slow_camera_from_the_first_pictures_on() -> None:
    busy, slow_camera = Metronome(), Metronome()
    for n in range(4):
        busy.looked(7 * n, 0.25 * n, 0.2)
        slow_camera.looked(n, 0.25 * n, 0.02)
    assert busy.behind
    assert not slow_camera.behind
    assert not Metronome().behind


def test_who_may_be_running_gets_a_baseline_and_is_not_told_to_start() -> None:
    ten = pd.DataFrame({"start": np.arange(10) * 0.7, "end": np.arange(1, 11) * 0.7, "duration": np.full(10, 0.7)})
    for gait, counts in ((Gait.RUNNING, True), (Gait.UNSURE, True), (Gait.WALKING, False), (Gait.NONE, False)):
        baseline = Baseline(wanted=7.0, look=0.7)
        for _ in range(3):
            baseline.add(ten, gait)
        assert baseline.enough is counts
        text, _ = told_now(State(1.0, Phase.BASELINE, NOTHING, gait=gait))
        assert ("Start to run" in text) is not counts


def test_who_waits_is_told_how_to_go_on_where_somebody_else_is_seen() -> None:
    alone = State(9.0, Phase.COACHING, NOTHING, paused=Pause.LEFT)
    assert told_now(alone)[0] == "Paused until you are back."
    assert "If it is you" in told_now(replace(alone, stranger=True))[0]
    assert "pause again" in told_now(replace(alone, stranger=True, paused=Pause.KEY))[0]
