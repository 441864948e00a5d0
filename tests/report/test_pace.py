"""What is said of the speed beside changes."""

from __future__ import annotations

import numpy as np

from posture.drift import SpeedLog
from posture.drift.types import Status
from posture.report import text
from posture.report.text.pace import as_run, beside_speed
from tests.drift.test_drift import STRIDE, run, white


def fade(by: float) -> SpeedLog:
    return SpeedLog(STRIDE * np.arange(250), 3.3 + by * (np.arange(250) >= 210), np.full(250, np.nan))


def test_a_fade_beside_a_slump_is_told_with_its_share() -> None:
    lean = {"trunk_lean": 3 + 5.0 * (np.arange(250) >= 210) + white(250)}
    (said,) = beside_speed(run(250, lean, speed=fade(-0.6)))
    assert "The speed fell by 18 % along with changes" in said
    assert "cannot be told from tiredness" in said
    assert "trunk lean (up to 4" in said  # 1.9 of 4.x degrees
    (said,) = beside_speed(run(250, lean, speed=fade(+0.6)))
    assert "The speed rose by 18 %" in said
    assert not list(beside_speed(run(250, lean)))
    assert not list(beside_speed(run(250, {"elbow_flex": lean["trunk_lean"]}, speed=fade(-0.6))))


def test_an_episode_in_a_slow_stretch_is_told_with_the_speed() -> None:
    inside = (np.arange(250) >= 100) & (np.arange(250) < 175)
    log = SpeedLog(STRIDE * np.arange(250), 3.3 - 0.6 * inside, np.full(250, np.nan))
    results = run(250, {"trunk_lean": 3 + 5.0 * inside + white(250)}, speed=log)
    slump = results["trunk_lean"]
    assert slump.status is Status.EPISODE
    assert slump.episode is not None
    assert slump.episode.pace is not None
    assert "may be speed" in slump.reason
    (said,) = beside_speed(results)
    assert "The speed fell by 18 % along with changes" in said
    leaning = run(250, {"trunk_lean": 3 + 2.7 * inside + 0.5 * white(250)}, speed=log)["trunk_lean"]
    assert leaning.status is Status.NOT_DECIDABLE
    assert leaning.reason.startswith("Speed changed by -18.2 % along with it")


def test_levels_at_one_speed_and_as_run_are_both_told() -> None:
    time = STRIDE * np.arange(250)
    log = SpeedLog(time, 3.0 + 0.5 * (np.sin(2 * np.pi * time / 31) > 0), np.full(250, np.nan))
    swing = (50 - 20.0 * (np.arange(250) >= 150)) * (1 + 0.3 * (log.speed - 3.0)) + white(250)
    results = run(250, {"upper_arm_amp": swing}, speed=log)
    raw = run(250, {"upper_arm_amp": swing})["upper_arm_amp"]
    (said,) = beside_speed(results)
    assert said.startswith("The speed varied, so these are told as at the mean speed of the run.")
    assert f"arm swing {raw.baseline:.1f} → {raw.end:.1f}°" in said
    assert f"{as_run(results['upper_arm_amp'])} as run" in text.change(results["upper_arm_amp"])
    assert "as run" not in text.change(raw)
