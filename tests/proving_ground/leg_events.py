"""Published ways to find a runner's contacts without forces, to choose among: each in a line or two.

Zeni et al., Gait Posture 2008;27:710 (foremost heel, rearmost toes, against the hips); Hreljac and Marshall, J Biomech
2000;33:783 (vertical acceleration of the heel, horizontal acceleration of the toes); Fellin et al., J Sci Med Sport
2010;13:646 (straightest knee, best of five for toe-off); Ghoussayni et al., Gait Posture 2004;20:266 (foot's speed);
Milner and Paquette, J Biomech 2015;48:3502 (the pelvis sinks fastest; its signal is from memory, as the abstract names
none). All but Fellin, Milner and Paquette are about walking.
"""

from __future__ import annotations

import numpy as np

from posture.kinematics.body import Body
from posture.kinematics.geometry import bend
from posture.landmarks import L
from posture.series import Floats
from posture.strides.contacts import sampled

#: Phases a stride at which curves are looked at.
_FINE = 256
#: Where begins and ends are looked for, strides from the true ones.
_AROUND = 0.16


def published(body: Body, begin: Floats, end: Floats, stride: float) -> dict[str, Floats]:
    """Seconds by which each way is late, by its name; one for each true contact, NaN where it was not seen.

    The true events bound the search, as every way has its own rules for where to look.
    """
    heel, toes, hip = body.near(L.LEFT_HEEL), body.near(L.LEFT_FOOT_INDEX), body.hip
    ahead, behind = (heel - hip)[:, 0], (toes - hip)[:, 0]
    straight = -bend(*(body.near(i) for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)))
    window = np.arange(-_AROUND, _AROUND, 1.0 / _FINE) * stride

    def at(column: Floats, moments: Floats, order: int) -> Floats:
        value, speed = sampled(column, body.series, moments[:, None] + window)
        return (value, speed, np.gradient(speed, window, axis=1))[order]

    def peak(column: Floats, moments: Floats, order: int = 0) -> Floats:
        course = at(column, moments, order)
        late: Floats = window[np.argmax(np.nan_to_num(course, nan=-np.inf), axis=1)]
        return np.where(np.isfinite(course).all(axis=1), late, np.nan)

    def reaches(share: float) -> Floats:
        back = -at(ahead, begin, 1)
        ground = -np.nanmedian(
            sampled(ahead, body.series, begin[:, None] + stride * np.linspace(0.08, 0.2, 9))[1], axis=1
        )
        fast = back >= share * ground[:, None]
        late: Floats = window[np.argmax(fast, axis=1)]
        return np.where(fast.any(axis=1) & np.isfinite(back).all(axis=1), late, np.nan)

    shares = (0.5, 0.7, 0.9)
    return {
        "contact: foremost heel (Zeni)": peak(ahead, begin),
        "contact: heel accelerates up (Hreljac)": peak(heel[:, 1], begin, 2),
        "contact: straightest knee": peak(straight, begin),
        "contact: pelvis sinks fastest (Milner)": peak(-hip[:, 1], begin, 1),
        **{f"contact: heel at {share:.0%} of the ground's speed (Ghoussayni)": reaches(share) for share in shares},
        "toe-off: rearmost toes (Zeni)": peak(-behind, end),
        "toe-off: toes accelerate forward (Hreljac)": peak(behind, end, 2),
        "toe-off: straightest knee (Fellin)": peak(straight, end),
    }  # fmt: skip
