"""What the numbers cost: ``python -m pytest benchmarks/test_core_speed.py``.

One hour at 120 frames/s from clean poses to stride table, next to the same formulas frame by frame, and next to
Sports2D's angle function on the same keypoints (``pip install sports2d`` somewhere on the path; skipped if absent).
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from per_frame import stride_values

from posture.kinematics import compute, find_view
from posture.kinematics.registry import CARRIAGE
from posture.landmarks import L
from posture.series import PoseSeries
from posture.settings import StrideSettings
from posture.strides import Strides, find_events, find_strides, stride_table
from tests.analytic_runner import side_runner

RATE = 120
HOUR = 3600 * RATE
#: Frames given to the slow ways; they grow linearly.
SHORT = 12_000


def runner(frames: int) -> PoseSeries:
    time = np.arange(frames) / RATE
    series = side_runner(time, 0.7 + 0.02 * np.sin(time / 40))
    return series.with_xy(series.xy + np.random.default_rng(0).normal(0, 0.5, series.xy.shape))


@pytest.fixture(scope="module")
def hour() -> PoseSeries:
    return runner(HOUR)


def core(series: PoseSeries) -> Strides:
    view = find_view(series)
    metrics = compute(series, view)
    events = find_events(series, view)
    return stride_table(series, view, metrics, find_strides(series, view, StrideSettings()), events)


def seconds(function: Callable[[], object], rounds: int = 3) -> float:
    spent = []
    for _ in range(rounds):
        began = time.process_time()
        function()
        spent.append(time.process_time() - began)
    return min(spent)


def test_an_hour_in_two_seconds(benchmark, hour):
    found = benchmark.pedantic(core, args=(hour,), rounds=5, warmup_rounds=1)
    assert len(found.kept) > 5000
    # CPU time on one core: other work on the machine does not count.
    assert seconds(lambda: core(hour)) <= 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6 <= 1.5, "GB"


def test_cost_grows_linearly(hour):
    quarter = runner(HOUR // 4)
    ratio = seconds(lambda: core(hour)) / seconds(lambda: core(quarter))
    print(f"4 times the frames cost {ratio:.2f} times as much")
    assert ratio < 5.0


def test_against_the_same_formulas_frame_by_frame(benchmark, hour):
    series = runner(SHORT)
    view = find_view(series)
    bounds = find_strides(series, view, StrideSettings())
    fast = stride_table(series, view, compute(series, view), bounds, ()).table
    slow = benchmark.pedantic(stride_values, args=(series, view, bounds), rounds=1)
    missing = {name for name in CARRIAGE if fast[name].notna().any()} - set(slow)
    assert not missing
    for name in slow:
        pd.testing.assert_series_equal(
            fast[name], slow[name], check_index=False, check_dtype=False, rtol=1e-6, obj=name
        )

    # The cost of a frame: both grow linearly, and only the fast way is quick enough to be given the hour.
    all_bounds = find_strides(hour, hour_view := find_view(hour), StrideSettings())
    ours = seconds(lambda: stride_table(hour, hour_view, compute(hour, hour_view), all_bounds, ())) / HOUR
    theirs = seconds(lambda: stride_values(series, view, bounds), 1) / SHORT
    print(f"frame by frame {1e6 * theirs:.0f} us a frame, here {1e6 * ours:.2f} us: {theirs / ours:.0f} times")
    assert theirs / ours >= 50


def test_against_the_angles_of_sports2d(benchmark, hour):
    common = pytest.importorskip("Pose2Sim.common", reason="Sports2D and its Pose2Sim are not installed")
    # Sports2D's own way: one call an angle, a person and a frame.
    angles = {
        "trunk": (L.RIGHT_HIP, L.RIGHT_SHOULDER),
        "right elbow": (L.RIGHT_SHOULDER, L.RIGHT_ELBOW, L.RIGHT_WRIST),
        "right shoulder": (L.RIGHT_HIP, L.RIGHT_SHOULDER, L.RIGHT_ELBOW),
        "right knee": (L.RIGHT_HIP, L.RIGHT_KNEE, L.RIGHT_ANKLE),
    }

    def theirs() -> None:
        for xy in hour.xy[:SHORT]:
            for points in angles.values():
                common.points_to_angles([xy[i] for i in points])

    benchmark.pedantic(theirs, rounds=1)
    per_value = seconds(theirs, 1) / (SHORT * len(angles))
    view = find_view(hour)
    columns = len(compute(hour, view).values)
    ours = seconds(lambda: compute(hour, view)) / (HOUR * columns)
    print(f"Sports2D {1e6 * per_value:.2f} us a value, here {1e6 * ours:.3f} us: {per_value / ours:.0f} times")
    assert per_value > ours
