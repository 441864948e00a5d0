"""How many of a clip's frames are enough."""

from __future__ import annotations

import numpy as np

#: Frames per second of life that strides need. Half as many leave the angles of trunk and neck as they are, but lose
#: 1 % of the body at the top of the hands' swing and 2 to 3 degrees of the elbow's (method 4.1).
ENOUGH = 30.0
#: Fewest that are left: below, the begin of a contact is read too late (method 1.6). 50 frames/s become 25.
FEWEST = 25.0


def period(rate: float, slow_motion: float) -> float | None:
    """Time between the frames that are looked at.

    Parameters
    ----------
    rate : float
        Frames per second of the file, NaN if unknown.
    slow_motion : float
        How many times slower than life the clip plays.

    Returns
    -------
    float or None
        Seconds of the clip, a whole number of its frames; None where every frame is looked at.

    Examples
    --------
    >>> period(120.0, 1.0) * 120
    4.0
    >>> period(50.0, 1.0) * 50
    2.0
    >>> period(30.0, 8.0) * 30
    8.0
    >>> period(48.0, 1.0) is None
    True
    """
    if not np.isfinite(rate):
        return None
    alive = rate * slow_motion
    number = max(round(alive / ENOUGH), 1)
    if alive / number < FEWEST:
        number -= 1
    return number / rate if number > 1 else None
