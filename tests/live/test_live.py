"""The live coach's parts: what stays and what does not, what is said and when, on poses with known truth."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.analysis.inputs import load_beside
from posture.analysis.kept import stored_settings
from posture.cli import main
from posture.drift.measure import without_numbers
from posture.drift.types import DriftResult, Status
from posture.errors import PostureError
from posture.kinematics import METRICS, find_view
from posture.kinematics.types import Headline
from posture.landmarks import L
from posture.live.coach import advice
from posture.live.coach.coach import LOOK_S, Coach
from posture.live.coach.cues import CueDirector, CueEnd
from posture.live.coach.cusum import Cusum
from posture.live.coach.readings import readings
from posture.live.coach.recent import RecentPoses, StrideLog
from posture.live.coach.setup import Item, check
from posture.live.coach.state import Phase, Sensitivity, State, Zone
from posture.live.display.screen import SIZE, ZONES, Screen
from posture.live.display.smooth import OneEuro
from posture.live.session.capture import Capture
from posture.live.session.picture import brightness
from posture.live.session.sources import Camera, File, NetworkCamera, SourceGoneError, find_source
from posture.live.session.timing import Latency, Metronome, Pace
from posture.pose.camera import level
from posture.pose.camera.background import background_of
from posture.pose.estimation.chunks import Gathered
from posture.pose.stream import Stream, StreamWriter, recover
from posture.pose.types import Pose
from posture.rules import Finding, load_causes
from posture.seen import see_live
from posture.series import PoseSeries
from posture.settings import ClipSettings, LiveSettings, Settings
from posture.storage.folder import AnalysisFolder
from tests.analytic_runner import side_runner
from tests.evidence import findings, result
from tests.hang import HANG_S
from tests.rendered import truth_series

FIFTEEN = Settings(live=LiveSettings(baseline_seconds=15.0))


def poses_of(series: PoseSeries) -> Iterator[tuple[float, Pose]]:
    for i, at in enumerate(series.time):
        yield float(at), Pose(series.xy[i], series.world[i], series.visibility[i], series.presence[i])


def coached(series: PoseSeries, settings: Settings = FIFTEEN) -> Iterator[tuple[Coach, State]]:
    """The coach on recorded poses, as fast as it goes, through the code that a session runs."""
    coach, recent, looked = Coach(settings, load_beside(settings)), RecentPoses(series.size), -np.inf
    for at, pose in poses_of(series):
        recent.add(at, pose)
        if at - looked >= LOOK_S - 1e-9:
            looked = at
            yield coach, coach.look(recent, 120.0, 0.0)


def noisy(path: Path, seed: int = 1) -> PoseSeries:
    """The true joints of a rendered clip with a pixel of noise."""
    series = truth_series(path)
    return series.with_xy(series.xy + np.random.default_rng(seed).standard_normal(series.xy.shape))


# --- cumulative sums -------------------------------------------------------------------------------------------------


def test_sums_find_a_shift_of_a_standard_deviation_within_twenty_strides_and_its_direction() -> None:
    found = Cusum(10.0, 2.0)
    for _ in range(10):
        found.add(12.0)
    assert not found.beyond(1.0)
    found.add(12.0)
    assert found.beyond(1.0)
    assert not found.beyond(-1.0)


@given(st.floats(-1e6, 1e6))
def test_one_wild_stride_is_no_alarm(value: float) -> None:
    found = Cusum(0.0, 1.0)
    found.add(value)
    assert not found.beyond(1.0)
    assert not found.beyond(-1.0)


def test_the_way_back_is_no_longer_after_an_hour_of_change() -> None:
    found = Cusum(0.0, 1.0)
    for _ in range(5000):
        found.add(2.0)
    for _ in range(12):
        found.add(0.0)
    assert not found.beyond(1.0)


# --- when to speak ---------------------------------------------------------------------------------------------------

TIMES = LiveSettings(
    dwell_seconds=4.0, show_seconds=10.0, gap_seconds=30.0, cooldown_seconds=100.0, snooze_seconds=200.0
)


def said(director: CueDirector, until: int, supported: dict[str, range], start: int = 0) -> list[tuple[int, str]]:
    """What is begun at each second, where each cause is supported in a range of seconds."""
    cues = []
    for now in range(start, until):
        there = [cause for cause, seconds in supported.items() if now in seconds]
        begun = director.update(float(now), there, there)
        if begun:
            cues.append((now, begun))
    return cues


def test_a_cue_comes_when_the_change_has_stayed_and_again_after_the_cool_down_only() -> None:
    assert said(CueDirector(TIMES), 250, {"C4": range(10, 250)}) == [(14, "C4"), (114, "C4"), (214, "C4")]


def test_a_change_that_does_not_stay_is_not_told() -> None:
    flicker = range(10, 200, 3)
    assert said(CueDirector(TIMES), 200, {"C4": flicker}) == []


def test_a_change_that_lasts_with_hysteresis_keeps_its_dwell() -> None:
    director = CueDirector(TIMES)
    begun = [director.update(float(t), ["C4"] if t % 2 == 0 else [], {"C4"}) for t in range(8)]
    assert begun.index("C4") == 4


def test_one_cue_at_a_time_the_more_important_first_with_a_gap_between() -> None:
    cues = said(CueDirector(TIMES), 100, {"C4": range(0, 100), "C7": range(0, 100)})
    assert cues == [(4, "C4"), (34, "C7")]


def test_a_cue_ends_when_the_change_is_gone_or_has_been_shown_long_enough() -> None:
    director = CueDirector(TIMES)
    said(director, 6, {"C4": range(0, 100)})
    assert director.current == "C4"
    director.update(6.0, [], set())
    assert director.current is None
    director = CueDirector(TIMES)
    said(director, 15, {"C4": range(0, 100)})
    assert director.current is None


def test_snooze_holds_cues_back_and_a_second_press_brings_them_again() -> None:
    director = CueDirector(TIMES)
    director.snooze(0.0)
    assert said(director, 200, {"C4": range(0, 400)}) == []
    assert said(director, 201, {"C4": range(0, 400)}, start=200) == [(200, "C4")]
    director.snooze(204.0)
    director.update(205.0, ["C4"], ["C4"])
    assert director.take_end() == ("C4", CueEnd.SNOOZED)
    assert director.take_end() is None
    director.snooze(206.0)
    director.snooze(300.0)
    director.snooze(301.0)
    assert not director.snoozed(302.0)


@settings(max_examples=50)
@given(st.lists(st.sets(st.sampled_from(["C4", "C5", "C7"])), min_size=20, max_size=300))
def test_it_never_nags(there: list[set[str]]) -> None:
    director, begun = CueDirector(TIMES), []
    for now, causes in enumerate(there):
        cue = director.update(float(now), sorted(causes), causes)
        if cue:
            begun.append((now, cue))
            assert all(cue in there[now - k] for k in range(5))
    times = [now for now, _ in begun]
    assert all(b - a >= TIMES.gap_seconds for a, b in pairwise(times))
    for cause in {cue for _, cue in begun}:
        own = [now for now, cue in begun if cue == cause]
        assert all(b - a >= TIMES.cooldown_seconds for a, b in pairwise(own))


def test_a_cue_about_the_legs_ends_as_better_only_when_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    bounce, hands, steps = result("vert_osc", 0.06), result("wrist_h", 0.2), result("overstride", 0.06)
    found = findings(hands, bounce, steps)
    legs, lead, part = findings(bounce)["C17"], found["C7"], found["C17"]
    assert part.part_of
    fitting: list[tuple[Finding, ...]] = []
    monkeypatch.setattr(advice, "fitting", lambda *_: fitting.pop(0))
    adviser = advice.Adviser(Settings(live=TIMES), load_beside(Settings()))

    def cued(now: float, there: tuple[Finding, ...], lasting: tuple[Finding, ...]) -> str | None:
        fitting[:] = [there, lasting]
        told, _ = adviser.advise(now, {}, None, None, Sensitivity.NORMAL)  # type: ignore[arg-type]
        return told.cue.cause if told.cue else None

    # While another cause lasts that may be told again at once, the legs wait.
    assert [cued(now, (legs,), (lead, legs)) for now in (0.0, 4.0, 8.0)] == [None] * 3
    assert [cued(now, (legs,), (legs,)) for now in (9.0, 13.0)] == [None, "C17"]
    assert cued(14.0, (lead, legs), (lead, legs)) == "C17"
    assert cued(15.0, (lead, part), (lead, part)) == "C17"
    assert adviser.take_end() is None
    assert cued(16.0, (lead,), (lead,)) is None
    assert adviser.take_end() == ("C17", CueEnd.BETTER)


# --- the coach on known runners --------------------------------------------------------------------------------------


@cache
def tiring(path: Path) -> tuple[State, ...]:
    return tuple(state for _, state in coached(noisy(path)))


@pytest.mark.parametrize("name", ["fresh", pytest.param("steady", marks=pytest.mark.slow)])
def test_no_cue_on_a_runner_who_does_not_change(shared: Path, name: str) -> None:
    states = [state for _, state in coached(noisy(shared / "rendered" / f"{name}.npz"))]
    assert states[-1].phase is Phase.COACHING
    assert [state.begun.cause for state in states if state.begun] == []
    assert all(reading.zone in (Zone.STEADY, Zone.UNKNOWN) for reading in states[-1].readings)


def passing(series: PoseSeries, metrics: dict[str, float]) -> float:
    """When the first of some metrics truly passes a limit: ten strides' median against the first 15 s."""
    table = see_live(series, Settings(), None).segmented.kept
    first = []
    for metric, limit in metrics.items():
        change = table[metric].rolling(5, center=True).median() - table[metric][table["end"] < 15.0].median()
        first.append(float(table["end"][change >= limit].min()))
    return min(first)


