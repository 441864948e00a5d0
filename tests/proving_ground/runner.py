"""Motion capture on an endless treadmill: root motion removed, looped, with the truth of the foot contacts.

Room of a treadmill runner: x to the runner's left, y up from the floor, z forward; metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.signal import find_peaks
from scipy.spatial.distance import cdist

from posture.importers.bvh import read_bvh
from posture.importers.motion import UP, Motion
from posture.importers.trc import read_trc
from posture.landmarks import L
from posture.series import Floats
from tests.proving_ground.deepmimic import read_deepmimic

#: Frames a second at which loops are cut and contacts are found.
RATE = 120.0

_BODY = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST,
         L.LEFT_HIP, L.RIGHT_HIP, L.LEFT_ANKLE, L.RIGHT_ANKLE, L.LEFT_FOOT_INDEX, L.RIGHT_FOOT_INDEX]  # fmt: skip

#: Slowest speed at which a stretch of a long recording counts as running, m/s.
_RUNNING = 2.0


@dataclass(frozen=True, eq=False)
class Runner:
    """A loop of whole strides.

    Attributes
    ----------
    name : str
    points : ndarray, shape (N, 33, 3)
        One loop at ``RATE``, treadmill room; the frame after the last is the first.
    strides : int
        In the loop.
    left, right : ndarray
        Initial contacts of each foot, in frames of the loop.
    seam : float
        Metres (RMS over the joints) by which end and start of the loop missed each other before blending.
    """

    name: str
    points: Floats
    strides: int
    left: Floats
    right: Floats
    seam: float

    @property
    def period(self) -> float:
        """Mean stride time, s."""
        return len(self.points) / RATE / self.strides

    @property
    def takes_turns(self) -> bool:
        """Whether left and right contacts alternate about evenly, as they must in a run with true contacts."""
        left, right = self.contacts("left"), self.contacts("right")
        later = (right[:, None] - left) % self.strides
        return len(left) == len(right) == self.strides and bool(np.all(np.abs(later.min(axis=0) - 0.5) < 0.1))

    def at(self, phase: Floats) -> Floats:
        """Landmarks at gait phases (cycles, unwrapped; 0 is a contact of the left foot), shape (T, 33, 3)."""
        closed = np.concatenate([self.points, self.points[:1]])
        spline = CubicSpline(np.arange(len(closed)), np.nan_to_num(closed), bc_type="periodic")
        frame = (phase / self.strides * len(self.points) + self.left[0]) % len(self.points)
        return np.where(np.isnan(self.points[:1]), np.nan, spline(frame))

    def contacts(self, side: str) -> Floats:
        """Phases of one loop, cycles, at which the foot touches down; ascending, in [0, strides)."""
        frames = self.left if side == "left" else self.right
        return np.sort((frames - self.left[0]) % len(self.points)) / len(self.points) * self.strides


@cache
def load_runner(mocap: Path, name: str) -> Runner:
    """``name`` of a .bvh, .trc or DeepMimic .txt file in ``mocap``, without its ending."""
    path = next(p for p in sorted(mocap.glob(f"{name}.*")) if p.suffix in (".bvh", ".trc", ".txt"))
    motion = {".bvh": read_bvh, ".trc": read_trc, ".txt": read_deepmimic}[path.suffix](path)
    return make_runner(motion, name, wrapped=path.suffix == ".txt")


def make_runner(motion: Motion, name: str, wrapped: bool = False) -> Runner:
    points, speed = on_treadmill(motion, wrapped)
    if wrapped:
        start, stop, strides, seam = 0, len(points) - 1, 1, 0.0
    else:
        start, stop, strides, seam = _cut(points, speed)
    miss = points[stop] - points[start]
    ramp = np.arange(stop - start) / (stop - start)
    loop = complete_head(points[start:stop] - ramp[:, None, None] * miss)
    belt = float(np.median(speed[start:stop])) if np.median(speed[start:stop]) > 0.5 else _belt(loop)
    return Runner(name, loop, strides, _touch_downs(loop, "LEFT", belt, strides),
                  _touch_downs(loop, "RIGHT", belt, strides), seam)  # fmt: skip


def on_treadmill(motion: Motion, wrapped: bool = False) -> tuple[Floats, Floats]:
    """Landmarks in the treadmill room and the speed over ground, both at ``RATE``."""
    if wrapped:
        # A looped cycle goes straight on; one cycle is too short to follow its path.
        travel = np.polyfit(motion.time, motion.hips[:, [0, 2]], 1)
        place = np.zeros((len(motion.time), 3))
        place[:, [0, 2]] = motion.time[:, None] * travel[0] + travel[1]
        heading = np.tile(np.array([travel[0][0], 0.0, travel[0][1]]) / np.hypot(*travel[0]), (len(motion.time), 1))
    else:
        place, heading = motion.path()
    axes = np.stack([np.cross(UP, heading), np.broadcast_to(UP, heading.shape), heading], axis=1)
    local = np.einsum("tij,tlj->tli", axes, motion.points - place[:, None])
    local[..., 1] -= motion.floor()
    time = np.arange(motion.time[0], motion.time[-1] + 1e-9, 1 / RATE)
    seen = ~np.isnan(local).any(axis=(0, 2))
    points = np.full((len(time), 33, 3), np.nan)
    points[:, seen] = CubicSpline(motion.time, local[:, seen])(time)
    velocity = CubicSpline(motion.time, place).derivative()(time)
    return points, np.einsum(
        "ti,ti->t", velocity, np.stack([np.interp(time, motion.time, h) for h in heading.T], axis=1)
    )


def _cut(points: Floats, speed: Floats) -> tuple[int, int, int, float]:
    """Start, stop, strides and seam of the longest clean loop in the part that is run."""
    if speed.max() > _RUNNING and speed.min() < _RUNNING:
        usable = speed > _RUNNING
        edges = np.flatnonzero(np.diff(np.concatenate([[0], usable.astype(int), [0]])))
        first, last = max(zip(edges[::2], edges[1::2], strict=True), key=lambda e: e[1] - e[0])
    else:
        first, last = 0, len(points)
    body = points[first:last, _BODY]
    velocity = np.gradient(body, 1 / RATE, axis=0)
    features = np.concatenate([body, 0.05 * velocity], axis=1).reshape(len(body), -1)
    assert len(body) < 2000, "cut long recordings first"
    gaps = cdist(features, features) / np.sqrt(len(_BODY))
    lags = np.arange(int(0.45 * RATE), min(int(1.3 * RATE), len(body) - 1))
    period = int(lags[np.argmin([np.diagonal(gaps, lag).mean() for lag in lags])])
    best: tuple[int, int, int, float] | None = None
    for strides in range(1, int(len(body) / (0.95 * period)) + 1):
        reach = np.arange(int(0.95 * strides * period), min(int(1.05 * strides * period) + 1, len(body)))
        options = [
            (float(np.diagonal(gaps, lag).min()), int(np.diagonal(gaps, lag).argmin()), int(lag)) for lag in reach
        ]
        if not options:
            break
        seam, start, lag = min(options)
        if best is None or seam < max(1.3 * best[3], 0.06):
            best = (first + start, first + start + lag, strides, seam)
    assert best is not None, "shorter than a stride"
    return best


def _belt(loop: Floats) -> float:
    """Belt speed of a treadmill recording: how fast the lowest foot goes backward."""
    toe = loop[:, [L.LEFT_FOOT_INDEX, L.RIGHT_FOOT_INDEX]]
    back = -np.gradient(toe[..., 2], 1 / RATE, axis=0)
    low = toe[..., 1] < np.percentile(toe[..., 1], 10)
    return float(np.median(back[low]))


def _touch_downs(loop: Floats, side: str, belt: float, strides: int) -> Floats:
    """Initial contacts from foot height and speed, in frames of the loop.

    On the ground the foot is low and goes with the belt; the contact begins where the lowest point of the foot
    first comes within 3 cm of its lowest and moves backward at more than half of the belt's speed.
    """
    foot = loop[:, [L[f"{side}_HEEL"], L[f"{side}_FOOT_INDEX"]]]
    thrice = np.concatenate([foot, foot, foot])
    height = thrice[..., 1] - np.percentile(foot[..., 1], 2, axis=0)
    back = -np.gradient(thrice[..., 2], 1 / RATE, axis=0)
    down = ((height < 0.03) & (back > 0.5 * belt)).any(axis=1)
    # One contact a stride: close breaks shorter than a quarter of a stride, then take the rising edges.
    length = len(loop) / strides
    edges = np.flatnonzero(np.diff(down.astype(int)) == 1) + 1
    ends = np.flatnonzero(np.diff(down.astype(int)) == -1) + 1
    fresh = [e for e in edges if not len(ends[ends <= e]) or e - ends[ends <= e][-1] > 0.25 * length]
    inside = [e - len(loop) for e in fresh if len(loop) <= e < 2 * len(loop)]
    if len(inside) != strides:
        # A foot that slides: the lowest points, one a stride.
        lowest, _ = find_peaks(-height.min(axis=1), distance=0.6 * length)
        inside = [e - len(loop) for e in lowest if len(loop) <= e < 2 * len(loop)]
    return np.array(inside, dtype=float)


def complete_head(points: Floats) -> Floats:
    """Give a runner without head or face markers what every video shows: ears and nose."""
    points = points.copy()
    across = points[:, L.LEFT_SHOULDER] - points[:, L.RIGHT_SHOULDER]
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    middle = (points[:, L.LEFT_SHOULDER] + points[:, L.RIGHT_SHOULDER]) / 2
    if np.isnan(points[:, L.LEFT_EAR]).any():
        points[:, L.LEFT_EAR] = np.add(middle, (0, 0.18, 0.06)) + 0.07 * across
        points[:, L.RIGHT_EAR] = np.add(middle, (0, 0.18, 0.06)) - 0.07 * across
    ears = (points[:, L.LEFT_EAR] + points[:, L.RIGHT_EAR]) / 2
    line = points[:, L.LEFT_EAR] - points[:, L.RIGHT_EAR]
    line /= np.linalg.norm(line, axis=1, keepdims=True)
    forward = np.cross(line, UP)
    if np.isnan(points[:, L.NOSE]).any():
        points[:, L.NOSE] = ears + 0.11 * forward - [0, 0.015, 0]
    return points
