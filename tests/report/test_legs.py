"""The legs stand behind everything else, folded, and lead nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest

import posture
from posture.analysis import Analysis
from posture.analysis.record import plain_record
from posture.drift.types import Interval, Status
from posture.errors import PostureError
from posture.kinematics.registry import CARRIAGE, LEGS
from posture.levels import Level, Place
from posture.levels.reference import LEVELLED
from posture.pipeline import behind_poses
from posture.report import page, text
from posture.report.sheet.content import content
from posture.report.terminal.run import print_summary
from posture.report.text.story import Story
from posture.report.video.landings import Landings
from posture.rules import judge, load_causes
from posture.settings import Settings
from posture.storage.folder import AnalysisFolder
from tests.evidence import result
from tests.report_run import recording


@pytest.fixture(scope="module")
def run(videos: Path) -> Analysis:
    return behind_poses(recording(videos), Settings())


def moved(run: Analysis, status: Status) -> Analysis:
    """The same with legs that did what the trunk does."""
    lean = run.drift["trunk_lean"]
    legs = {id: replace(lean, metric=id, status=status, change=9.0, baseline=1.0, end=10.0) for id in LEGS}
    return replace(run, drift={**run.drift, **legs})


def test_every_number_of_the_legs_has_a_unit_and_an_error(run: Analysis) -> None:
    told = dict(text.legs(run))
    assert set(told) == {metric.label for metric in LEGS.values()}
    assert re.fullmatch(r"about 0\.\d\d leg lengths \(±0\.0\d\); stable", told[LEGS["overstride"].label])
    assert re.fullmatch(r"about \d{3} ms \(±13\); [a-z ]+", told[LEGS["contact_time"].label])


def test_reference_runners_stand_beside_the_value(run: Analysis) -> None:
    usual = Interval(0.11, 0.49)
    level = Level("overstride", 0.55, 0.01, 80, Place.HIGH, 0.95, usual, Interval(0.0, 0.6), (0.2, 0.3, 0.4))
    high = "above 3 of 3 reference runners whose legs were seen"
    for place, said in ((Place.HIGH, f", usual 0.11 to 0.49: {high}"), (Place.USUAL, ", usual 0.11 to 0.49")):
        among = replace(run.levels, levels={"overstride": replace(level, place=place)})
        assert dict(text.legs(replace(run, levels=among)))[LEGS["overstride"].label].endswith(f"){said}; stable")
    assert "overstride" in LEVELLED
    assert "contact_time" not in LEVELLED  # what speed makes


def test_what_only_changes_are_known_of_is_told_by_its_status_and_the_reason_once(run: Analysis) -> None:
    oblique = replace(run, measured=replace(run.measured, trend_only=frozenset(LEGS)))
    for status, said in ((Status.STABLE, "stable"), (Status.INCONCLUSIVE, "unsure"), (Status.POSSIBLE, "possible")):
        assert {told for _, told in text.legs(moved(oblique, status))} == {said}
    assert len({told for _, told in text.legs(moved(oblique, Status.DRIFT))}) == len(LEGS)
    once = text.WORDS["legs"]["trend"]
    assert text.legs_note(oblique).count(once) == 1
    assert once not in text.legs_note(run)


def test_no_answer_and_no_row_is_made_of_the_legs(run: Analysis) -> None:
    assert set(run.rows) <= set(CARRIAGE)
    plain = Story(run)
    for status in (Status.DRIFT, Status.EPISODE, Status.STABLE):
        other = Story(moved(run, status))
        assert other.sentence == plain.sentence
        assert other.headlines == plain.headlines
        assert other.leading_metrics == plain.leading_metrics
        assert list(text.quality(other.analysis)) == list(text.quality(run))
    assert "the foot lands further ahead" in dict(text.legs(moved(run, Status.DRIFT)))[LEGS["overstride"].label]


def test_page_terminal_sheet_and_files_tell_them_behind_the_rest(
    run: Analysis, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = page.render(run, AnalysisFolder(tmp_path))
    section = html[html.index('<section class="legs"') :]
    section = section[: section.index("</section>")]
    assert section.index("<details>") < section.index(LEGS["overstride"].label)
    assert LEGS["overstride"].label not in html[: html.index('<section class="legs"')]
    print_summary(run)
    said = capsys.readouterr().out
    assert said.index("Also measured") < said.index("Legs and landing")
    assert set(content(run)["legs"]) == {f"{label}: {told}" for label, told in text.legs(run)}
    kept = plain_record(run)
    assert set(LEGS) <= set(kept["metrics"])
    assert set(LEGS) <= set(kept["drift"])


def test_what_is_found_of_them_is_told_there_and_nowhere_above(run: Analysis, tmp_path: Path) -> None:
    """One finding with its cue, folded; none of it in the leads or today's cue, and the answer does not deny it."""
    still = {id: result(id) for id in run.drift}
    drift = {**still, "vert_osc": result("vert_osc", 0.05), "overstride": result("overstride", 0.06)}
    judged = replace(run, drift=drift, intake=None)
    findings = judge(drift, run.view, run.segmented, run.measured, None, load_causes())
    told = replace(judged, findings=findings)
    plain = replace(judged, findings=tuple(finding for finding in findings if not finding.behind))
    assert [label for label, _ in text.legs_found(told)] == ["Foot lands further ahead", text.WORDS["legs"]["cue"]]
    story, other = Story(told), Story(plain)
    assert (story.leads, story.today, story.later) == (other.leads, other.today, other.later)
    bounce = "As the run went on, the hips rise and fall more"
    assert other.sentence == text.WORDS["verdict"]["unexplained"].replace("As the run went on, {ways}", bounce)
    assert story.sentence == text.WORDS["verdict"]["legs"].replace("As the run went on, {ways}", bounce)
    besides = {**drift, "cadence": result("cadence", -12.0)}
    assert "the steps get slower. This is beyond" in Story(replace(told, drift=besides)).sentence
    html = page.render(told, AnalysisFolder(tmp_path))
    cue = next(finding.plan.cue for finding in findings if finding.cause == "C16" and finding.plan)
    assert cue not in html[: html.index('<section class="legs"')]
    assert cue in html[html.index('<section class="legs"') :]
    sped_up = judge(
        {**drift, "cadence": result("cadence", 12.0)}, run.view, run.segmented, run.measured, None, load_causes()
    )
    ((_, doubted),) = text.legs_found(replace(told, findings=sped_up))
    assert "you may have sped up" in doubted
    warned = tuple(replace(finding, plan=None) for finding in findings)
    assert len(text.legs_found(replace(told, findings=warned))) == 1