def test_the_first_cue_on_a_tiring_runner_is_about_head_or_slouch_and_in_time(shared: Path) -> None:
    flags = {metric: METRICS[metric].flag for metric in ("ear_hip", "trunk_lean", "neck_trunk")}
    true = passing(truth_series(shared / "rendered" / "tired.npz"), flags)
    assert 30.0 < true < 45.0
    cues = [(state.time, state.begun) for state in tiring(shared / "rendered" / "tired.npz") if state.begun]
    at, cue = cues[0]
    assert cue.cause in ("C4", "C5")
    assert at <= true + 15.0
    # No sooner than noise allows: before that the change is not beyond what can be detected.
    assert at >= passing(truth_series(shared / "rendered" / "tired.npz"), {"ear_hip": METRICS["ear_hip"].floor})
    own = next(c for c in load_causes().cause if c.id == cue.cause)
    assert cue.plan is not None
    assert cue.plan.cue == own.remedy.cue


def test_a_colour_means_a_change_towards_a_fault_beyond_the_noise() -> None:
    plain = replace(without_numbers("wrist_h", Status.DRIFT, "", 20), baseline=0.4, mdc=0.05)

    def zone(result: DriftResult) -> Zone:
        leading = {Headline.ARM_HEIGHT: result.metric, Headline.ARM_TENSION: result.metric}
        headline = METRICS[result.metric].headline
        return next(r for r in readings(leading, {result.metric: result}, None) if r.headline is headline).zone

    assert zone(replace(plain, change=0.10)) is Zone.OFF
    assert zone(replace(plain, change=0.06)) is Zone.CHANGING
    assert zone(replace(plain, change=0.04, status=Status.POSSIBLE)) is Zone.STEADY
    assert zone(replace(plain, change=-0.30)) is Zone.STEADY
    assert zone(replace(plain, change=0.10, status=Status.NOT_DECIDABLE)) is Zone.UNKNOWN
    less = replace(plain, metric="upper_arm_amp", baseline=40.0, change=-10.0, mdc=8.0)
    assert zone(less) is Zone.OFF
    assert zone(replace(less, change=10.0)) is Zone.STEADY


