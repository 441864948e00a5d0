"""The one-euro filter, for the drawn skeleton only: statistics rest on the poses as they came."""

from __future__ import annotations

import numpy as np

from posture.series import Floats

#: Casiez 2012; cutoff at rest, Hz, and its growth with speed in body heights/s (method 4: 1 Hz first, then raise
#: beta). A running hand at 4 body heights/s is followed at 13 Hz.
MIN_CUTOFF, BETA, SPEED_CUTOFF = 2.0, 12.0, 1.0


class OneEuro:
    """Smooths points that come one frame at a time; quick points less than slow ones."""

    def __init__(self) -> None:
        self._time = np.nan
        self._x: Floats = np.empty(0)
        self._speed: Floats = np.empty(0)

    def __call__(self, time: float, x: Floats) -> Floats:
        """Points to draw.

        Parameters
        ----------
        time : float
            Seconds, rising.
        x : ndarray, shape (N, 2)
            Pixels.
        """
        step = time - self._time
        if not 0.0 < step < 0.5:  # the first frame, or the first after a gap
            self._time, self._x, self._speed = time, x, np.zeros(len(x))
            return x
        height = max(float(np.ptp(x[:, 1])), 1.0)
        speed = np.linalg.norm(x - self._x, axis=1) / height / step
        self._speed = self._speed + _share(SPEED_CUTOFF, step) * (speed - self._speed)
        weight = _share(MIN_CUTOFF + BETA * self._speed, step)[:, None]
        self._time, self._x = time, self._x + weight * (x - self._x)
        return self._x


def _share(cutoff: Floats | float, step: float) -> Floats:
    """Weight of the newest value in an exponential filter of this cutoff, Hz."""
    turn = 2.0 * np.pi * np.asarray(cutoff) * step
    return np.asarray(turn / (turn + 1.0))
