"""The postures that levels are judged for, each with the direction in which it moves its metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from posture.kinematics.head import JACOBIAN, PATTERN_METRICS, HeadChange
from posture.levels.types import Shape
from posture.series import Floats

#: Most reference runners who may get a pattern, as a share, when each is held against the others.
FAMILY = 0.10


@dataclass(frozen=True)
class Direction:
    """What a posture does.

    Attributes
    ----------
    metrics : tuple of str
    moves : tuple of float
        How far it moves each, in any common scale.
    """

    metrics: tuple[str, ...]
    moves: tuple[float, ...]

    @property
    def vector(self) -> Floats:
        """``moves``, shape (p,)."""
        return np.array(self.moves)


def _of_head(change: HeadChange, sign: float = 1.0) -> Direction:
    """Trunk and neck alone: neck against trunk is their difference, and so is head ahead of hips nearly.

    The two would add nothing but a second reading of the same points and a covariance that cannot be inverted.
    """
    both = ("trunk_lean", "neck_incl")
    moves = dict(zip(PATTERN_METRICS, JACOBIAN[change], strict=True))
    return Direction(both, tuple(sign * moves[id] for id in both))


#: Method 1.2 for trunk and neck. High hands are carried high throughout the swing, a wide swing alone is none.
SHAPES: Mapping[Shape, Direction] = MappingProxyType(
    {
        Shape.HEAD_FORWARD: _of_head(HeadChange.HEAD_FORWARD),
        Shape.SLUMPED: _of_head(HeadChange.THORACIC_SLOUCH),
        Shape.WHOLE_LEAN: _of_head(HeadChange.WHOLE_LEAN),
        Shape.LEANING_BACK: _of_head(HeadChange.WHOLE_LEAN, -1.0),
        Shape.HANDS_HIGH: Direction(("wrist_h", "wrist_h_p95"), (1.0, 1.0)),
        Shape.ELBOWS_TIGHT: Direction(("elbow_flex",), (1.0,)),
        Shape.ELBOWS_STRETCHED: Direction(("elbow_flex",), (-1.0,)),
    }
)
#: Share of runners beyond the critical value of one shape, so that all together stay within ``FAMILY`` (Bonferroni).
TAIL = FAMILY / len(SHAPES)
