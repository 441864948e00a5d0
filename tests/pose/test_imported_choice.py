"""Of several people in poses of another program the runner is chosen as in video."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import posture
from posture.errors import PostureError
from posture.pose.tracking.imported import choose
from posture.series import PoseSeries
from posture.settings import ClipSettings, Settings
from tests.analytic_runner import side_runner
from tests.importers import peers

_TIME = np.arange(0.0, 9.0, 1 / 30)


def bystander() -> PoseSeries:
    """Somebody larger, nearer and surely seen, who stands still."""
    runner = side_runner(_TIME)
    standing = runner.xy.mean(axis=0)
    still = np.broadcast_to(standing * 1.3 + np.array([250.0, -100.0]), runner.xy.shape)
    return replace(runner, xy=still)


def test_whose_legs_move_is_the_runner_and_not_who_is_larger() -> None:
    runner, other = side_runner(_TIME), bystander()
    for everyone in ([runner, other], [other, runner]):
        found = choose(everyone, None, "run.json")
        assert found.series is runner
        assert len(found.people) == 2
        assert found.people[0].startswith("chosen")
        assert choose(everyone, 2, "run.json").series is other
    with pytest.raises(PostureError, match=r"there is no person 3 in run.json: 2 people were seen"):
        choose([runner, other], 3, "run.json")


def test_two_alike_are_told_of() -> None:
    runner = side_runner(_TIME)
    twin = replace(runner, xy=runner.xy + np.array([200.0, 0.0]))
    (note,) = choose([runner, twin], None, "run.json").notes
    assert "two people of similar size move like runners" in note
    assert "--person 2" in note


def test_openpose_with_several_people_follows_the_runner_or_whom_the_user_names(tmp_path: Path) -> None:
    runner, other = side_runner(_TIME), bystander()
    records = [{"people": [peers.openpose(other, i), peers.openpose(runner, i)]} for i in range(len(_TIME))]
    (tmp_path / "poses.json").write_text(json.dumps(records))
    analysis = posture.analyze(
        tmp_path / "poses.json", out=tmp_path / "out", settings=Settings(clip=ClipSettings(fps=30.0)), overlay=False
    )
    assert len(analysis.strides) >= 10
    named = Settings(clip=ClipSettings(fps=30.0, person=2))
    assert posture.analyze(tmp_path / "poses.json", out=tmp_path / "b", settings=named, overlay=False).strides.empty
