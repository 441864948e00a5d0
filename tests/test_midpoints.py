"""Mid-points of the body's sides, and what a missing side does to them."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from posture.landmarks import COUNT, L
from posture.midpoints import midpoint, trunk_length


def body(**places: tuple[float, ...]) -> np.ndarray:
    """Points of which only the named ones were seen."""
    width = len(next(iter(places.values())))
    points = np.full((COUNT, width), nan)
    for name, place in places.items():
        points[L[name]] = place
    return points


SHOULDERS = {"LEFT_SHOULDER": (0.0, 0.0), "RIGHT_SHOULDER": (2.0, 0.0)}
HIPS = {"LEFT_HIP": (3.0, 4.0), "RIGHT_HIP": (5.0, 4.0)}


def test_both_sides_count_alike_in_any_number_of_frames_and_dimensions() -> None:
    points = body(LEFT_HIP=(0.0, 2.0, 4.0), RIGHT_HIP=(2.0, 4.0, 8.0))
    assert midpoint(points, L.LEFT_HIP).tolist() == [1.0, 3.0, 6.0]
    assert midpoint(np.stack([points] * 3), L.LEFT_HIP).tolist() == [[1.0, 3.0, 6.0]] * 3


@pytest.mark.parametrize("alone", [False, True])
def test_a_trunk_seen_whole_has_one_length_under_either_policy(alone: bool) -> None:
    points = body(**SHOULDERS, **HIPS)
    assert trunk_length(points, alone=alone) == 5.0
    assert trunk_length(np.stack([points, 2 * points]), alone=alone).tolist() == [5.0, 10.0]


@pytest.mark.parametrize(("missing", "expected"), [("LEFT_HIP", np.hypot(4, 4)), ("RIGHT_SHOULDER", np.hypot(4, 4))])
def test_one_side_stands_for_both_only_where_that_is_asked_for(missing: str, expected: float) -> None:
    points = body(**{name: place for name, place in (SHOULDERS | HIPS).items() if name != missing})
    assert np.isnan(trunk_length(points))
    assert trunk_length(points, alone=True) == pytest.approx(expected)


def test_where_neither_side_was_seen_there_is_no_point() -> None:
    points = body(**SHOULDERS)
    assert np.isnan(midpoint(points, L.LEFT_HIP, alone=True)).all()
    assert np.isnan(trunk_length(points, alone=True))
