from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.errors import PostureError
from posture.landmarks import L
from posture.pose.camera.turn import turned, turned_size
from posture.pose.tracking.association import Track, link
from posture.pose.tracking.following import times_to_look_again
from posture.pose.tracking.orientation import turn_needed
from posture.pose.tracking.selection import chosen, describe, leg_motion, notes_on, ranked
from posture.pose.tracking.track import box_track_of
from posture.pose.types import BRIDGE_S, LOST_S, BoxTrack
from tests.scout_figures import BLACK, GREY, RED, crossing, figure

SIZE = (1000, 800)


def track(time: list[float], x: list[float | None], size: tuple[int, int] = SIZE) -> BoxTrack:
    box = np.array([[np.nan] * 4 if v is None else [v, 100.0, v + 100.0, 400.0] for v in x])
    return BoxTrack(np.array(time), box, np.isfinite(box[:, 0]), size)


def identity(detections: list, first: int = 0) -> Track:
    return Track(list(range(first, first + len(detections))), detections)


# --- where the runner is at any time ---


def test_the_box_moves_linearly_between_two_sightings() -> None:
    box = track([0.0, 1.0], [0.0, 40.0]).at(np.array([0.25, 0.5]))
    np.testing.assert_allclose(box, [[10, 100, 110, 400], [20, 100, 120, 400]])


def test_the_box_is_held_for_a_second_beyond_the_ends() -> None:
    one = track([5.0, 6.0], [0.0, 40.0])
    np.testing.assert_allclose(one.at(np.array([4.0, 7.0])), [[0, 100, 100, 400], [40, 100, 140, 400]])


def test_far_from_any_sighting_the_box_is_the_whole_frame() -> None:
    one = track([0.0, 4.0, 5.0, 20.0], [0.0, None, None, 40.0])
    box = one.at(np.array([10.0, 20.0 + LOST_S]))
    np.testing.assert_allclose(box, [[0, 0, 1000, 800]] * 2)


def test_a_gap_that_can_be_bridged_does_not_widen_the_box() -> None:
    box = track([0.0, 1.0, BRIDGE_S], [0.0, None, 40.0]).at(np.array([1.0]))
    np.testing.assert_allclose(box, [[20, 100, 120, 400]])


def test_a_box_between_two_sightings_far_apart_covers_both() -> None:
    box = track([0.0, 1.0], [0.0, 600.0]).at(np.array([0.5]))
    np.testing.assert_allclose(box, [[0, 100, 700, 400]])


def test_somebody_never_found_can_be_anywhere() -> None:
    np.testing.assert_allclose(track([0.0, 1.0], [None, None]).at(np.array([0.3])), [[0, 0, 1000, 800]])


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(-200, 1200)), min_size=1, max_size=12),
    st.lists(st.floats(-20, 40), min_size=1, max_size=20),
)
def test_boxes_are_finite_and_exact_at_the_sightings(x: list[float | None], times: list[float]) -> None:
    one = track([float(i) for i in range(len(x))], x)
    assert np.isfinite(one.at(np.array(times))).all()
    np.testing.assert_allclose(one.at(one.time)[one.found], one.box[one.found])


def test_a_track_refuses_unequal_lengths_and_times_that_stand_still() -> None:
    with pytest.raises(ValueError, match="same length"):
        BoxTrack(np.arange(2.0), np.zeros((3, 4)), np.ones(2, bool), SIZE)
    with pytest.raises(ValueError, match="increasing"):
        BoxTrack(np.zeros(2), np.zeros((2, 4)), np.ones(2, bool), SIZE)


def test_the_box_holds_the_swing_of_the_legs_around_each_pass() -> None:
    time = np.arange(8.0)
    one = box_track_of(identity([figure(500, phase=p) for p in (0, 0.25, 0, 0.75, 0, 0.25, 0, 0.25)]), time, SIZE)
    np.testing.assert_allclose(one.box[:, [0, 2]], [[400, 600]] * 8)


def test_a_fast_runner_is_looked_at_again_and_one_on_the_spot_is_not() -> None:
    fast = track([0.0, 1.0, 2.0], [0.0, 300.0, 600.0])
    np.testing.assert_allclose(times_to_look_again(fast, missed=True), [0.5, 1.5])
    assert times_to_look_again(track([0.0, 1.0, 2.0], [300.0, 320.0, 310.0]), missed=True).size == 0