@pytest.mark.slow
@pytest.mark.parametrize(("name", "allowed"), [("arms", {"C7", "C8", "C10"}), ("weave", {"C7", "C9", "C14"})])
def test_cues_are_about_what_changes(shared: Path, name: str, allowed: set[str]) -> None:
    cues = [state.begun.cause for _, state in coached(noisy(shared / "rendered" / f"{name}.npz")) if state.begun]
    assert cues
    assert set(cues) <= allowed


def test_an_oblique_camera_is_told_and_coached_all_the_same_after_a_while(shared: Path) -> None:
    series = noisy(shared / "rendered" / "oblique.npz")
    series = series.take(series.time < Settings().live.patience_seconds + 4.0)
    states = [state for _, state in coached(series)]
    view = next(line for line in states[10].setup.lines if line.item is Item.VIEW)
    assert states[10].phase is Phase.SETUP
    assert view.good is False
    assert "square to your side" in view.text
    assert states[-1].phase is Phase.BASELINE


def test_a_walker_gives_no_baseline() -> None:
    time_axis = np.arange(0.0, 20.0, 1 / 30)
    states = [state for _, state in coached(side_runner(time_axis, 1.1, walking=True))]
    assert states[-1].phase is not Phase.COACHING
    assert states[-1].progress == 0.0


