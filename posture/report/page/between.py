"""The page of two clips held against each other: what differs in a sentence, in two real frames and in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from posture.drift.types import DriftResult
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.page import base, pair
from posture.report.page.pair import Picture
from posture.report.text import comparison as said
from posture.report.text.words import WORDS
from posture.report.video.stills import told_of_a_frame
from posture.rules.questions import Urgency
from posture.storage.folder import AnalysisFolder

if TYPE_CHECKING:
    from posture.analysis import Analysis, Comparison


@dataclass(frozen=True)
class Line:
    """One metric of both clips, in words."""

    label: str
    first: str
    second: str
    change: str
    floor: str
    verdict: str
    state: str


def write_page(comparison: Comparison, path: Path) -> None:
    """Write the page of a comparison.

    Parameters
    ----------
    comparison : Comparison
    path : Path

    Raises
    ------
    PostureError
        If it cannot be written; an earlier page stays as it was.
    """
    referrals, clips = said.referrals(comparison), (comparison.fresh, comparison.tired)
    both = said.compared(comparison)
    names = [clip.recording.name for clip in clips]
    base.write(
        __package__,
        "between.html",
        path,
        {
            "title": WORDS["comparison"]["title"].format(first=names[0], second=names[1]),
            "about": "",
            "answer": said.sentence(comparison),
            "words": WORDS,
            "w": WORDS["comparison"],
            "referrals": referrals,
            "emergency": any(referral.urgency is Urgency.EMERGENCY for referral in referrals),
            "clips": [(clip, text.about(clip), text.seen(clip)) for clip in clips],
            "notes": [[*clip.recording.notes, *text.cautions(clip)] for clip in clips],
            "pictures": _pictures(comparison),
            "lines": [_line(comparison, result) for result in both],
            "legs": [_line(comparison, result) for result in said.compared_legs(comparison)],
            "camera": text.same_camera(same=comparison.same_camera) if both else "",
            "caution": said.caution(comparison) if both else "",
            "apart": bool(comparison.apart),
            "missing": said.one_sided(comparison),
        },
    )


def _line(comparison: Comparison, result: DriftResult) -> Line:
    metric = METRICS[result.metric]
    apart = comparison.apart.get(result.metric)
    return Line(
        metric.label,
        text.number(result.baseline, metric),
        text.quantity(result.end, metric),
        text.number(text.shown_change(result), metric, sign=True),
        text.number(result.floor, metric),
        text.between(result, comparison.apart),
        "drift" if apart else result.status.name.lower(),
    )


def _pictures(comparison: Comparison) -> tuple[Picture, Picture] | None:
    """One frame of each clip; none where a clip has none, or where the two differ the other way from what is told."""
    different = said.different(comparison)
    first, second = comparison.fresh, comparison.tired
    told = [id for id in _told(first, different) if id in _told(second, different)]
    found = [pair.most_like(clip, AnalysisFolder(clip.folder).stills, told) for clip in (first, second) if clip.folder]
    if len(found) < 2 or found[0] is None or found[1] is None:
        return None
    (at, one), (there, other) = found[0], found[1]
    for result in different:
        if result.metric in told:
            values = (first.measured.values[result.metric][at], second.measured.values[result.metric][there])
            if not (values[1] - values[0]) * result.change > 0:
                return None
    return one, other


def _told(analysis: Analysis, different: list[DriftResult]) -> tuple[str, ...]:
    return told_of_a_frame(analysis, [result.metric for result in different])
