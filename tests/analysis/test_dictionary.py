"""Tables whose columns are each there once, and a dictionary that tells of all of them."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from posture.kinematics.registry import METRICS
from tests.report_run import kept_run


@pytest.fixture(scope="module")
def folder(videos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    kept_run(videos, place := tmp_path_factory.mktemp("tables") / "run.posture", video=False)
    return place


def test_no_column_of_the_frames_repeats_another_one(folder: Path) -> None:
    frames = pd.read_parquet(folder / "frames.parquet")
    twins = [
        (a, b)
        for a, b in combinations(frames.columns, 2)
        if np.array_equal(frames[a].to_numpy(float), frames[b].to_numpy(float), equal_nan=True)
    ]
    assert twins == []
    assert {"elbow_flex", "upper_arm", "wrist_h"} <= set(frames)


def test_the_dictionary_tells_of_every_column_in_order(folder: Path) -> None:
    told = json.loads((folder / "columns.json").read_text(encoding="utf-8"))
    tables = {
        "strides.csv": pd.read_csv(folder / "strides.csv"),
        "frames.parquet": pd.read_parquet(folder / "frames.parquet"),
    }
    for name, table in tables.items():
        assert [column["name"] for column in told[name]] == list(table.columns)
        for column in told[name]:
            assert column["meaning"]
            if column["name"] in METRICS:
                assert column["unit"]
                assert column["positive"]
                assert column["source"]


def test_a_stride_value_names_the_frames_that_it_is_made_of(folder: Path) -> None:
    told = {c["name"]: c for c in json.loads((folder / "columns.json").read_text(encoding="utf-8"))["strides.csv"]}
    assert told["elbow_rom"]["meaning"].endswith("harmonics of elbow_flex.")
    assert told["trunk_lean"]["meaning"].endswith("Mean over the stride of trunk_lean.")
