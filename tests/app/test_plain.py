"""What a page says names no command, no option and no key: there is only what can be pressed there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from posture.app import plain
from posture.app.live.told import plain as told
from posture.errors import PostureError
from posture.live.coach.setup import check
from posture.live.coach.state import Pause, Phase, State
from posture.live.coach.telling import events_between
from posture.pose.estimation import engines, models
from posture.settings import PoseSettings
from tests.analytic_runner import side_runner

#: A letter that stands for itself (s is a unit), or the space bar.
_KEY = re.compile(r"(?<![\w'’])[b-hj-rt-z](?!\w)|\bspace\b|\bkey\b", re.IGNORECASE)


def test_no_text_of_the_page_names_a_key() -> None:
    assert _KEY.search("Paused: p goes on.")
    series = side_runner(np.arange(0.0, 4.0, 1 / 30))
    set_up = State(1.0, Phase.SETUP, check(series, None, 100.0, float("nan"), people=3))
    for phase in Phase:
        for pause in Pause:
            for stranger in (False, True):
                state = replace(set_up, phase=phase, paused=pause, stranger=stranger)
                shown = told(state, None)
                texts = [shown["text"], shown["beside"], *(row["note"] for row in shown["rows"])]
                texts += [event.text for event in events_between(replace(set_up, stale="x"), state)]
                texts += [event.text for event in events_between(None, state)]
                assert [text for text in texts if _KEY.search(text)] == []
    assert "next person" in told(set_up, None)["text"]
    assert "new baseline" in told(replace(set_up, paused=Pause.LEFT, stranger=True), None)["text"]


def test_a_part_that_is_missing_is_told_without_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_lies_at", lambda _: None)
    broken = tmp_path / "x.task"
    broken.write_bytes(b"no bundle")
    for name in ("full", "heavy", str(broken)):
        with pytest.raises(PostureError) as refused:
            models.find_model(name)
        said = plain.plain_reason(str(refused.value), tmp_path)
        assert "have the program installed again" in said
        assert not re.search(r"posture |--\w|pip ", said)
    monkeypatch.undo()
    monkeypatch.setattr(engines, "litert_works", lambda: False)
    with pytest.raises(PostureError) as refused:
        engines.open_backend(PoseSettings(engine="direct", model="lite"))
    said = plain.plain_reason(str(refused.value), tmp_path)
    assert said == "LiteRT is missing or does not load here; have the program installed again."
    does_not_open = "x.task: LiteRT does not open this model here (why); use --engine mediapipe, or another model."
    assert "--engine" not in plain.plain_reason(does_not_open, tmp_path)
