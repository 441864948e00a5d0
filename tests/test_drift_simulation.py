"""The whole drift procedure on simulated strides, with known truth (``pytest -s`` prints the tables).

Floors against stride-to-stride SD decide how far noise can reach, so they are stated: measured on motion capture
(marked m; review 2.3) or assumed (a) where nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

from posture.drift.blocks import StrideSeries, block_count, block_medians, fifths
from posture.drift.hinge import fractional_noise
from posture.drift.onset import find_onset
from posture.drift.size import FITTED, change_interval, minimal_detectable_change, session_sem
from posture.drift.stage import assess
from posture.drift.trend import trend_p
from posture.drift.types import DriftResult, Status
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides

#: Metric to its level and stride-to-stride SD, in its unit.
SIDE = {
    "trunk_lean": (5.0, 1.2),  # m
    "ear_hip": (8.0, 0.8),  # m
    "neck_incl": (18.0, 1.6),  # a: trunk and ear-hip together
    "shrug_v": (0.4, 0.012),  # a: 6 mm
    "wrist_h": (0.30, 0.020),  # m
    "upper_arm_amp": (50.0, 4.7),  # m
    "elbow_rom": (36.0, 4.0),  # a: as upper_arm_amp in proportion
}
FRONT = {
    "weave": (0.33, 0.030),  # a: as the hand's place
    "wrist_width": (0.60, 0.028),  # m
    "wrist_h": (0.30, 0.020),  # m
    "lat_lean": (-1.4, 0.62),  # m
    "shoulder_obliquity": (-2.7, 0.84),  # m
    "arm_asym": (10.0, 5.0),  # a
}
#: The exploratory metrics of the same view, controlled by themselves.
EXPLORATORY = {
    "neck_trunk": (13.0, 1.8),  # a
    "head_fwd": (0.1, 0.014),  # a
    "head_pitch": (20.0, 2.0),  # a
    "protraction": (-0.08, 0.012),  # a
    "elbow_flex": (90.0, 2.05),  # m
    "upper_arm": (-34.0, 2.4),  # a: half the spread of its swing
    "wrist_h_p95": (0.55, 0.024),  # a: as wrist_h
    "wrist_ap_amp": (0.87, 0.04),  # a
    "wrist_trunk_d": (0.1, 0.02),  # a
    "cadence": (174.3, 1.95),  # m: stride time CV 1.12 %
    "vert_osc": (0.17, 0.018),  # m: 0.9 cm
}
FDR = DriftSettings().fdr
Family = dict[str, tuple[float, float]]
NOISES = ("white", "AR .3", "AR .6", "FD .2", "FD .35")
RUNS = 1000
#: Strides of the shortest run that reaches a verdict (a minute), and of the two lengths of the review.
LENGTHS = (74, 120, 400)
STRIDE_TIME = 0.7


def noise(kind: str, shape: tuple[int, int], seed: int) -> np.ndarray:
    """Unit-variance stride noise, one run a row."""
    rng = np.random.default_rng(seed)
    name, _, strength = kind.partition(" ")
    if name == "FD":
        return fractional_noise(rng, *shape, float(strength))
    phi = float(strength or 0.0)
    settled = 100
    shocks = rng.standard_normal((shape[0], shape[1] + settled)) * np.sqrt(1 - phi**2)
    return lfilter([1.0], [1.0, -phi], shocks, axis=1)[:, settled:]


def drift(strides: int, size: float, begin: float) -> np.ndarray:
    """Level up to ``begin`` (share of the run), then a ramp of ``size`` to the end."""
    return size * np.clip((np.linspace(0.0, 1.0, strides) - begin) / (1.0 - begin), 0.0, None)


@dataclass(frozen=True)
class Judged:
    """(runs,) or (runs, metrics): p of the trend, and whether the change is beyond the MDC."""

    p: np.ndarray
    large: np.ndarray

    @property
    def before(self) -> np.ndarray:
        return (self.p < FDR) & self.large

    @property
    def drift(self) -> np.ndarray:
        return (stats.false_discovery_control(self.p, axis=1) < FDR) & self.large


def measure(name: str, family: Family, unit_noise: np.ndarray) -> Judged:
    """The procedure for one metric, all runs at once."""
    level, sd = family[name]
    value = level + sd * unit_noise
    part = fifths(value.shape[1])
    first, last = np.median(value[:, :part], axis=1), np.median(value[:, -part:], axis=1)
    floor = np.maximum(METRICS[name].floor, METRICS[name].relative_floor * np.abs(first))
    mdc = np.maximum(floor, minimal_detectable_change(0.0, session_sem(value)))
    return Judged(trend_p(block_medians(value, block_count(value.shape[1]))), np.abs(last - first) > mdc)


def together(tested: Iterable[Judged]) -> Judged:
    each = list(tested)
    return Judged(np.stack([t.p for t in each], axis=1), np.stack([t.large for t in each], axis=1))


def judge(family: Family, noises: np.ndarray) -> Judged:
    """A family of metrics; ``noises`` has shape (metrics, runs, strides)."""
    return together(measure(name, family, unit_noise) for name, unit_noise in zip(family, noises, strict=True))


@cache
def noises_for(kind: str, metrics: int, strides: int) -> np.ndarray:
    return np.stack([noise(kind, (RUNS, strides), seed=1000 * strides + m) for m in range(metrics)])


def report(title: str, rows: list[tuple[object, ...]]) -> None:
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(f"{x:7.1%}" if isinstance(x, float) else f"{x!s:>7}" for x in row))


@pytest.mark.slow
@pytest.mark.parametrize("family", [SIDE, FRONT], ids=["side", "front"])
@pytest.mark.parametrize("strides", LENGTHS)
def test_no_drift_is_found_where_there_is_none(family: Family, strides: int) -> None:
    rows = []
    for kind in NOISES:
        verdicts = judge(family, noises_for(kind, len(family), strides))
        metric = float(verdicts.before.mean(axis=0).max())
        rows.append((kind, metric, float(verdicts.drift.any(axis=1).mean())))
        # One metric by itself, without the help of false-discovery control; then the recording as judged.
        assert metric <= 0.03
        assert rows[-1][2] <= 0.05
    report(f"False alarms, {strides} strides: worst metric by itself, whole recording", rows)


@pytest.mark.slow
@pytest.mark.parametrize("strides", [74, 120])
def test_a_whole_side_view_stays_quiet(strides: int) -> None:
    """All eighteen metrics with independent noise: any drift at all in a recording."""
    rows = []
    for kind in NOISES:
        noises = noises_for(kind, len(SIDE) + len(EXPLORATORY), strides)
        primary, other = judge(SIDE, noises[: len(SIDE)]), judge(EXPLORATORY, noises[len(SIDE) :])
        alarms = primary.drift.any(axis=1) | other.drift.any(axis=1)
        alone, judged = (float(found.mean(axis=0).max()) for found in (other.before, other.drift))
        rows.append((kind, alone, judged, float(alarms.mean())))
        assert judged <= 0.03
        assert rows[-1][3] <= 0.05
    report(f"False alarms, {strides} strides: worst exploratory metric before and after control, whole view", rows)


@pytest.mark.slow
def test_the_trend_test_alone_would_not_do() -> None:
    """Guards the guard: the size gate must have something to stop, or the test above proves nothing."""
    verdicts = judge(SIDE, noises_for("FD .35", len(SIDE), 120))
    trend = verdicts.p < FDR
    assert 0.08 < trend.mean() < 0.16
    assert trend.any(axis=1).mean() > 0.3


@pytest.mark.slow
@pytest.mark.parametrize(("strides", "least"), [(120, 0.76), (400, 0.88)])
def test_drift_of_three_stride_sd_is_found(strides: int, least: float) -> None:
    rows = []
    for kind in NOISES:
        shared = dict(zip(SIDE, noises_for(kind, len(SIDE), strides), strict=True))
        clean = {name: measure(name, SIDE, shared[name]) for name in SIDE}
        for begin in (0.0, 0.25, 0.5, 0.75):
            ramp = drift(strides, 3.0, begin)
            drifting = {
                name: measure(name, SIDE, shared[name] + ramp) for name in ("trunk_lean", "ear_hip", "neck_incl")
            }
            one = together({**clean, "trunk_lean": drifting["trunk_lean"]}.values())
            slouch = together({**clean, **drifting}.values())
            before, alone, all_three = (float(v[:, 0].mean()) for v in (one.before, one.drift, slouch.drift))
            rows.append((kind, f"{begin:.0%}", before, alone, all_three))
            if begin == 0.0:
                assert before >= least
                assert alone >= least - 0.25
                assert all_three >= least - 0.15
    report(
        f"Trunk lean drifts by 3 SD over {strides} strides, from: power before control, after it "
        "(the only one of seven), after it (with ear-hip and neck)",
        rows,
    )


def recording(values: dict[str, np.ndarray], yaw: np.ndarray) -> tuple[Strides, View, Metrics]:
    """Strides as the stride stage hands them on; metrics that are not simulated are withheld."""
    count = yaw.size
    # Strides to be thrown away as warm-up come first, so that the judged ones are those simulated.
    start = STRIDE_TIME * np.arange(count)
    table = pd.DataFrame(
        {"start": start, "end": start + STRIDE_TIME, "kept": True, "yaw": yaw, "cadence": 171.0, **values}
    )
    time = np.array([0.0, start[-1] + STRIDE_TIME])
    frames = np.full(2, ViewKind.SIDE.value), np.zeros(2), np.ones(2, dtype=int)
    view = View(ViewKind.SIDE, float(np.median(yaw)), "right", 1, *frames, 1.0)
    withheld = {name: "Not simulated." for name in METRICS if name not in values}
    return (
        Strides(table, Gait.RUNNING, "simulated", 1.0, {}),
        view,
        Metrics(time, {name: np.zeros(2) for name in values}, withheld, frozenset()),
    )


NO_WARM_UP = DriftSettings(warmup_share=0.0)


def run_stage(family: Family, run: np.ndarray, yaw: np.ndarray) -> dict[str, DriftResult]:
    values = {name: level + sd * series for (name, (level, sd)), series in zip(family.items(), run, strict=True)}
    return assess(*recording(values, yaw), camera=None, settings=NO_WARM_UP)


@pytest.mark.slow
def test_the_stage_decides_as_the_simulation_does() -> None:
    """The vectorised procedure above is the stage's own, up to outliers that only the stage drops."""
    shared = noises_for("AR .3", len(SIDE), 120)[:, :25] + drift(120, 2.4, 0.3) * (np.arange(7) < 3)[:, None, None]
    expected = judge(SIDE, shared).drift
    found = [run_stage(SIDE, shared[:, i], np.zeros(120)) for i in range(25)]
    got = np.array([[result[name].status is Status.DRIFT for name in SIDE] for result in found])
    assert expected.any()
    assert not expected.all()
    assert (got != expected).mean() < 0.05


