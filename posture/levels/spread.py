"""Where one more runner would lie: prediction from the reference runners, for one metric and for several together."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from posture.drift.types import Interval
from posture.series import Floats


@dataclass(frozen=True, eq=False)
class Spread:
    """Mean and covariance of the reference runners over some metrics.

    Attributes
    ----------
    mean : ndarray, shape (p,)
    covariance : ndarray, shape (p, p)
        Of one runner about the mean, n - 1 in the denominator.
    runners : int
    """

    mean: Floats
    covariance: Floats
    runners: int

    @classmethod
    def of(cls, levels: Floats) -> Spread:
        """From levels of shape (runners, p); at least two runners."""
        return cls(levels.mean(axis=0), np.atleast_2d(np.cov(levels.T)), len(levels))

    def predicted(self, widened: Floats | float = 0.0) -> Floats:
        """Covariance of one more runner about the estimated mean, with the error of this recording on top."""
        covariance: Floats = (1.0 + 1.0 / self.runners) * self.covariance + widened
        return covariance

    def interval(self, level: float, error: float = 0.0) -> Interval:
        """Prediction interval of one more runner for a single metric.

        Parameters
        ----------
        level : float
            As 0.95.
        error : float
            Standard error of the new runner's level, beyond what reference runners' levels have.

        Returns
        -------
        Interval
            ``mean +- t * sqrt(SD**2 * (1 + 1 / n) + error**2)``, Student's t with n - 1 degrees of freedom
            (exact without ``error``, wider than needed with it).
        """
        half = float(stats.t.ppf(0.5 + level / 2.0, self.runners - 1)) * sqrt(self.predicted(error**2)[0, 0])
        return Interval(float(self.mean[0]) - half, float(self.mean[0]) + half)


@dataclass(frozen=True)
class Along:
    """How far a runner lies along a direction, and off it.

    Attributes
    ----------
    t : float
        Student's t of the shift along the direction.
    critical : float
        What it must pass.
    off : float
        Distance from the direction's line, over the distance that one in twenty runners passes.
    """

    t: float
    critical: float
    off: float

    @property
    def size(self) -> float:
        """1 at the border."""
        return self.t / self.critical

    @property
    def fits(self) -> bool:
        """Whether the runner lies out along the direction and is usual off it."""
        return self.size > 1.0 and self.off <= 1.0


def along(level: Floats, spread: Spread, direction: Floats, tail: float, widened: Floats | float = 0.0) -> Along:
    """The shift of a runner from the reference along a direction, by all metrics together.

    Parameters
    ----------
    level : ndarray, shape (p,)
    spread : Spread
        Of the same metrics.
    direction : ndarray, shape (p,)
        What the posture does to them; its length does not matter.
    tail : float
        Share of runners who may lie beyond the critical value, as 0.01.
    widened : ndarray, shape (p, p), optional
        Covariance of this recording's own errors.

    Returns
    -------
    Along

    Notes
    -----
    With ``D`` the deviation from the mean and ``S`` its predicted covariance, the best estimate of a shift along
    ``d`` (generalised least squares, which is Fisher's discriminant direction) has
    ``z = d' S^-1 D / sqrt(d' S^-1 d)``, and what is left is ``r^2 = D' S^-1 D - z^2``. As ``S`` is estimated from n
    runners, ``t = z sqrt((n - p) / (n - 1)) / sqrt(1 + r^2 / (n - 1))`` has Student's distribution with n - p degrees
    of freedom: it is the prediction of one coordinate by regression on the p - 1 that the direction leaves alone
    (Rao 1967; for p = 2 the text-book prediction interval of a simple regression). ``r^2`` is Hotelling's T-squared
    with p - 1 dimensions.

    Examples
    --------
    >>> import numpy as np
    >>> reference = Spread.of(np.random.default_rng(1).normal([6.0, 20.0], [3.0, 4.0], (15, 2)))
    >>> slumped = along(np.array([18.0, 40.0]), reference, np.array([1.0, 2.0]), tail=0.01)
    >>> usual = along(np.array([6.0, 21.0]), reference, np.array([1.0, 2.0]), tail=0.01)
    >>> slumped.fits, usual.fits
    (True, False)
    """
    runners, metrics = spread.runners, level.size
    deviation = level - spread.mean
    inverse = np.linalg.inv(spread.predicted(widened))
    z = float(direction @ inverse @ deviation) / sqrt(float(direction @ inverse @ direction))
    left = max(float(deviation @ inverse @ deviation) - z**2, 0.0)
    t = z * sqrt((runners - metrics) / (runners - 1) / (1.0 + left / (runners - 1)))
    return Along(t, float(stats.t.isf(tail, runners - metrics)), sqrt(left / _widest(runners, metrics - 1)))


def _widest(runners: int, metrics: int) -> float:
    """Hotelling's T-squared that one more runner in twenty passes; infinite without dimensions."""
    if not metrics:
        return float("inf")
    freedom = runners - metrics
    return metrics * (runners - 1) / freedom * float(stats.f.ppf(0.95, metrics, freedom))
