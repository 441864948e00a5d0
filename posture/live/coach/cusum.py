"""Whether a stride value has left its baseline for good: cumulative sums (Page), one pair for each metric.

k = 0.5 and h = 5 standard deviations (method 3.4). Strides remember each other, so an alarm alone comes too
easily; nothing is said unless the change is also beyond the minimal detectable change, and of the size that the
rules ask for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from posture.drift.blocks import HAMPEL_K

#: method 3.4, in standard deviations of the baseline's strides.
ALLOWANCE = 0.5
ALARM = 5.0


@dataclass
class Cusum:
    """Two one-sided sums of standardised values.

    Attributes
    ----------
    level, spread : float
        Median and robust standard deviation of the baseline.
    """

    level: float
    spread: float
    _up: float = field(default=0.0, init=False)
    _down: float = field(default=0.0, init=False)

    def add(self, value: float) -> None:
        """One more stride. One wild stride counts as no more than an outlier's limit (method 3.2.1)."""
        z = (value - self.level) / self.spread if self.spread > 0 else 0.0
        z = min(max(z, -HAMPEL_K), HAMPEL_K)
        # Bounded, so that after an hour of change the way back is no longer than the way there.
        self._up = min(max(self._up + z - ALLOWANCE, 0.0), 2.0 * ALARM)
        self._down = min(max(self._down - z - ALLOWANCE, 0.0), 2.0 * ALARM)

    def beyond(self, sign: float) -> bool:
        """Whether the sum in this direction stands beyond its limit."""
        return (self._up if sign > 0 else self._down) > ALARM
