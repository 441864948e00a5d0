"""One detector pass over one picture: everyone in it, near or far, each once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.landmarks import L
from posture.midpoints import midpoint
from posture.opencv import cv2
from posture.pose.types import Finder, Pose, Rgb
from posture.series import Floats

#: A finder that is asked for more people at once finds no more of them in our clips.
PEOPLE_AT_ONCE = 5
#: Below this share of the frame's height a body is small for the detector, which shrinks every picture to a
#: square of 224 pixels: parts of the picture are then looked at as well.
SMALL = 0.4
#: Bodies below this share of the frame's shorter side show no posture, and are mostly no bodies.
TINY = 0.1
#: Frames with sides closer to each other than this lose little when they are shrunk to a square.
NEARLY_SQUARE = 1.3

_TORSO = np.array([L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP, L.RIGHT_HIP])
_EARS = np.array([L.LEFT_EAR, L.RIGHT_EAR])
_LEGS = np.array([L.LEFT_KNEE, L.RIGHT_KNEE, L.LEFT_ANKLE, L.RIGHT_ANKLE])
_SEEN = 0.5
#: The crown above the ears, in trunk lengths: half a head's height, 0.13 of stature, over the trunk's 0.29 (Drillis
#: and Contini's segment lengths).
_CROWN = 0.22


@dataclass(frozen=True, eq=False)
class Detection:
    """One person in one picture.

    Attributes
    ----------
    xy : ndarray, shape (33, 2)
        Pixels of the whole picture.
    visibility, presence : ndarray, shape (33,)
        As the finder gave them.
    colours : ndarray, shape (3, 3)
        Median CIE Lab colour of upper torso, lower torso and thighs; NaN where out of the picture.
    """

    xy: Floats
    visibility: Floats
    presence: Floats
    colours: Floats

    @property
    def middle(self) -> Floats:
        """(2,) mid-point of shoulders and hips."""
        return np.asarray(self.xy[_TORSO].mean(axis=0))

    @property
    def axis(self) -> Floats:
        """(2,) from mid-hip to mid-shoulder."""
        return midpoint(self.xy, L.LEFT_SHOULDER) - midpoint(self.xy, L.LEFT_HIP)

    @property
    def torso(self) -> float:
        """Length of the trunk in the picture, pixels; a trunk seen end-on counts as wide as its shoulders."""
        width = float(np.linalg.norm(self.xy[_TORSO[0]] - self.xy[_TORSO[1]]))
        return max(float(np.linalg.norm(self.axis)), width, 1.0)

    @property
    def box(self) -> Floats:
        """(4,) x0, y0, x1, y1 around the outline."""
        points = self.outline
        return np.concatenate([points.min(axis=0), points.max(axis=0)])

    @property
    def outline(self) -> Floats:
        """(n, 2) the crown of the head and all landmarks inside the picture."""
        crown = self.xy[_EARS].mean(axis=0) + _CROWN * self.axis
        return np.concatenate([self.xy[self.presence > _SEEN], self.xy[_TORSO], crown[None]])

    @property
    def length(self) -> float:
        """Longer side of the box, pixels: the height of a person who stands or runs, however the video lies."""
        box = self.box
        return float(max(box[2] - box[0], box[3] - box[1]))

    @property
    def certainty(self) -> float:
        """0 to 1: how whole a body was seen."""
        return float(self.presence.mean() * (0.5 + 0.5 * self.visibility[_TORSO].mean()))


def detect(rgb: Rgb, finder: Finder, closely: bool = False) -> tuple[Detection, ...]:
    """Find everyone in a picture.

    The whole picture is searched first. If nobody in it is large, its overlapping squares are searched too.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    finder : Finder
        Opened for `PEOPLE_AT_ONCE`.
    closely : bool
        Whether squares of half the short side are searched too, which finds bodies from a tenth of the
        frame on and costs up to twenty times as much.

    Returns
    -------
    tuple of Detection
        The most certain first.
    """
    height, width = rgb.shape[:2]
    short = min(width, height)
    found = _bodies(finder, rgb, 0, 0, max(width, height))
    if max((s.length for s in found), default=0.0) < SMALL * short:
        sides = [short] if max(width, height) >= NEARLY_SQUARE * short else []
        for side in sides + ([short // 2] if closely else []):
            for x, y in _squares(width, height, side):
                found += _bodies(finder, rgb, x, y, side)
    return once(found)


def detect_within(rgb: Rgb, finder: Finder, box: Floats) -> tuple[Detection, ...]:
    """Find everyone in the neighbourhood of a box: the square around it with a margin of half its length."""
    height, width = rgb.shape[:2]
    side = float(min(2.0 * max(box[2] - box[0], box[3] - box[1]), max(width, height)))
    middle = (box[:2] + box[2:]) / 2
    x0, y0 = np.clip(np.round(middle - side / 2), 0, [max(width - side / 2, 0), max(height - side / 2, 0)]).astype(int)
    return once(_bodies(finder, rgb, int(x0), int(y0), int(side)))


def once(found: list[Detection]) -> tuple[Detection, ...]:
    """Drop second detections of the same body, the less certain ones."""
    kept: list[Detection] = []
    for one in sorted(found, key=lambda s: -s.certainty):
        if not any(_same_body(one, other) for other in kept):
            kept.append(one)
    return tuple(kept)


def _same_body(a: Detection, b: Detection) -> bool:
    near = np.linalg.norm(a.middle - b.middle) < 0.5 * max(a.torso, b.torso)
    overlap = np.clip(np.minimum(a.box[2:], b.box[2:]) - np.maximum(a.box[:2], b.box[:2]), 0, None).prod()
    smaller = min((a.box[2:] - a.box[:2]).prod(), (b.box[2:] - b.box[:2]).prod())
    return bool(near or overlap > 0.7 * smaller)


def _bodies(finder: Finder, rgb: Rgb, x: int, y: int, side: int) -> list[Detection]:
    """Those in a square with a trunk and some length: a face, a shoe or a pattern on the wall has neither."""
    part = np.ascontiguousarray(rgb[y : y + side, x : x + side])
    found = [_detection(pose, rgb, x, y) for pose in finder(part)]
    least = TINY * min(rgb.shape[:2])
    return [
        one
        for one in found
        if one.presence[_TORSO].min() > _SEEN and one.visibility[_TORSO].max() > _SEEN and one.length >= least
    ]


def _squares(width: int, height: int, side: int) -> list[tuple[int, int]]:
    """Corners of squares that cover the frame and overlap by at least half."""
    starts = [
        np.linspace(0, full - side, 1 + int(np.ceil((full - side) / (side / 2)))).round().astype(int)
        for full in (width, height)
    ]
    return [(int(x), int(y)) for y in starts[1] for x in starts[0]]


def _detection(pose: Pose, rgb: Rgb, x: int, y: int) -> Detection:
    xy = pose.xy + np.array([x, y])
    return Detection(xy, pose.visibility, pose.presence, _colours(xy, rgb))


def _colours(xy: Floats, rgb: Rgb) -> Floats:
    """Colours of the clothes along the trunk's axis and the thighs' bones, which no turn of the body hides."""
    shoulders, hips = xy[_TORSO[:2]].mean(axis=0), xy[_TORSO[2:]].mean(axis=0)
    across = np.array([-(hips - shoulders)[1], (hips - shoulders)[0]]) * 0.15
    s = np.linspace(0.1, 0.5, 6)[:, None, None]
    u = np.linspace(-1.0, 1.0, 5)[None, :, None]
    trunk = [shoulders + (hips - shoulders) * (s + low) + across * u for low in (0.0, 0.4)]
    bone = np.linspace(0.15, 0.7, 12)[:, None]
    thighs = np.concatenate([xy[h] + (xy[k] - xy[h]) * bone for h, k in zip(_TORSO[2:], _LEGS[:2], strict=True)])
    return np.stack([_median_lab(points.reshape(-1, 2), rgb) for points in (*trunk, thighs)])


def _median_lab(points: Floats, rgb: Rgb) -> Floats:
    columns, rows = np.floor(points).astype(int).T
    inside = (columns >= 0) & (rows >= 0) & (columns < rgb.shape[1]) & (rows < rgb.shape[0])
    if inside.mean() < 0.5:
        return np.full(3, np.nan)
    pixels = rgb[rows[inside], columns[inside]].astype(np.float32)[None] / np.float32(255)
    return np.asarray(np.median(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[0], axis=0), dtype=float)