def test_overlapping_windows_give_every_stride_once(shared: Path) -> None:
    series = noisy(shared / "rendered" / "steady.npz").take(np.arange(1800) < 900)
    recent, log, looked = RecentPoses(series.size), StrideLog(1000), 0.0
    for at, pose in poses_of(series):
        recent.add(at, pose)
        if at - looked >= LOOK_S and at > 3.0:
            looked = at
            log.take(see_live(recent.series(), Settings(), None))
    whole = see_live(series, Settings(), None).segmented.kept
    inside = whole[
        (whole["start"] >= log.rows["start"].iloc[0] - 0.1) & (whole["end"] <= log.rows["end"].iloc[-1] + 0.1)
    ]
    assert abs(len(log.rows) - len(inside)) <= 1
    assert np.all(np.diff(log.rows["start"]) > 0.5 * whole["duration"].median())
    assert abs(log.rows["trunk_lean"].median() - inside["trunk_lean"].median()) < 0.1


def test_the_window_of_poses_is_bounded() -> None:
    recent = RecentPoses((640, 480), length=2.0)
    for i in range(1000):
        recent.add(i / 30, None)
    assert len(recent) <= 62
    assert not recent.series().seen.any()


# --- the set-up check ------------------------------------------------------------------------------------------------


def lines_of(series: PoseSeries, light: float = 120.0, level: float = 0.0) -> dict[Item, tuple[bool | None, str]]:
    return {line.item: (line.good, line.text) for line in check(series, None, light, level).lines}


def test_a_good_set_up_is_called_good_and_each_fault_says_what_to_move() -> None:
    runner = side_runner(np.arange(0.0, 4.0, 1 / 30))
    assert find_view(runner).yaw < 20
    assert check(runner, None, 120.0, 0.0).good
    low = runner.with_xy(runner.xy + np.array([0.0, 120.0]))
    assert "feet" in lines_of(low)[Item.BODY][1]
    high = runner.with_xy(runner.xy - np.array([0.0, 130.0]))
    assert "head" in lines_of(high)[Item.BODY][1]
    far = runner.with_xy(0.4 * runner.xy)
    assert "closer" in lines_of(far)[Item.DISTANCE][1]
    assert "dark" in lines_of(runner, light=20.0)[Item.LIGHT][1]
    assert "bright" in lines_of(runner, light=240.0)[Item.LIGHT][1]
    assert "turn it clockwise" in lines_of(runner, level=5.0)[Item.TILT][1]
    assert lines_of(runner)[Item.RATE] == (True, "30 pictures a second.")
    slow = runner.take(np.arange(len(runner)) % 5 == 0)
    assert "camera gives only 6 pictures" in lines_of(slow)[Item.RATE][1]
    lines = {line.item: line.text for line in check(slow, None, 120.0, 0.0, behind=True).lines}
    assert "close other programs" in lines[Item.RATE]
    nobody = runner.with_xy(np.full_like(runner.xy, np.nan))
    assert not check(nobody, None, 120.0, 0.0).usable


@pytest.mark.parametrize("turn", [0.0, 4.0, -6.0])
def test_the_rooms_lines_show_how_the_camera_is_tilted(turn: float) -> None:
    import cv2

    picture = np.full((480, 640, 3), 200, np.uint8)
    for x in range(60, 640, 70):
        cv2.line(picture, (x, 30), (x, 450), (60, 60, 60), 3)
    for y in (100, 350):
        cv2.line(picture, (20, y), (620, y), (90, 90, 90), 3)
    # OpenCV turns anticlockwise.
    turned = cv2.warpAffine(picture, cv2.getRotationMatrix2D((320, 240), -turn, 1.2), (640, 480))
    assert abs(level.roll_of([level.lines_of(turned)], (640, 480)) - turn) < 0.5