@pytest.mark.slow
def test_a_still_camera_costs_no_power() -> None:
    """Yaw read with 1 degree of wandering noise: the guard must not object to any true drift."""
    shared = noises_for("AR .3", len(SIDE), 120)[:, :30]
    drifting = ("trunk_lean", "ear_hip", "neck_incl", "upper_arm_amp")
    ramp = drift(120, 3.5, 0.0) * np.isin(list(SIDE), drifting)[:, None, None]
    wander = noise("FD .35", (30, 120), seed=7)
    results = [run_stage(SIDE, (shared + ramp)[:, i], 5.0 + wander[i]) for i in range(30)]
    rows = [(name, float(np.mean([r[name].status is Status.DRIFT for r in results]))) for name in drifting]
    report("Power after control and guard: 3.5 SD over 120 strides, AR .3", rows)
    assert rows[0][1] >= 0.76
    assert not any(r[name].status is Status.NOT_DECIDABLE for r in results for name in SIDE)


@pytest.mark.slow
@pytest.mark.parametrize("strides", LENGTHS)
def test_the_interval_of_a_change_covers_it(strides: int) -> None:
    """90 % or a little less under long memory; more under weaker noise, so that "stable" is never said lightly."""
    ramp = drift(strides, 3.0, 0.3)
    part = fifths(strides)
    truth = np.median(ramp[-part:]) - np.median(ramp[:part])
    rows = []
    for kind in NOISES:
        value = noises_for(kind, 1, strides)[0] + ramp
        found = np.median(value[:, -part:], axis=1) - np.median(value[:, :part], axis=1)
        half = change_interval(0.0, 1.0, strides // 10 - FITTED).high * session_sem(value)
        rows.append((kind, float((np.abs(found - truth) < half).mean())))
        assert rows[-1][1] > 0.87
    report(f"90 % interval of the change covers it, {strides} strides", rows)


@pytest.mark.slow
@pytest.mark.parametrize("begin", [0.0, 0.25, 0.5, 0.75])
def test_onset_of_a_trunk_ramp(begin: float) -> None:
    """4 degrees (Koblbauer 2014) over three minutes at a stride SD of 1.2 degrees."""
    strides, runs = 250, 60
    time = STRIDE_TIME * np.arange(strides)
    rows = []
    for kind in ("white", "AR .3", "FD .2", "FD .35"):
        values = 5.0 + 1.2 * noise(kind, (runs, strides), seed=11) + drift(strides, 4.0, begin)
        onsets = [find_onset(StrideSeries(time, value), 200, 1) for value in values]
        truth = begin * time[-1]
        error = np.array([onset.time for onset in onsets]) - truth
        covered = np.mean([onset.interval.low <= truth <= onset.interval.high for onset in onsets])
        rows.append((kind, f"{np.median(error):+.1f}", *(f"{np.quantile(np.abs(error), q):.1f}" for q in (0.5, 0.9)),
                     float(covered)))  # fmt: skip
        # Long memory looks like a ramp of its own: reported, not promised (method 3.2.4).
        if not kind.startswith("FD"):
            assert np.median(np.abs(error)) < 10.0
            assert covered > 0.75
    report(f"Onset of a ramp at {begin:.0%} of 175 s: bias, median and 90 % error (s), interval covers", rows)
