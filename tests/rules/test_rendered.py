"""Rendered runners, from their true joints on: what the whole way behind the poses makes of a known change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from posture import cleaning, drift, kinematics, strides
from posture.drift.types import Timing
from posture.rules import Confidence, Finding, Verdict, judge, leading, load_causes
from posture.series import CameraMotion
from posture.settings import Settings
from tests.rendered import truth_series

YES, NO, OPEN = Verdict.SUPPORTED, Verdict.NOT_SUPPORTED, Verdict.CANNOT_TELL


@cache
def found(path: Path, seconds: float = np.inf) -> dict[str, Finding]:
    series = truth_series(path)
    series = series.take(series.time < seconds)
    settings, camera = Settings(), CameraMotion.unknown(series.size)
    cleaned, _ = cleaning.clean(series, settings.cleaning)
    view = kinematics.find_view(cleaned, None)
    measured = kinematics.compute(cleaned, view, camera)
    events = strides.find_events(cleaned, view)
    table = strides.stride_table(cleaned, view, measured, strides.find_strides(cleaned, view, settings.strides), events)
    drifts = drift.assess(table, view, measured, camera=camera, settings=settings.drift)
    return {f.cause: f for f in judge(drifts, view, table, measured, None, load_causes())}


@pytest.fixture
def clip(shared: Path):
    return lambda name, seconds=np.inf: found(shared / "rendered" / f"{name}.npz", seconds)


def supported(findings: dict[str, Finding]) -> set[str]:
    return {cause for cause, finding in findings.items() if finding.verdict is YES}


@pytest.mark.parametrize("name", ["fresh", "steady"])
def test_an_unchanged_runner_has_no_finding(clip, name: str) -> None:
    findings = clip(name)
    assert supported(findings) == set()
    assert {findings[cause].verdict for cause in ("C4", "C5")} == {NO}


def test_twenty_seconds_are_too_short(clip) -> None:
    findings = clip("fresh", 20.0)
    assert supported(findings) == set()
    assert {findings[cause].verdict for cause in ("C4", "C5", "C7")} == {OPEN}


def test_a_tiring_runner_slumps_with_the_head_forward_late_in_the_run(clip) -> None:
    findings = clip("tired")
    for cause in ("C4", "C5"):
        assert findings[cause].verdict is YES
        assert findings[cause].timing is Timing.LATE
        assert findings[cause].onset.time == pytest.approx(20.0, abs=8.0)
    assert findings["C5"].part_of == "C4"
    assert [finding.cause for finding in leading(findings.values())] == ["C4"]


def test_arms_that_rise_and_stiffen_move_no_head(clip) -> None:
    findings = clip("arms")
    assert {"C7", "C10"} <= supported(findings)
    assert findings["C8"].verdict is OPEN
    assert findings["C8"].reason == "It takes a camera that looks from the front."
    assert findings["C5"].verdict is not YES
    assert findings["C4"].verdict is not YES


def test_weaving_and_one_sidedness_show_from_the_front(clip) -> None:
    assert {"C7", "C9", "C14"} <= supported(clip("weave"))


def test_from_behind_weaving_is_not_decidable_and_lean_is_found(clip) -> None:
    findings = clip("weave_rear")
    assert findings["C9"].verdict is OPEN
    assert findings["C14"].verdict is YES


def test_from_an_oblique_camera_confidence_stays_low(clip) -> None:
    findings = clip("oblique")
    assert {"C4", "C5"} <= supported(findings)
    assert {findings[cause].label for cause in ("C4", "C5")} == {Confidence.LOW}


def test_findings_hold_plain_numbers_that_can_be_written_anywhere(clip) -> None:
    for finding in clip("tired").values():
        numbers = [finding.confidence, finding.effect, *finding.factors.values()]
        numbers += [number for line in finding.trace for number in (line.value, line.threshold)]
        assert {type(number) for number in numbers} == {float}
        assert {type(line.passed) for line in finding.trace} <= {bool, type(None)}
