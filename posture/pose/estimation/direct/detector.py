"""Reading the person detector: a single-shot detector whose boxes are told as steps from a grid of anchors.

Numbers are those of the network's design (MediaPipe's pose detector graph).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import expit

from posture.pose.estimation.direct.region import Region
from posture.series import Floats

#: Side of the network's input, pixels.
INPUT = 224
#: Boxes and scores.
OUTPUTS = 2
#: Squares of the grid along a side, and anchors in each.
_GRIDS = ((28, 2), (14, 2), (7, 6))
#: Score from which a box counts.
LEAST_SCORE = 0.5
#: Overlap (intersection over union) from which two boxes are of one person; they are averaged by their scores.
SAME = 0.3


@lru_cache(maxsize=1)
def anchors() -> Floats:
    """Middles of the anchors, shares of the input, shape (2254, 2)."""
    parts = []
    for cells, number in _GRIDS:
        along = (np.arange(cells) + 0.5) / cells
        x, y = np.meshgrid(along, along)
        parts.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), number, axis=0))
    return np.concatenate(parts)


def people(boxes: Floats, scores: Floats, shown: Region, most: int) -> list[Region]:
    """The squares around the people in a picture, the most certain first.

    Parameters
    ----------
    boxes : ndarray, shape (2254, 12)
        What the network says: middle and size of a box, and four points, in pixels of its input from the anchors.
    scores : ndarray, shape (2254,)
        Before the logistic function.
    shown : Region
        What of the picture the network was shown.
    most : int
        People.
    """
    score = expit(scores)
    sure = np.flatnonzero(score >= LEAST_SCORE)
    sure = sure[np.argsort(-score[sure], kind="stable")]
    points = boxes[sure].reshape(-1, 6, 2) / INPUT
    points[:, [0, 2, 3, 4, 5]] += anchors()[sure, None]
    found = []
    for point in _merged(points, score[sure])[:most]:
        middle, rim = shown.placed(point[2:4])
        found.append(Region.around(middle, rim))
    return found


def _merged(points: Floats, score: Floats) -> list[Floats]:
    """One row (6, 2) a person, from rows in order of their scores: boxes that overlap are averaged by score."""
    merged = []
    while len(points):
        same = overlap(points[0], points) > SAME
        same[0] = True
        merged.append(np.average(points[same], axis=0, weights=score[same]))
        points, score = points[~same], score[~same]
    return merged


def overlap(one: Floats, many: Floats) -> Floats:
    """Intersection over union of a box with others; rows hold middle and size, (2, 2) and (n, 2, 2) at least."""
    low = np.maximum(one[0] - one[1] / 2, many[:, 0] - many[:, 1] / 2)
    high = np.minimum(one[0] + one[1] / 2, many[:, 0] + many[:, 1] / 2)
    both = np.clip(high - low, 0.0, None).prod(axis=1)
    union = one[1].prod() + many[:, 1].prod(axis=1) - both
    shares: Floats = np.divide(both, union, out=np.zeros(len(many)), where=union > 0)
    return shares
