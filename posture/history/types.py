"""What is kept about one analysis."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import nan

from posture.drift.blocks import MIN_STRIDES
from posture.drift.types import Status
from posture.rules import Verdict
from posture.strides import Gait


@dataclass(frozen=True)
class Level:
    """One metric of one analysis, in the metric's unit; NaN where it is not known.

    Attributes
    ----------
    level, spread : float
        Median over all strides, and the robust standard deviation from stride to stride.
    strides : int
    trend_only : bool
        Whether the level means nothing from that camera, only the change.
    change, mdc : float
        From the first to the last fifth of the run, and what of it could have been noise.
    status : Status or None
    """

    level: float
    spread: float
    strides: int
    trend_only: bool
    change: float
    mdc: float
    status: Status | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Level:
        """From a row of the table."""
        numbers = {key: nan if row[key] is None else float(row[key]) for key in ("level", "spread", "change", "mdc")}
        status = Status(row["status"]) if row["status"] else None
        return cls(**numbers, strides=int(row["strides"]), trend_only=bool(row["trend_only"]), status=status)


@dataclass(frozen=True)
class Said:
    """One cause's finding.

    Attributes
    ----------
    title : str
    verdict : Verdict
    confidence, effect : float
    cue : str
        What was advised for running; empty if nothing.
    """

    title: str
    verdict: Verdict
    confidence: float
    effect: float
    cue: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> Said:
        """From a row of the table."""
        sure, effect = (float(row[key] or 0.0) for key in ("confidence", "effect"))
        return cls(str(row["title"]), Verdict(row["verdict"]), sure, effect, str(row["cue"]))


@dataclass(frozen=True)
class Kept:
    """One analysis.

    Attributes
    ----------
    when : datetime
        When the clip was recorded, or if that is not known, when it was analysed.
    dated : bool
        Whether the recording's time is known.
    clip, folder : str
    view, near : str
        Where the camera stood, and the side that faced it (empty from front and rear).
    gait : str
    strides : int
    speed_kmh : float or None
        Of the belt, where given.
    note : str
        Of whoever recorded it; empty where there is none.
    model, estimator : str
        As ``Recording`` keeps them; empty of what was kept before they were.
    levels : mapping of str to Level
        By metric id.
    findings : mapping of str to Said
        By cause.
    """

    when: datetime
    dated: bool
    clip: str
    folder: str
    view: str
    near: str
    gait: str
    strides: int
    speed_kmh: float | None
    note: str
    model: str
    estimator: str
    levels: Mapping[str, Level]
    findings: Mapping[str, Said]

    @property
    def camera(self) -> tuple[str, str]:
        """What must be the same for levels to be compared."""
        return self.view, self.near

    @property
    def judged(self) -> bool:
        """Whether it is long enough for a verdict, and not a walk."""
        return self.strides >= MIN_STRIDES and self.gait != Gait.WALKING
