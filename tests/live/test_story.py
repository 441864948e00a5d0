"""One session with everything in it: leave, neighbour, return, a cue, well done, stall, late b, a turned phone."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from posture.live.coach.state import Phase, Zone
from posture.live.session.listener import Wish
from posture.pipeline import analyze
from posture.pose.stream import recover, stream_settings
from posture.report.terminal import print_summary
from posture.report.text import while_running
from posture.rules import Verdict
from posture.settings import LiveSettings, Settings
from posture.storage.folder import AnalysisFolder
from posture.storage.recording import Recording
from tests.live.staged import BLUE, RATE, RED, Audience, Scene, dressed, neighbour, play, running

SETTINGS = Settings(live=LiveSettings(baseline_seconds=15.0, cooldown_seconds=10.0, gap_seconds=5.0, show_seconds=8.0))
SNOOZED, AGAIN = 84.0, 90.0
LEAVES, BACK, SLUMPS, STRAIGHT, STALLS, MOVES, LATE, TURNED, END = (
    24.0,
    34.0,
    38.0,
    62.0,
    56.0,
    59.0,
    80.0,
    105.0,
    112.0,
)


def scenes() -> Iterator[Scene]:
    slump = lambda t: np.clip((t - SLUMPS) / 4.0, 0.0, 1.0) * np.clip((STRAIGHT + 2.0 - t) / 2.0, 0.0, 1.0)  # noqa: E731
    still = None
    for number, (at, pose) in enumerate(running(END, slump)):
        if LEAVES <= at < BACK:
            other = neighbour(at) if at > LEAVES + 1.0 else None
            yield Scene(at, dressed(other or pose, RED, number), other)
        elif STALLS <= at < MOVES:
            still = dressed(pose, BLUE, number) if still is None else still
            yield Scene(at, still, pose)
        else:
            rgb = dressed(pose, BLUE, number)
            yield Scene(at, rgb[:, 140:500] if at >= TURNED else rgb, pose)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Audience, AnalysisFolder]]:
    folder = tmp_path_factory.mktemp("story") / "s.posture"
    with pytest.MonkeyPatch.context() as patch:
        wishes = {LATE: Wish.BASELINE, BACK + 1.0: Wish.SENSITIVITY, SNOOZED: Wish.SNOOZE, AGAIN: Wish.SNOOZE}
        yield play(patch, folder, list(scenes()), wishes, SETTINGS), AnalysisFolder(folder)


def test_the_runner_is_missed_and_known_again_and_a_neighbour_is_not_taken_for_the_runner(
    story: tuple[Audience, AnalysisFolder],
) -> None:
    audience, _ = story
    assert [(round(at), more["found"]) for at, more in audience.told("runner")] == [
        (pytest.approx(LEAVES + 5.5, abs=1.0), False),
        (pytest.approx(BACK + 1.0, abs=1.0), True),
    ]
    taken = [at for at, seen in audience.poses if seen and LEAVES + 0.1 < at < BACK]
    assert taken == []
    strides = [at for at, _ in audience.told("stride")]
    assert not [at for at in strides if LEAVES + 0.5 < at < BACK]
    assert [at for at in strides if BACK + 1.0 < at < BACK + 4.0]


def test_values_fade_with_a_reason_when_there_is_no_news(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, _ = story
    for begin, end, why in (
        (LEAVES + 3.6, BACK, "You are not in the picture."),
        (STALLS + 2.3, MOVES - 0.1, "stands still"),
    ):
        between = [state for state in audience.states if begin <= state.time <= end]
        assert between
        for state in between:
            assert why in state.stale
            assert {reading.zone for reading in state.readings} == {Zone.UNKNOWN}
            assert state.cue is None


def test_values_are_there_as_soon_as_the_baseline_is(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, _ = story
    first = next(state for state in audience.states if state.phase is Phase.COACHING)
    known = [reading for reading in first.readings if reading.zone is not Zone.UNKNOWN]
    assert len(known) >= 2


def test_each_headline_is_told_by_one_metric(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, _ = story
    before_b = [state for state in audience.states if state.time < LATE]
    for line in range(4):
        metrics = {s.readings[line].result.metric for s in before_b if s.readings and s.readings[line].result}
        assert len(metrics) <= 1


def test_a_slump_is_cued_and_its_end_is_praised(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, _ = story
    cues = audience.told("cue")
    assert cues
    at, first = cues[0]
    assert first["cause"] in ("C4", "C5")
    assert SLUMPS < at < SLUMPS + 20.0
    assert len(first["spoken"].split()) <= 6
    assert first["reminder"] is False
    done = audience.told("well-done")
    assert done
    assert STRAIGHT < done[0][0] < LATE
    assert done[0][1]["cause"] in {more["cause"] for _, more in cues}
    begun, ended = len(cues), len(audience.told("cue-end"))
    assert begun == ended


def test_stalls_and_another_shape_of_the_pictures_are_told(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, folder = story
    assert [more["on"] for _, more in audience.told("stall")] == [True, False]
    (at, size), *more = audience.told("size")
    assert not more
    assert at == pytest.approx(TURNED, abs=0.2)
    assert (size["before"], size["now"], size["same_shape"]) == ([640, 480], [360, 480], False)
    assert audience.shapes == {(480, 640, 3)}
    assert audience.states[-1].phase is not Phase.COACHING  # a new baseline
    assert any("640x480 to 360x480" in note for note in recover(folder).notes)
    # Pictures that stand still, or come while the camera is turned, are not those that a slow machine leaves out.
    assert audience.told("drop") == []
    assert "0 (0.0 %)" in recover(folder).notes[0]


def test_a_late_baseline_keeps_the_verdict_of_the_run_and_everything_is_in_the_folder(
    story: tuple[Audience, AnalysisFolder],
) -> None:
    audience, folder = story
    baselines = audience.told("baseline")
    assert [more["number"] for _, more in baselines] == [1, 2]
    assert all(at <= more["stop"] + 1.5 for at, more in baselines)
    first, second = (more for _, more in baselines)
    assert second["start"] > LATE
    kept = stream_settings(folder).run.baseline
    assert kept is not None
    assert tuple(kept) == pytest.approx((first["start"], first["stop"]), abs=1e-3)
    events = recover(folder).events
    kinds = {event["event"] for event in events}
    assert {"baseline", "cue", "cue-end", "well-done", "pause", "runner", "stall", "size", "zone"} <= kinds
    assert [event["time"] for event in events if event["event"] == "cue"] == [
        pytest.approx(at, abs=1e-3) for at, _ in audience.told("cue")
    ]


def test_a_new_baseline_ends_no_snooze(tmp_path: Path) -> None:
    shown = [Scene(at, dressed(pose, BLUE, n), pose) for n, (at, pose) in enumerate(running(9.0, np.zeros_like))]
    with pytest.MonkeyPatch.context() as patch:
        wishes = {4.0: Wish.SNOOZE, 6.0: Wish.BASELINE}
        audience = play(patch, tmp_path / "s.posture", shown, wishes, SETTINGS)
    assert [more["on"] for _, more in audience.told("snooze")] == [True]
    assert audience.states[-1].snoozed


def test_another_sensitivity_is_told(story: tuple[Audience, AnalysisFolder]) -> None:
    audience, _ = story
    assert [more["level"] for _, more in audience.told("sensitivity")] == ["more cues"]
    assert RATE == 20.0


def test_the_summary_tells_the_cues_and_how_the_whole_run_judges_them(
    story: tuple[Audience, AnalysisFolder], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audience, folder = story
    copy = AnalysisFolder(tmp_path / "s.posture")
    shutil.copytree(folder.path, copy.path)
    analysis = analyze(copy.path, overlay=False)
    told = while_running(analysis)
    for cause in {more["cause"] for _, more in audience.told("cue")}:
        finding = next(finding for finding in analysis.findings if finding.cause == cause)
        line = next(line for line in told if finding.title in line or cause in line)
        verdict = {Verdict.SUPPORTED: "bears it out", Verdict.NOT_SUPPORTED: "did not last"}.get(finding.verdict)
        assert (verdict or "does not settle it") in line
    assert any("Taken anew" in line for line in told)
    print_summary(analysis)
    assert "While you ran" in capsys.readouterr().out
    page = copy.page.read_text(encoding="utf-8")
    assert page.count('class="cue"') >= len(audience.told("cue"))
    assert 'class="anew"' in page
    # The runner is away once, and cues are not wanted once: a bar each on every curve, where it was.
    curves = page.count('<path class="dots"')
    for kind, begin, end in (("paused", LEAVES + 5.5, BACK + 1.0), ("snoozed", SNOOZED, AGAIN)):
        bars = re.findall(rf'<rect class="{kind}" x="([\d.]+)" width="([\d.]+)"', page)
        assert len(bars) == curves
        x, width = map(float, bars[0])
        assert x == pytest.approx(1000.0 * begin / END, abs=12.0)
        assert width == pytest.approx(1000.0 * (end - begin) / END, abs=20.0)
    record = json.loads(copy.record.read_text(encoding="utf-8"))
    assert [event["event"] for event in record["live"] if event["event"] == "cue"]
    assert Recording.load(copy.poses).events == analysis.recording.events


def test_a_pause_that_lasts_until_the_end_is_left_out_as_well(tmp_path: Path) -> None:
    shown = [Scene(at, dressed(pose, BLUE, n), pose) for n, (at, pose) in enumerate(running(8.0, np.zeros_like))]
    with pytest.MonkeyPatch.context() as patch:
        play(patch, tmp_path / "s.posture", shown, {1.0: Wish.GO_ON, 5.0: Wish.PAUSE}, SETTINGS)
    (span,) = stream_settings(AnalysisFolder(tmp_path / "s.posture")).clip.exclude
    assert span.start == pytest.approx(5.0, abs=0.5)
    assert span.stop == pytest.approx(8.0, abs=0.2)
