"""Known changes of posture, bent into pixels: the picture and the landmarks of a runner go through one map.

A bend turns what a weight covers about a joint, by an amount that the weight tapers to nothing, so that the picture
stays whole. Amounts are degrees, forward for ``lean``, ``slump`` and ``head``, up for ``forearm``, to the right of the
picture for ``tilt``; trunk lengths forward for ``rounded`` and up for ``shrug``; the share of the swing that is taken
away for ``swing`` and ``elbow``, of the bounce that is added for ``bounce``, of four bends at once for ``tired``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture.landmarks import MIRROR, L
from posture.opencv import cv2
from posture.series import Floats

#: Turns the place of points (..., 2), pixels, in one frame.
Map = Callable[[Floats], Floats]

#: The map is inverted on a grid of so many pixels, by so many steps of a fixed-point iteration.
_GRID, _STEPS = 4, 8
#: Anchors of trunk and head follow the body, not the step; those of the arm follow the arm. Seconds.
_SLOW, _QUICK = 0.25, 0.03
#: The usual height of the hips is that over two steps and more. Seconds.
_USUAL = 0.5
#: The base of the neck and the middle of the trunk along the line from hips to shoulders, trunk lengths.
_NECK, _MIDDLE = 1.08, 0.45
#: From the elbows on.
_ARMS = np.arange(L.LEFT_ELBOW, L.LEFT_HIP)


@dataclass(frozen=True, eq=False)
class Body:
    """What bends are anchored to, pixels of each frame (T, 2).

    Attributes
    ----------
    hip, shoulder : ndarray, shape (T, 2)
        Mid-points, smoothed.
    lift : ndarray, shape (T,)
        Height of the hips above their usual height, pixels.
    arm : ndarray, shape (T, 3, 2)
        Shoulder, elbow and wrist of the near arm.
    leg : ndarray, shape (T, 3, 2)
        Knee, ankle and toes of the near leg.
    trunk : float
        Length, pixels.
    facing : int
        1 if the runner looks to the right of the picture, else -1.
    """

    hip: Floats
    shoulder: Floats
    lift: Floats
    arm: Floats
    leg: Floats
    trunk: float
    facing: int

    @property
    def swing(self) -> Floats:
        """(T,) degrees by which the upper arm is ahead of its mean place."""
        ahead = self._forward(self.arm[:, 1] - self.arm[:, 0])
        return ahead - ahead.mean()

    @property
    def bend(self) -> Floats:
        """(T,) degrees by which the elbow is bent more than in the mean."""
        upper, lower = (self._forward(self.arm[:, low] - self.arm[:, low - 1]) for low in (1, 2))
        bent = np.unwrap(lower - upper, period=360.0)
        return bent - bent.mean()

    def _forward(self, hanging: Floats) -> Floats:
        """Degrees of lines (T, 2) ahead of straight down."""
        angle: Floats = np.degrees(np.arctan2(self.facing * hanging[:, 0], hanging[:, 1]))
        return angle


def body_of(xy: Floats, rate: float, facing: int) -> Body:
    """Anchors from landmarks (T, 33, 2), gaps bridged; the near arm is the one that faces the camera."""
    points = _bridged(xy)
    near = L.RIGHT_SHOULDER if facing > 0 else L.LEFT_SHOULDER
    middle = lambda left: (points[:, left] + points[:, MIRROR[left]]) / 2  # noqa: E731
    hip, shoulder = (_smooth(middle(left), _SLOW * rate) for left in (L.LEFT_HIP, L.LEFT_SHOULDER))
    arm = _smooth(points[:, [near, near + 2, near + 4]], _QUICK * rate)
    knee = L.RIGHT_KNEE if facing > 0 else L.LEFT_KNEE
    leg = _smooth(points[:, [knee, knee + 2, knee + 6]], _QUICK * rate)
    height = -_smooth(middle(L.LEFT_HIP)[:, 1], _QUICK * rate)
    lift = height - _smooth(height, _USUAL * rate)
    return Body(hip, shoulder, lift, arm, leg, float(np.median(np.linalg.norm(shoulder - hip, axis=1))), facing)


def _bridged(xy: Floats) -> Floats:
    whole = np.array(xy, dtype=float)
    frames = np.arange(len(whole))
    for column in whole.reshape(len(whole), -1).T:
        seen = np.isfinite(column)
        if seen.any():
            column[~seen] = np.interp(frames[~seen], frames[seen], column[seen])
    return whole


def _smooth(points: Floats, sigma: float) -> Floats:
    smooth: Floats = gaussian_filter1d(points, sigma, axis=0)
    return smooth


def lean(body: Body, frame: int, degrees: float) -> Map:
    """All above the hips turns about them."""
    return _above(body, frame, 0.0, (0.05, 0.25), 1.0, body.facing * degrees)


def tilt(body: Body, frame: int, degrees: float) -> Map:
    """The same to the right of the picture, in front and rear views."""
    return _above(body, frame, 0.0, (0.05, 0.25), 1.0, degrees)


def head(body: Body, frame: int, degrees: float) -> Map:
    """The head turns about the base of the neck."""
    return _above(body, frame, _NECK, (0.02, 0.14), 0.5, body.facing * degrees)


def slump(body: Body, frame: int, degrees: float) -> Map:
    """The trunk above its middle turns about that, and the head half as much again about the neck's new place."""
    trunk = _above(body, frame, _MIDDLE, (0.0, 0.3), 0.9, body.facing * degrees)
    axis = _axis(body, frame)
    neck = trunk(body.hip[frame] + _NECK * body.trunk * axis)
    nod = _turned(neck, axis, body.trunk, (0.02, 0.14), 0.5, body.facing * degrees / 2)
    return lambda points: nod(trunk(points))


