"""Where the runner is drawn at any moment of the clip."""

from __future__ import annotations

import numpy as np
import pytest

from posture.report.video.moment import moment
from tests.analytic_runner import series_of

TIME = np.array([0.0, 0.1, 0.2, 0.3, 0.6, 0.7])
SEGMENT = np.array([0, 0, 0, 1, 1, 1])


def _series():
    xy = np.broadcast_to((100 * TIME)[:, None, None], (TIME.size, 33, 2)).copy()
    xy[1, 5] = np.nan
    return series_of(TIME, xy, SEGMENT)


@pytest.mark.parametrize(("time", "place"), [(0.0, 0.0), (0.2, 20.0), (0.05, 5.0), (0.13, 13.0), (0.65, 65.0)])
def test_on_the_way_from_one_frame_to_the_next(time: float, place: float) -> None:
    seen = moment(_series(), time)
    assert seen is not None
    assert seen[0][0] == pytest.approx(np.full(2, place))
    assert np.isfinite(seen[0][5]).all() == (time not in (0.05, 0.13))


@pytest.mark.parametrize("time", [-0.1, 0.25, 0.45, 0.8], ids=["before", "at a cut", "in a hole", "after"])
def test_nothing_is_drawn_where_nothing_was_seen(time: float) -> None:
    assert moment(_series(), time) is None
