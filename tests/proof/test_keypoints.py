"""Proof on keypoints that other people made: OpenPose of a real runner, and labelled pictures of good and bad form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from posture.importers import load
from posture.kinematics import ViewKind
from posture.kinematics.geometry import bend, inclination
from posture.landmarks import L
from posture.strides import Gait
from tests.proving_ground import analyse


def test_openpose_from_the_side(shared: Path) -> None:
    """A runner crosses the picture from right to left, two seconds long, outdoors."""
    series = load(shared / "keypoints" / "radluy_openpose_body25_side", fps=30.0, size=(1920, 1080))
    result = analyse(series)
    assert result.view.kind in (ViewKind.SIDE, ViewKind.OBLIQUE)
    assert (result.view.facing, result.view.near) == (-1, "left")
    assert result.strides.gait in (Gait.RUNNING, Gait.UNSURE)
    assert 1 <= len(result.kept) <= 3
    assert 140 < result.kept["cadence"].mean() < 190
    assert 0 < np.nanmedian(result.metrics.values["trunk_lean"]) < 20
    assert 50 < np.nanmedian(result.metrics.values["elbow_flex"]) < 120
    assert "weave" in result.metrics.withheld


def test_openpose_from_behind(shared: Path) -> None:
    """The same runner runs away from the camera and shrinks to a third; ears are seen, a nose is not."""
    series = load(shared / "keypoints" / "radluy_openpose_body25_back", fps=30.0, size=(1920, 1080))
    result = analyse(series)
    assert result.view.kind == ViewKind.REAR
    assert len(result.kept) == 3
    assert 140 < result.kept["cadence"].mean() < 190
    assert abs(result.kept["lat_lean"].mean()) < 8
    assert abs(result.kept["shoulder_obliquity"].mean()) < 8
    assert 0.1 < result.kept["elbow_width"].mean() < 0.8
    assert {"weave", "cross_frac", "trunk_lean"} <= set(result.metrics.withheld)


def angles(path: Path, folder: Path) -> pd.DataFrame:
    """One row a picture: inclinations and flexion of the one side that the file holds (left), and its label."""
    table = pd.read_csv(path)
    rows = []
    for clip, part in table.groupby(table["Time/Frame"].str.rsplit("/", n=1).str[0]):
        plain = part.drop(columns=["Time/Frame", "Label"]).assign(frame=np.arange(len(part)))
        file = folder / f"{str(clip).replace('/', '_')}.csv"
        plain.to_csv(file, index=False)
        series = load(file, fps=30.0)
        ear, shoulder, elbow, wrist, hip, knee, ankle = (
            series.xy[:, i] * [1, -1]
            for i in (L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)
        )
        # Knees bend forward: that tells the direction where only one side of the body is given.
        facing = np.sign(np.median(knee[:, 0] - (hip + ankle)[:, 0] / 2))
        ahead = np.array([facing, 1.0])
        rows.append(
            pd.DataFrame(
                {
                    "trunk": inclination(hip * ahead, shoulder * ahead),
                    "neck": inclination(shoulder * ahead, ear * ahead),
                    "ear_hip": inclination(hip * ahead, ear * ahead),
                    "elbow": bend(shoulder, elbow, wrist),
                    "arm": part["Arm Angle"].to_numpy(),
                    "good": part["Label"].to_numpy() == 1,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="module")
def pictures(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("ryu")
    files = sorted((shared / "keypoints").glob("ryu_running_pose_*.csv"))
    return pd.concat([angles(f, folder) for f in files], ignore_index=True)


def test_labelled_pictures_of_good_and_bad_form(pictures: pd.DataFrame) -> None:
    """Distributions by label. They are reported, not judged: nobody says by which rule the labels were given."""
    print(
        pictures.groupby("good")[["trunk", "neck", "ear_hip", "elbow"]]
        .describe(percentiles=[0.25, 0.5, 0.75])
        .T.round(1)
    )
    assert len(pictures) == 792
    # The file holds its authors' own elbow angle: ours is its supplement, picture by picture.
    np.testing.assert_allclose(pictures["elbow"], 180 - pictures["arm"], atol=1e-3)
    good, bad = pictures[pictures["good"]], pictures[~pictures["good"]]
    # Good form has the bent elbows of the norm (review, section 2.1); bad form has them straighter.
    assert 70 < good["elbow"].median() < 110
    assert bad["elbow"].median() < good["elbow"].median()
