"""Why a metric is not given, in the words of what was really the matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.kinematics import ViewKind, compute
from posture.landmarks import L
from posture.series import PoseSeries
from tests.analytic_runner import side_runner, side_view

_LEGS = [L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE]


def runner() -> PoseSeries:
    return side_runner(np.arange(0.0, 6.0, 1 / 30))


def hidden_legs(series: PoseSeries, presence: float) -> PoseSeries:
    """Legs that are seen in the first tenth alone."""
    visible, there = series.visibility.copy(), series.presence.copy()
    visible[18:, _LEGS], there[18:, _LEGS] = 0.1, presence
    return replace(series, visibility=visible, presence=there)


def why(series: PoseSeries, kind: ViewKind = ViewKind.SIDE) -> str:
    view = replace(side_view(series), kind=kind, frame_kind=np.full(len(series), kind.value))
    return compute(series, view).withheld["trunk_lean"]


def test_legs_that_are_not_in_the_picture_are_behind_no_handrail() -> None:
    assert why(hidden_legs(runner(), presence=0.0)) == (
        "The hips are a guess here: the legs below them were not captured for most of the clip. "
        "Film the whole body, feet included."
    )
    assert "as by a handrail" in why(hidden_legs(runner(), presence=0.9))


def test_an_oblique_view_is_said() -> None:
    assert "the camera looks obliquely" in why(hidden_legs(runner(), presence=0.9), ViewKind.OBLIQUE)


def test_a_point_that_the_poses_do_not_have_was_not_hidden() -> None:
    """Sports2D's keypoints have no ears."""
    series = runner()
    xy, presence = series.xy.copy(), series.presence.copy()
    xy[:, [L.LEFT_EAR, L.RIGHT_EAR]], presence[:, [L.LEFT_EAR, L.RIGHT_EAR]] = np.nan, 0.0
    withheld = compute(replace(series, xy=xy, presence=presence), side_view(series)).withheld
    assert withheld["neck_incl"] == "These poses hold no right ear."
