"""Cleaning: simulated runners with known truth, and what must hold for any input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator
from scipy.signal import butter, sosfiltfilt

from posture.cleaning import clean, masks, outliers, swaps
from posture.cleaning.filter import cutoff_for, low_pass
from posture.cleaning.gaps import interpolate_over_time
from posture.cleaning.running import running_median
from posture.cleaning.stage import USED
from posture.landmarks import ARM, COUNT, LEG, MIRROR, Landmark
from posture.series import PoseSeries
from posture.settings import CleaningSettings

L = Landmark
TORSO, SIZE = 120.0, (640, 720)
DEFAULT = CleaningSettings()

#: Height above the ankle line and swing (fore-aft amplitude, harmonic, bounce) in torso lengths; left phase in cycles.
_BODY = {
    L.NOSE: (3.6, 0.0, 0.0, 0.5), L.LEFT_EYE: (3.65, 0.0, 0.0, 0.5), L.LEFT_EAR: (3.6, 0.0, 0.0, 0.5),
    L.LEFT_SHOULDER: (3.1, 0.05, 0.0, 0.5), L.LEFT_ELBOW: (2.6, 0.30, 0.03, 0.5), L.LEFT_WRIST: (2.5, 0.45, 0.06, 0.55),
    L.LEFT_HIP: (2.1, 0.03, 0.0, 0.0), L.LEFT_KNEE: (1.2, 0.5, 0.08, 0.05), L.LEFT_ANKLE: (0.4, 0.9, 0.15, 0.0),
    L.LEFT_HEEL: (0.3, 0.9, 0.15, 0.0), L.LEFT_FOOT_INDEX: (0.3, 0.95, 0.2, 0.02),
}  # fmt: skip


def runner(
    seconds: float = 10.0, rate: float = 30.0, cadence: float = 1.4, time: np.ndarray | None = None
) -> PoseSeries:
    """A smooth side-view runner, whose arms and legs pass each other at every step."""
    time = np.arange(round(seconds * rate)) / rate if time is None else time
    xy = np.empty((time.size, COUNT, 2))
    for left in range(COUNT):
        if left != L.NOSE and MIRROR[left] < left:
            continue
        finger_or_face = left not in _BODY
        key = L(left) if not finger_or_face else (L.LEFT_WRIST if left > L.LEFT_WRIST else L.NOSE)
        height, swing, harmonic, phase = _BODY[key]
        for landmark, offset in ((left, 0.0), (int(MIRROR[left]), 0.5)):
            turn = 2 * np.pi * (cadence * time + phase + offset)
            x = swing * np.cos(turn) + harmonic * np.cos(2 * turn + 0.6)
            y = height + 0.35 * swing * np.sin(turn) + 0.04 * np.sin(4 * np.pi * cadence * time)
            xy[:, landmark] = np.stack([320 + TORSO * x, 700 - TORSO * y], axis=1)
    ones = np.ones((time.size, COUNT))
    return PoseSeries(time, xy, np.zeros((time.size, COUNT, 3)), ones, ones.copy(), np.zeros(time.size, int), SIZE)


def noisy(series: PoseSeries, seed: int, sigma: float = 0.02, dropped: float = 0.05) -> PoseSeries:
    rng = np.random.default_rng(seed)
    xy = series.xy + rng.normal(0, sigma * TORSO, series.xy.shape)
    xy[rng.random(xy.shape[:2]) < dropped] = np.nan
    return series.with_xy(xy)


def exchange(series: PoseSeries, frames: np.ndarray, limb: tuple[Landmark, ...]) -> PoseSeries:
    left = np.array(limb)
    both, other = np.concatenate([left, MIRROR[left]]), np.concatenate([MIRROR[left], left])
    xy = series.xy.copy()
    rows = np.flatnonzero(frames)[:, None]
    xy[rows, both] = series.xy[rows, other]
    return series.with_xy(xy)


def some_swaps(series: PoseSeries, seed: int, every: float = 2.5) -> np.ndarray:
    """Stretches of one frame to a second, one in every ``every`` seconds."""
    rng = np.random.default_rng(seed)
    frames = np.zeros(len(series), dtype=bool)
    for start in np.arange(0.5, series.time[-1] - 1.6, every):
        first = start + rng.uniform(0, every - 1.6)
        frames |= (series.time >= first) & (series.time < first + rng.uniform(0.02, 0.98))
    return frames


def apart(series: PoseSeries, limb: tuple[Landmark, ...]) -> np.ndarray:
    left = np.array(limb)
    return np.linalg.norm(series.xy[:, left] - series.xy[:, MIRROR[left]], axis=-1).max(axis=1) > 0.1 * TORSO


def find(series: PoseSeries, limb: tuple[Landmark, ...]) -> swaps.Repair:
    left = np.array(limb[:3])
    points = np.stack([series.xy[:, left], series.xy[:, MIRROR[left]]], axis=1)
    return swaps.find(series.time, points, series.segment, np.full(len(series), TORSO))


class TestSwaps:
    @pytest.mark.parametrize("rate", [30.0, 60.0, 120.0])
    @pytest.mark.parametrize("limb", [ARM, LEG])
    def test_short_swaps_are_put_back(self, rate: float, limb: tuple[Landmark, ...]) -> None:
        truth = runner(60, rate)
        frames = some_swaps(truth, seed=int(rate))
        found = find(noisy(exchange(truth, frames, limb), seed=1), limb).swapped
        matters = apart(truth, limb)
        assert (found & frames & matters).sum() >= 0.95 * (frames & matters).sum() > 0
        assert (found & ~frames & matters).sum() < 0.005 * (~frames & matters).sum()

    @pytest.mark.parametrize("name", ["fresh", "steady", "tired", "arms", "oblique", "weave"])
    def test_motion_capture_in_rendered_views(self, shared, name: str) -> None:  # type: ignore[no-untyped-def]
        with np.load(shared / "rendered" / f"{name}.npz") as data:
            names, px, time = list(data["joint_names"]), data["px"], data["t"]
        hit = wrong = right = swapped = 0
        for joints in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle", "toe")):
            points = np.stack([px[:, [names.index(f"{j}_{s}") for j in joints]] for s in "LR"], axis=1)
            ends = [px[:, [names.index(f"{j}_{s}") for s in "LR"]].mean(axis=1) for j in ("shoulder", "hip")]
            torso = np.full(time.size, np.median(np.linalg.norm(ends[0] - ends[1], axis=1)))
            rng = np.random.default_rng(len(name))
            series = PoseSeries(time, *[np.zeros((time.size, COUNT, k)) for k in (2, 3)],
                                *[np.zeros((time.size, COUNT))] * 2, np.zeros(time.size, int), SIZE)  # fmt: skip
            frames = some_swaps(series, seed=len(name))
            matters = (np.linalg.norm(points[:, 0] - points[:, 1], axis=-1) > 0.1 * torso[0]).any(axis=1)
            seen = points + rng.normal(0, 0.02 * torso[0], points.shape)
            seen[frames] = seen[frames][:, ::-1]
            seen[rng.random(seen.shape[:3]) < 0.05] = np.nan
            found = swaps.find(time, seen, series.segment, torso).swapped
            hit += (found & frames & matters).sum()
            swapped += (frames & matters).sum()
            wrong += (found & ~frames & matters).sum()
            right += (~frames & matters).sum()
        assert hit >= 0.95 * swapped
        assert wrong < 0.005 * right

    def test_a_turn_is_left_and_said(self) -> None:
        truth = runner(20)
        frames = (truth.time > 8) & (truth.time < 12)
        found = find(exchange(truth, frames, ARM), ARM)
        assert not found.swapped.any()
        assert found.changes_left == 2

    def test_a_short_swap_inside_a_turned_stretch_is_put_back(self) -> None:
        truth = runner(30)
        turned = truth.time > 10
        short = (truth.time > 18.1) & (truth.time < 18.5)
        found = find(exchange(truth, turned ^ short, ARM), ARM).swapped
        until_the_arms_pass_again = (truth.time > 10) & (truth.time < 10.4)
        assert np.array_equal(found & ~until_the_arms_pass_again, short)

    def test_one_lost_landmark_does_not_swap_a_limb(self) -> None:
        series = runner(20)
        xy = series.xy.copy()
        xy[100:103, L.LEFT_WRIST] = xy[100:103, L.RIGHT_WRIST]
        xy[200, L.RIGHT_ELBOW] += 2 * TORSO
        assert not find(series.with_xy(xy), ARM).swapped.any()

    def test_nothing_is_compared_across_segments(self) -> None:
        truth = runner(20)
        cut = truth.time > 9.7
        found = find(replace(exchange(truth, cut, LEG), segment=cut.astype(int)), LEG)
        assert found.events == found.changes_left == 0

    def test_the_search_finds_the_cheapest_path(self) -> None:
        rng = np.random.default_rng(0)
        cost = rng.random((7, 2, 2))
        time, piece = np.arange(7) / 2.0, np.zeros(7, dtype=int)

        def price(sides: tuple[int, ...]) -> float:
            labels = (0, *sides)
            total = sum(labels[k + 1] * swaps._RARE * (0.5 if k else 0) for k in range(7))
            before = 0
            for k in range(7):
                change = labels[k] ^ labels[k + 1]
                total += cost[k, before, change]
                before = change
            return total

        best = min(np.ndindex(*(2,) * 7), key=price)
        assert price(tuple(swaps._cheapest(time, cost, piece))) == pytest.approx(price(best))

    def test_visibility_and_world_follow_their_landmark(self) -> None:
        truth = runner(20)
        visibility = truth.visibility.copy()
        visibility[:, L.LEFT_WRIST] = 0.9
        frames = (truth.time > 5) & (truth.time < 5.5)
        series = replace(exchange(truth, frames, ARM), visibility=visibility.copy())
        rows = np.flatnonzero(frames)[:, None]
        series.visibility[rows, [L.LEFT_WRIST, L.RIGHT_WRIST]] = [1.0, 0.9]
        cleaned, report = clean(series, DEFAULT)
        assert np.array_equal(cleaned.visibility, visibility)
        assert (report.arm_swaps, report.arm_swap_frames, report.leg_swaps) == (1, frames.sum(), 0)


class TestMasks:
    def test_the_far_side(self) -> None:
        visibility = np.ones((10, COUNT))
        visibility[:, 11:25:2] = 0.6
        hidden = masks.hidden(visibility, np.zeros(10, int), DEFAULT)[0]
        assert hidden[[L.LEFT_ELBOW, L.LEFT_WRIST]].all()
        assert not hidden[[L.LEFT_SHOULDER, L.LEFT_HIP, L.RIGHT_WRIST, L.LEFT_KNEE]].any()
        visibility[:, 11:25:2] = 0.1
        assert not masks.hidden(visibility, np.zeros(10, int), DEFAULT)[
            0, [L.LEFT_SHOULDER, L.LEFT_HIP, L.LEFT_EAR]
        ].any()

    def test_near_hips_behind_a_handrail_are_masked(self) -> None:
        visibility = np.ones((10, COUNT))
        visibility[:, L.LEFT_HIP], visibility[:, L.RIGHT_HIP] = 0.3, 0.2
        hidden = masks.hidden(visibility, np.zeros(10, int), DEFAULT)[0]
        assert hidden[L.LEFT_HIP]
        assert not hidden[L.RIGHT_HIP]

    def test_the_side_is_decided_for_each_segment(self) -> None:
        visibility = np.ones((20, COUNT))
        visibility[:10, L.LEFT_WRIST] = visibility[10:, L.RIGHT_WRIST] = 0.6
        hidden = masks.hidden(visibility, np.repeat([0, 1], 10), DEFAULT)
        assert hidden[:10, L.LEFT_WRIST].all()
        assert hidden[10:, L.RIGHT_WRIST].all()
        assert hidden.sum() == 20

    def test_unknown_visibility_is_no_reason_to_mask(self) -> None:
        assert not masks.hidden(np.full((5, COUNT), np.nan), np.zeros(5, int), DEFAULT).any()

    def test_out_of_frame(self) -> None:
        points = np.array([[0.0, 0.0], [-1, 5], [641, 5], [5, 721], [640, 720], [np.nan, np.nan]])
        assert masks.out_of_frame(points, SIZE).tolist() == [False, True, True, True, False, False]


class TestOutliers:
    @staticmethod
    def hampel(series: PoseSeries, track: np.ndarray) -> np.ndarray:
        return outliers.hampel(series.time, track, np.full(len(series), TORSO), series.segment, series.rate)

    @staticmethod
    def too_fast(series: PoseSeries, track: np.ndarray, limit: float) -> np.ndarray:
        return outliers.too_fast(series.time, track, np.full(len(series), TORSO), series.segment, limit)

    def test_spikes_go_and_swings_stay(self) -> None:
        series = runner(20)
        track = noisy(series, 3, 0.01, 0).xy[:, L.LEFT_WRIST]
        at = np.arange(40, 560, 40)
        spiked = track.copy()
        spiked[at] += [0.6 * TORSO, -0.5 * TORSO]
        spiked[at + 1] += [0.6 * TORSO, -0.5 * TORSO]
        found = self.hampel(series, spiked)
        assert found[at].all()
        assert found[at + 1].all()
        assert found.sum() - 2 * at.size <= 0.02 * len(series)
        assert self.hampel(series, series.xy[:, L.LEFT_WRIST]).sum() == 0

    def test_a_limb_that_turns_while_frames_are_lost_is_kept(self) -> None:
        series = runner(60.0)
        kept = np.random.default_rng(0).random(len(series)) < 0.6
        uneven = replace(series.take(kept), segment=np.zeros(kept.sum(), dtype=int))
        found, _ = clean(noisy(uneven, 1, 0.01, 0), DEFAULT)
        assert np.isnan(found.xy[:, USED, 0]).mean() < 0.003

    def test_a_short_visit_elsewhere_is_too_fast(self) -> None:
        series = runner(4)
        track = series.xy[:, L.LEFT_EAR]
        track[50:55] += 0.5 * TORSO
        found = self.too_fast(series, track, outliers.TRUNK_SPEED)
        assert np.flatnonzero(found).tolist() == [50, 51, 52, 53, 54]

    def test_two_long_stretches_are_both_kept(self) -> None:
        series = runner(4)
        track = series.xy[:, L.LEFT_EAR]
        track[60:] += 0.5 * TORSO
        assert not self.too_fast(series, track, outliers.TRUNK_SPEED).any()

    def test_noise_at_high_frame_rates_is_no_speed(self) -> None:
        series = noisy(runner(10, 240), 2, 0.02, 0)
        for i, limit in ((L.LEFT_EAR, outliers.TRUNK_SPEED), (L.LEFT_WRIST, outliers.HAND_SPEED)):
            assert self.too_fast(series, series.xy[:, i], limit).mean() < 0.001

    def test_a_runner_who_crosses_the_picture_is_kept(self) -> None:
        series = runner(3, 60)
        moved = series.with_xy(series.xy + (12 * TORSO * (series.time - 1.5))[:, None, None] * [1, 0])
        _, report = clean(replace(moved, size=(100_000, 720)), DEFAULT)
        assert report.outliers.sum() == 0

    def test_lengths(self) -> None:
        zero, torso = np.zeros((4, 2)), np.ones(4)
        assert outliers.wrong_torso(zero, np.array([[0, 1.0], [0, 1.14], [0, 1.16], [0, 0.84]]), torso).tolist() == [
            False, False, True, True]  # fmt: skip
        elbow = np.zeros((100, 2))
        elbow[:, 1] = 0.5
        elbow[7, 1] = 0.6
        assert np.flatnonzero(outliers.long_arm(np.zeros((100, 2)), elbow, np.ones(100))).tolist() == [7]

    def test_running_median_keeps_steady_motion_to_its_ends(self) -> None:
        line = np.arange(20.0)[:, None]
        assert np.allclose(running_median(line, np.repeat([0, 1], 10), 7), line)


class TestGaps:
    time = np.arange(60) / 30
    track = np.stack([np.sin(8 * time), np.cos(5 * time)], axis=1)

    def holed(self, *frames: int) -> np.ndarray:
        xy = self.track.copy()
        xy[list(frames)] = np.nan
        return xy

    def test_inner_gaps_are_scipys_pchip(self) -> None:
        xy = self.holed(20, 21, 22, 30)
        known = np.isfinite(xy[:, 0])
        expected = PchipInterpolator(self.time[known], xy[known])(self.time)
        assert np.allclose(interpolate_over_time(self.time, xy, np.zeros(60, int), 0.1, 1 / 30), expected)

    @pytest.mark.parametrize(("rate", "frames"), [(30, 3), (60, 6), (120, 12)])
    def test_the_limit(self, rate: int, frames: int) -> None:
        time = np.arange(60) / rate
        for n, bridged in ((frames, True), (frames + 1, False)):
            xy = self.track.copy()
            xy[20 : 20 + n] = np.nan
            assert np.isfinite(interpolate_over_time(time, xy, np.zeros(60, int), 0.1, 1 / rate)).all() == bridged

    def test_nothing_at_the_ends_or_across_segments(self) -> None:
        xy = self.holed(0, 30, 59)
        segment = (np.arange(60) >= 30).astype(int)
        filled = interpolate_over_time(self.time, xy, segment, 0.1, 1 / 30)
        assert np.array_equal(np.isnan(filled), np.isnan(xy))

    def test_a_gap_beside_another_segment_takes_nothing_from_it(self) -> None:
        segment = (np.arange(60) >= 30).astype(int)
        one = interpolate_over_time(self.time, self.holed(31), segment, 0.1, 1 / 30)
        other = self.holed(31)
        other[:30] += 100
        assert np.array_equal(one[30:], interpolate_over_time(self.time, other, segment, 0.1, 1 / 30)[30:])
        assert np.allclose(one[31], self.track[[30, 32]].mean(axis=0), atol=0.01)


class TestFilter:
    def test_cutoffs(self) -> None:
        assert [cutoff_for(r) for r in (25, 30, 40, 50, 120)] == [6, 6, 6, 8, 8]
        assert cutoff_for(24) < 6
        assert cutoff_for(10) < 2.5
        assert (cutoff_for(60, 5.0), cutoff_for(12, 5.0)) == (5.0, pytest.approx(2.988))

    @pytest.mark.parametrize("frequency", [0.5, 1.4, 2.8, 6.0])
    def test_gain_without_lag(self, frequency: float) -> None:
        time = np.arange(1200) / 60
        xy = np.stack([np.sin(2 * np.pi * frequency * time), np.cos(2 * np.pi * frequency * time)], axis=1)
        smooth = low_pass(time, xy, np.zeros(1200, int), 60, 6.0)
        middle = slice(120, -120)
        ratio = (smooth[middle] * xy[middle]).sum() / (xy[middle] ** 2).sum()
        assert ratio == pytest.approx(1 / (1 + (np.sqrt(2) - 1) * (frequency / 6) ** 4), abs=0.03)
        assert np.allclose(smooth[middle], ratio * xy[middle], atol=1e-3)

    def test_every_run_by_itself(self) -> None:
        rng = np.random.default_rng(0)
        xy = rng.normal(size=(3000, 2))
        xy[rng.random(3000) < 0.06] = np.nan
        segment = np.arange(3000) // 500
        smooth = low_pass(np.arange(3000) / 30, xy, segment, 30, 6.0)
        sos = butter(2, 6 / 0.802, fs=30, output="sos")
        key = np.where(np.isnan(xy[:, 0]), -1, segment)
        for run in np.split(np.arange(3000), np.flatnonzero(np.diff(key)) + 1):
            if np.isnan(xy[run[0], 0]) or run.size < 4:
                assert np.isnan(smooth[run]).all()
            else:
                expected = sosfiltfilt(sos, xy[run], axis=0, padlen=min(9, run.size - 1))
                assert np.allclose(smooth[run], expected)

    def test_uneven_times_give_the_same_motion(self) -> None:
        rng = np.random.default_rng(1)
        even = np.arange(900) / 30
        uneven = even + rng.uniform(-0.01, 0.01, even.size)
        motion = lambda t: np.stack([np.sin(2 * np.pi * 1.4 * t), np.cos(2 * np.pi * 2.8 * t)], axis=1)  # noqa: E731
        smooth = low_pass(uneven, motion(uneven), np.zeros(900, int), 30, 6.0)
        expected = low_pass(even, motion(even), np.zeros(900, int), 30, 6.0)
        at = np.stack([PchipInterpolator(even, c)(uneven) for c in expected.T], axis=1)
        assert np.abs(smooth - at)[30:-30].max() < 0.04

    def test_dropped_frames_do_not_stretch_time(self) -> None:
        time = np.delete(np.arange(900) / 30, np.arange(50, 850, 9))
        xy = np.stack([np.sin(2 * np.pi * 1.4 * time), time], axis=1)
        smooth = low_pass(time, xy, np.zeros(time.size, int), 30, 6.0)
        assert np.abs(smooth - xy)[20:-20].max() < 0.02


class TestClean:
    def test_a_clean_runner_stays(self) -> None:
        series = runner(20, 60)
        cleaned, report = clean(series, DEFAULT)
        used = list(USED)
        error = np.linalg.norm(cleaned.xy - series.xy, axis=-1)[30:-30, used] / TORSO
        assert np.isfinite(cleaned.xy).all()
        assert error[:, : used.index(L.LEFT_KNEE)].max() < 0.02
        assert error.max() < 0.04
        assert report.missing.sum() == 0
        assert report.outliers[: L.LEFT_KNEE].sum() == 0
        assert report.outliers.max() < 0.01 * report.frames
        assert report.cutoff == 8

    @pytest.mark.parametrize("rate", [30.0, 60.0, 120.0])
    def test_noise_falls_and_nothing_is_made_up(self, rate: float) -> None:
        truth = runner(30, rate)
        series = noisy(truth, 5)
        cleaned, report = clean(series, DEFAULT)
        for i in USED[: USED.index(L.LEFT_KNEE)]:
            before, after = (np.linalg.norm(s.xy[:, i] - truth.xy[:, i], axis=-1) for s in (series, cleaned))
            both = np.isfinite(before) & np.isfinite(after)
            assert np.sqrt((after[both] ** 2).mean()) < 0.85 * np.sqrt((before[both] ** 2).mean())
        assert report.missing[list(USED)].max() < 0.04 * report.frames
        assert report.filled[list(USED)].min() > 0.04 * report.frames

    def test_frame_rates_agree(self) -> None:
        slow, fast = (clean(runner(20, rate), CleaningSettings(cutoff=6))[0].xy for rate in (30.0, 120.0))
        apart = np.abs(slow - fast[::4])[15:-15] / TORSO
        assert apart[:, : L.LEFT_KNEE].max() < 0.02
        assert apart.max() < 0.05

    def test_counts(self) -> None:
        series = runner(20)
        xy, visibility = series.xy.copy(), series.visibility.copy()
        xy[100:140] = np.nan
        xy[200:210, L.LEFT_WRIST, 0] = -5
        visibility[300:320, L.RIGHT_KNEE] = 0.2
        xy[400, L.LEFT_EAR] += 80
        _, report = clean(replace(series, xy=xy, visibility=visibility), DEFAULT)
        assert (report.frames, report.without_runner) == (600, 40)
        assert report.out_of_frame[L.LEFT_WRIST] == report.out_of_frame.sum() == 10
        assert report.hidden[L.RIGHT_KNEE] == report.hidden.sum() == 20
        assert report.outliers[L.LEFT_EAR] == report.filled[L.LEFT_EAR] == 1
        assert report.outliers[: L.LEFT_ELBOW].sum() == 1
        assert report.outliers.max() < 0.02 * report.frames
        assert report.missing[L.RIGHT_KNEE] == 60
        assert report.share(report.missing)[L.LEFT_WRIST] == pytest.approx(50 / 600)

    @pytest.mark.parametrize("frames", [0, 1, 2, 5])
    def test_hardly_any_frames(self, frames: int) -> None:
        cleaned, report = clean(runner(frames / 30), DEFAULT)
        assert len(cleaned) == report.frames == frames

    def test_nobody(self) -> None:
        series = runner(2)
        cleaned, report = clean(series.with_xy(np.full_like(series.xy, np.nan)), DEFAULT)
        assert np.isnan(cleaned.xy).all()
        assert report.without_runner == report.frames == 60

    def test_the_input_is_untouched(self) -> None:
        truth = runner(5)
        series = noisy(exchange(truth, (truth.time > 2) & (truth.time < 2.5), LEG), 1)
        before = series.xy.copy()
        clean(series, DEFAULT)
        assert np.array_equal(before, series.xy, equal_nan=True)


def messy(seed: int, seconds: float = 6.0) -> PoseSeries:
    """Noise, drop-outs, swaps, outliers, long gaps and uneven visibility."""
    rng = np.random.default_rng(seed)
    truth = runner(seconds, 30, rng.uniform(1.2, 1.5))
    first = rng.uniform(0.5, 4)
    frames = (truth.time > first) & (truth.time < first + rng.uniform(0.1, 0.9))
    series = noisy(exchange(truth, frames, ARM if seed % 2 else LEG), seed, 0.015)
    xy = series.xy.copy()
    hit = rng.random(xy.shape[:2]) < 0.01
    xy[hit] += rng.normal(0, 60, (hit.sum(), 2))
    start = rng.integers(20, 120)
    xy[start : start + rng.integers(5, 20), rng.random(COUNT) < 0.3] = np.nan
    visibility = np.clip(rng.uniform(0.3, 1, COUNT) + rng.normal(0, 0.1, (len(series), COUNT)), 0, 1)
    return replace(series, xy=xy, visibility=visibility)


seeds = st.integers(0, 10_000)


class TestProperties:
    @given(seeds)
    @settings(max_examples=12, deadline=None)
    def test_mirroring_exchanges_sides_and_nothing_else(self, seed: int) -> None:
        series = messy(seed)
        flip = [SIZE[0], 0] + np.array([-1, 1]) * series.xy[:, MIRROR]
        mirrored = replace(series, xy=flip, visibility=series.visibility[:, MIRROR])
        (a, report_a), (b, report_b) = clean(series, DEFAULT), clean(mirrored, DEFAULT)
        assert np.allclose(b.xy, [SIZE[0], 0] + np.array([-1, 1]) * a.xy[:, MIRROR], equal_nan=True)
        assert np.array_equal(report_b.outliers, report_a.outliers[MIRROR])
        assert (report_a.arm_swaps, report_a.leg_swaps) == (report_b.arm_swaps, report_b.leg_swaps)

    @given(seeds, st.floats(0.2, 5), st.floats(0, 300))
    @settings(max_examples=12, deadline=None)
    def test_size_and_place_change_nothing(self, seed: int, scale: float, shift: float) -> None:
        series = replace(messy(seed), size=(100_000, 100_000))
        series = series.with_xy(np.maximum(series.xy, 0.0) + 1000)
        other = series.with_xy(series.xy * scale + shift)
        a, b = clean(series, DEFAULT)[0].xy, clean(other, DEFAULT)[0].xy
        assert np.allclose(b, a * scale + shift, equal_nan=True, atol=1e-6)

    @given(seeds)
    @settings(max_examples=12, deadline=None)
    def test_gaps_do_not_grow(self, seed: int) -> None:
        series = messy(seed)
        cleaned, report = clean(series, DEFAULT)
        lost = np.isnan(cleaned.xy[..., 0]).sum() - np.isnan(series.xy[..., 0]).sum()
        assert lost <= report.hidden.sum() + report.out_of_frame.sum() + report.outliers.sum() + 3 * 20 * COUNT
        one = series.xy.copy()
        one[90:110, L.NOSE] = np.nan
        holed = clean(series.with_xy(one), DEFAULT)[0].xy
        others = [i for i in range(COUNT) if i != L.NOSE]
        assert np.array_equal(holed[:, others], cleaned.xy[:, others], equal_nan=True)

    @given(seeds)
    @settings(max_examples=12, deadline=None)
    def test_segments_are_worlds_of_their_own(self, seed: int) -> None:
        series = replace(messy(seed), segment=(np.arange(180) >= 100).astype(int), size=(100_000, 100_000))
        series = series.with_xy(series.xy + 1000)
        other = series.xy.copy()
        other[:100, list(USED)] += 3
        a, b = clean(series, DEFAULT)[0].xy, clean(series.with_xy(other), DEFAULT)[0].xy
        assert np.allclose(a[100:], b[100:], equal_nan=True, atol=1e-9)

    @given(seeds)
    @settings(max_examples=8, deadline=None)
    def test_a_part_cleans_like_the_whole(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        series = noisy(runner(20), seed)
        cut = slice(rng.integers(0, 100), rng.integers(450, 600))
        names = ("time", "xy", "world", "visibility", "presence", "segment")
        part = PoseSeries(*(getattr(series, name)[cut] for name in names), series.size)
        whole, alone = clean(series, DEFAULT)[0].xy[cut][45:-45], clean(part, DEFAULT)[0].xy[45:-45]
        same = np.isclose(whole, alone, atol=0.05 * TORSO, equal_nan=True).mean()
        assert same > 0.995
