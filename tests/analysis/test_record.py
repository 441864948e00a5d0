"""The machine-readable result holds what its schema says, nothing else, and is read in one place."""

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pytest
from typing_extensions import is_typeddict

from posture import pipeline
from posture.analysis.inputs import Beside
from posture.analysis.kept import read_record, stored_settings, take_up_poses
from posture.analysis.record import plain_record
from posture.analysis.schema import Record
from posture.analysis.upright import with_kept_upright
from posture.engine import Engine
from posture.errors import PostureError
from posture.rules import Intake
from posture.settings import ClipSettings, PoseSettings, Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import IMPORTED
from posture.storage.renewal import Renewal
from tests.report_run import recording


def undeclared(value: Any, kind: Any, place: str = "") -> list[str]:
    """Keys that the file has and the schema has not; parts that follow a type of another room may have more."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        more = [f"{place}.{key}" for key in value if key not in hints]
        own = [] if getattr(kind, "__pydantic_config__", None) else more
        inside = [undeclared(value[key], hint, f"{place}.{key}") for key, hint in hints.items() if key in value]
        return own + [fault for faults in inside for fault in faults]
    arguments = getattr(kind, "__args__", ())
    if isinstance(value, dict) and len(arguments) == 2 and arguments[1] is not type(None):
        return [fault for item in value.values() for fault in undeclared(item, arguments[1], place)]
    if isinstance(value, list) and arguments:
        return [fault for item in value for fault in undeclared(item, arguments[0], place)]
    inner = [each for each in arguments if is_typeddict(each)]
    return undeclared(value, inner[0], place) if isinstance(value, dict) and inner else []


@pytest.mark.parametrize("clip", ["tired", "fresh"])
def test_a_record_is_read_as_it_was_made_and_holds_nothing_undeclared(videos: Path, tmp_path: Path, clip: str) -> None:
    made = recording(videos, clip)
    upright = AnalysisFolder(tmp_path / "upright")
    upright.path.mkdir()
    recording(videos, "fresh").save(upright.poses)
    answered = Beside(intake=Intake({"red_flags": ("arm",)}))
    beside = with_kept_upright(answered, tmp_path / "clip.mp4", AnalysisFolder(tmp_path))
    analysis = pipeline.behind_poses(made, Settings(clip=ClipSettings(height_cm=180.0)), beside)
    record = plain_record(replace(analysis, folder=tmp_path))
    AnalysisFolder(tmp_path).record.write_text(json.dumps(record))
    assert record["upright"]
    assert record["referral"]
    assert any(metric["centimetres"] for metric in record["metrics"].values())
    assert read_record(tmp_path) == record
    assert undeclared(record, Record) == []
    assert undeclared({**record, "stray": 1, "view": {**record["view"], "odd": 2}}, Record) == [".stray", ".view.odd"]


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 1}', '{"settings": {}}', "[1]", "null", '{"schema": NaN}'])
def test_what_is_no_record_is_none(tmp_path: Path, text: str) -> None:
    AnalysisFolder(tmp_path).record.write_text(text)
    assert read_record(tmp_path) is None


def test_settings_are_told_by_a_record_of_another_schema(tmp_path: Path) -> None:
    settings = Settings(clip=ClipSettings(slow_motion=2.0))
    AnalysisFolder(tmp_path).record.write_text(json.dumps({"schema": 0, "settings": settings.model_dump(mode="json")}))
    assert stored_settings(tmp_path) == settings
    AnalysisFolder(tmp_path).record.write_text('{"schema": 0}')
    with pytest.raises(PostureError, match="written by another version"):
        stored_settings(tmp_path)


@pytest.mark.parametrize(
    ("estimator", "model", "kept", "asked", "taken"),
    [
        ("litert 2.3.0", "full", "auto", "direct", True),
        ("litert 2.3.0", "full", "auto", "mediapipe", False),
        # Made with the graph, and worked out again with the default.
        ("mediapipe 1.2.3", "full", "auto", "mediapipe", True),
        ("mediapipe 1.2.3", "full", "mediapipe", "direct", False),
        ("mediapipe 1.2.3", "full", "mediapipe", "auto", True),
        ("imported from OpenPose", IMPORTED, "auto", "direct", True),
        ("of my own 1", "full", "auto", "direct", False),
    ],
)
def test_the_engine_that_made_the_poses_may_be_asked_for_and_no_other(
    videos: Path, tmp_path: Path, estimator: str, model: str, kept: Engine, asked: Engine, *, taken: bool
) -> None:
    folder = AnalysisFolder(tmp_path / "run.posture")
    with Renewal(folder) as first:
        first.begin("fresh.mp4", "0" * 64)
        replace(recording(videos, "fresh"), estimator=estimator, model=model).save(first.staged.poses)
        settings = Settings(pose=PoseSettings(engine=kept)).model_dump(mode="json")
        first.staged.record.write_text(json.dumps({"settings": settings}))
        first.commit()
    with Renewal(folder) as new, nullcontext() if taken else pytest.raises(PostureError, match="decide the poses"):
        assert take_up_poses(folder, Settings(pose=PoseSettings(engine=asked)), new).estimator == estimator


@pytest.mark.parametrize("frames", [2, 10, 60])
def test_a_record_of_next_to_nothing_is_read_as_it_was_made(videos: Path, tmp_path: Path, frames: int) -> None:
    made = recording(videos, "fresh")
    still = made.series.take(np.arange(len(made.series)) < frames)
    unseen = still.with_xy(np.where(np.arange(33)[None, :, None] > 10, np.nan, np.repeat(still.xy[:1], frames, axis=0)))
    for series in (still, unseen, still.with_xy(np.full_like(still.xy, np.nan))):
        record = plain_record(pipeline.behind_poses(replace(made, series=series), Settings()))
        AnalysisFolder(tmp_path).record.write_text(json.dumps(record))
        assert read_record(tmp_path) == record
