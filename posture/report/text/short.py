"""A run in short, as plain text: for lists of runs and for what people share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.report import text
from posture.report.text.story import HeadlineRow, Story

if TYPE_CHECKING:
    from posture.analysis import Analysis


@dataclass(frozen=True)
class ShortLine:
    """What a headline says: its numbers with their unit, the verdict in a word, and the status by its name."""

    name: str
    numbers: str
    said: str
    state: str


@dataclass(frozen=True)
class ShortStory:
    """What is said about a run where there is little room.

    Attributes
    ----------
    sentence : str
        The whole answer.
    seen : str
        How long it is, and from where it was filmed.
    headlines : tuple of ShortLine
        None with a sign of an emergency, beside which no finding is told.
    cue : str
        What to try today; empty beside any sign that belongs to a doctor.
    referral : str
        Title of what must be said first, or nothing.
    """

    sentence: str
    seen: str
    headlines: tuple[ShortLine, ...]
    cue: str
    referral: str


def short_story(analysis: Analysis) -> ShortStory:
    """A run in short."""
    story = Story(analysis)
    plan = story.today.plan if story.today is not None and story.referral is None else None
    return ShortStory(
        sentence=story.sentence,
        seen=f"{text.clock(analysis.recording.duration)}, {text.seen(analysis)}",
        headlines=() if story.emergency else tuple(_line(row) for row in story.headlines),
        cue=plan.cue if plan is not None else "",
        referral=story.referral.title if story.referral else "",
    )


def _line(row: HeadlineRow) -> ShortLine:
    name, best = row.headline.value, row.best
    if best is None:
        return ShortLine(name, "–", text.WORDS["page"]["not_seen"], "none")
    level = text.quantity(best.level, best.metric)
    drift = None if best.few else best.drift
    if drift is None:
        said = text.WORDS["status"]["few"] if best.few else text.WORDS["page"]["not_measured"]
        return ShortLine(name, level, said, "none")
    if np.isfinite(drift.baseline):
        level = f"{text.number(drift.baseline, best.metric)} → {text.quantity(drift.end, best.metric)}"
    return ShortLine(name, level, text.status_word(drift.status), drift.status.name.lower())
