"""One floor for each metric, whoever tells it: the verdict, the rules, the table, the record."""

from pathlib import Path

import numpy as np
import pytest

from posture import pipeline
from posture.analysis import Analysis
from posture.analysis.record import plain_record
from posture.analysis.summary import rows
from posture.drift import assess
from posture.drift.floor import FEW_FACTOR, floor_of
from posture.kinematics.head import PATTERN_METRICS
from posture.kinematics.registry import METRICS
from posture.kinematics.types import ViewKind
from posture.rules import Verdict, judge, load_causes
from posture.settings import DriftSettings, Settings
from tests.drift.test_drift import clip
from tests.evidence import run, seen, seen_from, some_strides
from tests.report_run import recording

LEAN = METRICS["trunk_lean"]


def analysed(videos: Path, **drift: object) -> Analysis:
    return pipeline.behind_poses(recording(videos, "tired"), Settings(drift=DriftSettings.model_validate(drift)))


@pytest.mark.parametrize(
    ("drift", "expected"),
    [({}, 2.0), ({"floors": {"trunk_lean": 7.0}}, 7.0), ({"floor_factor": 2.0}, 4.0)],
    ids=["own", "overridden", "joined"],
)
def test_the_floor_that_is_told_is_the_one_that_was_judged_by(
    videos: Path, capsys: pytest.CaptureFixture[str], drift: dict[str, object], expected: float
) -> None:
    from posture.report import terminal

    analysis = analysed(videos, **drift)
    assert LEAN.floor == 2.0
    assert analysis.drift["trunk_lean"].floor == expected
    for metric, row in analysis.rows.items():
        if metric in analysis.drift and np.isfinite(analysis.drift[metric].floor):
            assert row.floor == analysis.drift[metric].floor, metric
    record = plain_record(analysis)
    assert record["metrics"]["trunk_lean"]["floor"] == record["drift"]["trunk_lean"]["floor"] == expected
    terminal.print_summary(analysis)
    line = next(line for line in capsys.readouterr().out.splitlines() if line.strip().startswith(LEAN.label))
    assert f" {expected:.1f} " in line


@pytest.mark.parametrize(
    ("count", "factor"), [(5, FEW_FACTOR), (12, FEW_FACTOR), (21, FEW_FACTOR), (40, FEW_FACTOR), (80, 1.0)]
)
def test_fewer_strides_never_show_a_smaller_floor(count: int, factor: float) -> None:
    """Below ten strides, below two blocks behind the warm-up, below a verdict, and enough."""
    strides, view, metrics = clip(count, {"trunk_lean": np.linspace(5.0, 5.1, count)})
    drift = assess(strides, view, metrics, camera=None, settings=DriftSettings())
    found = rows(metrics, strides, drift, DriftSettings())
    assert found["trunk_lean"].floor == factor * LEAN.floor
    assert found["cadence"].floor == factor * METRICS["cadence"].floor


def test_a_floor_is_the_larger_of_absolute_and_relative_and_reasons_to_doubt_do_not_add_up() -> None:
    swing = METRICS["upper_arm_amp"]
    assert floor_of(swing, 0.0, DriftSettings()) == swing.floor
    assert floor_of(swing, -1000.0, DriftSettings()) == pytest.approx(1000.0 * swing.relative_floor)
    both = floor_of(LEAN, 5.0, DriftSettings(floor_factor=2.0), FEW_FACTOR)
    assert both == floor_of(LEAN, 5.0, DriftSettings(), FEW_FACTOR) == 2 * LEAN.floor


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        (DriftSettings(), Verdict.SUPPORTED),
        (DriftSettings(other_camera_factor=10.0), Verdict.NOT_SUPPORTED),
        (DriftSettings(floor_factor=10.0), Verdict.NOT_SUPPORTED),
        (DriftSettings(floors=dict.fromkeys(PATTERN_METRICS, 30.0)), Verdict.NOT_SUPPORTED),
    ],
    ids=["own", "other camera", "joined", "overridden"],
)
def test_rules_hold_a_start_against_the_upright_reference_by_the_same_floor(
    settings: DriftSettings, verdict: Verdict
) -> None:
    slumped = {"trunk_lean": -8.0, "neck_incl": -16.0, "neck_trunk": -8.0, "ear_hip": -10.6}
    drift, side = run(), seen_from(ViewKind.SIDE)
    found = judge(
        drift, side, some_strides(), seen(drift, ViewKind.SIDE), None, load_causes(), upright=slumped, settings=settings
    )
    assert {finding.cause: finding for finding in found}["C4"].verdict is verdict
