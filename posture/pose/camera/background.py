"""What stands still behind the runner, and with it how the camera moved.

Corners of the background, people masked out, are recognised from picture to picture by their descriptors; the
similarity (shift, roll, scale) that most of them agree on is the camera's motion. Belt, shadow and
reflections move otherwise and are outvoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from posture.opencv import cv2
from posture.pose.camera.turn import turned, turned_size
from posture.pose.types import Rgb
from posture.series import CameraMotion, Floats

#: Longer side to which pictures are shrunk: corners are found to a fraction of a pixel, hundreds of them.
_SIDE = 640
_CORNERS = 1000
_CELLS = 8
_CORNERS_PER_CELL = 12
#: People are masked with this margin around their landmarks, in lengths of their outline, for clothes and hair.
_MARGIN = 0.06
#: A descriptor's best match must be this much nearer than its second best.
_RATIO = 0.85
#: First guess, in frame diagonals: the same corner is nearby. Patterns that repeat (bricks, slats) need it.
_NEARBY = 0.12
#: A motion needs this many corners that agree, this share of all matches, over this share of the picture, so that
#: neither a caption nor the treadmill alone decides.
_LEAST_CORNERS, _LEAST_SHARE, _LEAST_AREA = 20, 0.35, 0.1
_AGREE_PX = 2.0
#: Below this share of the pictures with a recognised background, the camera counts as moving with the runner.
_STANDING = 0.5
#: Camera motion from which metrics suffer: method 3.2.7 (roll 1 degree, scale 5 %, yaw 3 degrees, which is
#: a shift by 5 % of the width with a phone's field of view of 60 degrees).
_ROLL_DEG, _SCALE, _SHIFT = 1.0, 0.05, 0.05


@dataclass(frozen=True, eq=False)
class Background:
    """Corners of one picture's background; keep its arrays to recognise the place in another clip.

    Attributes
    ----------
    points : ndarray of float, shape (N, 2)
        Pixels of the frame.
    descriptors : ndarray of uint8, shape (N, 32)
        ORB descriptors: indifferent to turns, and no picture can be made from them.
    size : tuple of int
        Width and height of the frame.
    """

    points: Floats
    descriptors: NDArray[np.uint8]
    size: tuple[int, int]

    def turned(self, turn: int) -> Background:
        """The same corners in the frame turned clockwise by 0, 90, 180 or 270 degrees."""
        return Background(turned(self.points, self.size, turn), self.descriptors, turned_size(self.size, turn))


@dataclass(frozen=True, eq=False)
class Motion:
    """How a picture lies against another of the same background; signs as in `CameraMotion`.

    Attributes
    ----------
    shift : ndarray, shape (2,)
        Pixels by which the middle of the frame moved.
    roll : float
        Degrees, clockwise.
    scale : float
        Ratio of lengths.
    """

    shift: Floats
    roll: float
    scale: float


def background_of(rgb: Rgb, people: Sequence[Floats]) -> Background:
    """Find the corners of a picture's background.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The picture.
    people : sequence of ndarray, shape (n, 2)
        Points around which everyone in it lies, pixels.
    """
    height, width = rgb.shape[:2]
    ratio = min(1.0, _SIDE / max(width, height))
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    if ratio < 1.0:
        grey = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    mask = np.full(grey.shape, 255, np.uint8)
    for outline in people:
        margin = 2 * ratio * _MARGIN * float(np.ptp(outline, axis=0).max())
        hull = cv2.convexHull((ratio * outline).round().astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 0)
        cv2.polylines(mask, [hull], isClosed=True, color=0, thickness=max(int(margin), 1))
    orb = cv2.ORB.create(nfeatures=_CORNERS, fastThreshold=10)
    corners = _spread(orb.detect(grey, mask), grey.shape)
    kept, descriptors = orb.compute(grey, corners)
    points = np.array([c.pt for c in kept], dtype=float).reshape(-1, 2)
    # Pixel centres stand at half: shrinking maps (p + 0.5) to ratio * (p + 0.5).
    points = (points + 0.5) / ratio - 0.5
    if descriptors is None:
        descriptors = np.empty((0, 32), np.uint8)
    return Background(points, np.asarray(descriptors, dtype=np.uint8), (width, height))


def motion_between(first: Background, then: Background) -> Motion | None:
    """How the camera moved from one picture to another, None where the background was not recognised.

    Parameters
    ----------
    first, then : Background
        Of frames of the same size.
    """
    if min(len(first.points), len(then.points)) < _LEAST_CORNERS:
        return None
    near = np.linalg.norm(first.points[:, None] - then.points[None], axis=2) < _NEARBY * np.hypot(*first.size)
    return _agreed(first, then, near.astype(np.uint8)) or _agreed(first, then, None)


def unmoved_between(first: Background, then: Background) -> bool:
    """Whether two clips show the same background from the same place: roll, zoom and direction within method 3.2.7."""
    ratio = first.size[0] / then.size[0]
    if round(then.size[1] * ratio) != first.size[1]:
        return False
    motion = motion_between(first, replace(then, points=then.points * ratio, size=first.size))
    return motion is not None and not _moved(motion, first.size)


def camera_motion(time: Floats, backgrounds: Sequence[Background]) -> CameraMotion:
    """Motion of the camera over the pictures, against the first of the shot that lasts longest.

    One reference serves the whole clip, so that a motion between two stretches of it cannot hide; pictures whose
    background is another one (after a cut, or when the camera moves along) are not measured.

    Parameters
    ----------
    time : ndarray, shape (K,)
        Seconds of the pictures.
    backgrounds : sequence of K Background
        Of one size, in the upright frame.
    """
    motions = _against(backgrounds, 0)
    if sum(m is not None for m in motions) < _STANDING * len(backgrounds):
        motions = _against(backgrounds, _longest_shot(backgrounds))
    nothing = Motion(np.full(2, np.nan), np.nan, np.nan)
    values = [m or nothing for m in motions]
    return CameraMotion(
        time=np.asarray(time, dtype=float),
        shift=np.stack([m.shift for m in values]),
        roll=np.array([m.roll for m in values]),
        scale=np.array([m.scale for m in values]),
        measured=np.array([m is not None for m in motions]),
        size=backgrounds[0].size,
    )


def notes_on_camera(camera: CameraMotion, backgrounds: Sequence[Background]) -> tuple[str, ...]:
    """What the user should know about the camera."""
    known = camera.measured
    if known.mean() < _STANDING:
        bare = np.median([len(each.points) for each in backgrounds]) < 2 * _LEAST_CORNERS
        why = "too little background is seen" if bare else "the camera moves with the runner, or the scene changes"
        return (f"{why}: whether the camera tilted or zoomed cannot be checked.",)
    shift, roll, scale = camera.shift[known], camera.roll[known], camera.scale[known]
    largest = Motion(np.ptp(shift, axis=0), float(np.ptp(roll)), float(scale.max() / scale.min()))
    if not _moved(largest, camera.size):
        return ()
    percent = 100 * np.abs(largest.shift).max() / camera.size[0]
    return (
        f"the camera moved: by {percent:.0f} % of the picture's width, tilted by {largest.roll:.1f} degrees, zoomed by "
        f"{100 * (largest.scale - 1):.0f} %; use a tripod.",
    )


def _moved(motion: Motion, size: tuple[int, int]) -> bool:
    return bool(
        abs(motion.roll) > _ROLL_DEG
        or abs(np.log(motion.scale)) > np.log1p(_SCALE)
        or np.abs(motion.shift).max() > _SHIFT * size[0]
    )


def _spread(corners: Sequence[cv2.KeyPoint], shape: tuple[int, ...]) -> list[cv2.KeyPoint]:
    """The strongest corners of each cell, so that a caption or a poster does not take them all."""
    if not corners:
        return []
    xy = np.array([c.pt for c in corners])
    cell = (xy / np.array([shape[1], shape[0]]) * _CELLS).astype(int) @ np.array([1, _CELLS])
    strongest = np.lexsort((xy[:, 1], xy[:, 0], np.array([-c.response for c in corners]), cell))
    starts = np.r_[0, np.flatnonzero(np.diff(cell[strongest])) + 1]
    rank = np.arange(strongest.size) - np.repeat(starts, np.diff(np.r_[starts, strongest.size]))
    return [corners[i] for i in strongest[rank < _CORNERS_PER_CELL]]


def _agreed(first: Background, then: Background, allowed: NDArray[np.uint8] | None) -> Motion | None:
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(first.descriptors, then.descriptors, k=2, mask=allowed)
    clear = [p[0] for p in pairs if p and (len(p) == 1 or p[0].distance < _RATIO * p[1].distance)]
    if len(clear) < _LEAST_CORNERS:
        return None
    a = first.points[[m.queryIdx for m in clear]]
    b = then.points[[m.trainIdx for m in clear]]
    matrix, agree = cv2.estimateAffinePartial2D(
        a, b, method=cv2.RANSAC, ransacReprojThreshold=_AGREE_PX, maxIters=2000, confidence=0.999
    )
    if matrix is None:
        return None
    inliers = agree.ravel().astype(bool)
    width, height = first.size
    if inliers.sum() < max(_LEAST_CORNERS, _LEAST_SHARE * len(clear)):
        return None
    if min(_area(a[inliers]), _area(b[inliers])) < _LEAST_AREA * width * height:
        return None
    centre = np.array([width, height]) / 2 - 0.5
    shift = matrix[:, :2] @ centre + matrix[:, 2] - centre
    # y points down, so a positive angle of the matrix turns clockwise to the eye.
    return Motion(
        shift, float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0]))), float(np.hypot(matrix[0, 0], matrix[1, 0]))
    )


def _area(points: Floats) -> float:
    """Of the convex hull: a caption covers little, and a false agreement shrinks everything to a point."""
    return float(cv2.contourArea(cv2.convexHull(points.astype(np.float32))))


def _against(backgrounds: Sequence[Background], reference: int) -> list[Motion | None]:
    return [motion_between(backgrounds[reference], each) for each in backgrounds]


def _longest_shot(backgrounds: Sequence[Background]) -> int:
    """First picture of the longest stretch in which each one's background is recognised in the next."""
    breaks = [i for i in range(1, len(backgrounds)) if motion_between(backgrounds[i - 1], backgrounds[i]) is None]
    starts = np.array([0, *breaks])
    return int(starts[np.diff(np.r_[starts, len(backgrounds)]).argmax()])
