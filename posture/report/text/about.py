"""What was said about a recording: who runs, when, how tall; and lengths in centimetres, which need the height."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from posture.analysis.summary import Row
from posture.kinematics.centimetres import Centimetres, centimetres
from posture.report.text.words import WORDS

if TYPE_CHECKING:
    from posture.analysis import Analysis


def day_of(analysis: Analysis) -> date | None:
    """The day of the recording: what was said, else what the file says, else unknown."""
    if analysis.settings.run.date is not None:
        return analysis.settings.run.date
    recorded = analysis.recording.recorded
    return datetime.fromisoformat(recorded).date() if recorded else None


def written(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {day:%B %Y}"


def about(analysis: Analysis) -> str:
    """Who ran, when, and the note; nothing where nothing is known."""
    run, day = analysis.settings.run, day_of(analysis)
    parts = (run.runner or "", written(day) if day else "", run.note)
    return ", ".join(part for part in parts if part)


def answers_kept(file: Path) -> str:
    """That answers of an earlier time are used again, and of when they are."""
    words, day = WORDS["kept"], ""
    with suppress(OSError):
        changed = datetime.fromtimestamp(file.stat().st_mtime, UTC).astimezone()
        day = words["day"].format(day=written(changed.date()))
    return str(words["intake"].format(file=file.name, day=day))


def lengths(analysis: Analysis) -> Iterator[tuple[str, str]]:
    """Label, and level and change in centimetres, of what is told in trunk lengths; none where no height is known."""
    for row in analysis.rows.values():
        if said := in_centimetres(row, analysis.settings.clip.height_cm):
            yield row.metric.label, said


def in_centimetres(row: Row, height: float | None) -> str:
    """A level and its change in centimetres, each with its interval; nothing where the unit or the height is another.

    The change's interval holds the noise's, not the constant error of the level, which it does not have.
    """
    if height is None or row.metric.unit != "torso":
        return ""
    words = WORDS["lengths"]
    parts = []
    if not row.trend_only:
        parts.append(words["level"].format(**_told(centimetres(row.level, row.metric.absolute_error, height))))
    if row.drift is not None and np.isfinite([row.drift.change, row.drift.interval.low]).all() and not row.few:
        change, interval = row.drift.change, row.drift.interval
        # The interval may reach further on one side.
        below, above = (centimetres(change, error, height) for error in (change - interval.low, interval.high - change))
        found = Centimetres(below.value, below.low, above.high)
        parts.append(words["change"].format(**_told(found, decimals=1, sign="+")))
    return ", ".join(parts)


def _told(found: Centimetres, *, decimals: int = 0, sign: str = "") -> dict[str, str]:
    numbers = {"value": found.value, "low": found.low, "high": found.high}
    return {
        key: f"{round(number, decimals) + 0.0:{sign}.{decimals}f}".replace("-", "−") for key, number in numbers.items()
    }
