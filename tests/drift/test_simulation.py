"""The whole drift procedure on simulated strides, with known truth (``pytest -s`` prints the tables).

Floors against stride-to-stride SD decide how far noise can reach, so they are stated: measured on motion capture
or assumed where nothing was found (``tests.simulated``). ``benchmarks/verdicts.py`` prints larger tables.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from scipy import stats

from posture.drift import ClipStrides, compare
from posture.drift.blocks import StrideSeries, fifths
from posture.drift.onset import find_onset
from posture.drift.size import FITTED, change_interval, session_sem
from posture.drift.stage import assess
from posture.drift.types import DriftResult, Status
from posture.drift.verdict import SHARES
from posture.settings import DriftSettings
from tests.simulated import (
    EXPLORATORY,
    FRONT,
    NO_WARM_UP,
    SIDE,
    STRIDE_TIME,
    Family,
    Judged,
    box,
    course,
    judge,
    noise,
    ramp,
    recording,
)

FDR = DriftSettings().fdr
NOISES = ("white", "AR .3", "AR .6", "AR .9", "FD .35", "growing")
#: Strides of the shortest run that reaches a verdict (a minute), and of the two lengths of the review.
LENGTHS = (74, 120, 400)
RUNS = 200
EPISODE, STABLE, DRIFT = Status.EPISODE, Status.STABLE, Status.DRIFT


@cache
def noises_for(kind: str, metrics: int, strides: int, runs: int = RUNS) -> np.ndarray:
    return np.stack([noise(kind, (runs, strides), seed=1000 * strides + m) for m in range(metrics)])


def found_by_chance(family: Family, kind: str, strides: int, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """(runs, metrics) and (runs,): what is found where nothing happened, by each metric alone, and after control."""
    noises = noises_for(kind, len(family), strides, RUNS if strides < 200 else RUNS // 2)
    judged = [judge(m, level + spread * sd * noises[i]) for i, (m, (level, sd)) in enumerate(family.items())]
    share = SHARES[family is EXPLORATORY] * FDR
    p = np.stack([one.p for one in judged], axis=1)
    large = np.stack([one.found(share) for one in judged], axis=1)
    q = stats.false_discovery_control(p, axis=1)
    return (p < share) & large, ((q < share) & large).any(axis=1)


def report(title: str, rows: list[tuple[object, ...]]) -> None:
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(f"{x:7.1%}" if isinstance(x, float) else f"{x!s:>7}" for x in row))


@pytest.mark.slow
@pytest.mark.parametrize("strides", LENGTHS)
def test_nothing_is_found_where_there_is_nothing(strides: int) -> None:
    """All metrics of a view with independent noise: drift or episode in 3 % of metrics and 5 % of recordings."""
    rows = []
    for kind in NOISES:
        alone, side = found_by_chance(SIDE, kind, strides)
        other, exploratory = found_by_chance(EXPLORATORY, kind, strides)
        _, front = found_by_chance(FRONT, kind, strides)
        metric = float(np.concatenate([alone, other], axis=1).mean())
        rows.append((kind, metric, float((side | exploratory).mean()), float(front.mean())))
        assert metric <= 0.03
        assert max(rows[-1][2:]) <= 0.05
    report(f"Found by chance, {strides} strides: a metric by itself, a side view, a front view", rows)


@pytest.mark.slow
def test_noisy_strides_find_no_more() -> None:
    """Two and a half times the spread: floors stop nothing, the tests by themselves hold the rate."""
    rows = [(kind, float(found_by_chance(SIDE, kind, 120, 2.5)[1].mean())) for kind in NOISES]
    report("Found by chance at 2.5 times the spread, 120 strides, side view", rows)
    assert max(share for _, share in rows) <= 0.07  # 5 % and twice the error of 200 runs


def statuses(values: np.ndarray) -> Counter[Status]:
    """Of trunk lean alone, by the stage itself."""
    return Counter(
        assess(*recording({"trunk_lean": value}), camera=None, settings=NO_WARM_UP)["trunk_lean"].status
        for value in values
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "strides", "told"),
    [
        ("ramp, all the run", 120, DRIFT),
        ("ramp from 60 %", 120, DRIFT),
        ("step at 30 %", 85, DRIFT),
        ("step at 50 %", 85, DRIFT),
        ("step at 75 %", 85, DRIFT),
        ("collapse in the last 10 %", 250, DRIFT),
        ("collapse in the last 5 %", 250, DRIFT),
        ("slump from 40 to 70 %", 85, EPISODE),
        ("slump from 40 to 70 %", 250, EPISODE),
        ("bump", 250, EPISODE),
        ("first 8 % higher", 250, EPISODE),
    ],
)
def test_every_shape_is_told(shape: str, strides: int, told: Status) -> None:
    """4 stride SD (5 degrees of trunk lean), strides that remember a little."""
    runs = 20
    values = 5.0 + 1.2 * noise("AR .3", (runs, strides), seed=1) + course(shape, strides)
    assert statuses(values)[told] >= 0.9 * runs


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["AR .3", "AR .6", "AR .9", "FD .35"])
def test_a_run_that_moved_is_never_called_stable(kind: str) -> None:
    for shape in ("ramp, all the run", "step at 50 %", "slump from 40 to 70 %", "bump", "three waves"):
        for strides in (85, 250):
            values = 5.0 + 1.2 * noise(kind, (10, strides), seed=2) + course(shape, strides)
            assert statuses(values)[STABLE] == 0, (shape, strides)


@pytest.mark.slow
@pytest.mark.parametrize("strides", [85, 250])
def test_a_run_that_did_not_move_is_called_stable(strides: int) -> None:
    values = 5.0 + 1.2 * noise("AR .3", (40, strides), seed=3)
    assert statuses(values)[STABLE] >= 0.8 * 40


@pytest.mark.slow
@pytest.mark.parametrize("length", [10, 15, 30])
def test_an_episode_of_ten_strides_is_told_with_its_place_and_size(length: int) -> None:
    told = []
    for value in noise("AR .3", (25, 250), seed=4):
        inside = (np.arange(250) >= 110) & (np.arange(250) < 110 + length)
        lean = 5.0 + 1.2 * value + 5.0 * inside
        found = assess(*recording({"trunk_lean": lean}), camera=None, settings=NO_WARM_UP)["trunk_lean"]
        if found.status is EPISODE and found.episode:
            told.append(found.episode)
    assert len(told) >= 0.8 * 25
    truth = STRIDE_TIME * 110.5
    assert np.median([abs(episode.begin - truth) for episode in told]) <= STRIDE_TIME
    assert np.mean([episode.interval.low < 5.0 < episode.interval.high for episode in told]) >= 0.85


def run_stage(family: Family, run: np.ndarray, yaw: np.ndarray) -> dict[str, DriftResult]:
    values = {name: level + sd * series for (name, (level, sd)), series in zip(family.items(), run, strict=True)}
    return assess(*recording(values, yaw), camera=None, settings=NO_WARM_UP)


@pytest.mark.slow
def test_the_stage_decides_as_the_simulation_does() -> None:
    """The vectorised procedure above is the stage's own."""
    strides, runs = 120, 12
    shared = noises_for("AR .3", len(SIDE), strides)[:, :runs]
    shared = shared + 2.4 * ramp(0.3)(np.linspace(0, 1, strides)) * (np.arange(7) < 3)[:, None, None]
    judged: list[Judged] = [judge(m, level + sd * shared[i]) for i, (m, (level, sd)) in enumerate(SIDE.items())]
    q = stats.false_discovery_control(np.stack([one.p for one in judged], axis=1), axis=1)
    level = SHARES[False] * FDR
    expected = (q < level) & np.stack([one.found(level) for one in judged], axis=1)
    found = [run_stage(SIDE, shared[:, i], np.zeros(strides)) for i in range(runs)]
    got = np.array([[result[name].status in (DRIFT, EPISODE) for name in SIDE] for result in found])
    assert expected.any()
    assert not expected.all()
    assert (got != expected).mean() < 0.02


