"""What is said about a change that came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posture.drift.types import DriftResult, Episode
from posture.kinematics.registry import METRICS
from posture.report.text.quantities import clock, number, quantity, span
from posture.report.text.ways import way
from posture.report.text.words import WORDS
from posture.rules.wording import listed


def when(episode: Episode) -> str:
    """From when to when: "from 2:10 to 4:40"."""
    return str(WORDS["episode"]["when"].format(begin=clock(episode.begin), end=clock(episode.end)))


def came_and_went(drift: DriftResult) -> str:
    """When what moved where, by how much, and that it came back; nothing where nothing came and went."""
    if drift.episode is None:
        return ""
    metric, episode = METRICS[drift.metric], drift.episode
    written = quantity if metric.unit in ("deg", "%") else number
    return str(
        WORDS["episode"]["told"].format(
            when=when(episode),
            way=_way(drift, episode),
            size=written(episode.size, metric, sign=True),
            interval=span(episode.interval, metric),
        )
    )


def episodes_sentence(results: Sequence[DriftResult]) -> str:
    """What came and went, at most three of the largest, each stretch of time with all that moved in it."""
    found = sorted(
        (result for result in results if result.episode), key=lambda r: -abs(r.episode.size) / r.mdc if r.episode else 0
    )[:3]
    stretches: dict[str, list[str]] = {}
    for result in found:
        if result.episode:
            stretches.setdefault(when(result.episode), []).append(_way(result, result.episode))
    said = (
        WORDS["episode"]["sentence"].format(when=time[:1].upper() + time[1:], ways=listed(list(dict.fromkeys(moved))))
        for time, moved in stretches.items()
    )
    return " ".join(said)


def _way(drift: DriftResult, episode: Episode) -> str:
    return way(replace(drift, change=episode.size, end=drift.baseline + episode.size))
