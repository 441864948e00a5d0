"""What a change looks like, in words made from its sign and, where left and right count, from where it ends."""

from __future__ import annotations

from collections.abc import Sequence

from posture.drift.types import DriftResult
from posture.report.text.words import WORDS
from posture.rules.wording import listed


def way(drift: DriftResult) -> str:
    """What moved where: "the upper body tips further forward", "the trunk leans less to the left"."""
    words = WORDS["way"][drift.metric]
    if "more" not in words:
        return str(words["up" if drift.change > 0 else "down"])
    side = WORDS["side"]["right" if (drift.end or drift.change) > 0 else "left"]
    if drift.baseline * drift.end < 0:
        return str(words["over"].format(side=side))
    return str(words["more" if abs(drift.end) > abs(drift.baseline) else "less"].format(side=side))


def ways(changes: Sequence[DriftResult]) -> str:
    """Several changes in one phrase, each once."""
    return listed(list(dict.fromkeys(way(change) for change in changes)))