@pytest.mark.slow
def test_a_still_camera_costs_no_power() -> None:
    """Yaw read with 1 degree of wandering noise: no confounder may explain away to any true drift."""
    strides = 120
    shared = noises_for("AR .3", len(SIDE), strides)[:, :40]
    drifting = ("trunk_lean", "ear_hip", "neck_incl", "upper_arm_amp")
    rise = 3.5 * np.linspace(0, 1, strides) * np.isin(list(SIDE), drifting)[:, None, None]
    wander = noise("FD .35", (40, strides), seed=7)
    results = [run_stage(SIDE, (shared + rise)[:, i], 5.0 + wander[i]) for i in range(40)]
    rows = [(name, float(np.mean([r[name].status is DRIFT for r in results]))) for name in drifting]
    report("Power after control and confounders: 3.5 SD over 120 strides, AR .3", rows)
    assert rows[0][1] >= 0.76
    assert not any(r[name].status is Status.NOT_DECIDABLE for r in results for name in SIDE)


@pytest.mark.slow
@pytest.mark.parametrize("strides", LENGTHS)
def test_the_interval_of_a_change_covers_it(strides: int) -> None:
    """90 % or a little less under long memory; more under weaker noise."""
    rise = 3.0 * ramp(0.3)(np.linspace(0, 1, strides))
    part = fifths(strides)
    truth = np.median(rise[-part:]) - np.median(rise[:part])
    rows = []
    for kind in ("white", "AR .3", "AR .6", "FD .2", "FD .35"):
        value = noises_for(kind, 1, strides, 1000)[0] + rise
        found = np.median(value[:, -part:], axis=1) - np.median(value[:, :part], axis=1)
        half = change_interval(0.0, 1.0, strides // 10 - FITTED).high * session_sem(value)
        rows.append((kind, float((np.abs(found - truth) < half).mean())))
        assert rows[-1][1] > 0.87
    report(f"90 % interval of the change covers it, {strides} strides", rows)


#: What a change does, and when it truly begins, as a share of the run.
ONSETS = {
    "ramp from the start": (ramp(0.0), 0.0),
    "ramp from the middle": (ramp(0.5), 0.5),
    "late ramp": (ramp(0.8), 0.8),
    "to another level": (ramp(0.3, 0.6), 0.3),
    "step": (box(0.5), 0.5),
    "early step": (box(0.2), 0.2),
    "accelerating": (lambda place: ramp(0.3)(place) ** 2, 0.3),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["AR .3", "FD .35", "AR .9"])
def test_an_onset_is_in_its_interval_or_not_told(kind: str) -> None:
    """5 degrees over three minutes at a stride SD of 1.2 degrees; 85 %, less two errors of so many runs."""
    strides, runs = 250, 60
    time = STRIDE_TIME * np.arange(strides)
    rows = []
    for name, (along, begin) in ONSETS.items():
        rise = 5.0 * along(np.linspace(0, 1, strides))
        onsets = [find_onset(StrideSeries(time, v + rise)) for v in 5.0 + 1.2 * noise(kind, (runs, strides), seed=11)]
        told = [onset for onset in onsets if onset is not None]
        missed = sum(not onset.interval.low <= begin * time[-1] <= onset.interval.high for onset in told)
        rows.append((name, len(told) / runs, 1.0 - missed / runs))
        assert rows[-1][2] >= 0.76
        # What begins unseen and ever faster is seldom told, and must not be told wrongly.
        if kind == "AR .3" and name != "accelerating":
            assert len(told) > runs / 2
    report(f"Onset, {kind}: told, and in its interval or not told", rows)


def two_clips(kind: str, seed: int, strides: int, moved: dict[str, float]) -> dict[str, DriftResult]:
    family = {**SIDE, **EXPLORATORY}
    noises = noise(kind, (2 * len(family), strides), seed)
    first, second = (
        {
            m: level + sd * noises[2 * i + clip] + clip * moved.get(m, 0.0)
            for i, (m, (level, sd)) in enumerate(family.items())
        }
        for clip in (0, 1)
    )
    clips = [ClipStrides(*recording(values)) for values in (first, second)]
    return compare(*clips, same_camera=True, settings=DriftSettings())


@pytest.mark.slow
def test_two_clips_of_one_camera_differ_by_chance_in_few_recordings() -> None:
    runs = 60
    found = [two_clips("FD .45", seed, 80, {}) for seed in range(runs)]
    share = np.mean([any(r.status is DRIFT for r in results.values()) for results in found])
    print(f"\nCompared, nothing there, FD .45: {share:.1%} of recordings")
    assert share <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / runs)


