"""Whether a clip plays at the speed of life: from how long its strides take and how high they bounce.

Two witnesses know how long a stride takes in life. Custom: distance runners take 1.41 strides a second. And gravity:
between two steps the body falls, and how far it rises and falls with each step tells how long the step took, whatever
the clip's clock says. Sprinters are far from custom and close to gravity, and are believed; a clock is doubted only
where doubting it explains much more than believing it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.series import Floats
from posture.strides.types import Clock

#: Usual stride time of running, s: 1.41 strides a second (half-marathon runners, method 1.5) ...
USUAL_STRIDE = 0.7
#: ... and its spread, natural logarithm: 150 to 190 steps a minute are one standard deviation on either side.
CUSTOM = 0.12
#: The same of walking: 0.9 to 1.5 s a stride (method 1.5) are two standard deviations on either side. Walkers bounce as
#: they like, so gravity is no witness.
USUAL_WALK, WALK_CUSTOM = 1.15, 0.13
#: Nobody's stride takes less than this, s: sprinters take up to 5 steps a second.
FASTEST = 0.38
#: Rise and fall of the head with each step, first harmonic, torso lengths, over the square of the step time, 1/s^2. A
#: body in sinusoidal motion that just leaves the ground has g / (2 pi^2 torso) = 1.0 for a torso of 0.5 m, and flight
#: adds to it: 9 cm at 85 strides a minute (usual in running) are 1.4; the rendered runners show 1.2 to 1.3, motion
#: capture 1.7 (32 runs, many of them acted); walkers 0.1 to 0.4.
FALL = 1.3
#: Spread of its square root's logarithm: half of 0.25, the spread between runners.
GRAVITY = 0.125
#: A witness that is off by more standard deviations than this is wrong in a way of its own (a camera that follows the
#: bounce, a sprinter) and weighs no more than this.
OUTLIER = 3.0
#: What doubting the clock must gain, squared standard deviations: three. Few clips are slowed.
DOUBT = 9.0
#: Smallest factor that is told: players and phones slow by a half or more.
LEAST = 1.4
#: Below this head bounce, torso lengths, there is none to measure: the camera follows it, or nobody runs.
LEAST_BOUNCE = 0.06
#: Two-sided 90 % of a normal distribution, standard deviations.
NINETY = 1.645
#: The witnesses agree if they are within this many standard deviations of their difference.
AGREE = 2.0


@dataclass(frozen=True)
class _Witness:
    """What the stride time in life should be, natural logarithm of seconds, and how sure that is."""

    log: float
    spread: float

    def surprise(self, log: float) -> float:
        """Squared standard deviations by which a stride time is off."""
        return ((log - self.log) / self.spread) ** 2


def read_clock(duration: Floats, bounce: Floats) -> Clock:
    """Tell how many times slower than life running plays.

    Parameters
    ----------
    duration : ndarray, shape (S,)
        Stride times of running on the clip's clock, s; at least one.
    bounce : ndarray, shape (S,)
        Rise and fall of the head with each step, torso lengths; NaN where not seen.

    Returns
    -------
    Clock

    Examples
    --------
    >>> read_clock(np.array([2.1]), np.array([0.16])).factor.__round__(1)
    3.0
    """
    stride = float(np.log(np.median(duration)))
    custom = _Witness(float(np.log(USUAL_STRIDE)), CUSTOM)
    height = float(np.median(bounce[np.isfinite(bounce)])) if np.isfinite(bounce).any() else 0.0
    believed = custom.surprise(stride)
    if np.log(FASTEST) <= stride < custom.log:
        believed = min(believed, OUTLIER**2)
    if height < LEAST_BOUNCE:
        return _told(stride, custom, sure=False) if believed > DOUBT else Clock.right()
    fall = _Witness(float(np.log(2 * np.sqrt(height / FALL))), GRAVITY)
    believed += min(fall.surprise(stride), OUTLIER**2)
    both = _Witness(custom.log, float(np.hypot(CUSTOM, GRAVITY)))
    doubted = both.surprise(fall.log)
    if believed <= doubted + DOUBT:
        return Clock.right()
    if doubted > AGREE**2:
        return _told(stride, custom, sure=False)
    return _told(stride, _together(custom, fall), sure=True)


def read_walking_clock(duration: Floats) -> Clock:
    """The same of walking, from its stride times alone.

    Examples
    --------
    >>> import numpy as np
    >>> read_walking_clock(np.full(20, 1.1)).factor
    1.0
    """
    custom = _Witness(float(np.log(USUAL_WALK)), WALK_CUSTOM)
    stride = float(np.log(np.median(duration)))
    return _told(stride, custom, sure=False) if custom.surprise(stride) > DOUBT else Clock.right()


def _together(one: _Witness, other: _Witness) -> _Witness:
    """Both, weighed by their precision."""
    a, b = one.spread**-2, other.spread**-2
    return _Witness((a * one.log + b * other.log) / (a + b), float((a + b) ** -0.5))


def _told(stride: float, life: _Witness, *, sure: bool) -> Clock:
    log, reach = stride - life.log, NINETY * life.spread
    if abs(log) < np.log(LEAST):
        return Clock.right()
    low, factor, high = (float(np.exp(log + k * reach)) for k in (-1, 0, 1))
    # A clock that is too fast is a fault of the file, which nothing can be read off.
    return Clock(factor, low, high, sure and factor > 1)
