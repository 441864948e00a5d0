"""What is known beside the pictures, through the real command line: upright reference, fresh part, belt and answers.

The runner is motion capture before a virtual camera, given as a table of landmarks, as another program would.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

import posture
from posture.cli import main
from posture.cli.options import overrides
from posture.drift.types import Status, Timing
from posture.importers import Camera
from posture.report import text
from posture.rules import Verdict
from posture.series import Floats, PoseSeries
from tests.drift.test_speed import fit_file
from tests.proof.test_findings import faded, hastened
from tests.proving_ground import Flaws, Runner, load_runner, posture_changes, record

pytestmark = pytest.mark.slow

SIDE = Camera(azimuth=90.0)
Change = Callable[[Floats, Floats], Floats]


def command(*arguments: object, code: int = 0) -> Result:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def write_poses(path: Path, series: PoseSeries) -> Path:
    """Landmarks in pixels, and how well each was seen."""
    columns: dict[str, Floats] = {"time": series.time}
    for landmark in range(series.xy.shape[1]):
        columns |= {f"{axis}{landmark}": series.xy[:, landmark, i] for i, axis in enumerate("xy")}
        columns[f"v{landmark}"] = series.visibility[:, landmark]
    pd.DataFrame(columns).to_csv(path, index=False, float_format="%.2f")
    return path


def analysed(poses: Path, out: str, *options: object) -> tuple[Mapping[str, Any], str]:
    folder = poses.parent / out
    said = command("analyze", poses, "--out", folder, "--no-video", *options).output
    return json.loads((folder / "analysis.json").read_text(encoding="utf-8")), " ".join(said.split())


def finding(run: Mapping[str, Any], cause: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(f for f in run["findings"] if f["cause"] == cause)
    return found


@pytest.fixture(scope="module")
def runner(shared: Path) -> Runner:
    return load_runner(shared / "mocap", "bandainamco_dataset-2_run_normal_023")


def film(runner: Runner, path: Path, change: Change | None = None, seconds: float = 90.0, seed: int = 1) -> Path:
    take = record(runner, SIDE, seconds, flaws=Flaws(), variability=1.0, change=change, seed=seed)
    return write_poses(path, take.series)


@pytest.fixture(scope="module")
def slouched(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Who starts slouched and stays so."""
    return film(
        runner,
        tmp_path_factory.mktemp("slouched") / "slouched.csv",
        lambda _, points: posture_changes.slump(points, 14.0),
    )


def test_a_slouch_that_stays_is_there_from_the_start(slouched: Path, runner: Runner) -> None:
    earlier = film(runner, slouched.parent / "earlier.csv", seed=2)
    run, said = analysed(slouched, "held.posture", "--upright", earlier)
    assert {Timing.LATE, Timing.BOTH}.isdisjoint(r["timing"] for r in run["drift"].values())
    assert finding(run, "C4")["verdict"] == Verdict.SUPPORTED
    assert finding(run, "C4")["timing"] == Timing.PRE_EXISTING
    assert "from the start" in said.lower()
    assert run["upright"]["gait"] == "running"
    assert run["upright"]["metrics"]["ear_hip"]["beyond"]
    assert run["upright"]["metrics"]["ear_hip"]["added"] > 4.0


def test_without_a_reference_the_same_slouch_is_no_late_change(slouched: Path) -> None:
    run, _ = analysed(slouched, "alone.posture")
    assert run["upright"] is None
    assert {Timing.LATE, Timing.BOTH}.isdisjoint(f["timing"] for f in run["findings"])


def test_a_walk_shows_what_running_adds(slouched: Path, shared: Path) -> None:
    walk = load_runner(shared / "mocap", "cmu_07_01_walk")
    reference = film(walk, slouched.parent / "walk.csv", seconds=20.0)
    run, _ = analysed(slouched, "walked.posture", "--upright", reference)
    assert run["upright"]["gait"] == "walking"
    added = run["upright"]["metrics"]
    assert {"trunk_lean", "ear_hip", "neck_incl"} <= added.keys()
    assert added["trunk_lean"]["added"] == pytest.approx(
        run["drift"]["trunk_lean"]["baseline"] - added["trunk_lean"]["upright"]
    )
    # Hands hang in a walk: their height says nothing about running.
    assert not {"wrist_h", "elbow_flex", "upper_arm_amp", "cadence", "vert_osc"} & added.keys()


def test_standing_tall_is_a_reference_too(slouched: Path, runner: Runner) -> None:
    take = record(runner, SIDE, 8.0, flaws=Flaws())
    still = take.series.with_xy(np.repeat(take.series.xy[:1], len(take.series), axis=0))
    reference = write_poses(slouched.parent / "standing.csv", still)
    run, _ = analysed(slouched, "stood.posture", "--upright", reference)
    assert run["upright"]["gait"] == "none"
    assert run["upright"]["metrics"]["ear_hip"]["beyond"]
    assert finding(run, "C4")["timing"] == Timing.PRE_EXISTING


def test_the_fresh_part_can_be_chosen(runner: Runner, tmp_path: Path) -> None:
    """Somebody who straightens up during the first 110 s: from then on nothing changes."""
    poses = film(
        runner,
        tmp_path / "run.csv",
        lambda time, points: posture_changes.slump(points, 12.0 * np.clip(1.0 - time / 110.0, 0.0, 1.0)),
        seconds=180.0,
    )
    whole, _ = analysed(poses, "run.posture")
    assert whole["drift"]["ear_hip"]["status"] == Status.DRIFT
    later = command("analyze", tmp_path / "run.posture", "--baseline", "112-140", "--json").output
    assert json.loads(later)["drift"]["ear_hip"]["status"] != Status.DRIFT
    assert (
        "300-400 is not a stretch"
        in command("analyze", tmp_path / "run.posture", "--baseline", "300-400", code=2).output
    )


