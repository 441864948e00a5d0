"""Formulas against bodies of known shape, and what must not change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.kinematics import METRICS, ViewKind, compute, find_view, geometry
from posture.kinematics.registry import COMPOSITES
from posture.landmarks import COUNT, MIRROR, L
from posture.series import CameraMotion, Floats, PoseSeries
from posture.strides.reduce import grouping

RATE = 30.0
TORSO = 100.0


def runner(
    seconds: float = 6.0, rate: float = RATE, right: bool = True, seed: int | None = None, bending: float = 0.0
) -> PoseSeries:
    """A stick runner seen from the side: lean 10, neck 20, elbow 90 +- ``bending`` degrees, arm swing 40."""
    time = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * time / 0.7
    up, forward = np.array([0.0, -1.0]), np.array([1.0, 0.0])

    def ray(degrees: Floats | float) -> Floats:
        angle = np.broadcast_to(np.radians(degrees), time.shape)[:, None]
        return np.sin(angle) * forward + np.cos(angle) * up

    xy = np.full((len(time), COUNT, 2), np.nan)
    hip = np.array([300.0, 400.0]) + 8 * np.cos(2 * phase)[:, None] * up
    shoulder = hip + TORSO * ray(10)
    ear = shoulder + 35 * ray(20)
    for side, swing in ((0, 1.0), (1, -1.0)):
        upper = -15 + 20 * swing * np.sin(phase)
        elbow = shoulder - 55 * ray(-upper)
        xy[:, L.LEFT_HIP + side] = hip
        xy[:, L.LEFT_SHOULDER + side] = shoulder
        xy[:, L.LEFT_EAR + side] = ear
        xy[:, L.LEFT_ELBOW + side] = elbow
        xy[:, L.LEFT_WRIST + side] = elbow + 45 * ray(90 - upper - bending * np.sin(phase))
        leg = 30 * swing * np.sin(phase)
        xy[:, L.LEFT_KNEE + side] = hip - 70 * ray(-leg - 20)
        xy[:, L.LEFT_ANKLE + side] = xy[:, L.LEFT_KNEE + side] - 70 * ray(20 - leg)
        xy[:, L.LEFT_HEEL + side] = xy[:, L.LEFT_ANKLE + side] - 5 * forward
        xy[:, L.LEFT_FOOT_INDEX + side] = xy[:, L.LEFT_ANKLE + side] + 20 * forward
    xy[:, L.NOSE] = ear + 22 * forward
    if seed is not None:
        xy += np.random.default_rng(seed).normal(0, 1.0, xy.shape)
    if not right:
        xy[..., 0] = 600 - xy[..., 0]
    return series(time, xy)


def series(time: Floats, xy: Floats) -> PoseSeries:
    seen = np.isfinite(xy[..., 0]).astype(float)
    world = np.full((*xy.shape[:2], 3), np.nan)
    return PoseSeries(time, xy, world, seen, seen, np.zeros(len(time), dtype=int), (600, 600))


def frontal(seconds: float = 6.0, lean: float = 5.0, rear: bool = False) -> PoseSeries:
    """A stick runner seen from the front (or behind), leaning to the right, right shoulder 3 degrees high."""
    time = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * time / 0.7
    right = 1.0 if rear else -1.0
    xy = np.full((len(time), COUNT, 2), np.nan)
    middle = np.array([300 + right * TORSO * np.tan(np.radians(lean)), 300.0])
    slope = np.tan(np.radians(3.0))
    for side, out in ((0, -1.0), (1, 1.0)):
        x = right * out
        xy[:, L.LEFT_HIP + side] = np.array([300 + 18.5 * x, 400.0])
        xy[:, L.LEFT_SHOULDER + side] = middle + 34.5 * np.array([x, -out * slope])
        xy[:, L.LEFT_EAR + side] = middle + np.array([8 * x, -35.0])
        elbow = middle + np.array([45 * x, 50.0])
        inward = 10 * out * np.sin(phase)
        xy[:, L.LEFT_ELBOW + side] = elbow
        xy[:, L.LEFT_WRIST + side] = np.stack([elbow[0] - x * (20 + inward), np.full(len(time), 360.0)], axis=1)
        xy[:, L.LEFT_KNEE + side] = np.array([300 + 15 * x, 470.0])
        xy[:, L.LEFT_ANKLE + side] = np.array([300 + 12 * x, 540.0])
    xy[:, L.NOSE] = middle + np.array([0.0, -30.0])
    return series(time, xy)


def inside(values: Floats) -> Floats:
    """Six whole strides."""
    return values[21:147]


def test_angles_of_a_known_body() -> None:
    clip = runner()
    values = compute(clip, find_view(clip)).values
    expected = {"trunk_lean": 10.0, "neck_incl": 20.0, "neck_trunk": 10.0, "elbow_flex": 90.0, "head_pitch": 0.0}
    for metric, angle in expected.items():
        assert values[metric] == pytest.approx(angle, abs=1e-6), metric
    ear_hip = np.degrees(np.arctan2(100 * np.sin(np.radians(10)) + 35 * np.sin(np.radians(20)),
                                    100 * np.cos(np.radians(10)) + 35 * np.cos(np.radians(20))))  # fmt: skip
    assert values["ear_hip"] == pytest.approx(ear_hip, abs=1e-6)
    assert values["head_fwd"] == pytest.approx(0.35 * np.sin(np.radians(10)), abs=1e-6)
    assert values["shrug_v"] == pytest.approx(0.35 * np.cos(np.radians(20)), abs=1e-6)
    assert np.ptp(inside(values["upper_arm"])) == pytest.approx(40, abs=0.5)
    assert np.mean(inside(values["upper_arm"])) == pytest.approx(-15, abs=0.5)
    assert np.ptp(inside(values["vert_osc"])) == pytest.approx(0.16, abs=0.01)


def test_hand_height_is_0_at_the_hip_and_1_at_the_shoulder() -> None:
    clip = runner()
    for place, height in ((L.LEFT_HIP, 0.0), (L.LEFT_SHOULDER, 1.0)):
        xy = clip.xy.copy()
        xy[:, [L.LEFT_WRIST, L.RIGHT_WRIST]] = xy[:, [place, place + 1]]
        values = compute(clip.with_xy(xy), find_view(clip)).values
        assert values["wrist_h"] == pytest.approx(height, abs=1e-9)
        assert values["wrist_trunk_d"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("rear", [False, True])
def test_frontal_signs_are_the_runners_right(rear: bool) -> None:
    clip = frontal(rear=rear)
    view = find_view(clip)
    assert view.kind == (ViewKind.REAR if rear else ViewKind.FRONT)
    values = compute(clip, view).values
    assert values["lat_lean"] == pytest.approx(5.0, abs=1e-6)
    assert values["shoulder_obliquity"] == pytest.approx(3.0, abs=1e-6)
    assert values["elbow_width"] == pytest.approx((45 - 34.5) / 69 * np.cos(np.radians(3)), abs=1e-3)
    assert ("weave" in values) != rear


def test_from_the_front_both_arms_count_alike() -> None:
    clip = frontal(lean=0.0)
    view, xy = find_view(clip), clip.xy.copy()
    xy[:, L.LEFT_WRIST], xy[:, L.RIGHT_WRIST] = xy[:, L.LEFT_HIP], xy[:, L.RIGHT_SHOULDER]
    xy[:, L.LEFT_ELBOW, 0] = xy[:, L.LEFT_SHOULDER, 0]
    values = compute(clip.with_xy(xy), view).values
    hip, shoulder = (xy[:, [left, left + 1]].mean(axis=1) for left in (L.LEFT_HIP, L.LEFT_SHOULDER))
    heights = (hip[:, None] - xy[:, [L.LEFT_WRIST, L.RIGHT_WRIST]])[..., 1] / (hip - shoulder)[:, 1:]
    assert values["wrist_h"] == pytest.approx(heights.mean(axis=1), abs=1e-9)
    assert values["wrist_h_p95"] == pytest.approx(heights.max(axis=1), abs=1e-9)
    # Hands 18.5 and 34.5 pixels out, one elbow 10.5, of shoulders 69 wide.
    assert values["wrist_width"] == pytest.approx(0.5 * (18.5 + 34.5) / 69 * np.cos(np.radians(3)), abs=1e-6)
    assert values["elbow_width"] == pytest.approx(0.5 * 10.5 / 69 * np.cos(np.radians(3)), abs=1e-6)
    assert values["cross_frac"] == pytest.approx(0.0)
    xy[:, L.RIGHT_WRIST, 0] = xy[:, L.LEFT_SHOULDER, 0]
    assert compute(clip.with_xy(xy), view).values["cross_frac"] == pytest.approx(50.0)


def test_weave_and_crossing_from_the_front() -> None:
    clip = frontal(lean=0.0)
    values = compute(clip, find_view(clip)).values
    width = 69 / np.cos(np.radians(3))
    assert np.ptp(values["weave"]) == pytest.approx(20 / width, rel=0.01)
    assert np.all(values["cross_frac"] == 0)
    xy = clip.xy.copy()
    xy[:, L.LEFT_WRIST, 0] = 280.0
    crossed = compute(clip.with_xy(xy), find_view(clip)).values
    assert np.all(crossed["cross_frac"] == 50)
    assert crossed["cross_depth"] == pytest.approx(-20 / width, rel=0.01)


def test_a_raised_right_hand_is_positive_asymmetry() -> None:
    clip = frontal(lean=0.0)
    xy = clip.xy.copy()
    xy[:, L.RIGHT_WRIST, 1] -= 20
    before, after = (compute(c, find_view(c)).values["arm_asym"].mean() for c in (clip, clip.with_xy(xy)))
    assert after - before > 10


@pytest.mark.parametrize("right", [True, False])
def test_side_view_facing_and_near_side(right: bool) -> None:
    view = find_view(runner(right=right))
    assert (view.kind, view.facing, view.near) == (ViewKind.SIDE, 1 if right else -1, "right" if right else "left")
    assert view.confidence == 1.0
    assert view.yaw < 5


def test_the_users_word_overrides_the_view() -> None:
    clip = runner()
    view = find_view(clip, "left")
    assert (view.kind, view.near, view.facing) == (ViewKind.SIDE, "left", -1)
    assert view.confidence == 0.0
    assert find_view(clip, "front").kind == ViewKind.FRONT


def test_view_without_face_feet_or_anything() -> None:
    clip = runner()
    xy = clip.xy.copy()
    xy[:, [L.NOSE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_HEEL, L.RIGHT_HEEL]] = np.nan
    view = find_view(clip.with_xy(xy))
    assert (view.kind, view.facing) == (ViewKind.SIDE, 1)
    nobody = clip.with_xy(np.full_like(xy, np.nan))
    view = find_view(nobody)
    assert view.kind == ViewKind.UNKNOWN
    metrics = compute(nobody, view)
    assert not metrics.values
    assert set(metrics.withheld) == set(METRICS)


def test_views_are_not_mixed_within_a_clip() -> None:
    side, front = runner(8), frontal(4, lean=0.0)
    clip = series(np.arange(360) / RATE, np.concatenate([side.xy, front.xy]))
    clip = replace(clip, segment=np.repeat([0, 1], [240, 120]))
    view = find_view(clip)
    assert view.kind == ViewKind.SIDE
    assert np.all(view.frame_kind == np.repeat(["side", "front"], [240, 120]))
    values = compute(clip, view).values
    assert np.all(np.isfinite(values["trunk_lean"][:240]))
    assert np.all(np.isnan(values["trunk_lean"][240:]))


def test_oblique_gives_trends_corrected_for_yaw() -> None:
    clip = runner()
    squeezed = clip.xy.copy()
    squeezed[..., 0] = 300 + (squeezed[..., 0] - 300) * np.cos(np.radians(35))
    view = replace(find_view(clip), kind=ViewKind.OBLIQUE, yaw=35.0, frame_kind=np.full(len(clip), "oblique"))
    metrics = compute(clip.with_xy(squeezed), view)
    assert metrics.values["trunk_lean"] == pytest.approx(10.0, abs=1e-6)
    assert "trunk_lean" in metrics.trend_only
    assert "wrist_h" not in metrics.trend_only


def test_hidden_legs_withhold_the_hips_but_not_neck_and_elbow() -> None:
    clip = runner()
    visibility = clip.visibility.copy()
    visibility[:, L.LEFT_KNEE : L.RIGHT_FOOT_INDEX + 1] = 0.3
    metrics = compute(replace(clip, visibility=visibility), find_view(clip))
    on_hips = {i for i, m in METRICS.items() if L.LEFT_HIP in m.landmarks}
    assert on_hips.isdisjoint(metrics.values)
    assert {"neck_incl", "elbow_flex", "elbow_rom", "upper_arm_amp", "head_pitch"} <= set(metrics.values)
    assert "hips" in metrics.withheld["trunk_lean"]
    presence = clip.presence.copy()
    visibility = clip.visibility.copy()
    visibility[:, L.LEFT_ANKLE : L.RIGHT_FOOT_INDEX + 1] = presence[:, L.LEFT_ANKLE : L.RIGHT_FOOT_INDEX + 1] = 0.0
    without_knees = clip.presence.copy()
    without_knees[:, [L.LEFT_KNEE, L.RIGHT_KNEE]] = 0.0
    assert "trunk_lean" in compute(replace(clip, presence=without_knees), find_view(clip)).values
    below_the_edge = compute(replace(clip, visibility=visibility, presence=presence), find_view(clip))
    assert "trunk_lean" in below_the_edge.values


def test_a_hidden_wrist_is_named() -> None:
    clip = runner()
    xy = clip.xy.copy()
    xy[:, L.RIGHT_WRIST] = np.nan
    metrics = compute(clip.with_xy(xy), find_view(clip))
    assert "right wrist" in metrics.withheld["elbow_flex"]
    assert "trunk_lean" in metrics.values


def test_a_source_without_far_ears_is_measured_with_the_near_one_throughout() -> None:
    clip = runner()
    xy = clip.xy.copy()
    xy[10:, L.LEFT_EAR] = np.nan
    xy[:, L.RIGHT_EAR, 0] += 2.0
    neck = compute(clip.with_xy(xy), find_view(clip)).values["neck_incl"]
    assert neck == pytest.approx(np.full(len(clip), neck[-1]), abs=1e-9)


def test_every_metric_is_given_or_withheld_with_a_sentence() -> None:
    for clip in (runner(), frontal(), frontal(rear=True)):
        metrics = compute(clip, find_view(clip))
        assert set(metrics.values) | set(metrics.withheld) == set(METRICS) - {"cadence"}
        assert set(metrics.values).isdisjoint(metrics.withheld)
        assert all(reason.endswith(".") for reason in metrics.withheld.values())


@settings(deadline=None, max_examples=10)
@given(roll=st.floats(-10, 10))
def test_camera_roll_is_taken_out(roll: float) -> None:
    clip = runner(right=False)
    turn = np.radians(roll)
    cos, sin = np.cos(turn), np.sin(turn)
    turned = clip.xy @ np.array([[cos, sin], [-sin, cos]])
    view = find_view(clip)
    constant = compute(clip.with_xy(turned), view, camera_roll=roll).values
    camera = CameraMotion(
        clip.time[::10], np.zeros((18, 2)), np.full(18, roll), np.ones(18), np.ones(18, dtype=bool), clip.size
    )
    measured = compute(clip.with_xy(turned), view, camera).values
    for values in (constant, measured):
        for metric, column in compute(clip, view).values.items():
            assert values[metric] == pytest.approx(column, abs=1e-6, nan_ok=True), metric


@settings(deadline=None, max_examples=12)
@given(
    scale=st.floats(0.2, 5.0), dx=st.floats(-500, 500), dy=st.floats(-500, 500), seed=st.integers(0, 1000),
    front=st.booleans(),
)  # fmt: skip
def test_scale_and_place_change_nothing(scale: float, dx: float, dy: float, seed: int, front: bool) -> None:
    clip = frontal() if front else runner(seed=seed)
    moved = clip.with_xy(clip.xy * scale + np.array([dx, dy]))
    a, b = (compute(c, find_view(c)).values for c in (clip, moved))
    assert set(a) == set(b)
    for metric, column in a.items():
        assert b[metric] == pytest.approx(column, abs=1e-5, nan_ok=True), metric


#: What a mirror turns round: everything that is + to the runner's right.
TURNED = {"head_tilt", "shoulder_obliquity", "lat_lean", "pelvis_obl", "weave", "arm_asym"}


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 1000), front=st.booleans())
def test_a_mirror_swaps_left_and_right_and_nothing_else(seed: int, front: bool) -> None:
    clip = runner(seed=seed)
    if front:
        clip = frontal()
        clip = clip.with_xy(clip.xy + np.random.default_rng(seed).normal(0, 1, clip.xy.shape))
    xy = clip.xy[:, MIRROR].copy()
    xy[..., 0] = 600 - xy[..., 0]
    mirrored = replace(clip, xy=xy, visibility=clip.visibility[:, MIRROR], presence=clip.presence[:, MIRROR])
    view, reflected = find_view(clip), find_view(mirrored)
    assert (view.kind, view.facing) == (reflected.kind, -reflected.facing)
    assert {view.near, reflected.near} in ({None}, {"left", "right"})
    a, b = compute(clip, view).values, compute(mirrored, reflected).values
    assert set(a) == set(b)
    for metric, column in a.items():
        sign = -1 if metric in TURNED else 1
        assert b[metric] == pytest.approx(sign * column, abs=1e-6, nan_ok=True), metric


@settings(deadline=None, max_examples=12)
@given(data=st.data())
def test_gaps_do_not_spread(data: st.DataObject) -> None:
    clip = runner(seed=3)
    start = data.draw(st.integers(0, 150))
    stop = start + data.draw(st.integers(1, 20))
    landmark = data.draw(st.sampled_from([L.LEFT_HIP, L.RIGHT_EAR, L.RIGHT_WRIST, L.LEFT_SHOULDER]))
    xy = clip.xy.copy()
    xy[start:stop, landmark] = np.nan
    view = find_view(clip)
    a, b = compute(clip, view).values, compute(clip.with_xy(xy), view).values
    away = np.ones(len(clip), dtype=bool)
    away[max(start - 1, 0) : stop + 1] = False
    for metric, column in b.items():
        assert np.all(np.isfinite(column[away]) == np.isfinite(a[metric][away])), metric
        if landmark == L.RIGHT_WRIST and metric in ("elbow_flex", "wrist_h"):
            assert np.all(np.isnan(column[start:stop]))


def test_a_stretch_gives_what_the_whole_gives() -> None:
    clip = runner(20, seed=5)
    some = (clip.time >= 5) & (clip.time < 15)
    part = clip.take(some)
    view = find_view(clip)
    here = replace(view, **{k: getattr(view, k)[some] for k in ("frame_kind", "frame_yaw", "frame_facing")})
    whole, block = compute(clip, view).values, compute(part, here).values
    margin = slice(45, -45)
    for metric, column in block.items():
        assert column[margin] == pytest.approx(whole[metric][some][margin], abs=1e-9, nan_ok=True), metric
    assert find_view(part).frame_yaw[margin] == pytest.approx(view.frame_yaw[some][margin], abs=1e-9)


@pytest.mark.parametrize("rate", [60.0, 120.0])
def test_frame_rate_changes_nothing_beyond_sampling(rate: float) -> None:
    slow, fast = runner(rate=30.0), runner(rate=rate)
    a, b = (compute(c, find_view(c)).values for c in (slow, fast))
    for metric in set(a) - {"smooth"}:
        step = int(rate / 30)
        assert b[metric][::step] == pytest.approx(a[metric], abs=0.02), metric


@settings(deadline=None, max_examples=10)
@given(seed=st.integers(0, 1000))
def test_doubled_noise_makes_no_range_of_motion(seed: int) -> None:
    """One and two per cent of the torso per landmark, as a dark video has it; max - min would grow by 3 degrees."""
    clip = runner(20, bending=15.0)
    noise = np.random.default_rng(seed).normal(0, 1.0, clip.xy.shape)
    first = np.arange(0, 588, 21)
    bounds = pd.DataFrame({"first": first, "last": first + 21, "start": first / RATE, "end": (first + 21) / RATE})
    quiet, noisy = (compute(c, find_view(c)).values for c in (clip.with_xy(clip.xy + k * noise) for k in (1.0, 2.0)))
    for metric in ("upper_arm_amp", "elbow_rom"):
        before, after = (np.mean(grouping(bounds, clip.time).amplitude(v[metric])) for v in (quiet, noisy))
        assert abs(after - before) < 2.0, metric
        assert after - before < 0.25 * METRICS[metric].floor, metric
        assert np.ptp(noisy[metric]) - np.ptp(quiet[metric]) > 2.0


def test_unbelievable_torsos_are_not_measured() -> None:
    clip = runner()
    xy = clip.xy.copy()
    xy[60:65, [L.LEFT_HIP, L.RIGHT_HIP], 1] -= 30
    values = compute(clip.with_xy(xy), find_view(clip)).values
    assert np.all(np.isnan(values["trunk_lean"][60:65]))
    assert np.isfinite(values["trunk_lean"]).sum() == len(clip) - 5
    assert np.all(np.isfinite(values["elbow_flex"]))


def test_shoulders_at_half_their_width_are_turned_by_sixty_degrees_to_either_side() -> None:
    clip = frontal(lean=0.0)
    xy = clip.xy.copy()
    shoulders = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]
    middle = xy[60:63, shoulders].mean(axis=1, keepdims=True)
    xy[60:63, shoulders] = middle + 0.5 * (xy[60:63, shoulders] - middle)
    turned = compute(clip.with_xy(xy), find_view(clip, "front")).values["sh_yaw_amp"]
    assert turned[60:63] == pytest.approx(120.0)
    assert np.delete(turned, [60, 61, 62]) == pytest.approx(0.0, abs=1e-3)


class TestRollingMedian:
    def test_ignores_nan_and_keeps_segments_apart(self) -> None:
        time = np.arange(240) / 30
        segment = np.repeat([0, 1], 120)
        values = np.where(segment == 0, 1.0, 5.0)
        values[::7] = np.nan
        result = geometry.rolling_median(values, time, segment, 1.0)
        assert np.all(result[:120] == 1.0)
        assert np.all(result[120:] == 5.0)

    @pytest.mark.parametrize("start", [30.0, 1000.0])
    def test_the_clock_may_begin_anywhere(self, start: float) -> None:
        time, segment = np.arange(300) / 30, np.zeros(300, dtype=int)
        values = np.random.default_rng(3).standard_normal(300)
        later = geometry.rolling_median(values, time + start, segment, 1.0)
        assert later == pytest.approx(geometry.rolling_median(values, time, segment, 1.0))

    def test_long_gaps_stay(self) -> None:
        time = np.arange(300) / 30
        values = np.ones(300)
        values[100:200] = np.nan
        result = geometry.rolling_median(values, time, np.zeros(300, dtype=int), 1.0)
        assert np.all(np.isnan(result[125:175]))
        assert np.all(result[:100] == 1.0)

    def test_agrees_with_numpy(self) -> None:
        rng = np.random.default_rng(1)
        rows = rng.normal(size=(50, 31))
        rows[rng.random(rows.shape) < 0.3] = np.nan
        assert geometry.nan_median(rows) == pytest.approx(np.nanmedian(rows, axis=1))
        assert np.isnan(geometry.nan_median(np.full((1, 5), np.nan)))[0]


def test_the_registry_is_whole() -> None:
    for metric in (*METRICS.values(), *COMPOSITES.values()):
        assert metric.floor > 0
        assert metric.absolute_error > 0
        assert metric.views
        assert not metric.views & metric.trend_views
        assert abs(metric.strong) > abs(metric.flag) > 0
        assert np.sign(metric.strong) == np.sign(metric.flag)
        assert metric.relative or abs(metric.flag) >= metric.floor
        assert metric.plain.endswith(".")
        assert "method" in metric.source
    heads = {m.headline for m in METRICS.values()} - {None}
    assert len(heads) == 4


def seen_from(yaw: float) -> PoseSeries:
    """A body in space before a far camera: at the runner's right side (0 degrees), in front (90), behind (-90)."""
    time = np.arange(int(4 * RATE)) / RATE
    step = np.cos(2 * np.pi * time / 0.7)
    xyz = np.full((time.size, COUNT, 3), np.nan)  # forward, right, up
    for side, sign in ((0, -1.0), (1, 1.0)):
        xyz[:, L.LEFT_HIP + side] = 0.0, 18.5 * sign, 400.0
        xyz[:, L.LEFT_SHOULDER + side] = 0.0, 34.5 * sign, 500.0
        xyz[:, L.LEFT_EAR + side] = 0.0, 8.0 * sign, 535.0
        ankle = np.stack([60 * sign * step, np.full(time.size, 8.0 * sign), np.full(time.size, 250.0)], axis=1)
        xyz[:, L.LEFT_ANKLE + side] = xyz[:, L.LEFT_HEEL + side] = ankle
        xyz[:, L.LEFT_FOOT_INDEX + side] = ankle + np.array([22.0, 0.0, 0.0])
        xyz[:, L.LEFT_KNEE + side] = 0.5 * (xyz[:, L.LEFT_HIP + side] + ankle) + np.array([24.0, 0.0, 0.0])
    xyz[:, L.NOSE] = 14.0, 0.0, 530.0
    turn = np.radians(yaw)
    across = xyz[..., 0] * np.cos(turn) - xyz[..., 1] * np.sin(turn)
    return series(time, np.stack([300 + across, 600 - xyz[..., 2]], axis=-1))


@pytest.mark.parametrize("straight", [0.0, 90.0, -90.0])
def test_yaw_passes_a_pure_view_evenly(straight: float) -> None:
    """Signed, + towards the runner's front: a side, the front and the back are passed without a turn back."""
    turns = np.arange(-15.0, 16.0, 5.0)
    yaw = np.array([np.median(find_view(seen_from(straight + turn)).frame_yaw) for turn in turns])
    assert yaw - straight == pytest.approx(turns, abs=1.5)
