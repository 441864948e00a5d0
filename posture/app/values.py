"""A run in short, as plain text: what the library shows of it, and what is told before the pictures are drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from posture.report import text
from posture.report.text.story import HeadlineRow, Story
from posture.storage.files import replacing

if TYPE_CHECKING:
    from posture.analysis import Analysis


def write_values(path: Path, analysis: Analysis) -> None:
    """Keep the short form of a run.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    with replacing(path, None) as temporary:
        temporary.write_text(json.dumps(values(analysis)), encoding="utf-8")


def values(analysis: Analysis) -> dict[str, Any]:
    """Answer, headlines and today's cue; beside an emergency nothing but what it says."""
    story = Story(analysis)
    told = {"sentence": story.sentence, "seen": f"{text.clock(analysis.recording.duration)}, {text.seen(analysis)}"}
    if story.emergency:
        return {**told, "headlines": [], "cue": "", "urgent": True}
    cue = story.today.plan.cue if story.today and story.today.plan and not story.referral else ""
    return {
        **told,
        "headlines": [_headline(row) for row in story.headlines],
        "cue": cue,
        "urgent": bool(story.referral),
    }


def _headline(row: HeadlineRow) -> dict[str, str]:
    name = row.headline.value
    if row.best is None:
        return {"name": name, "numbers": "–", "said": text.WORDS["page"]["not_seen"], "state": "none"}
    best, drift = row.best, None if row.best.few else row.best.drift
    if drift is None:
        said = text.WORDS["status"]["few"] if best.few else text.WORDS["page"]["not_measured"]
        return {"name": name, "numbers": text.quantity(best.level, best.metric), "said": said, "state": "none"}
    known = drift.baseline == drift.baseline
    numbers = (
        f"{text.number(drift.baseline, best.metric)} → {text.quantity(drift.end, best.metric)}"
        if known
        else text.quantity(best.level, best.metric)
    )
    return {
        "name": name,
        "numbers": numbers,
        "said": text.status_word(drift.status),
        "state": drift.status.name.lower(),
    }