@pytest.fixture(scope="module")
def hasty(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five percent more steps from the first minute to the third."""
    poses = tmp_path_factory.mktemp("belt") / "hasty.csv"
    return write_poses(poses, faded(runner, hastened(runner, 5.0)).series).parent


def belt(folder: Path, *options: object) -> Mapping[str, Any]:
    """What is said about the cadence."""
    found, _ = analysed(folder / "hasty.csv", f"{len(list(folder.iterdir()))}.posture", *options)
    assert not [f["cause"] for f in found["findings"] if f["verdict"] == Verdict.SUPPORTED]
    return found["drift"]["cadence"]


def test_without_a_log_more_steps_may_be_more_speed(hasty: Path) -> None:
    cadence = belt(hasty)
    assert cadence["status"] == Status.NOT_DECIDABLE
    assert "speed may have changed" in cadence["reason"]


@pytest.mark.parametrize("start", [0, -30])
def test_a_csv_log_says_that_the_belt_went_faster(hasty: Path, start: int) -> None:
    """Started with the camera, or half a minute before it, with the option that says so."""
    log = hasty / f"log{start}.csv"
    log.write_text(f"time,speed_kmh\n0,10.8\n{60 - start},10.8\n{180 - start},11.34\n", encoding="utf-8")
    cadence = belt(hasty, "--speed-log", log, "--log-start", start)
    assert cadence["status"] == Status.NOT_DECIDABLE
    assert "Speed changed by +4." in cadence["reason"]


def test_a_log_put_in_the_wrong_place_tells_another_story(hasty: Path) -> None:
    """Guards the tests above: where the log lies must matter."""
    log = hasty / "late.csv"
    log.write_text("time,speed_kmh\n0,10.8\n60,10.8\n180,11.34\n", encoding="utf-8")
    assert "Speed changed" not in belt(hasty, "--speed-log", log, "--log-start", "170")["reason"]


def test_a_fit_log_says_the_same(hasty: Path) -> None:
    pytest.importorskip("fitdecode", reason="the extra 'fit' is not installed")
    (hasty / "run.fit").write_bytes(fit_file([(0, 3000), (60, 3000), (180, 3150)]))
    assert "Speed changed by +4." in belt(hasty, "--speed-log", hasty / "run.fit")["reason"]


def test_a_belt_that_was_never_touched_makes_more_steps_the_runners_own(hasty: Path) -> None:
    assert belt(hasty, "--speed", "10.8", "--incline", "1")["status"] == Status.DRIFT


def test_a_log_and_a_constant_speed_exclude_each_other(hasty: Path) -> None:
    log = hasty / "either.csv"
    log.write_text("time,speed\n0,3\n", encoding="utf-8")
    said = command("analyze", hasty / "hasty.csv", "--speed", "10.8", "--speed-log", log, code=2).output
    assert "either a speed log or a constant speed" in said


ANSWERS = 'version = 1\nskipped = []\n[answers]\npain_sites = ["upper_back"]\neffort = 9\n'


def test_a_sign_for_a_doctor_comes_first_and_takes_the_advice_away(slouched: Path, runner: Runner) -> None:
    earlier = film(runner, slouched.parent / "good.csv", seed=2)
    calm, alarm = (slouched.parent / f"{name}.toml" for name in ("calm", "alarm"))
    calm.write_text(ANSWERS + 'red_flags = ["none"]\n', encoding="utf-8")
    alarm.write_text(ANSWERS + 'red_flags = ["chest_pain"]\n', encoding="utf-8")
    advised, _ = analysed(slouched, "calm.posture", "--upright", earlier, "--intake", calm)
    referred, said = analysed(slouched, "alarm.posture", "--upright", earlier, "--intake", alarm)
    plan = finding(advised, "C4")["plan"]
    assert plan["cue"]
    assert plan["strength"]
    assert not [f["cause"] for f in referred["findings"] if f["plan"] is not None]
    assert "call emergency services" in said
    assert "Upper body slumps" not in said
    for advice in plan.values():
        assert advice[:40] not in said


def test_no_change_comes_with_what_to_film_next(runner: Runner, tmp_path: Path) -> None:
    film(runner, tmp_path / "steady.csv")
    analysis = posture.analyze(tmp_path / "steady.csv", out=tmp_path / "steady.posture", overlay=False)
    assert not [f.cause for f in analysis.findings if f.verdict is Verdict.SUPPORTED]
    said = list(text.film_next(analysis))
    assert any("front" in line for line in said)
    # What this camera cannot see is told with what would.
    unseen = [f for f in analysis.findings if f.verdict is Verdict.CANNOT_TELL and f.cause in ("C8", "C9", "C14")]
    assert len(unseen) == 3
    assert all("from the front" in f.text or "from there" in f.text for f in unseen)


def test_what_is_said_about_speed_now_replaces_what_was_said_before() -> None:
    assert overrides({"run.speed_kmh": 12.0})["run"] == {"speed_kmh": 12.0, "speed_log": None}
    assert overrides({"run.speed_log": Path("a.csv")})["run"] == {
        "speed_log": Path("a.csv"),
        "speed_kmh": None,
        "incline": None,
    }
