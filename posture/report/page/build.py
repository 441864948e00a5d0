"""Puts the page together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from posture.drift import fresh_and_end
from posture.drift.blocks import MIN_STRIDES
from posture.drift.types import Status
from posture.drift.verdict import MOVED
from posture.kinematics.registry import METRICS
from posture.report import text
from posture.report.page import base, body, levels, pair, panels
from posture.report.text.story import Story, trace_of
from posture.report.text.words import WORDS
from posture.report.video import stills
from posture.rules import Verdict
from posture.rules.questions import load_questions
from posture.settings import Settings
from posture.storage.files import replacing
from posture.storage.folder import AnalysisFolder

if TYPE_CHECKING:
    from posture.analysis import Analysis


def write_page(analysis: Analysis, folder: AnalysisFolder) -> None:
    """Write ``report.html``.

    Raises
    ------
    PostureError
        If the folder cannot be written; an earlier page stays as it was.
    """
    with replacing(folder.page) as temporary:
        temporary.write_text(render(analysis, folder), encoding="utf-8", errors="backslashreplace")


def render(analysis: Analysis, folder: AnalysisFolder) -> str:
    """The page as text.

    Parameters
    ----------
    analysis : Analysis
    folder : AnalysisFolder
        Its stills are shown, and its annotated video if there is one.
    """
    settings = analysis.settings
    group = fresh_and_end(analysis.segmented, analysis.measured, settings.drift, settings.baseline)
    kept = pair.by_stride(analysis, folder.stills)
    story = Story(analysis)
    drawn = panels.panels(analysis, group, story.leading_metrics)
    legs = panels.legs(analysis, group)
    figures = body.figures(analysis, group)
    zones = body.zone_statuses(analysis.rows)
    from markupsafe import Markup

    return base.render(
        __package__,
        "template.html",
        a=analysis,
        w=WORDS["page"],
        words=WORDS,
        text=text,
        story=story,
        MOVED=MOVED,
        Status=Status,
        Verdict=Verdict,
        METRICS=METRICS,
        panels=drawn,
        legs=legs,
        legs_unseen=text.legs_unseen(analysis.measured.withheld),
        others=[p.row for p in drawn if not (p.row.metric.headline or (p.row.drift and p.row.drift.status in MOVED))],
        time_labels=panels.time_labels(analysis),
        curves=panels.curves(analysis, group, story.leading_metrics) if story.judged else [],
        pair=pair.fresh_and_tired(analysis, folder.stills, kept, group) if story.judged else None,
        strips=levels.strips(analysis),
        snapshot=len(analysis.strides) < MIN_STRIDES,
        decided=[finding for finding in analysis.findings if not finding.verdict.is_open],
        undecided=[finding for finding in analysis.findings if finding.verdict.is_open],
        figures=figures,
        figure_box=body.box(figures) if figures else "",
        zones=zones,
        zone_class={zone: status.name.lower() if status else "none" for zone, (status, _) in zones.items()},
        cautions=(*analysis.recording.notes, *text.cautions(analysis)),
        film=text.film_next(analysis),
        quality=text.quality(analysis),
        intake=_intake(analysis),
        lengths=list(text.lengths(analysis)),
        while_running=text.while_running(analysis) if not story.emergency else [],
        provenance=_provenance(analysis),
        trace_of=trace_of,
        withheld=text.unseen(analysis.measured.withheld),
        poster=stills.as_data(folder.stills, kept[0][1]) if kept else "",
        video=folder.overlay.name if folder.overlay.is_file() else None,
        data=Markup(_data(analysis, folder, kept, [*drawn, *legs])),
        style=base.source("style.css"),
        script=base.source("script.js"),
    )


def _data(analysis: Analysis, folder: AnalysisFolder, kept: list[Any], drawn: list[panels.Panel]) -> str:
    """What the script needs, as JSON that cannot end the element it stands in."""
    table, recording = analysis.strides, analysis.recording
    start = table["start"].to_numpy(float)
    middle = (start + table["end"].to_numpy(float)) / 2
    offset = recording.spans[0].start if recording.spans else 0.0
    time = analysis.cleaned.time
    found = {
        "extent": [float(time[0]), float(time[-1])],
        "time": [round(t, 3) for t in middle.tolist()],
        "seek": [round(t, 3) for t in (analysis.clip_time(start) - offset).tolist()],
        "stills": [[stride, stills.as_data(folder.stills, still)] for stride, still in kept],
        "metrics": {
            p.row.metric.id: {
                "label": p.row.metric.label,
                "unit": text.UNIT[p.row.metric.unit],
                "decimals": text.DECIMALS[p.row.metric.unit],
                "low": p.low,
                "high": p.high,
                "values": p.values,
            }
            for p in drawn
        },
        "words": WORDS["script"],
    }
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")


def _intake(analysis: Analysis) -> list[tuple[str, str]]:
    """Questions and answers in the questions' own words."""
    answers = analysis.intake.answers if analysis.intake else {}
    found = []
    for _, item in load_questions().asked() if answers else ():
        if item.id in answers:
            value = answers[item.id]
            options = {option.id: option.text for option in item.options}
            parts = value if isinstance(value, tuple) else (value,)
            told = [
                WORDS["answer"]["yes" if p else "no"] if isinstance(p, bool) else options.get(str(p), f"{p}")
                for p in parts
            ]
            found.append((item.text, f"{', '.join(told)} {item.unit}".strip()))
    return found


def _provenance(analysis: Analysis) -> dict[str, str]:
    """What this result was made with."""
    from posture.analysis.record import record as plain

    record = plain(analysis)
    made, clip, names = record["provenance"], record["clip"], WORDS["provenance"]
    standard = Settings().model_dump(mode="json")
    other = [
        f"{section}.{key} = {value}"
        for section, keys in record["settings"].items()
        for key, value in keys.items()
        if value != standard[section][key]
    ]
    return {
        names["clip"]: f"{clip['name']}, SHA-256 {clip['sha256']}",
        names["picture"]: f"{clip['size'][0]} × {clip['size'][1]}, {clip['rate']:.4g}/s",
        names["program"]: f"posture {record['posture']}, {record['made']}",
        names["estimator"]: f"{made['estimator']}, {made['model']}",
        names["libraries"]: ", ".join(f"{name} {number}" for name, number in made["libraries"].items()),
        names["settings"]: ", ".join(other) or names["standard"],
        names["people"]: "; ".join(clip["people"]),
    }
