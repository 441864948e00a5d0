"""Bouncing is not slumping: changes are compared at equal phases of the stride."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from posture.drift import assess
from posture.drift.phases import spread_over_cycle, throughout
from posture.drift.types import DriftResult, Status
from posture.importers import Camera
from posture.kinematics.registry import METRICS
from posture.landmarks import LEG, MIRROR, L
from posture.report import text
from posture.series import Floats, PoseSeries
from posture.settings import DriftSettings
from tests.analytic_runner import phase_of, side_runner
from tests.proving_ground import Flaws, Runner, analyse, posture_changes, record
from tests.proving_ground.cast import one_of_each

SIDE = Camera(azimuth=90.0)
CLAIMS = (Status.DRIFT, Status.POSSIBLE)
STRIDE = 0.7
#: Degrees of lean, given how late it is (0 fresh, 1 at the end) and the gait phase.
Lean = Callable[[Floats, Floats], Floats]


def steady(late: Floats, phase: Floats) -> Floats:
    return 0.0 * late


def slumps(late: Floats, phase: Floats) -> Floats:
    return 4.0 * late


def sways_more(late: Floats, phase: Floats) -> Floats:
    return 6.0 * late * np.cos(4 * np.pi * phase)


def dips_deeper(late: Floats, phase: Floats) -> Floats:
    """The lowest point of each step goes ever deeper, and nothing else changes: the mean leans by 4 degrees more."""
    return 8.0 * late * (0.5 + 0.5 * np.cos(4 * np.pi * phase))


def drifts(series: PoseSeries) -> dict[str, DriftResult]:
    seen = analyse(series)
    return assess(seen.strides, seen.view, seen.metrics, camera=None, settings=DriftSettings())


def lateness(time: Floats) -> Floats:
    return np.clip((time / time[-1] - 0.3) / 0.5, 0.0, 1.0)


def analytic(lean: Lean) -> PoseSeries:
    """Ninety seconds of the runner made of sines, everything above the hips turned about them."""
    time = np.arange(0.0, 90.0, 1 / 30)
    series = side_runner(time, STRIDE)
    angle = np.radians(lean(lateness(time), phase_of(time, STRIDE)))[:, None]
    xy = series.xy.copy()
    legs = [*LEG, *(MIRROR[i] for i in LEG)]
    above = [i for i in range(xy.shape[1]) if i not in legs]
    x, up = np.moveaxis(xy[:, above] - xy[:, [L.LEFT_HIP]], 2, 0) * np.array([1.0, -1.0])[:, None, None]
    turned = np.stack([x * np.cos(angle) + up * np.sin(angle), x * np.sin(angle) - up * np.cos(angle)], axis=2)
    xy[:, above] = xy[:, [L.LEFT_HIP]] + turned
    rng = np.random.default_rng(5)
    return series.with_xy(xy + rng.normal(0.0, 0.7, xy.shape))


def posture_of(found: dict[str, DriftResult]) -> dict[str, Status]:
    return {key: r.status for key, r in found.items() if METRICS[key].is_posture and np.isfinite(r.change)}


def test_a_runner_who_leans_ever_more_drifts_at_every_phase() -> None:
    trunk = drifts(analytic(slumps))["trunk_lean"]
    assert trunk.status is Status.DRIFT
    assert trunk.change == pytest.approx(4.0, abs=0.3)
    assert 3.5 < trunk.phases.low <= trunk.change <= trunk.phases.high < 4.5
    said = text.change(trunk)
    assert f"in every part of the stride (+{trunk.phases.low:.1f} to +{trunk.phases.high:.1f}°)" in said


@pytest.mark.parametrize("lean", [steady, sways_more])
def test_a_runner_who_sways_more_within_the_stride_does_not_drift(lean: Lean) -> None:
    found = posture_of(drifts(analytic(lean)))
    assert found["trunk_lean"] is Status.STABLE
    assert {key for key, status in found.items() if status in CLAIMS} == set()


def test_a_mean_that_moves_because_one_phase_goes_deeper_is_no_drift_of_posture() -> None:
    found = drifts(analytic(dips_deeper))
    trunk = found["trunk_lean"]
    assert trunk.change > 1.5 * trunk.mdc
    assert trunk.q < 0.05
    assert trunk.phases.low == pytest.approx(0.0, abs=0.6)
    assert trunk.phases.high == pytest.approx(8.0, abs=0.8)
    assert trunk.status is Status.POSSIBLE
    assert "less than half of it at some phases" in trunk.reason
    assert Status.DRIFT not in posture_of(found).values()
    assert text.verdict(trunk, few=False) == "possible, in parts of the stride"
    assert "in different parts of the stride" in text.change(trunk)


def test_the_extent_over_the_cycle_does_not_grow_with_noise() -> None:
    phase = (np.arange(50) + 0.5) / 50
    noise = np.random.default_rng(0).normal(0.0, 1.0, (2, 50))
    quiet = spread_over_cycle(3.0, np.zeros(50), np.cos(4 * np.pi * phase))
    loud = spread_over_cycle(3.0, noise[0], np.cos(4 * np.pi * phase) + noise[1])
    assert (quiet.low, quiet.high) == (pytest.approx(2.0, abs=0.01), pytest.approx(4.0, abs=0.01))
    assert np.ptp(noise[1] - noise[0]) > 5.0
    assert loud.high - loud.low < 3.5
    unseen = spread_over_cycle(3.0, np.where(phase < 0.1, np.nan, 0.0), np.zeros(50))
    assert np.isnan(unseen.low)


def one_more(runner: Runner, lean: Lean) -> dict[str, DriftResult]:
    """A motion-captured runner with MediaPipe's flaws and an injected change; regular strides, so phases are known."""
    take = record(
        runner,
        SIDE,
        90.0,
        flaws=Flaws(dropout=0.005),
        change=lambda time, points: posture_changes.lean(points, lean(lateness(time), time / runner.period)),
    )
    return drifts(take.series)