def rounded(body: Body, frame: int, lengths: float) -> Map:
    """The shoulders move forward, across the trunk's line; hips and head stay."""
    up = _axis(body, frame)
    return _shoulders(body, frame, lengths * body.facing * np.array([-up[1], up[0]]))


def shrug(body: Body, frame: int, lengths: float) -> Map:
    """The shoulders move up along the trunk's line; hips and head stay."""
    return _shoulders(body, frame, lengths * _axis(body, frame))


def forearm(body: Body, frame: int, degrees: float) -> Map:
    """The near forearm turns up about the elbow."""
    _, elbow, wrist = body.arm[frame]
    hand = elbow + 1.35 * (wrist - elbow)
    weight = lambda points: _beside(points, elbow, hand, 0.12 * body.trunk, 0.2 * body.trunk)  # noqa: E731
    return lambda points: _about(points, elbow, -body.facing * degrees * weight(points))


def shank(body: Body, frame: int, degrees: float) -> Map:
    """The near lower leg turns forward about the knee, with the foot."""
    knee, ankle, toes = body.leg[frame]
    sole = ankle + 0.25 * (ankle - knee)

    def weight(points: Floats) -> Floats:
        lower, foot = (
            _beside(points, *ends, 0.12 * body.trunk, 0.15 * body.trunk) for ends in ((knee, sole), (sole, toes))
        )
        covered: Floats = np.maximum(lower, foot)
        return covered

    return lambda points: _about(points, knee, -body.facing * degrees * weight(points))


def elbow(body: Body, frame: int, share: float) -> Map:
    """The near elbow bends nearer to its mean bend, by a share of what it is off."""
    return forearm(body, frame, -share * float(body.bend[frame]))


def swing(body: Body, frame: int, share: float) -> Map:
    """The near arm hangs nearer to its mean place, by a share of its distance; the elbow keeps its bend."""
    shoulder, elbow, wrist = body.arm[frame]
    hand = elbow + 1.35 * (wrist - elbow)
    degrees = body.facing * share * body.swing[frame]

    def weight(points: Floats) -> Floats:
        upper, lower = (
            _beside(points, *ends, 0.12 * body.trunk, 0.25 * body.trunk) for ends in ((shoulder, elbow), (elbow, hand))
        )
        covered: Floats = np.maximum(upper, lower)
        return covered

    return lambda points: _about(points, shoulder, degrees * weight(points))


def tired(body: Body, frame: int, share: float) -> Map:
    """A share of all that tires at once: trunk and head come forward, the near hand goes up, its arm swings less."""
    up, less = forearm(body, frame, 14.0 * share), swing(body, frame, 0.4 * share)
    forward = _forward(body, frame, share)
    return lambda points: forward(less(up(points)))


def _forward(body: Body, frame: int, share: float) -> Map:
    nod, bow = head(body, frame, 10.0 * share), lean(body, frame, 6.0 * share)
    return lambda points: bow(nod(points))


def bounce(body: Body, frame: int, share: float) -> Map:
    """The whole runner, and all around, rises and falls more by a share."""
    return lambda points: points - np.array([0.0, share * body.lift[frame]])


BENDS: Mapping[str, Callable[[Body, int, float], Map]] = MappingProxyType(
    {"lean": lean, "head": head, "slump": slump, "rounded": rounded, "shrug": shrug, "forearm": forearm, "shank": shank,
     "swing": swing, "elbow": elbow, "tilt": tilt, "bounce": bounce, "tired": tired}
)  # fmt: skip


