"""What a summary needs of a record: a batch holds it for every clip at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture.analysis.schema import DriftRecord, Record


@dataclass(frozen=True)
class Short:
    """A record in short.

    Attributes
    ----------
    view : str
    near : str or None
    gait : str
    strides : int
        That were kept.
    levels : mapping of str to float or None
        By metric id, in the metric's unit.
    drift : mapping of str to DriftRecord
        By metric id.
    notes : tuple of str
    referral : str
        Its title; empty without one.
    posture : tuple of str
        Shapes that were found.
    causes : mapping of str to str
        Titles of the causes that lead, by id.
    """

    view: str
    near: str | None
    gait: str
    strides: int
    levels: Mapping[str, float | None]
    drift: Mapping[str, DriftRecord]
    notes: tuple[str, ...]
    referral: str
    posture: tuple[str, ...]
    causes: Mapping[str, str]

    @classmethod
    def of(cls, record: Record) -> Short:
        """From the whole record."""
        titles = {finding["cause"]: finding["title"] for finding in record["findings"]}
        return cls(
            view=record["view"]["kind"],
            near=record["view"]["near"],
            gait=record["strides"]["gait"],
            strides=record["strides"]["kept"],
            levels={key: metric["level"] for key, metric in record["metrics"].items()},
            drift={key: _told(drift) for key, drift in record["drift"].items()},
            notes=tuple(record["clip"]["notes"]),
            referral=record["referral"]["title"] if record["referral"] else "",
            posture=tuple(shape for shape, pattern in record["levels"]["patterns"].items() if pattern["found"]),
            causes={cause: titles[cause] for cause in record["leading"]},
        )


def _told(drift: DriftRecord) -> DriftRecord:
    """Without all that a summary does not tell."""
    return {
        "status": drift["status"],
        "baseline": drift["baseline"],
        "change": drift["change"],
        "mdc": drift["mdc"],
    }