def test_a_tilt_holds_the_session_up_for_a_while_and_several_people_are_told() -> None:
    runner = side_runner(np.arange(0.0, 4.0, 1 / 30))
    assert not check(runner, None, 120.0, 8.0).good
    assert check(runner, None, 120.0, 8.0).usable
    two = check(runner, None, 120.0, 0.0, people=2)
    assert not two.good
    assert "2 people" in next(line.text for line in two.lines if line.item is Item.PEOPLE)


def test_a_view_that_is_named_wrong_is_noticed_and_what_is_seen_counts() -> None:
    runner = side_runner(np.arange(0.0, 30.0, 1 / 30))
    line = next(line for line in check(runner, "front", 120.0, 0.0).lines if line.item is Item.VIEW)
    assert line.good is False
    assert "You said front" in line.text
    assert not any(line.good is False for line in check(runner, "left", 120.0, 0.0).lines)
    wrong = FIFTEEN.model_copy(update={"clip": ClipSettings(view="front")})
    coach, state = list(coached(runner, wrong))[-1]
    assert coach.view_refused
    assert state.phase is Phase.BASELINE


def test_a_picture_without_lines_says_nothing_about_tilt() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), dtype=np.uint8)
    assert np.isnan(level.roll_of([level.lines_of(noise)], (320, 240)))
    assert abs(brightness(np.full((240, 320, 3), 40, np.uint8), None) - 40.0) < 1.0


# --- keeping up ------------------------------------------------------------------------------------------------------


def test_latencies_are_told_by_median_and_95_percent() -> None:
    latency = Latency()
    assert np.isnan(latency.quantile(0.5))
    for ms in range(1, 101):
        latency.add(ms / 1000.0)
    assert latency.quantile(0.5) == 50
    assert latency.quantile(0.95) == 95


