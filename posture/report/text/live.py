"""What happened while the runner was coached, and how that fits what the whole run shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from posture.report.text.quantities import clock
from posture.report.text.words import WORDS
from posture.rules import Finding, Verdict

if TYPE_CHECKING:
    from posture.analysis import Analysis


def while_running(analysis: Analysis) -> list[str]:
    """Sentences on cues, baselines and breaks of a live session; none for other recordings.

    Parameters
    ----------
    analysis : Analysis
    """
    events = analysis.recording.events
    found = {finding.cause: finding for finding in analysis.findings}
    return [*_cues(events, found), *_baselines(events), *_breaks(events)]


def _of(events: tuple[Mapping[str, Any], ...], kind: str) -> list[Mapping[str, Any]]:
    return [event for event in events if event["event"] == kind]


def _cues(events: tuple[Mapping[str, Any], ...], found: Mapping[str, Finding]) -> Iterator[str]:
    words = WORDS["live"]
    cues = _of(events, "cue")
    for cause, title in {event["cause"]: event["title"] for event in cues}.items():
        own = [event for event in cues if event["cause"] == cause]
        said = words["cue"].format(times=_times(own), spoken=own[0]["spoken"].rstrip("."), title=title)
        better = [event for event in _of(events, "well-done") if event["cause"] == cause]
        came_back = words["better"].format(times=_times(better)) if better else ""
        yield " ".join(part for part in (said, came_back, _beside(found.get(cause))) if part)


def _beside(finding: Finding | None) -> str:
    """How the whole run judges what was told under way."""
    words = WORDS["live"]
    if finding is None:
        return ""
    if finding.verdict is Verdict.SUPPORTED:
        return str(words["borne_out"])
    reason = finding.reason or finding.text
    return str(words["against" if finding.verdict is Verdict.NOT_SUPPORTED else "unsure"].format(reason=reason))


def _baselines(events: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    words = WORDS["live"]
    spans = [(clock(event["start"]), clock(event["stop"])) for event in _of(events, "baseline")]
    if spans:
        yield words["baseline"].format(start=spans[0][0], stop=spans[0][1])
    if spans[1:]:
        yield words["anew"].format(spans=", ".join(f"{start} to {stop}" for start, stop in spans[1:]))


def _breaks(events: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    words = WORDS["live"]
    for why, key in (("key", "paused"), ("runner left", "left")):
        begun = [event for event in _of(events, "pause") if event["why"] == why and event["on"]]
        if begun:
            yield words[key].format(times=_times(begun))
    for kind, key in (("snooze", "snoozed"), ("stall", "stalled")):
        begun = [event for event in _of(events, kind) if event["on"]]
        if begun:
            yield words[key].format(times=_times(begun))


def _times(events: list[Mapping[str, Any]]) -> str:
    return ", ".join(clock(event["time"]) for event in events)
