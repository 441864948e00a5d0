"""Strides of clips that are short, slowed, cut, holed or timed by a wrong clock: rendered runners with true phases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from posture.report.text import sentences
from posture.series import PoseSeries
from posture.strides import TORN, Clock, Gait, cadence_in_life
from posture.strides.clock import read_clock, read_walking_clock
from tests.analytic_runner import side_runner
from tests.proving_ground.retimed import Source, holed, versions
from tests.proving_ground.stride_truth import Tally, strides_of
from tests.rendered import truth_series


def source(shared: Path, name: str) -> Source:
    """The true joints, to which the estimator's noise is added as they are played."""
    with np.load(shared / "rendered" / f"{name}.npz") as truth:
        return Source.of(truth_series(shared / "rendered" / f"{name}.npz"), truth["phase"])


@pytest.fixture(scope="module")
def fresh(shared: Path) -> Source:
    return source(shared, "fresh")


@pytest.mark.parametrize("name", ["steady", "oblique", "weave", "weave_rear"])
def test_slowed_short_thinned_and_panned_clips_keep_their_strides(name: str, shared: Path) -> None:
    tally = Tally()
    for played in versions(source(shared, name), thinning=53):
        tally.add(played, strides_of(played.series))
    assert len(tally.cases) >= 15
    assert tally.recall >= 0.95, str(tally)
    assert tally.precision >= 0.95, str(tally)
    assert tally.cadence[1] <= 0.03, str(tally)
    assert tally.factor[1] <= 0.15, str(tally)
    assert {case[6] for case in tally.cases} == {"running"}


@pytest.mark.parametrize("factor", [1.0, 4.0])
def test_a_cut_a_frame_later_or_half_the_size_changes_nothing(factor: float, fresh: Source) -> None:
    one = fresh.play(5.3, 3.4, factor=factor, seed=1).series
    half = fresh.play(5.3, 3.4, factor=factor, seed=1, shrink=0.5).series
    found = [strides_of(s) for s in (one, one.take(np.arange(len(one)) >= 1), half)]
    assert {len(f.kept) for f in found} == {3}
    assert {f.gait for f in found} == {Gait.RUNNING}
    assert np.ptp([f.kept["duration"].median() for f in found]) < 0.02 * found[0].kept["duration"].median()


@pytest.mark.parametrize("rate", [15, 24, 60, 120])
def test_two_cycles_are_two_strides(rate: float, fresh: Source) -> None:
    played = fresh.play(7.6, 2.02, rate=rate)
    found = strides_of(played.series)
    assert len(found.kept) == 2
    assert found.kept["duration"].median() == pytest.approx(played.period, rel=0.05)


def test_running_is_running_also_at_few_steps_a_minute_of_the_clip(fresh: Source) -> None:
    found = strides_of(fresh.play(4.1, 2.1, factor=4.2).series)
    assert 120 / found.kept["duration"].median() == pytest.approx(39, abs=1)
    assert found.gait is Gait.RUNNING
    assert found.clock.low < 4.2 < found.clock.high
    about, low, high = cadence_in_life(found)
    assert low < 164 < high
    assert low < about < high


def test_what_hangs_on_time_follows_the_factor(fresh: Source) -> None:
    life, slowed = (strides_of(fresh.play(4, 6, factor=f, rate=r).series) for f, r in ((1, 60), (4, 15)))
    for metric in ("vert_osc", "trunk_lean", "upper_arm_amp"):
        ours, theirs = (found.kept[metric].median() for found in (slowed, life))
        assert ours == pytest.approx(theirs, rel=0.05, abs=0.3), metric
    assert slowed.kept["cadence"].isna().all()


def test_no_hand_rests_because_it_moves_in_slow_motion(fresh: Source) -> None:
    assert strides_of(fresh.play(4, 4, factor=8).series).events == ()


