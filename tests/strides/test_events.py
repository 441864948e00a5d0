"""Events: what is cut out, and above all what is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from posture.kinematics import compute, find_view
from posture.landmarks import L
from posture.series import PoseSeries
from posture.settings import StrideSettings
from posture.strides import EventKind, find_events, find_strides, stride_table
from tests.analytic_runner import TORSO, side_runner, side_view
from tests.rendered import truth_series

RATE = 30.0
TIME = np.arange(0, 40, 1 / RATE)
DURING = (TIME >= 15) & (TIME < 20)


def with_hand(place: np.ndarray, swing: float = 0.4, stride: float = 0.7) -> PoseSeries:
    """A runner whose near hand is elsewhere from 15 to 20 s."""
    series = side_runner(TIME, stride, swing=swing)
    xy = series.xy.copy()
    xy[DURING, L.RIGHT_WRIST] = place[DURING]
    return series.with_xy(xy)


def kinds(series: PoseSeries) -> list[EventKind]:
    return [event.kind for event in find_events(series, side_view(series))]


def one_event(series: PoseSeries, kind: EventKind) -> None:
    found = find_events(series, side_view(series))
    assert [event.kind for event in found] == [kind]
    # An event may take up to the length of a gesture more or less than the truth, never a stride on either side of it.
    assert found[0].start == pytest.approx(15, abs=0.8)
    assert found[0].end == pytest.approx(20, abs=0.8)
    assert found[0].why


@pytest.mark.parametrize("swing", [0.4, 0.2, 0.1, 0.0])
@pytest.mark.parametrize("stride", [0.6, 0.9, 1.4, 6.8])
def test_steady_running_has_no_event_however_stiff_the_arms_and_slow_the_clip(swing, stride):
    assert kinds(side_runner(TIME, stride, swing=swing)) == []


def test_arms_that_rise_and_stiffen_are_technique_not_an_event():
    swing = np.interp(TIME, [10, 30], [0.4, 0.1])
    series = side_runner(TIME, swing=swing)
    xy = series.xy.copy()
    xy[:, L.RIGHT_WRIST, 1] -= np.interp(TIME, [10, 30], [0, 0.6 * TORSO])
    assert kinds(series.with_xy(xy)) == []


def test_a_hand_on_the_rail_keeps_still_in_the_picture():
    one_event(with_hand(np.tile([380.0, 200.0], (len(TIME), 1))), EventKind.HANDRAIL)


def test_a_hand_at_the_face():
    nose = side_runner(TIME).xy[:, L.NOSE]
    wobble = 4.0 * np.sin(2 * np.pi * 3 * TIME)[:, None]
    one_event(with_hand(nose + np.array([5.0, 10.0]) + wobble), EventKind.FACE)


def test_a_sprinters_hand_that_passes_the_face_is_no_event():
    series = side_runner(TIME, 0.5, swing=0.6)
    xy = series.xy.copy()
    xy[:, L.RIGHT_WRIST, 1] -= 100.0
    assert kinds(series.with_xy(xy)) == []


def test_a_phone_before_the_eyes_needs_hand_and_head():
    series = side_runner(TIME)
    shoulder = series.xy[:, L.RIGHT_SHOULDER]
    held = with_hand(shoulder + np.array([45.0, 30.0]))
    xy = held.xy.copy()
    xy[DURING, L.NOSE, 1] += 0.2 * TORSO
    one_event(held.with_xy(xy), EventKind.SCREEN)
    assert EventKind.SCREEN not in kinds(held)


def test_a_hand_at_the_waistband():
    hip = side_runner(TIME).xy[:, L.RIGHT_HIP]
    one_event(with_hand(hip + np.array([12.0, -15.0])), EventKind.CLOTHES)


def test_a_hand_that_stays_at_the_body_for_long_is_a_habit():
    series = side_runner(TIME)
    xy = series.xy.copy()
    habit = TIME >= 22
    xy[habit, L.RIGHT_WRIST] = xy[habit, L.RIGHT_HIP] + np.array([12.0, -15.0])
    assert kinds(series.with_xy(xy)) == []


def test_standing():
    series = side_runner(TIME)
    xy = series.xy.copy()
    xy[DURING] = xy[DURING.argmax()]
    one_event(series.with_xy(xy), EventKind.STANDING)


def test_strides_within_an_event_are_rejected_for_it():
    series = with_hand(np.tile([380.0, 200.0], (len(TIME), 1)))
    view = side_view(series)
    bounds = find_strides(series, view, StrideSettings())
    found = stride_table(series, view, compute(series, view), bounds, find_events(series, view))
    assert 6 <= found.rejected["holding the handrail"] <= 9


@pytest.mark.parametrize("name", ["fresh", "steady", "tired", "arms", "oblique", "weave", "weave_rear"])
def test_rendered_runners_do_nothing_but_run(shared: Path, name: str):
    series = truth_series(shared / "rendered" / f"{name}.npz")
    assert find_events(series, find_view(series)) == ()


def looking_down(series: PoseSeries, degrees: np.ndarray) -> PoseSeries:
    """The nose turned about the ears, + down."""
    xy = series.xy.copy()
    nose, ear, turn = xy[:, L.NOSE].copy(), xy[:, L.LEFT_EAR], np.radians(degrees)
    x, y = (nose - ear).T
    xy[:, L.NOSE] = ear + np.stack([np.cos(turn) * x - np.sin(turn) * y, np.sin(turn) * x + np.cos(turn) * y], axis=1)
    return series.with_xy(xy)


def test_nine_glances_are_nine() -> None:
    down = (TIME % 4 >= 3) & (TIME % 4 < 3.7) & (TIME < 36)
    series = looking_down(side_runner(TIME), 20.0 * down)
    found = find_events(series, side_view(series))
    assert [event.kind for event in found] == [EventKind.GLANCE] * 9
    for event, start in zip(found, 3 + 4 * np.arange(9), strict=True):
        assert event.start == pytest.approx(start, abs=0.1)
        assert event.end == pytest.approx(start + 0.7, abs=0.1)


def test_a_head_that_nods_with_every_step_hides_no_glance() -> None:
    down = (TIME >= 20) & (TIME < 21)
    series = looking_down(side_runner(TIME), 25.0 * down + 12.0 * np.sin(2 * np.pi * TIME / 0.35))
    (found,) = find_events(series, side_view(series))
    assert (found.start, found.end) == pytest.approx((20.0, 21.0), abs=0.2)


@pytest.mark.parametrize(
    "degrees",
    [
        20.0 * (TIME > 20),  # the head is carried lower from then on
        20.0 * ((TIME > 15) & (TIME < 20)),  # for a while
        20.0 * np.clip((TIME - 10) / 20, 0, 1),
        10.0 * (np.floor(TIME) % 10 == 3),  # less than what counts
        20.0 * (np.floor(TIME) % 2 == 0),  # every other second: so he runs
        25.0 * (TIME % 5 < 0.2),  # a step
    ],
)
def test_a_lower_head_is_no_glance(degrees: np.ndarray) -> None:
    assert kinds(looking_down(side_runner(TIME), degrees)) == []
