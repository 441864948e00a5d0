"""Proof of the repair of exchanged sides, on runners of four sets whose arms and legs were exchanged on purpose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from posture import cleaning
from posture.importers import Camera
from posture.landmarks import MIRROR, L
from posture.series import PoseSeries
from posture.settings import CleaningSettings
from tests.proving_ground import Flaws, Take, record
from tests.proving_ground.cast import one_of_each

pytestmark = pytest.mark.slow

#: Torso lengths: sides closer together than this need not be told apart.
APART = 0.1
_LIMBS = ((L.LEFT_ELBOW, L.LEFT_WRIST), (L.LEFT_KNEE, L.LEFT_ANKLE))

Verdicts = tuple[NDArray[np.bool_], NDArray[np.bool_]]


def verdicts(take: Take, cleaned: PoseSeries, limb: int) -> Verdicts:
    """Frames in which the limb's sides could be told apart, and those in which they are exchanged in the result."""
    left = np.array([int(i) for i in _LIMBS[limb]])
    right = MIRROR[left]
    truth, result = take.clean.xy, cleaned.xy
    torso = np.median(np.linalg.norm(truth[:, L.LEFT_SHOULDER] - truth[:, L.LEFT_HIP], axis=1))
    apart = np.linalg.norm(truth[:, left] - truth[:, right], axis=2).max(axis=1) / torso > APART
    cost = [
        np.linalg.norm(result[:, here] - truth[:, there], axis=2)
        for here, there in ((left, left), (right, right), (left, right), (right, left))
    ]
    kept, exchanged = np.nansum(cost[0] + cost[1], axis=1), np.nansum(cost[2] + cost[3], axis=1)
    seen = np.isfinite(cost[0] + cost[1]).any(axis=1)
    return apart & seen, exchanged < kept


def stretches(swapped: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], swapped.astype(int), [0]])))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@pytest.mark.parametrize("place", ["side", "oblique", "front", "rear"])
def test_exchanged_sides_are_put_back_and_right_ones_left_alone(shared: Path, place: str) -> None:
    azimuths = {"side": (90, -80), "oblique": (50, -130), "front": (0, 20), "rear": (180, -165)}[place]
    everything = CleaningSettings(visibility=0.0, far_arm_visibility=0.0)  # the hidden arm is judged too
    repaired, frames_right, frames, false, still = 0, 0, 0, 0, 0
    events = 0
    for number, runner in enumerate(one_of_each(shared / "mocap")):
        for azimuth in azimuths:
            take = record(runner, Camera(azimuth=azimuth), 60.0, flaws=Flaws(swaps=12, dropout=0.005), variability=1.0,
                          seed=number)  # fmt: skip
            cleaned, _ = cleaning.clean(take.series, everything)
            for limb in range(2):
                apart, wrong = verdicts(take, cleaned, limb)
                injected = take.swapped[:, limb]
                for stretch in stretches(injected):
                    if apart[stretch].any():
                        events += 1
                        repaired += not wrong[stretch][apart[stretch]].any()
                frames += int(np.count_nonzero(injected & apart))
                frames_right += int(np.count_nonzero(injected & apart & ~wrong))
                false += int(np.count_nonzero(~injected & apart & wrong))
                still += int(np.count_nonzero(~injected & apart))
    print(
        place,
        f"{events=} repaired {repaired / events:.4f} frames {frames_right / frames:.4f} false {false / still:.5f}",
    )
    assert events > 200
    assert frames_right / frames >= 0.95
    assert repaired / events >= 0.95
    assert false / still < 0.005


@pytest.mark.parametrize("rate", [10.0, 12.0, 15.0])
def test_few_frames_a_stride_are_no_swaps(shared: Path, rate: float) -> None:
    """Arms of a fast runner are where the other one was two frames ago: 180 to 220 steps a minute."""
    for runner in one_of_each(shared / "mocap")[::3]:
        for steps in (180, 200, 220):
            faster = steps * runner.period / 120
            slow = record(runner, Camera(azimuth=90), 30.0 * faster, fps=rate / faster, flaws=Flaws(), variability=1.0)
            _, report = cleaning.clean(replace(slow.series, time=slow.series.time / faster), CleaningSettings())
            assert report.arm_swaps <= 1, (runner.name, steps)
