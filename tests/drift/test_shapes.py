"""The parts that find what happened over a run, each against known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posture.drift.blocks import fifths, outliers
from posture.drift.contrasts import contrasts
from posture.drift.critical import CRITICAL, LEVELS, chance, critical_values
from posture.drift.difference import difference_p
from posture.drift.equivalence import largest_departure, margin_of
from posture.drift.longmemory import (
    STRONGEST,
    autocovariance,
    block_correlation,
    fractional_noise,
    whitener,
    without_level,
)
from posture.drift.noise import SHORT_BLOCK, blocks_of, coarse_blocks, even_blocks, fine_blocks, growth
from posture.drift.scan import Scan, Stretch, _gains, scan
from posture.drift.shapes import ramps
from posture.kinematics.registry import METRICS
from tests.simulated import noise


def white(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count)


def look(value: np.ndarray) -> Scan:
    return scan(value, fifths(value.size) // 2)


# --- families of shapes ---


@pytest.mark.parametrize("to_end", [False, True])
def test_ramps_rise_once_last_long_enough_and_are_of_length_one(to_end: bool) -> None:
    shapes, begins = ramps(101, 10, 3, to_end)
    slopes = np.diff(shapes, axis=1)
    assert (slopes >= -1e-12).all()
    lasting = [10 * (end - begin) for begin in range(8) for end in range(10 if to_end else begin + 3, 11)]
    assert sorted((slopes > 1e-9).sum(axis=1)) == sorted(lasting)
    np.testing.assert_allclose(shapes.sum(axis=1), 0.0, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(shapes, axis=1), 1.0)
    # Begins of 0 to 7 tenths, each with every end that is three tenths later: 8 + 7 + ... + 1.
    assert len(shapes) == (8 if to_end else 36)
    assert (begins.min(), begins.max()) == (0.0, 0.7)
    if to_end:
        assert (slopes[:, -1] > 1e-9).all()


# --- long memory ---


def test_long_memory_noise_has_its_covariance() -> None:
    series = fractional_noise(np.random.default_rng(3), 4000, 100, 0.35)
    assert series.var() == pytest.approx(1.0, abs=0.03)
    assert (series[:, 1:] * series[:, :-1]).mean() == pytest.approx(autocovariance(2, 0.35)[1], abs=0.03)


def test_blocks_of_long_memory_noise_resemble_each_other_as_reckoned() -> None:
    means = fractional_noise(np.random.default_rng(4), 20_000, 60, 0.35).reshape(-1, 6, 10).mean(axis=2)
    # About zero, the mean of the process: about their own they would seem to remember less.
    seen = means.T @ means / len(means)
    assert seen / seen[0, 0] == pytest.approx(block_correlation(6, 10, 0.35), abs=0.05)
    assert block_correlation(6, 10, 0.0) == pytest.approx(np.eye(6))


# --- contrasts and their distribution ---


@settings(deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-100, 100), st.sampled_from([-1.0, 1.0]))
def test_shapes_know_neither_unit_nor_origin_nor_sign(seed: int, scale: float, origin: float, sign: float) -> None:
    medians = white(15, seed)
    expected = float(contrasts(15).strongest(medians))
    assert float(contrasts(15).strongest(sign * scale * medians + origin)) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("begin", "end"), [(1, 6), (4, 9), (7, 14)])
def test_an_excursion_is_found_where_it_is(begin: int, end: int) -> None:
    place = np.arange(15)
    found = contrasts(15).passing(1.0 * ((place >= begin) & (place < end)))
    assert (int(found.begin), int(found.end)) == (begin, end)
    assert float(found.correlation) == pytest.approx(1.0)


@pytest.mark.parametrize("begin", [1, 5, 14])
def test_a_step_is_found_where_it_is(begin: int) -> None:
    found = contrasts(15).lasting(1.0 * (np.arange(15) >= begin))
    assert (int(found.begin), bool(found.ramp)) == (begin, False)
    assert float(found.correlation) == pytest.approx(1.0)


def test_a_ramp_is_found_where_it_begins() -> None:
    found = contrasts(15).lasting(np.clip(np.arange(15) - 6.0, 0.0, None))
    assert (int(found.begin), bool(found.ramp)) == (6, True)


def test_a_flat_run_has_no_shape() -> None:
    assert float(contrasts(15).strongest(np.full(15, 7.3))) == 0.0
    assert chance(15, 0.0) == 1.0


def test_the_table_falls_with_blocks_and_rises_with_rarity() -> None:
    table = np.array(list(CRITICAL.values()))
    assert (np.diff(table, axis=1) > 0).all()
    # Of the rarest a few hundred runs are left, whose chance shows.
    assert (np.diff(table[:, :-2], axis=0) < 0).all()
    assert (np.diff(table[:, -2:], axis=0) < 0.012).all()
    # A curve without a bend: neighbours tell each value.
    between = (table[:-2] + table[2:]) / 2
    assert np.abs(table[1:-1] - between).max() < 0.03


@pytest.mark.slow
@pytest.mark.parametrize("blocks", [6, 9, 21, 62])
def test_the_table_is_what_its_function_makes(blocks: int) -> None:
    made = critical_values(blocks, 20_000, seed=100 + blocks)
    told = chance(blocks, made)
    # Below the weakest level nothing is interpolated, and beyond the fifth of a percent too few runs are left.
    between = slice(1, 6)
    assert told[between] == pytest.approx(np.array(LEVELS)[between], rel=0.2)
    assert all(len(row) == len(LEVELS) and list(row) == sorted(row) for row in CRITICAL.values())


@pytest.mark.slow
def test_strides_freed_from_outliers_pass_as_often_as_told() -> None:
    """What the filter drops makes blocks more even, and shapes between them stand out: the table knows of it."""
    runs, blocks = 6_000, 21
    memory = fractional_noise(np.random.default_rng(3), runs, blocks * SHORT_BLOCK + 1, STRONGEST)
    left = np.stack([even_blocks(run[~marked], blocks) for run, marked in zip(memory, outliers(memory), strict=True)])
    p = chance(blocks, contrasts(blocks).strongest(left))
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.0075)
    assert (p < 0.01).mean() == pytest.approx(0.01, abs=0.003)


# --- noise ---


@pytest.mark.parametrize("shape", [0.0, 5.0])
def test_growing_noise_is_measured_whatever_the_level_does(shape: float) -> None:
    runs = white(400 * 200).reshape(200, 400) * np.linspace(1.0, 3.0, 400) + shape * (np.arange(400) > 200)
    assert np.exp(np.median(growth(runs))) == pytest.approx(3.0, rel=0.15)


def test_blocks_are_long_where_strides_remember_much() -> None:
    short, long = (noise(kind, (50, 120), seed=1) for kind in ("AR .3", "AR .9"))
    step = 4.0 * (np.arange(120) > 50)
    assert np.mean([blocks_of(value + step) == fine_blocks(120) for value in short]) > 0.9
    assert np.mean([blocks_of(value + step) == coarse_blocks(120) for value in long]) > 0.9


# --- scan ---


@pytest.mark.parametrize(("begin", "end"), [(60, 100), (100, 112), (150, 215)])
def test_what_comes_and_goes_is_found_to_the_stride(begin: int, end: int) -> None:
    place = np.arange(250)
    found = look(5.0 * ((place >= begin) & (place < end)) + white(250, 2))
    assert found.excursion is not None
    assert abs(found.excursion.begin - begin) <= 1
    assert abs(found.excursion.end - end) <= 1
    assert found.p < 0.005
    assert found.change.p > 0.05


@pytest.mark.parametrize("begin", [75, 125, 200, 235])
def test_a_step_lasts(begin: int) -> None:
    found = look(4.0 * (np.arange(250) >= begin) + white(250, 3))
    assert found.excursion is None
    assert abs(found.change.begin - begin) <= 1
    assert found.p == found.change.p < 0.005


def test_an_opening_is_no_change_of_the_run() -> None:
    found = look(5.0 * (np.arange(250) < 20) + white(250, 4))
    assert found.excursion is not None
    assert (found.excursion.begin, found.excursion.end) == (0, 20)
    assert found.change.p > 0.05


@pytest.mark.parametrize("begin", [0, 120, 242])
def test_a_few_odd_strides_are_an_event(begin: int) -> None:
    found = look(15.0 * ((np.arange(250) >= begin) & (np.arange(250) < begin + 8)) + white(250, 5))
    assert found.p > 0.05


def test_an_excursion_does_not_hide_what_stays() -> None:
    place = np.arange(250)
    found = look(5.0 * ((place >= 60) & (place < 75)) + 6.0 * (place >= 125) + white(250, 6))
    assert found.excursion is not None
    assert found.excursion.p < 0.05
    assert found.change.p < 0.005
    assert abs(found.excursion.begin - 60) <= 1
    assert abs(found.change.begin - 125) <= 1


def test_a_constant_run_has_nothing() -> None:
    found = look(np.full(100, 3.0))
    assert found.p == found.change.p == 1.0


# --- equivalence ---


@pytest.mark.parametrize(
    ("metric", "baseline", "margin"),
    [
        ("trunk_lean", 5.0, 0.97 * 3.0),  # as the mean runner shows it (method 2.3)
        ("ear_hip", 8.0, 0.95 * 3.0),
        ("elbow_rom", 50.0, 0.66 * 10.0),  # relative
        ("wrist_h_p95", 0.5, 0.72 * 0.08),
        ("vert_osc", 0.1, METRICS["vert_osc"].response * 0.02),  # of the floor, where a flag is less
    ],
)
def test_the_margin_is_the_flag_as_it_is_seen(metric: str, baseline: float, margin: float) -> None:
    known = METRICS[metric]
    floor = max(known.floor, known.relative_floor * baseline)
    assert margin_of(known, baseline, floor) == pytest.approx(margin)


def test_a_departure_counts_for_no_less_than_it_is() -> None:
    place = np.arange(250)
    level = white(250, 7)
    still = largest_departure(level)
    for begin, end in ((0, 10), (100, 110), (100, 180), (240, 250), (125, 250)):
        moved = level + 4.0 * ((place >= begin) & (place < end))
        assert largest_departure(moved) > max(4.0, still)


def test_noise_makes_the_proof_harder() -> None:
    level = white(250, 8)
    bounds = [largest_departure(sd * level) for sd in (0.5, 1.0, 2.0)]
    assert bounds == sorted(bounds)
    assert bounds[2] == pytest.approx(4 * bounds[0])


# --- two clips ---


def test_two_clips_are_told_apart_only_beyond_their_own_wander() -> None:
    one, other = white(80), white(80, 1)
    assert difference_p(one, other + 4.0) < 0.01
    assert difference_p(one, other) > 0.05
    assert difference_p(one, one) == 1.0
    assert difference_p(np.ones(60), np.ones(60)) == 1.0
    assert difference_p(np.ones(60), np.full(60, 2.0)) == 0.0


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-100, 100))
def test_the_difference_knows_neither_unit_nor_origin_nor_order(seed: int, scale: float, origin: float) -> None:
    one, other = white(60, seed), white(80, seed + 1) + 1.0
    p = difference_p(one, other)
    assert difference_p(scale * other + origin, scale * one + origin) == pytest.approx(p, rel=1e-6)


@given(blocks=st.integers(6, 40), level=st.floats(-100, 100))
def test_a_level_weighs_nothing_once_it_is_taken_out(blocks: int, level: float) -> None:
    weights = without_level(whitener(blocks, 10, 0.2))
    assert weights @ np.full(blocks, level) == pytest.approx(np.zeros(blocks), abs=1e-9)
    assert np.linalg.matrix_rank(weights) == blocks - 1


# --- ramps ---


#: Twelve blocks without noise: what they are, and from where to where.
SHAPES = {
    "levels off": (np.clip((np.arange(12) - 3) / 5, 0, 1), True, 3, 8),
    "late": (np.clip((np.arange(12) - 6) / 5, 0, 1), True, 6, 12),
    "all along": (np.arange(12.0), True, 0, 12),
    "step": (1.0 * (np.arange(12) >= 7), False, 7, 12),
    "first step": (1.0 * (np.arange(12) >= 1), False, 1, 12),
}


@pytest.mark.parametrize(("blocks", "ramp", "begin", "end"), SHAPES.values(), ids=SHAPES)
def test_a_shape_without_noise_is_found_whole(blocks: np.ndarray, ramp: bool, begin: int, end: int) -> None:
    fit = contrasts(12).lasting(blocks)
    assert (bool(fit.ramp), int(fit.begin), int(fit.end)) == (ramp, begin, end)
    assert float(fit.correlation) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "blocks",
    [*(shape for shape, *_ in SHAPES.values()), 1.0 * np.isin(np.arange(12), (4, 5, 6)), -1.0 * (np.arange(12) < 2)],
    ids=[*SHAPES, "bump", "low start"],
)
def test_the_course_of_a_shape_without_noise_is_the_shape(blocks: np.ndarray) -> None:
    course = contrasts(12).best_course(np.stack([blocks, 3.0 - 2.0 * blocks]), 12)
    assert course.mean(axis=1) == pytest.approx(np.zeros(2), abs=1e-12)
    centred = blocks - blocks.mean()
    for one in course:
        assert one / np.ptp(one) == pytest.approx(centred / np.ptp(centred))
    # Between the blocks, too: as far as the blocks around allow.
    fine = contrasts(12).best_course(blocks, 48)
    assert (fine[::4] - fine[0]) == pytest.approx(course[0] - course[0][0])
    assert np.abs(np.diff(fine)).max() <= np.abs(np.diff(course[0])).max() + 1e-12


def test_a_ramp_has_the_size_of_its_end_and_is_taken_out_whole() -> None:
    place = np.arange(200)
    found = look(3.0 * np.clip((place - 40) / 80, 0, 1) + 0.05 * white(200)).change
    assert found.ramp
    assert found.begin == pytest.approx(40, abs=10)
    assert found.end == pytest.approx(120, abs=10)
    assert found.size == pytest.approx(3.0, abs=0.15)
    exact = Stretch(40, 120, 3.0, 0.0, ramp=True)
    assert exact.taken_out(3.0 * np.clip((place - 40) / 80, 0, 1)) == pytest.approx(np.zeros(200))
    assert Stretch(40, 120, 3.0, 0.0).taken_out(3.0 * ((place >= 40) & (place < 120))) == pytest.approx(np.zeros(200))


@pytest.mark.parametrize(("begin", "end"), [(40, 120), (0, 50), (150, 200)])
def test_what_a_box_explains_is_its_share_of_the_squares(begin: int, end: int) -> None:
    box = 1.0 * ((np.arange(200) >= begin) & (np.arange(200) < end))
    gains = _gains(box + 7.0, np.array([0, begin, begin + 3]), np.array([end - 3, end, 200]))
    squares = float(((box - box.mean()) ** 2).sum())
    assert gains[1, 1] == pytest.approx(squares)
    assert gains.max() == pytest.approx(squares)
    assert (gains <= squares + 1e-9).all()