def test_the_edge_of_an_absence_is_looked_at_again_but_not_its_middle() -> None:
    gone = track([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, None, None, None, 0.0])
    np.testing.assert_allclose(times_to_look_again(gone, missed=True), [0.5, 1.0, 3.0, 3.5])
    np.testing.assert_allclose(times_to_look_again(gone, missed=False), [0.5, 3.5])


# --- who is who ---


def test_two_people_who_cross_keep_their_identity() -> None:
    time, passes, runner, passer = crossing()
    people = link(time, passes)
    assert len(people) == 2
    ways = {float(p.detections[0].colours[0, 0]): [s.middle[0] for s in p.detections] for p in people}
    np.testing.assert_allclose(ways[RED[0, 0]], runner)
    np.testing.assert_allclose(ways[BLACK[0, 0]], passer)


def test_two_people_in_the_same_clothes_side_by_side_keep_their_identity() -> None:
    time = np.arange(20.0)
    passes = [[figure(200 + 5 * k % 7), figure(420 - 3 * k % 5)][:: 1 if k % 3 else -1] for k in range(20)]
    people = link(time, passes)
    assert [len(p.passes) for p in people] == [20, 20]
    assert all(np.ptp([s.middle[0] for s in p.detections]) < 20 for p in people)


def test_a_person_who_comes_back_in_the_same_clothes_is_the_same() -> None:
    passes = [[figure(200)], [figure(210)], [], [], [], [figure(800, torso=60)], [figure(800, torso=60)]]
    assert [p.passes for p in link(np.arange(7.0), passes)] == [[0, 1, 5, 6]]
    other = [[figure(200)], [figure(210)], [], [], [], [figure(800, clothes=BLACK)], [figure(800, clothes=BLACK)]]
    assert [p.passes for p in link(np.arange(7.0), other)] == [[0, 1], [5, 6]]


def test_nobody_flies_across_the_picture() -> None:
    passes = [[figure(100)], [figure(110)], [figure(900)], [figure(910)]]
    assert [p.passes for p in link(np.arange(4.0) / 10, passes)] == [[0, 1], [2, 3]]


def test_a_look_without_anybody_is_survived() -> None:
    assert link(np.arange(3.0), [[], [], []]) == []
    assert [p.passes for p in link(np.arange(3.0), [[], [figure(1)], []])] == [[1]]


