"""What a batch says of its clips, as plain records: how it looks is decided by terminal and page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posture.batches.short import Short
from posture.batches.table import drifted, worst
from posture.drift.types import Status
from posture.kinematics.registry import CARRIAGE
from posture.kinematics.types import Headline
from posture.report import text

_UNDECIDED = (Status.TOO_SHORT, Status.WITHHELD)


@dataclass(frozen=True)
class Cell:
    """What a headline did in one clip.

    Attributes
    ----------
    change, metric : str
        The change that counts most, and whose it is; empty where none is known.
    status : str
    state : str
        The status by its name in the program.
    """

    change: str
    metric: str
    status: str
    state: str


def cell(record: Short, headline: Headline) -> Cell:
    """What a headline did in one clip."""
    found = worst(record, headline)
    if found is not None:
        metric = CARRIAGE[found.metric]
        change = text.quantity(found.change, metric, sign=True)
        return Cell(change, metric.label.lower(), text.status_word(found.status), found.status.name.lower())
    seen = any(key in CARRIAGE and CARRIAGE[key].headline is headline for key in record.levels)
    status = Status.TOO_SHORT if seen else Status.WITHHELD
    return Cell("", "", text.status_word(status), status.name.lower())


def consistent(record: Short) -> tuple[str, ...]:
    """Titles of what a clip is consistent with; the referral alone where a sign belongs to a doctor."""
    return (record.referral,) if record.referral else tuple(record.causes.values())


def is_short(record: Short) -> bool:
    """Whether a clip has too few strides for a verdict on any metric."""
    return all(drift["status"] in _UNDECIDED for key, drift in record.drift.items() if key in CARRIAGE)


def answer(records: Sequence[Short]) -> str:
    """How many drift, of those that can tell; one sentence."""
    words = text.WORDS["batch"]
    if not records:
        return str(words["nothing"])
    short = sum(map(is_short, records))
    judged = len(records) - short
    if not judged:
        return str(words["short"].format(count=len(records)))
    said = words["drift"].format(drift=sum(bool(drifted(record)) for record in records), judged=judged)
    return str(said + (words["besides"].format(short=short) if short else "") + ".")