@pytest.mark.slow
def test_injected_slump_is_drift_at_every_phase_and_deeper_dips_are_not(shared: Path) -> None:
    for runner in one_of_each(shared / "mocap"):
        slump, dips, sway = (one_more(runner, lean)["trunk_lean"] for lean in (slumps, dips_deeper, sways_more))
        print(f"{runner.name}: {slump.phases}, {dips.phases}")
        assert slump.status is Status.DRIFT, runner.name
        assert throughout(slump)
        assert slump.phases.high - slump.phases.low < 1.0
        assert dips.status is Status.POSSIBLE, runner.name
        assert not throughout(dips)
        assert sway.status not in CLAIMS, runner.name


@pytest.mark.slow
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.75])
def test_a_trunk_that_is_hidden_at_one_phase_from_half_way_on_does_not_drift(shared: Path, phase: float) -> None:
    """From half of the run on, the hips are lost for a tenth of every stride, always at the same point."""
    for runner in one_of_each(shared / "mocap")[::3]:
        take = record(runner, SIDE, 90.0, flaws=Flaws(), variability=1.0)
        time, xy = take.series.time, take.series.xy.copy()
        cycle = np.interp(time, take.left, np.arange(len(take.left)))
        hidden = (np.abs((cycle - phase + 0.5) % 1.0 - 0.5) < 0.05) & (time > 45.0)
        xy[np.ix_(hidden, [L.LEFT_HIP, L.RIGHT_HIP])] = np.nan
        whole, holed = drifts(take.series), drifts(take.series.with_xy(xy))
        for name in ("trunk_lean", "ear_hip", "neck_trunk", "protraction"):
            assert holed[name].status not in CLAIMS, (runner.name, name)
            moved = abs(holed[name].change - whole[name].change)
            assert moved < 0.25 * METRICS[name].floor, (runner.name, name, moved)
