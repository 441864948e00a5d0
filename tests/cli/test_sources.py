"""Poses of other programs through the real command line: everything but the pose stage runs, and says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from posture.cli import main
from posture.importers import Camera
from posture.importers.layouts import BY_COUNT
from posture.landmarks import L
from posture.series import PoseSeries
from tests.proving_ground import Flaws, analyse, load_runner, record

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def series(shared: Path) -> PoseSeries:
    runner = load_runner(shared / "mocap", "hamner_subject02_running")
    return record(runner, Camera(azimuth=90), 20.0, flaws=Flaws(), variability=1.0).series


def analysed(source: Path, out: Path, *options: str) -> dict[str, Any]:
    done = CliRunner().invoke(main, ["analyze", str(source), "--out", str(out), "--no-video", "--quiet", *options])
    assert done.exit_code == 0, done.output
    record: dict[str, Any] = json.loads((out / "analysis.json").read_text(encoding="utf-8"))
    return record


def keypoints(series: PoseSeries, count: int) -> list[list[float]]:
    """x, y and confidence of each keypoint of a layout, frame after frame; 0 for those that are no landmark."""
    table = np.zeros((len(series), count, 3))
    for number, landmark in BY_COUNT[count].items():
        table[:, number, :2] = series.xy[:, landmark]
        table[:, number, 2] = series.visibility[:, landmark]
    flat: list[list[float]] = np.nan_to_num(table).reshape(len(series), -1).tolist()
    return flat


def written(series: PoseSeries, source: str, folder: Path) -> Path:
    if source == "csv":
        columns = {f"{L(i).name.lower()}_{axis}": series.xy[:, i, k] for i in range(33) for k, axis in enumerate("xy")}
        pd.DataFrame({"time": series.time, **columns}).to_csv(folder / "poses.csv", index=False)
        return folder / "poses.csv"
    if source == "body_25":
        (folder / "body").mkdir()
        for number, points in enumerate(keypoints(series, 25)):
            frame = {"people": [{"pose_keypoints_2d": points}]}
            (folder / "body" / f"clip_{number:012d}_keypoints.json").write_text(json.dumps(frame))
        return folder / "body"
    frames = enumerate(keypoints(series, {"coco_17": 17, "halpe_26": 26}[source]))
    records = [{"image_id": f"{number}.jpg", "keypoints": points, "score": 2.0} for number, points in frames]
    (folder / "poses.json").write_text(json.dumps(records))
    return folder / "poses.json"


@pytest.mark.parametrize("source", ["body_25", "coco_17", "halpe_26", "csv"])
def test_keypoints_of_any_layout_give_the_same_posture(series: PoseSeries, source: str, tmp_path: Path) -> None:
    file = written(series, source, tmp_path)
    found = analysed(file, tmp_path / "out", *([] if source == "csv" else ["--fps", "30"]))
    expected = analyse(series).kept
    assert found["view"]["kind"] == "side"
    assert found["strides"]["gait"] == "running"
    assert found["strides"]["kept"] == pytest.approx(len(expected), abs=2)
    for metric, tolerance in (("trunk_lean", 0.1), ("neck_incl", 0.2), ("elbow_flex", 0.5), ("wrist_h", 0.01)):
        assert found["metrics"][metric]["level"] == pytest.approx(expected[metric].median(), abs=tolerance), metric
    assert found["metrics"]["cadence"]["level"] == pytest.approx(expected["cadence"].median(), rel=0.01)


@pytest.mark.parametrize(
    ("name", "view", "strides"),
    [
        ("hamner_subject02_running.trc", "left", 13),
        ("nimble_sprinter_JA1Gait35.c3d", "right", 1),
        ("bandainamco_dataset-2_run_normal_023.bvh", "left", 3),
    ],
)
def test_motion_capture_files_are_filmed_and_measured(
    name: str, view: str, strides: int, shared: Path, tmp_path: Path
) -> None:
    found = analysed(shared / "mocap" / name, tmp_path / "out", "--view", view)
    assert (found["view"]["kind"], found["view"]["near"]) == ("side", view)
    assert found["strides"]["kept"] >= strides
    assert np.isfinite(found["metrics"]["elbow_flex"]["level"])


def test_a_hand_on_the_rail_is_cut_out_and_said(series: PoseSeries, tmp_path: Path) -> None:
    xy = series.xy.copy()
    holds = (series.time >= 8.0) & (series.time < 12.0)
    torso = np.nanmedian(np.linalg.norm(xy[:, L.LEFT_SHOULDER] - xy[:, L.LEFT_HIP], axis=1))
    # The runner faces the left edge.
    xy[holds, L.LEFT_WRIST] = np.nanmedian(xy[:, L.LEFT_HIP], axis=0) + np.array([-0.6, -0.4]) * torso
    found = analysed(written(series.with_xy(xy), "csv", tmp_path), tmp_path / "out")
    (event,) = [event for event in found["events"] if event["kind"] == "holding the handrail"]
    assert (event["start"], event["end"]) == (pytest.approx(8.0, abs=1.0), pytest.approx(12.0, abs=1.0))
    assert found["strides"]["rejected"]["holding the handrail"] >= 5
