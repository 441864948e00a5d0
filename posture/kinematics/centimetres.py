"""Lengths that are counted in trunk lengths, in centimetres, where the runner's height is known."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

#: Distance from mid-shoulder to mid-hip over body height: 0.296 of men and 0.287 of women (de Leva 1996, MIDS to MIDH
#: over stature), 0.288 by Drillis & Contini 1966.
TRUNK_SHARE = 0.29
#: Standard deviation of that share. Judgement: sitting height over height spreads by 0.014 among adults, most of it
#: the trunk's (Bogin & Varela-Silva 2010), and the sources differ by 0.005.
TRUNK_SPREAD = 0.015
#: Half of a 95 % interval in standard deviations.
_HALF = 1.96


@dataclass(frozen=True)
class Centimetres:
    """A length with the interval that height and measurement leave open, cm."""

    value: float
    low: float
    high: float


def centimetres(trunks: float, error: float, height: float) -> Centimetres:
    """A length in trunk lengths, in centimetres.

    Parameters
    ----------
    trunks : float
        Length in trunk lengths.
    error : float
        Half of its own interval, trunk lengths; independent of what the trunk's share of the height leaves open.
    height : float
        Of the runner, cm.

    Returns
    -------
    Centimetres
        With a 95 % interval, where ``error`` is half of one.

    Examples
    --------
    >>> found = centimetres(0.45, 0.09, 180.0)
    >>> f"{found.value:.0f} cm ({found.low:.0f} to {found.high:.0f})"
    '23 cm (18 to 29)'
    """
    trunk = TRUNK_SHARE * height
    half = trunk * hypot(error, _HALF * trunks * TRUNK_SPREAD / TRUNK_SHARE)
    return Centimetres(trunks * trunk, trunks * trunk - half, trunks * trunk + half)
