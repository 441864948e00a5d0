"""How many frames are looked at, and where the runner is shown between them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.estimation.thinning import ENOUGH, FEWEST, period


@pytest.mark.parametrize(
    ("rate", "slow_motion", "one_in"),
    [(24, 1, 1), (25, 1, 1), (29.97, 1, 1), (45, 1, 1), (48, 1, 1), (50, 1, 2), (59.94, 1, 2), (120, 1, 4), (240, 1, 8),
     (30, 4, 4), (30, 2.1, 2), (60, 4, 8)],
)  # fmt: skip
def test_a_whole_number_of_frames_near_thirty_a_second_of_life(rate: float, slow_motion: float, one_in: int) -> None:
    seconds = period(rate, slow_motion)
    assert (1 if seconds is None else seconds * rate) == pytest.approx(one_in)


@given(st.floats(1, 1000), st.floats(1, 64))
def test_never_fewer_than_film_shows(rate: float, slow_motion: float) -> None:
    seconds = period(rate, slow_motion)
    if seconds is not None:
        left = slow_motion / seconds
        assert FEWEST <= left < 1.5 * ENOUGH
        assert seconds * rate == pytest.approx(round(seconds * rate))


def test_an_unknown_rate_is_not_thinned() -> None:
    assert period(np.nan, 1.0) is None
