"""Known changes bent into real pixels: the map is true, and the model sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture.landmarks import L
from posture.series import Floats
from tests.proving_ground.composed import COURSES, composed, find_jumps, play
from tests.proving_ground.footage import SIDE, Footage, footage
from tests.proving_ground.pixel_scores import held
from tests.proving_ground.warp import BENDS, Body, bent_picture, body_of, moved

TRUNK = 150.0
LANDMARKS = {L.LEFT_EAR: (212, 80), L.RIGHT_EAR: (204, 80), L.NOSE: (228, 84), L.LEFT_SHOULDER: (206, 130),
             L.RIGHT_SHOULDER: (202, 130), L.RIGHT_ELBOW: (180, 195), L.RIGHT_WRIST: (240, 215),
             L.LEFT_HIP: (192, 280), L.RIGHT_HIP: (188, 280), L.RIGHT_KNEE: (215, 350)}  # fmt: skip


@pytest.fixture(scope="module")
def stick() -> tuple[Floats, Body]:
    """A runner who looks to the right, held still for two seconds but for his arm, the right side near."""
    xy = np.full((60, 33, 2), np.nan)
    for landmark, place in LANDMARKS.items():
        xy[:, landmark] = place
    # A near arm that swings, so that there is something to take away.
    xy[:, L.RIGHT_ELBOW, 0] += 20 * np.sin(np.arange(60) / 4)
    return xy, body_of(xy, 30.0, 1)


def inclination(points: Floats, low: L, high: L) -> Floats:
    line = points[..., high, :] - points[..., low, :]
    return np.degrees(np.arctan2(line[..., 0], -line[..., 1]))


@pytest.mark.parametrize(
    ("kind", "low", "high", "expected"),
    [("lean", L.RIGHT_HIP, L.RIGHT_SHOULDER, 5.0), ("lean", L.RIGHT_SHOULDER, L.RIGHT_EAR, 5.0),
     ("tilt", L.RIGHT_HIP, L.RIGHT_SHOULDER, 5.0), ("head", L.RIGHT_HIP, L.RIGHT_SHOULDER, 0.0),
     ("head", L.RIGHT_EAR, L.NOSE, 5.0), ("slump", L.RIGHT_EAR, L.NOSE, 7.5),
     ("forearm", L.RIGHT_SHOULDER, L.RIGHT_ELBOW, 0.0), ("forearm", L.RIGHT_ELBOW, L.RIGHT_WRIST, -5.0)],
)  # fmt: skip
def test_a_bend_turns_what_it_says(stick: tuple[Floats, Body], kind: str, low: L, high: L, expected: float) -> None:
    xy, body = stick
    turned = inclination(moved(kind, body, 5.0, xy), low, high) - inclination(xy, low, high)
    np.testing.assert_allclose(turned, expected, atol=0.15)


def test_less_swing_is_less_by_the_share(stick: tuple[Floats, Body]) -> None:
    xy, body = stick
    spread = [inclination(p, L.RIGHT_SHOULDER, L.RIGHT_ELBOW).std() for p in (xy, moved("swing", body, 0.4, xy))]
    assert spread[1] / spread[0] == pytest.approx(0.6, abs=0.1)


def test_less_bending_of_the_elbow_is_less_by_the_share(stick: tuple[Floats, Body]) -> None:
    xy, body = stick
    bent = [body_of(p, 30.0, 1).bend.std() for p in (xy, moved("elbow", body, 0.4, xy))]
    assert bent[1] / bent[0] == pytest.approx(0.6, abs=0.1)


@pytest.mark.parametrize(("kind", "share"), [("rounded", (0.06, 0.0)), ("shrug", (0.0, 0.06))])
def test_shoulders_move_forward_or_up_and_nothing_else_does(
    stick: tuple[Floats, Body], kind: str, share: tuple[float, float]
) -> None:
    xy, body = stick
    off = (moved(kind, body, 0.06, xy) - xy)[2] / body.trunk
    up = (body.shoulder - body.hip)[2] / body.trunk
    forward = np.array([-up[1], up[0]])
    np.testing.assert_allclose([off[L.RIGHT_SHOULDER] @ forward, off[L.RIGHT_SHOULDER] @ up], share, atol=0.003)
    np.testing.assert_allclose(off[[L.LEFT_EAR, L.RIGHT_EAR, L.NOSE, L.LEFT_HIP, L.RIGHT_HIP]], 0.0, atol=0.003)


def test_tired_arms_leave_the_trunk_to_the_lean(stick: tuple[Floats, Body]) -> None:
    xy, body = stick
    tired, leaning = moved("tired", body, 1.0, xy), moved("lean", body, 6.0, xy)
    np.testing.assert_allclose(tired[:, [L.LEFT_HIP, L.RIGHT_HIP]], leaning[:, [L.LEFT_HIP, L.RIGHT_HIP]], atol=1e-9)
    off = [
        np.linalg.norm(points[:, L.RIGHT_WRIST] - xy[:, L.RIGHT_WRIST], axis=-1).mean() for points in (tired, leaning)
    ]
    assert off[0] > off[1]


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("lean", 6.0), ("head", 15.0), ("slump", 10.0), ("rounded", 0.06), ("shrug", 0.06), ("forearm", 14.0),
     ("swing", 0.4), ("elbow", 0.4), ("tired", 1.0)],
)  # fmt: skip
def test_the_picture_goes_where_the_landmarks_go(stick: tuple[Floats, Body], kind: str, amount: float) -> None:
    xy, body = stick
    change = BENDS[kind](body, 2, amount)
    for landmark in (L.RIGHT_EAR, L.NOSE, L.RIGHT_SHOULDER, L.RIGHT_ELBOW, L.RIGHT_WRIST, L.RIGHT_HIP, L.RIGHT_KNEE):
        x, y = np.indices((450, 400))[::-1].astype(float)
        spot = 255.0 * np.exp(-((x - xy[2, landmark, 0]) ** 2 + (y - xy[2, landmark, 1]) ** 2) / 18.0)
        seen = bent_picture(np.repeat(spot[..., None], 3, axis=2).astype(np.uint8), change)[..., 0].astype(float)
        centre = np.array([(seen * x).sum(), (seen * y).sum()]) / seen.sum()
        np.testing.assert_allclose(centre, change(xy[2, landmark]), atol=0.7)


def test_no_bend_changes_no_pixel(stick: tuple[Floats, Body]) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (120, 90, 3), dtype=np.uint8)
    np.testing.assert_array_equal(bent_picture(picture, BENDS["lean"](stick[1], 0, 0.0)), picture)


@pytest.fixture(scope="module")
def pink(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Footage]:
    """Four seconds of a runner, unbent and leaning by 6 degrees."""
    clip = replace(next(clip for clip in SIDE if "pink" in clip.name), stop=4.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.proving_ground.footage.AMOUNTS", {"lean": (6.0,)})
        yield footage(clip, shared / "video", tmp_path_factory.mktemp("poses"), ["lean"])


@pytest.mark.slow
def test_play_never_ends_and_never_repeats_itself(pink: Footage) -> None:
    jumps = find_jumps(pink.plain, pink.body.trunk)
    assert jumps.misfit < 0.05
    order = play(jumps, 1000, seed=1)
    assert jumps.begin <= order.min()
    assert order.max() < jumps.end
    first = np.flatnonzero(order == jumps.begin)
    assert len({tuple(order[i : i + 60]) for i in first if i + 60 < order.size}) > 1


@pytest.mark.slow
def test_nothing_is_true_of_a_run_that_is_not_bent(pink: Footage) -> None:
    take = composed(pink, "lean", COURSES["ramp"], 0.0, 10.0, seed=0)
    np.testing.assert_array_equal(take.true.xy, take.seen.xy)


@pytest.mark.slow
def test_a_lean_in_real_pixels_is_seen_as_a_lean(pink: Footage) -> None:
    seen = {c.metric: c for c in held(pink, "lean", seconds=10.0)}
    for metric in ("trunk_lean", "neck_incl", "ear_hip"):
        assert 0.85 < seen[metric].seen / seen[metric].true < 1.1
    assert abs(seen["neck_trunk"].seen) < 1.0
    assert abs(seen["elbow_flex"].seen) < 2.0
