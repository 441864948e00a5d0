"""What is said of a posture held against reference runners, and of commands and clips that give nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from posture import pipeline, rules
from posture.analysis import Comparison
from posture.cli import main
from posture.drift.types import Interval
from posture.levels import Level, Levels, Place, Shape
from posture.levels.types import Pattern
from posture.report import text
from posture.report.terminal import print_comparison
from posture.report.text.story import Story
from posture.settings import Settings
from tests.drift.test_drift import run, white
from tests.report_run import recording


def showing(*shapes: Shape) -> Levels:
    """A run that shows these patterns, the first one most."""
    sizes = range(len(shapes) + 1, 1, -1)
    patterns = {shape: Pattern(shape, True, float(size), 10, "") for shape, size in zip(shapes, sizes, strict=True)}
    return Levels("15 reference runners", False, {}, patterns)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        ((), ""),
        ((Shape.ELBOWS_TIGHT,), "You bend your elbows more tightly than most."),
        (
            (Shape.HEAD_FORWARD, Shape.ELBOWS_TIGHT, Shape.HANDS_HIGH),
            "You carry your hands high, your elbows tightly bent and your head forward.",
        ),
        (
            (Shape.SLUMPED, Shape.ELBOWS_STRETCHED),
            "You run slumped: trunk and head come forward together, the neck more than the trunk. "
            "You keep your elbows straighter than most.",
        ),
    ],
)
def test_what_is_carried_is_told_in_one_sentence(shapes: tuple[Shape, ...], said: str) -> None:
    assert text.carried(showing(*shapes)) == said


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        (6.1, Place.USUAL, "6.1°, within the usual −2.2 to 12.9"),
        (14.0, Place.HIGH, "14.0°, usual −2.2 to 12.9: above 3 of 3"),
    ],
)
def test_what_is_usual_is_called_so_once(value: float, place: Place, said: str) -> None:
    others, usual = (1.0, 4.0, 9.0), Interval(-2.2, 12.9)
    level = Level("trunk_lean", value, 1.0, 20, place, 0.95 * (place is Place.HIGH), usual, usual, others)
    assert text.standing(level) == said


@pytest.mark.parametrize("group", ["models", "reference"])
def test_a_group_without_its_command_is_refused_in_one_sentence(group: str) -> None:
    result = CliRunner().invoke(main, [group], prog_name="posture")
    assert result.exit_code == 2
    assert "\\n" not in result.output
    assert result.output.strip().splitlines()[-1] == "Error: Missing command."


def test_clips_of_which_nothing_can_be_compared_are_said_to_be_so(
    videos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = pipeline.behind_poses(recording(videos), Settings())
    unseen = {id: result for id, result in run.drift.items() if math.isnan(result.change)}
    print_comparison(Comparison(run, run, False, unseen, ()))
    said = " ".join(capsys.readouterr().out.split())
    assert "These two clips cannot be compared" in said
    assert "floors" not in said
    assert "hand weave; hands across the middle" in said


def test_a_finding_leads_with_what_no_finding_before_it_told(videos: Path) -> None:
    base = pipeline.behind_poses(recording(videos), Settings())
    late = np.arange(250) >= 150
    drift = run(
        250,
        {
            "wrist_h": 0.45 + 0.30 * late + white(250) / 100,
            "wrist_h_p95": 0.60 + 0.30 * late + white(250, 1) / 100,
            "elbow_rom": 30 - 15 * late + white(250, 2),
            "upper_arm_amp": 45 - 15 * late + white(250, 3),
        },
    )
    findings = rules.judge(drift, base.view, base.segmented, base.measured, None, rules.load_causes())
    story = Story(replace(base, drift=drift, findings=findings))
    first, second = (list(lead.changes) for lead in story.leads if lead.changes)
    told = {change.metric for change in first}
    assert [change.metric in told for change in second] == sorted(change.metric in told for change in second)
    assert told & {change.metric for change in second}
    assert second[0].metric not in told