def test_more_frames_are_named_where_the_clip_has_them(run: Analysis) -> None:
    finer = text.WORDS["legs"]["finer"]
    assert finer not in text.legs_note(run)
    faster = replace(run.recording, rate=4 * run.recording.series.rate, model="blazepose")
    assert finer in text.legs_note(replace(run, recording=faster))


def test_what_is_not_seen_of_them_is_said_once_with_the_reason() -> None:
    reasons = {"overstride": "Hidden.", "shank_ic": "Hidden.", "trunk_lean": "Hidden."}
    assert text.legs_unseen(reasons) == {"Hidden.": [LEGS[id].label.lower() for id in ("overstride", "shank_ic")]}
    assert text.unseen(reasons) == {"Hidden.": [CARRIAGE["trunk_lean"].label.lower()]}


def test_the_foot_is_marked_while_it_stands(run: Analysis) -> None:
    landings, series = Landings(run, 1), run.recording.series
    row = run.strides[run.strides["contact"].notna()].iloc[3]

    def drawn(time: float) -> int:
        image = np.zeros((series.size[1], series.size[0], 3), np.uint8)
        landings.draw(image, series.xy[int(np.argmin(np.abs(series.time - time)))], time)
        return int(np.count_nonzero(image.any(axis=2)))

    landed, standing = drawn(row["contact"] + 0.03), drawn(0.5 * (row["contact"] + row["toe_off"]) + 0.05)
    assert landed > standing > 0
    assert drawn(row["contact"] - 0.05) == drawn(row["toe_off"] + 0.05) == 0


def test_the_legs_can_be_drawn_over_the_run_and_only_what_frames_show_over_a_stride(run: Analysis) -> None:
    figure, ax = plt.subplots()
    assert "leg lengths" in posture.plot_run(run, "overstride", ax).get_ylabel()
    assert posture.plot_stride(run, "knee_swing", ax) is ax
    with pytest.raises(PostureError, match="one number a stride"):
        posture.plot_stride(run, "contact_time", ax)
    plt.close(figure)
