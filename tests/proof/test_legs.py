"""The legs against the forces under a runner, and that they change nothing that is said of the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture import drift
from posture.checkup.truth import shipped_runner, truth_series
from posture.importers.camera import Camera
from posture.kinematics.registry import CARRIAGE, LEGS
from posture.seen import see
from posture.series import CameraMotion, PoseSeries
from posture.settings import Settings
from tests.proving_ground.legs import film, on_forces, paired, true_table
from tests.proving_ground.recording import Flaws


@pytest.mark.parametrize(("azimuth", "rate"), [(90.0, 60.0), (-90.0, 30.0)])
def test_contacts_and_what_is_read_at_them_hold_against_forces(shared: Path, azimuth: float, rate: float) -> None:
    pytest.importorskip("ezc3d", reason="the captured runner is a C3D file")
    runner = on_forces(shared / "mocap")
    series, clean = film(runner, Camera(azimuth=azimuth), rate, Flaws())
    found = see(series, CameraMotion.unknown(series.size), Settings())
    near = runner.left if found.view.near == "left" else runner.right
    seen, true = paired(found.segmented.kept, true_table(clean, found.view, near))
    assert len(seen) >= 38
    late = 1e3 * (seen[["contact", "toe_off"]] - true[["contact", "toe_off"]])
    assert late.median().abs().max() < 15.0
    assert late.std().max() < 13.0
    for name, metric in LEGS.items():
        off = (seen[name] - true[name]).dropna()
        assert abs(off.median()) <= metric.absolute_error, name
        assert off.std() <= 1.5 * metric.floor, name


def verdicts(series: PoseSeries, *, legs: bool) -> dict[str, object]:
    found = see(series, CameraMotion.unknown(series.size), Settings())
    none = dict.fromkeys(LEGS, "Left out.")
    measured = found.measured if legs else replace(found.measured, withheld={**found.measured.withheld, **none})
    return drift.assess(found.segmented, found.view, measured, camera=None, settings=Settings().drift)


@pytest.mark.parametrize("which", ["shipped", "fresh"])
def test_the_legs_change_no_verdict(which: str, videos: Path) -> None:
    """Told or withheld: what is said of head, trunk, arms and rhythm stays the same to the last digit."""
    series = shipped_runner() if which == "shipped" else truth_series(videos / "fresh.npz")
    told, withheld = verdicts(series, legs=True), verdicts(series, legs=False)
    assert any(np.isfinite(told[id].p) for id in LEGS)
    assert {id: repr(told[id]) for id in CARRIAGE} == {id: repr(withheld[id]) for id in CARRIAGE}
