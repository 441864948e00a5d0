"""What the sheet says, as plain words in the order of the page; how it looks is the template's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from posture.analysis.summary import Row
from posture.kinematics.registry import METRICS
from posture.levels import Level, Place
from posture.report import text
from posture.report.text import WORDS
from posture.report.text.story import Lead, Story
from posture.version import __version__

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Curves of the leading finding that there is room for.
CURVES = 2
_NOTHING = "–"


def content(analysis: Analysis) -> dict[str, Any]:
    """The words of a run's sheet.

    With a sign of an emergency there are only the referral and the values; beside any sign that belongs to a doctor
    there is no plan, as on every report.

    Parameters
    ----------
    analysis : Analysis
    """
    story = Story(analysis)
    referral = story.referral
    return {
        "words": WORDS["clinic"],
        "name": analysis.settings.run.runner or WORDS["clinic"]["name"],
        "day": text.written(day) if (day := text.day_of(analysis)) else WORDS["clinic"]["day"],
        "note": analysis.settings.run.note,
        "clip": f"{analysis.recording.name}, {text.clock(analysis.recording.duration)}",
        "seen": text.seen(analysis),
        "made": f"posture {__version__}, {text.written(analysis.made.date())}",
        "referral": referral and {"title": referral.title, "text": referral.text, "signs": list(referral.signs)},
        "clearance": story.clearance,
        "sentence": "" if story.emergency else story.sentence,
        "cautions": [*analysis.recording.notes, *text.cautions(analysis)],
        "leads": [] if story.emergency else [_lead(lead, analysis) for lead in story.leads],
        "plan": None if story.emergency else _plan(story),
        "values": [_value(row, analysis.levels.levels.get(row.metric.id)) for row in analysis.rows.values()],
        "lengths": [f"{label}: {said}" for label, said in text.lengths(analysis)],
        "legs": [f"{label}: {said}" for label, said in text.legs_found(analysis) + text.legs(analysis)],
        "unseen": [f"{'; '.join(labels)}: {why}" for why, labels in text.unseen(analysis.measured.withheld).items()],
        "quality": list(text.quality(analysis)),
        "disclaimer": WORDS["page"]["disclaimer"],
    }


def curves(analysis: Analysis) -> list[str]:
    """The metrics whose curves are shown: those of the leading finding, else the most telling one.

    None with a sign of an emergency, beside which no finding is told, nor where there are too few strides for one.
    """
    story = Story(analysis)
    if story.emergency or analysis.segmented.few:
        return []
    first = [id for id in story.leading_metrics if id in analysis.rows][:CURVES]
    told = story.shown
    return first or ([told.metric.id] if told is not None else [])


def _lead(lead: Lead, analysis: Analysis) -> dict[str, Any]:
    finding = lead.finding
    changes = [f"{METRICS[change.metric].label}: {text.change(change)}" for change in lead.changes[:3]]
    found = text.levels_of(finding, analysis.levels)[:3]
    levels = [f"{METRICS[level.metric].label}: {text.standing(level)}" for level in found]
    return {
        "title": finding.title,
        "text": finding.text,
        "sure": WORDS["confidence"][finding.label.name.lower()],
        "rests": changes or levels or [finding.reason],
    }


def _plan(story: Story) -> dict[str, Any] | None:
    """The exercises of the finding that is worked on first, with dose and the day to film again."""
    if story.today is None or story.today.plan is None:
        return None
    words, plan = WORDS["clinic"], story.today.plan
    lines = {
        WORDS["plan"]["cue"]: plan.cue,
        WORDS["plan"]["drill"]: plan.drill,
        WORDS["plan"]["strength"]: f"{plan.strength} {words['sets']}",
        WORDS["plan"]["dose"]: plan.dose,
        words["again"]: words["again_text"],
        WORDS["plan"]["care"]: plan.care,
    }
    later = [f"{finding.title}: {finding.plan.cue}" for finding in story.later if finding.plan]
    return {"title": story.today.title, "lines": [[key, value] for key, value in lines.items()], "later": later}


def _value(row: Row, level: Level | None) -> list[str]:
    """Label, value with error, usual range, change with interval, smallest change that counts, verdict."""
    metric, drift = row.metric, row.drift
    value = WORDS["terminal"]["trend"]
    if not row.trend_only:
        value = f"{text.number(row.level, metric)} ± {text.quantity(metric.absolute_error, metric)}"
    usual, change = _NOTHING, _NOTHING
    if level is not None and level.place is not Place.UNKNOWN and not row.trend_only:
        usual = text.span(level.usual, metric, sign=False)
    if drift is not None and np.isfinite(drift.change) and not row.few:
        change = text.number(text.shown_change(drift), metric, sign=True)
        if np.isfinite(drift.interval.low):
            change += f" ({text.span(drift.interval, metric)})"
    return [metric.label, value, usual, change, text.number(row.floor, metric), text.verdict(drift, few=row.few)]
