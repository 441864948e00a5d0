"""What people call a landmark and its coordinates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.exporters.points import NAMES
from posture.importers import columns
from posture.importers.names import landmark_of
from posture.landmarks import L


@pytest.mark.parametrize(
    "column",
    ["left_hip_x", "LEFT_HIP_X", "leftHip.x", "LHip_x", "l_hip_x", "x_left_hip", "hip_left_x", "Left Hip (x)", "HipL_X",
     "left_hip_x_px", "PoseLandmark.LEFT_HIP_x", "23_x", "x23", "X_23", "L23_x", "lm23.x", "landmark_23_x",
     "landmarks[23].x", "kp23_x", "keypoint 23 x", "pose_landmarks_23_x", "p23_x", "23_x_norm"],
)  # fmt: skip
def test_the_spellings_of_a_left_hip(column: str) -> None:
    assert columns.meaning_of(column) == columns.Meaning(L.LEFT_HIP, "x")


@pytest.mark.parametrize(
    "column",
    ["", "x", "hip_x", "mid_hip_x", "left_x", "left_hip_z", "left_hip_world_x", "33_x", "x99999999999999999999",
     "centroid_x", "Neck_x", "LSmallToe_x", "left_hip_right_hip_x", "23_24_x", "time", "frame"],
)  # fmt: skip
def test_what_is_no_landmark_is_left_alone(column: str) -> None:
    found = columns.meaning_of(column)
    assert found is None or found.kind == "pair"


@pytest.mark.parametrize("kind", ["visibility", "vis", "v", "score", "likelihood", "confidence", "conf"])
def test_how_well_it_was_seen_has_many_names(kind: str) -> None:
    assert columns.meaning_of(f"left_hip_{kind}") == columns.Meaning(L.LEFT_HIP, "visibility")


def test_each_landmark_is_known_by_its_own_name_and_by_that_of_an_export() -> None:
    for landmark in L:
        assert landmark_of(landmark.name) is landmark
        assert landmark_of(landmark.name.lower()) is landmark
        assert landmark_of(NAMES[landmark]) is landmark
        assert landmark_of(NAMES[landmark].lower()) is landmark
    assert len(set(NAMES.values())) == len(L)


@given(name=st.text(max_size=12))
def test_any_name_is_a_landmark_or_none(name: str) -> None:
    assert landmark_of(name) in {None, *L}
    found = columns.meaning_of(name)
    assert found is None or found.kind in {"x", "y", "visibility", "pair"}
    columns.clock([name])
    columns.frame([name])
    columns.person([name])
    columns.long([name])