@pytest.mark.slow
def test_a_slouch_is_seen_between_two_clips() -> None:
    slouch = {"trunk_lean": 5.0, "neck_incl": 10.0, "ear_hip": 6.6}
    found = [two_clips("AR .3", seed, 80, slouch) for seed in range(20)]
    rows = [(m, float(np.mean([results[m].status is DRIFT for results in found]))) for m in slouch]
    report("Compared, a slouch of four stride SD, 80 strides each", rows)
    assert min(share for _, share in rows) >= 0.8


def two_joined(kind: str, runs: int, shift: float) -> list[DriftResult]:
    """Trunk lean in one run of two clips of 80 strides, 20 minutes apart."""
    start = np.concatenate([STRIDE_TIME * np.arange(80), 1200.0 + STRIDE_TIME * np.arange(80)])
    halves = noise(kind, (2 * runs, 80), seed=13).reshape(runs, 160)
    values = 5.0 + 1.2 * halves + shift * (np.arange(160) >= 80)
    return [
        assess(*recording({"trunk_lean": v}, start=start), camera=None, settings=NO_WARM_UP)["trunk_lean"]
        for v in values
    ]


@pytest.mark.slow
def test_a_run_of_two_clips_is_told_apart_as_the_clips_are() -> None:
    """A step between them is a drift, and their own slow wander is not."""
    moved, still = two_joined("AR .3", 20, 5.0), two_joined("FD .45", 60, 0.0)
    assert np.mean([result.status is DRIFT for result in moved]) >= 0.85
    assert np.mean([result.status in (DRIFT, EPISODE) for result in still]) <= 0.05