@settings(deadline=None, max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_order_within_a_look_does_not_matter(random) -> None:
    time, passes, _, _ = crossing()
    shuffled = [random.sample(seen, len(seen)) for seen in passes]
    links = [sorted(tuple(s.middle[0] for s in p.detections) for p in link(time, some)) for some in (passes, shuffled)]
    assert links[0] == links[1]


# --- who is the runner ---


def choose(*tracks: Track, passes: int = 20, person: int | None = None):
    time = np.arange(float(passes))
    people = describe(ranked(tracks, time, SIZE), time, float(passes), SIZE, "run.mp4")
    return people, chosen(people, person, "run.mp4")


def runner(x: float = 500, torso: float = 80, passes: int = 20, **how) -> Track:
    return identity([figure(x, torso=torso, phase=0.618 * k, **how) for k in range(passes)])


def test_a_bystander_who_is_larger_but_stands_still_and_is_cut_off_is_not_the_runner() -> None:
    bystander = identity([figure(800 + k % 2, torso=150, clothes=BLACK, legs=False) for k in range(20)])
    people, one = choose(bystander, runner())
    assert np.median(one.track.box[:, [0, 2]]) == pytest.approx(500)
    assert people[1].leg_motion < 0.05 < 0.5 < one.leg_motion
    assert "legs move less" in people[1].why
    assert one.why.startswith("chosen")


def test_a_whole_person_who_stands_by_is_not_the_runner() -> None:
    _, one = choose(identity([figure(300, torso=95) for _ in range(20)]), runner(torso=80))
    assert np.median(one.track.box[:, [0, 2]]) == pytest.approx(500)


def test_a_person_who_passes_through_is_not_the_runner() -> None:
    passer = identity([figure(100.0 * k, torso=110, phase=0.3 * k) for k in range(5)], first=8)
    people, one = choose(passer, runner())
    assert np.median(one.track.box[:, [0, 2]]) == pytest.approx(500)
    assert "seen less" in people[1].why


def test_the_user_can_choose_and_is_told_who_there_is() -> None:
    both = runner(300), runner(600, torso=75, clothes=GREY)
    people, one = choose(*both)
    assert "--person 2 (at 60 % of the width" in notes_on(people, one, False, SIZE)[0]
    people, other = choose(*both, person=2)
    assert np.median(other.track.box[:, [0, 2]]) == pytest.approx(600)
    assert not any("--person" in note for note in notes_on(people, other, True, SIZE))
    with pytest.raises(PostureError, match=r"no person 3 in run.mp4: 2 people were seen; give --person 1 to 2"):
        choose(*both, person=3)


def test_nobody_and_a_single_hit_among_many_looks_are_refused_in_one_sentence() -> None:
    for nobody in ((), (identity([figure(1)]),)):
        with pytest.raises(PostureError, match=r"^no person was found in run.mp4; [^.]*\.$"):
            choose(*nobody)


def test_a_small_and_a_rarely_seen_runner_are_told() -> None:
    people, one = choose(runner(torso=40, passes=8))
    notes = notes_on(people, one, False, SIZE)
    assert any("40 % of the looks" in n for n in notes)
    assert any("the runner is small, 19 %" in n for n in notes)
    people, one = choose(runner(torso=100))
    assert notes_on(people, one, False, SIZE) == ()


def test_leg_motion_does_not_depend_on_size_place_or_swapped_sides() -> None:
    poses = [figure(500, phase=0.618 * k) for k in range(20)]
    far = [figure(100 * k, torso=20, phase=0.618 * k) for k in range(20)]
    swapped = [figure(500, phase=0.618 * k + 0.5 * (k % 3 == 0)) for k in range(20)]
    assert leg_motion(far) == pytest.approx(leg_motion(poses))
    assert leg_motion(swapped) == pytest.approx(leg_motion(poses))
    assert leg_motion([figure(500) for _ in range(20)]) == 0


# --- which way is up ---


def sideways(turn: int, **how):
    """A figure as it stands in a frame that must be turned clockwise by `turn` to be upright."""
    one = figure(500, **how)
    back = turned(one.xy, SIZE, (360 - turn) % 360)
    return type(one)(back, one.visibility, one.presence, one.colours)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_turn_that_makes_a_sideways_video_upright_is_found(turn: int) -> None:
    assert turn_needed([[sideways(turn, phase=0.3 * k)] for k in range(20)]) == turn


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_person_who_lies_for_a_while_does_not_turn_the_video(turn: int) -> None:
    passes = [[sideways(turn if k < 7 else 0)] for k in range(20)]
    assert turn_needed(passes) == 0


def test_without_agreement_or_people_nothing_is_turned() -> None:
    assert turn_needed([[sideways((90, 270)[k % 2])] for k in range(20)]) == 0
    assert turn_needed([[], []]) == 0


@given(st.sampled_from([0, 90, 180, 270]), st.floats(0, 1000), st.floats(0, 800))
def test_turning_on_and_back_returns_every_point(turn: int, x: float, y: float) -> None:
    point = np.array([x, y])
    size = turned_size(SIZE, turn)
    np.testing.assert_allclose(turned(turned(point, SIZE, turn), size, (360 - turn) % 360), point, atol=1e-9)


def test_points_turn_as_the_pixels_do() -> None:
    picture = np.zeros((4, 6))
    picture[1, 2] = 1
    middle = np.array([2.5, 1.5])
    for turn, times in ((90, -1), (180, 2), (270, 1)):
        row, column = np.argwhere(np.rot90(picture, times))[0]
        np.testing.assert_allclose(turned(middle, (6, 4), turn), [column + 0.5, row + 0.5])


def test_a_bent_trunk_is_still_upright() -> None:
    lean = figure(500)
    xy = lean.xy.copy()
    xy[: L.LEFT_HIP, 0] += 70
    assert turn_needed([[type(lean)(xy, lean.visibility, lean.presence, lean.colours)]] * 5) == 0