def moved(kind: str, body: Body, amount: float, xy: Floats) -> Floats:
    """Landmarks (T, 33, 2) that go through the bend, frame by frame.

    Of ``tired``, trunk and head go as its lean and its turn of the head take them: a hand that passes the hip takes
    along some of the picture there, not the hip.
    """
    bent = _through(BENDS[kind], body, amount, xy)
    if kind == "tired":
        rest = np.setdiff1d(np.arange(xy.shape[1]), _ARMS)
        bent[:, rest] = _through(_forward, body, amount, xy)[:, rest]
    return bent


def _through(bend: Callable[[Body, int, float], Map], body: Body, amount: float, xy: Floats) -> Floats:
    bent: Floats = np.stack([bend(body, frame, amount)(points) for frame, points in enumerate(xy)])
    return bent


def bent_picture(image: np.ndarray, change: Map) -> np.ndarray:
    """A picture (H, W, 3) that goes through a map: what lay at ``p`` lies at ``change(p)``."""
    height, width = image.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(0.0, width, _GRID), np.arange(0.0, height, _GRID)), axis=-1)
    origin = grid.copy()
    for _ in range(_STEPS):
        origin += grid - change(origin)
    # Between two points of the grid the map is all but straight.
    off = cv2.resize((origin - grid).astype(np.float32), (grid.shape[1] * _GRID, grid.shape[0] * _GRID))
    place = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    # Of a cell of the resized grid the middle holds the value, not its corner.
    source = place + _shifted(off, (_GRID - 1) / 2)[:height, :width]
    return np.asarray(cv2.remap(image, source, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def _shifted(field: Floats, pixels: float) -> Floats:
    shift = np.array([[1.0, 0.0, -pixels], [0.0, 1.0, -pixels]])
    return np.asarray(cv2.warpAffine(field, shift, (field.shape[1], field.shape[0]), borderMode=cv2.BORDER_REPLICATE))


def _axis(body: Body, frame: int) -> Floats:
    up = body.shoulder[frame] - body.hip[frame]
    axis: Floats = up / np.linalg.norm(up)
    return axis


def _above(body: Body, frame: int, height: float, edge: tuple[float, float], reach: float, degrees: float) -> Map:
    axis = _axis(body, frame)
    return _turned(body.hip[frame] + height * body.trunk * axis, axis, body.trunk, edge, reach, degrees)


def _turned(centre: Floats, axis: Floats, trunk: float, edge: tuple[float, float], reach: float, degrees: float) -> Map:
    """What lies above ``centre`` turns about it; the weight rises between the edges and fades beside and far above."""

    def weight(points: Floats) -> Floats:
        off = (points - centre) / trunk
        up, aside = off @ axis, np.abs(off @ np.array([-axis[1], axis[0]]))
        covered: Floats = _rise(up, *edge) * (1.0 - _rise(aside, reach, reach + 0.5)) * (1.0 - _rise(up, 2.0, 2.4))
        return covered

    return lambda points: _about(points, centre, degrees * weight(points))


def _shoulders(body: Body, frame: int, shift: Floats) -> Map:
    """What lies about the height of the shoulders moves by a shift, trunk lengths; the neck gives way."""
    axis = _axis(body, frame)

    def weight(points: Floats) -> Floats:
        off = (points - body.hip[frame]) / body.trunk
        up, aside = off @ axis, np.abs(off @ np.array([-axis[1], axis[0]]))
        covered: Floats = _rise(up, 0.5, 0.9) * (1.0 - _rise(up, _NECK, _NECK + 0.2)) * (1.0 - _rise(aside, 0.5, 0.9))
        return covered

    return lambda points: points + weight(points)[..., None] * shift * body.trunk


def _about(points: Floats, centre: Floats, degrees: Floats) -> Floats:
    """Turned about a centre, clockwise as one looks at the picture."""
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = points[..., 0] - centre[0], points[..., 1] - centre[1]
    turned: Floats = np.stack([centre[0] + cos * x - sin * y, centre[1] + sin * x + cos * y], axis=-1)
    return turned


def _beside(points: Floats, a: Floats, b: Floats, inside: float, fade: float) -> Floats:
    """1 up to a distance from a line between two points, and 0 from there and the fade on."""
    line = b - a
    along = np.clip((points - a) @ line / (line @ line), 0.0, 1.0)
    distance = np.linalg.norm(points - a - along[..., None] * line, axis=-1)
    return 1.0 - _rise(distance, inside, inside + fade)


def _rise(value: Floats, low: float, high: float) -> Floats:
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    smooth: Floats = share * share * (3.0 - 2.0 * share)
    return smooth
