"""What a batch says about each clip, one row a clip, best read as a ranking: the largest drift first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posture.batches.short import Short
from posture.batches.stage import Item
from posture.drift.types import Status
from posture.kinematics.registry import CARRIAGE, HEADLINE_METRICS
from posture.kinematics.types import Headline
from posture.storage.files import replacing
from posture.storage.spreadsheet import harmless


@dataclass(frozen=True)
class Worst:
    """The metric that tells a headline, or that changed most.

    Attributes
    ----------
    metric : str
    status : Status
    change : float
        In the metric's unit.
    size : float
        Change over the minimal detectable change; its sign is the change's.
    """

    metric: str
    status: Status
    change: float
    size: float


def worst(record: Short, headline: Headline | None = None) -> Worst | None:
    """What tells a headline, or the change that counts most of all: drift before possible, then by size."""
    known = HEADLINE_METRICS[headline] if headline else tuple(record.drift)
    found = [
        Worst(key, Status(drift["status"]), drift["change"], drift["change"] / drift["mdc"])
        for key in known
        if key in CARRIAGE and (drift := record.drift.get(key)) and drift["change"] is not None and drift["mdc"]
    ]
    return next(iter(found), None) if headline else max(found, key=_weight, default=None)


def drifted(record: Short) -> list[str]:
    """Ids of the metrics that drifted."""
    return [key for key, drift in record.drift.items() if drift["status"] == Status.DRIFT and key in CARRIAGE]


def rank_items(items: Sequence[Item]) -> list[tuple[Item, Short]]:
    """Items with a result, and that: most drifted metrics first, then by the change that counts most."""
    known = [(item, record) for item in items if (record := item.outcome.result) is not None]
    return sorted(known, key=lambda pair: _rank(pair[1]))


def outside_runs(items: Sequence[Item]) -> list[Item]:
    """Runs, and clips but those that stand in the ranking with the run that they are part of."""
    joined = {name for item in items for name in item.clips if item.outcome.result is not None}
    return [item for item in items if item.clips or item.name not in joined]


def write_csv(items: Sequence[Item], path: Path) -> None:
    """One row a clip in the order of the ranking, those without a result last.

    Raises
    ------
    PostureError
        If it cannot be written.
    """
    ranked = rank_items(items)
    known = {id(item) for item, _ in ranked}
    rows = [_row(item, record, path.parent) for item, record in ranked]
    rows += [_row(item, None, path.parent) for item in items if id(item) not in known]
    with replacing(path) as temporary:
        harmless(rows).to_csv(temporary, index=False, float_format="%.6g")


def _row(item: Item, record: Short | None, base: Path) -> dict[str, Any]:
    row: dict[str, Any] = {
        "clip": item.name,
        "runner": item.entry.runner,
        "run": item.entry.run,
        "minute": item.entry.minute,
        "date": item.entry.date,
        "note": item.entry.note,
        "state": item.outcome.state.value,
        "reason": item.outcome.reason,
        "folder": item.folder.relative_to(base).as_posix() if item.folder and record else "",
    }
    if record is None:
        return row
    row |= {
        "view": record.view,
        "near": record.near,
        "gait": record.gait,
        "strides": record.strides,
        "posture": "; ".join(record.posture),
        "drifted": " ".join(drifted(record)),
        "causes": " ".join(record.causes),
    }
    for key in CARRIAGE:
        drift = record.drift.get(key)
        row |= {
            key: record.levels.get(key),
            f"{key}_change": drift["change"] if drift else None,
            f"{key}_status": drift["status"] if drift else None,
        }
    return row


def _rank(record: Short) -> tuple[float, ...]:
    most = worst(record)
    grade, size = _weight(most) if most else (0, 0.0)
    return -len(drifted(record)), -grade, -size


def _weight(found: Worst) -> tuple[int, float]:
    order = {Status.DRIFT: 2, Status.POSSIBLE: 1}
    return order.get(found.status, 0), abs(found.size)