def test_holes_in_time_leave_strides_in_the_pieces(fresh: Source) -> None:
    """Ten of every thirty frames missing: two thirds of a second hold nine tenths of a stride."""
    played = fresh.play(3, 20)
    found = strides_of(holed(played.series))
    assert len(found.kept) >= 9
    assert found.kept["duration"].median() == pytest.approx(played.period, rel=0.03)


def test_pieces_too_short_for_a_stride_say_so(fresh: Source) -> None:
    found = strides_of(holed(fresh.play(3, 20, rate=60).series))
    assert found.gait is Gait.NONE
    assert found.rejected.get(TORN, 0) >= 5
    assert "missing" in advice(found)


def test_less_than_a_stride_is_no_reason_to_film_for_longer(fresh: Source) -> None:
    found = strides_of(fresh.play(3.1, 0.8, factor=30).series)
    assert found.gait is Gait.NONE
    assert found.shown <= 1.5
    assert "plays far slower than life" in advice(found)
    assert "longer" not in advice(found)


def advice(found: object) -> str:
    view = SimpleNamespace(kind="side")
    recording = SimpleNamespace(rate=30.0, people=())
    return next(sentences.film_next(SimpleNamespace(view=view, rows={}, segmented=found, recording=recording)))


def test_a_clip_may_change_its_speed() -> None:
    """Real time, a slow stretch, real time again, as effects have it."""
    time = np.arange(0, 14, 1 / 30)
    slow = (time > 4) & (time < 9)
    found = strides_of(side_runner(time, np.where(slow, 1.6, 0.7)))
    kept = found.table["duration"].to_numpy()
    assert np.count_nonzero(np.abs(kept / 0.7 - 1) < 0.05) >= 9
    assert np.count_nonzero(np.abs(kept / 1.6 - 1) < 0.05) >= 2


def fast(series: PoseSeries, every: int) -> PoseSeries:
    """Every so many-th frame, told to be 30 a second."""
    taken = series.take(np.arange(len(series)) % every == 0)
    return replace(taken, time=np.arange(len(taken)) / 30, segment=np.zeros(len(taken), int))


@pytest.mark.parametrize("every", [2, 3])
def test_a_clock_too_fast_is_doubted(every: int, fresh: Source) -> None:
    found = strides_of(fast(fresh.play(3, 20).series, every))
    assert found.clock.fast
    assert found.clock.low < 1 / every < found.clock.high or found.clock.factor == pytest.approx(1 / every, rel=0.2)
    assert found.kept["cadence"].isna().all()
    assert "clock cannot be right" in " ".join(sentences.clock(found))


@pytest.mark.parametrize(
    ("stride", "bounce", "factor"),
    [
        (0.70, 0.16, 1.0),
        (0.42, 0.05, 1.0),  # a sprinter: 285 steps a minute, who hardly bounces
        (0.87, 0.20, 1.0),  # a slow jogger
        (0.48, 0.16, 0.68),  # 250 steps a minute with the bounce of a jogger
        (1.45, 0.16, 2.07),
        (6.8, 0.14, 10.1),
    ],
)
def test_custom_and_gravity_tell_the_clock(stride: float, bounce: float, factor: float) -> None:
    clock = read_clock(np.full(4, stride), np.full(4, bounce))
    assert clock.factor == pytest.approx(factor, rel=0.05)
    assert clock.sure == (factor >= 1)


def test_without_a_bounce_slow_motion_is_told_by_custom_and_is_not_sure() -> None:
    clock = read_clock(np.full(3, 2.1), np.full(3, np.nan))
    assert clock.factor == pytest.approx(3.0, rel=0.01)
    assert not clock.sure
    assert read_clock(np.full(3, 0.8), np.full(3, 0.02)) == Clock.right()


@pytest.mark.parametrize(("stride", "slow", "quick"), [(1.1, False, False), (0.49, False, True), (2.4, True, False)])
def test_walkers_have_a_clock_of_their_own(stride: float, slow: bool, quick: bool) -> None:
    clock = read_walking_clock(np.full(5, stride))
    assert (clock.slow, clock.fast) == (slow, quick)
