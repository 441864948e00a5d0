"""Curves over time and over the gait cycle, as coordinates that a page draws.

A plot is ``WIDTH`` by ``HEIGHT`` units and is stretched to the width of its place; heights are pixels. Dots are
one path of lines without length, which a round pen draws: thousands cost one element.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from posture.series import Floats

WIDTH, HEIGHT = 1000.0, 96.0
#: Blocks of strides whose medians show the course.
_BLOCKS = 8


@dataclass(frozen=True)
class Scale:
    """A stretch of values on a stretch of the plot.

    Attributes
    ----------
    low, high : float
        Values at ``start`` and ``stop``.
    start, stop : float
        Plot units.
    """

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, values: Floats | float) -> Floats:
        """Places of values."""
        share = (np.asarray(values, float) - self.low) / (self.high - self.low)
        return self.start + share * (self.stop - self.start)

    def at(self, value: float) -> float:
        """Place of one value, rounded."""
        return round(float(self(value)), 1)


def value_scale(*parts: Floats | Sequence[float]) -> tuple[Scale, list[float]]:
    """A scale that holds all values, with round numbers at both ends, and those numbers."""
    values = np.concatenate([np.ravel(np.asarray(part, float)) for part in parts])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    pad = 0.04 * (high - low) or 0.5 * max(abs(high), 1.0) * 0.1
    step = _round_step((high - low + 2 * pad) / 3)
    first, last = math.floor((low - pad) / step), math.ceil((high + pad) / step)
    return Scale(first * step, last * step, HEIGHT, 0.0), [i * step for i in range(first, last + 1)]


def time_scale(start: float, stop: float) -> Scale:
    """Time from the left to the right edge; a single moment is at the left."""
    return Scale(start, max(stop, math.nextafter(start, math.inf)), 0.0, WIDTH)


def dots(x: Floats, y: Floats) -> str:
    """A path with one dot for each point."""
    return "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x.tolist(), y.tolist(), strict=True))


def line(x: Floats, y: Floats) -> str:
    """A path through all points; it is interrupted where one is not known."""
    said, pen = [], "M"
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(a) and math.isfinite(b):
            said.append(f"{pen}{a:.1f} {b:.1f}")
            pen = "L"
        else:
            pen = "M"
    return "".join(said)


def ribbon(x: Floats, low: Floats, high: Floats) -> str:
    """A closed band between two curves; points where either is not known are left out."""
    good = np.isfinite(low) & np.isfinite(high)
    if not good.any():
        return ""
    there, back = line(x[good], high[good]), line(x[good][::-1], low[good][::-1])
    return f"{there}L{back[1:]}Z"


def course(x: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Middle and median of each of up to eight blocks of strides; nothing from fewer than three blocks of five."""
    count = min(_BLOCKS, values.size // 5)
    if count < 3:
        return np.empty(0), np.empty(0)
    pairs: Iterable[tuple[Floats, Floats]] = zip(np.array_split(x, count), np.array_split(values, count), strict=True)
    middles = [(float(np.median(a)), float(np.median(b))) for a, b in pairs]
    at, medians = np.array(middles).T
    return at, medians


def spark(values: Floats, columns: int = 12) -> str:
    """A line of blocks in text, from the start to the end of a run: medians of equal groups of strides."""
    values = values[np.isfinite(values)]
    count = min(columns, values.size // 3)
    if count < 3:
        return ""
    medians = np.array([np.median(part) for part in np.array_split(values, count)])
    low, high = float(medians.min()), float(medians.max())
    steps = np.zeros(count) if high == low else (medians - low) / (high - low) * 7
    return "".join("▁▂▃▄▅▆▇█"[round(step)] for step in steps.tolist())


def dot_strip(value: float, others: Sequence[float], columns: int = 21) -> str:
    """A line of text with a dot among others: where one value lies among many."""
    if not others:
        return ""
    low, high = min(value, *others), max(value, *others)
    line = [" "] * columns

    def at(level: float) -> int:
        return round((level - low) / (high - low) * (columns - 1)) if high > low else columns // 2

    for other in others:
        line[at(other)] = "·"
    line[at(value)] = "●"
    return "".join(line)


def _round_step(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if step <= factor * power * (1 + 1e-9))
