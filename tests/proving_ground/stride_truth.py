"""Strides as found, held against the true gait cycles of a clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from posture.seen import see
from posture.series import CameraMotion, PoseSeries
from posture.settings import Settings
from posture.strides import Strides
from tests.proving_ground.retimed import Played

#: A stride is true if the gait goes on by one cycle in it, within this share.
WHOLE = 0.1


def strides_of(series: PoseSeries) -> Strides:
    """What the program makes of poses, without drift and rules."""
    return see(series, CameraMotion.unknown(series.size), Settings()).segmented


@dataclass
class Tally:
    """Counts over many clips.

    Recall is the share of the whole cycles that a clip shows for which a true stride was kept, wherever in the cycle
    it begins; precision the share of kept strides that are one cycle long.
    """

    cases: list[tuple[str, float, int, int, float, float, str]] = field(default_factory=list)

    def add(self, played: Played, found: Strides) -> None:
        """Count one clip."""
        kept = found.kept
        gone = np.interp(kept["end"], played.series.time, played.phase) - np.interp(
            kept["start"], played.series.time, played.phase
        )
        right = int(np.count_nonzero(np.abs(gone - 1) <= WHOLE))
        period = float(kept["duration"].median()) if len(kept) else np.nan
        rate = played.series.rate
        name = f"{played.factor:g}x, {played.cycles:.2f} cycles, {rate:.0f} frames/s"
        self.cases.append(
            (name, played.cycles, len(kept), right, period / played.period, found.clock.factor / played.factor,
             str(found.gait))
        )  # fmt: skip

    def with_all(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(self.cases + other.cases)

    @property
    def recall(self) -> float:
        """Share of whole cycles found."""
        whole = [int(c[1] + 0.02) for c in self.cases]
        return sum(min(c[3], n) for c, n in zip(self.cases, whole, strict=True)) / max(sum(whole), 1)

    @property
    def precision(self) -> float:
        """Share of kept strides that are true."""
        return sum(c[3] for c in self.cases) / max(sum(c[2] for c in self.cases), 1)

    @property
    def cadence(self) -> tuple[float, float]:
        """Median and 95th percentile of the relative error of the stride time."""
        return _spread([c[4] for c in self.cases])

    @property
    def factor(self) -> tuple[float, float]:
        """The same of the factor."""
        return _spread([c[5] for c in self.cases])

    def __str__(self) -> str:
        gaits = {g: sum(c[6] == g for c in self.cases) for g in {c[6] for c in self.cases}}
        return (
            f"{len(self.cases)} clips, recall {self.recall:.1%}, precision {self.precision:.1%}, "
            f"stride time off by {self.cadence[0]:.1%} (95th percentile {self.cadence[1]:.1%}), "
            f"factor by {self.factor[0]:.1%} ({self.factor[1]:.1%}), {gaits}"
        )

    def worst(self, number: int = 12) -> Iterator[str]:
        """The clips with the most strides missed or wrong."""
        for case in sorted(self.cases, key=lambda c: 2 * c[3] - int(c[1] + 0.02) - c[2])[:number]:
            yield f"  {case[0]}: {case[2]} kept, {case[3]} true, stride time x {case[4]:.2f}, {case[6]}"


def _spread(ratios: list[float]) -> tuple[float, float]:
    errors = np.abs(np.array(ratios) - 1)
    errors = errors[np.isfinite(errors)]
    return (float(np.median(errors)), float(np.percentile(errors, 95))) if len(errors) else (np.nan, np.nan)
