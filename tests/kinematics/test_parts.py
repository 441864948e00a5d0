"""Small parts of the kinematics on their own, which whole runners do not tell apart."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import numpy as np
import pytest

from posture.kinematics import METRICS
from posture.kinematics.geometry import nan_median
from posture.kinematics.view import FRONT_FROM, NOSE_RATIO, SIDE_UP_TO, STRIDE_RATIO, _depth, _yaw


@pytest.mark.parametrize(
    ("response", "spread", "least", "usual"),
    [(nan, nan, 1.0, 1.0), (0.9, 0.2, 0.5, 0.9), (0.3, 0.2, 0.0, 0.3), (1.4, 0.1, 1.0, 1.0), (-0.2, 0.0, 0.0, 0.0)],
)
def test_the_share_that_is_seen_of_a_change_is_a_share(
    response: float, spread: float, least: float, usual: float
) -> None:
    metric = replace(METRICS["trunk_lean"], response=response, response_spread=spread)
    assert (metric.least_response, metric.usual_response) == (pytest.approx(least), pytest.approx(usual))


@pytest.mark.parametrize("built", [0.9, 1.0, 1.1])
def test_yaw_rises_without_a_jump_from_the_side_to_the_front_whatever_the_build(built: float) -> None:
    """The width of a narrow or broad runner speaks near the side, its share of the depth near the front."""
    turn = np.radians(np.arange(0.0, 90.5, 0.5))
    yaw = _yaw(built * np.sin(turn), np.cos(turn))
    assert np.diff(yaw).min() > 0.0
    assert np.diff(yaw).max() < 1.0
    assert yaw[-1] == pytest.approx(90.0)
    half = np.radians((SIDE_UP_TO + FRONT_FROM) / 2)
    middle = float(_yaw(np.array([0.5 * np.sin(half)]), np.array([0.5 * np.cos(half)]))[0])
    by_width = np.degrees(np.arcsin(0.5 * np.sin(half)))
    assert middle == pytest.approx((by_width + np.degrees(half)) / 2)


def test_depth_is_whole_at_a_pure_side_view() -> None:
    width = np.array([0.0, 0.0, 0.0, 0.6])
    legs = np.array([STRIDE_RATIO, 0.1, nan, nan])
    nose = np.array([NOSE_RATIO, NOSE_RATIO, -NOSE_RATIO, nan])
    assert _depth(width, legs, nose) == pytest.approx([1.0, 1.0, 1.0, 0.8])
    assert _depth(width[:1], 0.7 * legs[:1], nose[:1]) == pytest.approx([0.8])


@pytest.mark.parametrize("width", [1, 2, 3, 4, 7])
def test_a_median_is_that_of_what_is_there(width: int) -> None:
    values = np.random.default_rng(width).normal(size=(50, width))
    values[np.random.default_rng(1).random(values.shape) < 0.3] = nan
    there = np.isfinite(values).any(axis=1)
    assert nan_median(values)[there] == pytest.approx(np.nanmedian(values[there], axis=1))
    assert np.isnan(nan_median(values)[~there]).all()