def drive(metronome: Metronome, seconds: float, *costs: float, begin: float = 0.0, step: float = 1 / 30) -> float:
    """A loop that takes the newest picture when it is free; the share of pictures that come evenly."""
    free, gaps, last = 0.0, [], 0
    for number in range(round(begin / step), round((begin + seconds) / step)):
        at = number * step
        # The newest picture waits until the loop is free.
        if at + step < free or not metronome.wants(number):
            continue
        cost = costs[len(gaps) % len(costs)]
        free = max(at, free) + cost
        metronome.looked(number, at, cost)
        gaps.append(number - last)
        last = number
    late = np.array(gaps[len(gaps) // 2 :])
    return float(np.mean(late == np.median(late)))


def test_a_quick_machine_looks_at_every_picture_and_a_slow_one_at_every_second_evenly() -> None:
    quick, slow = Metronome(), Metronome()
    assert drive(quick, 20.0, 0.02) == 1.0
    assert quick.every == 1
    assert drive(slow, 20.0, 0.05) == 1.0
    assert slow.every == 2
    drive(slow, 20.0, 0.01, begin=20.0)
    assert slow.every == 1


def test_a_picture_that_stood_still_does_not_slow_the_metronome_down() -> None:
    metronome = Metronome()
    drive(metronome, 5.0, 0.01)
    metronome.forget()
    drive(metronome, 5.0, 0.01, begin=9.0)
    assert metronome.every == 1


def test_a_machine_that_was_busy_for_a_moment_goes_back_to_every_picture_though_single_looks_take_long() -> None:
    metronome = Metronome()
    drive(metronome, 10.0, 0.05)
    assert metronome.every == 2
    drive(metronome, 10.0, *[0.027] * 8, 0.05, begin=10.0)
    assert metronome.every == 1


class _Scripted:
    """A source that gives numbered pictures, and goes away where the script says so."""

    name, endless, advice = "scripted", True, "check the script"

    def __init__(self, *bursts: int, step: float = 0.0) -> None:
        self.bursts, self.opened, self.step = list(bursts), 0, step

    def pictures(self) -> Iterator[tuple[float | None, np.ndarray]]:
        self.opened += 1
        if not self.bursts:
            raise SourceGoneError
        for number in range(self.bursts.pop(0)):
            time.sleep(self.step)
            yield None, np.full((4, 4, 3), number, np.uint8)
        raise SourceGoneError


def test_only_the_newest_picture_waits_and_every_one_is_counted() -> None:
    with Capture(_Scripted(50)) as capture:
        deadline = time.monotonic() + HANG_S
        while capture.given < 50 and time.monotonic() < deadline:
            time.sleep(0.01)
        shot = capture.newest(1.0)
        assert shot is not None
        assert shot.number == 49
        assert shot.rgb[0, 0, 0] == 49
        assert capture.newest(0.05) is None


def test_a_camera_that_goes_away_is_tried_again_and_its_return_counted() -> None:
    source = _Scripted(3, 3, step=0.01)
    with Capture(source) as capture:
        deadline = time.monotonic() + HANG_S
        while capture.given < 6 and time.monotonic() < deadline:
            capture.newest(0.05)
        assert capture.given == 6
        assert capture.interruptions == 1
    assert source.opened >= 2


def test_a_source_that_never_gives_a_picture_is_given_up() -> None:
    with Capture(_Scripted()) as capture:
        assert capture.newest(HANG_S) is None
        assert capture.ended
        assert str(capture.failure) == "scripted: gives no pictures; check the script."


def test_a_stopped_capture_leaves_no_thread() -> None:
    before = threading.active_count()
    with Capture(_Scripted(100_000, step=0.005)):
        pass
    assert threading.active_count() == before


def test_sources_are_told_from_their_names(tmp_path: Path) -> None:
    clip = tmp_path / "run.mp4"
    clip.write_bytes(b"x")
    assert isinstance(find_source("0", LiveSettings()), Camera)
    assert isinstance(find_source(str(clip), LiveSettings()), File)
    camera = find_source("rtsp://user:secret@10.0.0.7:554/stream", LiveSettings())
    assert isinstance(camera, NetworkCamera)
    assert camera.name == "10.0.0.7:554/stream"
    for address in (
        "rtsp://user:sec@ret@10.0.0.7:554/stream?user=user&pwd=secret@home",
        "RTSP://10.0.0.7:554/stream?user=user&pwd=secret#secret",
    ):
        assert find_source(address, LiveSettings()).name == "10.0.0.7:554/stream"
    with pytest.raises(PostureError, match="no such camera"):
        find_source("no such thing", LiveSettings())


def test_the_command_says_what_is_wrong() -> None:
    run = CliRunner().invoke(main, ["live", "--camera", "0", "--source", "x"])
    assert run.exit_code == 2
    listed = CliRunner().invoke(main, ["live", "--list"])
    assert listed.exit_code == 0
    assert listed.output.strip()
    assert CliRunner().invoke(main, ["live", "--baseline", "soon", "--list"]).exit_code == 2


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_the_drawn_skeleton_is_smoother_and_does_not_trail() -> None:
    time_axis = np.arange(0.0, 3.0, 1 / 30)
    body = np.stack([np.zeros(33), np.linspace(0.0, 400.0, 33)], axis=1)
    rng, smooth = np.random.default_rng(0), OneEuro()
    still = np.stack([smooth(t, body + rng.standard_normal((33, 2))) for t in time_axis])[30:]
    assert still.std(axis=0).mean() < 0.7
    smooth = OneEuro()
    swing = np.sin(2 * np.pi * 1.4 * time_axis)[:, None, None] * [80.0, 0.0] + body
    drawn = np.stack([smooth(t, x) for t, x in zip(time_axis, swing, strict=True)])
    assert np.abs(drawn - swing)[30:].max() < 25.0


def test_the_screen_shows_zones_by_shape_and_word_as_well_as_by_colour(shared: Path) -> None:
    assert len({shape for _, shape in ZONES.values()}) == len(ZONES)
    state = next(state for state in tiring(shared / "rendered" / "tired.npz") if state.cue is not None)
    pace = Pace(30.0, 50.0, 29.0, 100, 3)
    plain, mirrored = Screen(mirror=False), Screen(mirror=True)
    for screen in (plain, mirrored):
        screen.prepare(state)
    rgb = np.zeros((720, 640, 3), np.uint8)
    rgb[:, :320] = 255
    first = plain.compose(rgb, None, None, pace).copy()
    second = mirrored.compose(rgb, None, None, pace)
    assert first.shape == (SIZE[1], SIZE[0], 3)
    assert first[300, 200].min() == 255
    assert second[300, 200].max() == 0
    # The words on the right are not mirrored with the picture.
    assert np.array_equal(first[:, 800:], second[:, 800:])
    assert first[540:, :, 0].max() > 200  # the cue


# --- what is kept ----------------------------------------------------------------------------------------------------


def kept(folder: AnalysisFolder, series: PoseSeries, pieces: int) -> StreamWriter:
    folder.claim("camera 0", "abc", force=False)
    stream = Stream("camera 0", "abc", "mediapipe 1", "lite", series.size, Settings().model_dump(mode="json"))
    writer = StreamWriter(folder, stream)
    poses = list(poses_of(series))
    for part in np.array_split(np.arange(len(poses)), pieces):
        piece = Gathered()
        for i in part:
            piece.add(poses[i][0], np.zeros((480, 640, 3), np.uint8), poses[i][1])
        writer.keep(piece.poses(), taken=int(part[-1]) + 1, dropped=7, tilt=2.5)
    return writer


def test_a_session_is_whole_again_from_its_pieces_even_if_one_is_damaged(tmp_path: Path) -> None:
    series = side_runner(np.arange(0.0, 30.0, 1 / 30))
    folder = AnalysisFolder(tmp_path / "a.posture")
    kept(folder, series, 10)
    whole = recover(folder)
    assert np.array_equal(whole.series.time, series.time)
    assert np.allclose(whole.series.xy, series.xy, atol=1e-3)
    assert whole.tilt == 2.5
    assert "7" in whole.notes[0]
    assert "dropped" in whole.notes[0]
    (folder.chunks / "000009.npz").write_bytes(b"cut off")
    assert recover(folder).series.time[-1] == pytest.approx(27.0, abs=0.1)


def test_a_killed_session_is_analysed_with_its_baseline(tmp_path: Path) -> None:
    folder = AnalysisFolder(tmp_path / "a.posture")
    writer = kept(folder, side_runner(np.arange(0.0, 40.0, 1 / 30)), 8)
    plain = Settings().model_dump(mode="json")
    plain["run"]["baseline"] = [1.0, 16.0]
    writer.keep(Gathered().poses(), settings=plain)
    run = CliRunner().invoke(main, ["analyze", str(folder.path)])
    assert run.exit_code == 0, run.output
    record = json.loads(folder.record.read_text())
    assert record["settings"]["run"]["baseline"] == [1.0, 16.0]
    assert record["strides"]["kept"] > 40
    assert any("dropped" in note for note in record["clip"]["notes"])
    assert not folder.chunks.exists()
    assert not folder.stream.exists()
    assert stored_settings(folder.path).run.baseline == (1.0, 16.0)


def test_a_camera_that_is_moved_during_the_session_is_noticed(tmp_path: Path) -> None:
    import cv2

    folder = AnalysisFolder(tmp_path / "a.posture")
    series = side_runner(np.arange(0.0, 30.0, 1 / 30))
    writer = kept(folder, series, 3)
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    room = cv2.resize(noise, (640, 480), interpolation=cv2.INTER_CUBIC)
    tipped = cv2.warpAffine(room, cv2.getRotationMatrix2D((320, 240), -3.0, 1.0), (640, 480))
    for at in range(0, 30, 5):
        picture = room if at < 15 else tipped
        writer.keep_background(float(at), background_of(picture, [series.xy[30 * at]]))
    camera = recover(folder).camera
    assert camera.measured.all()
    assert np.abs(camera.roll[:3]).max() < 0.3
    assert np.abs(camera.roll[3:] - 3.0).max() < 0.3


def test_nobody_seen_is_one_sentence(tmp_path: Path) -> None:
    folder = AnalysisFolder(tmp_path / "a.posture")
    series = side_runner(np.arange(0.0, 3.0, 1 / 30))
    kept(folder, series.with_xy(np.full_like(series.xy, np.nan)), 2)
    with pytest.raises(PostureError, match="nobody was seen"):
        recover(folder)


def test_the_far_wrist_is_drawn_by_its_own_visibility() -> None:
    """A landmark that is a guess is not drawn."""
    screen = Screen(mirror=False)
    rgb = np.zeros((530, 800, 3), np.uint8)
    points = np.full((33, 2), 400.0)
    points[L.LEFT_WRIST] = (100.0, 300.0)
    visible = np.ones(33)
    shown = screen.compose(rgb, points, visible, Pace(1, 1, 30, 1, 0)).copy()
    visible[L.LEFT_WRIST] = 0.1
    hidden = screen.compose(rgb, points, visible, Pace(1, 1, 30, 1, 0))
    assert shown[300:330, 150:300].any()
    assert not hidden[310:330, 150:250].any()
