"""A runner filmed by a virtual phone: long, imperfect as MediaPipe is, and with the truth beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from posture import landmarks
from posture.importers.camera import Camera
from posture.importers.motion import Motion
from posture.landmarks import ARM, LEG, MIRROR, L
from posture.series import Floats, PoseSeries
from tests.proving_ground.posture_changes import lean, raise_arms, tilt, turn_head
from tests.proving_ground.runner import Runner

#: Changes landmarks (T, 33, 3) of the treadmill room, given the times.
Change = Callable[[Floats, Floats], Floats]


#: Frame-to-frame noise of MediaPipe's full model, torso lengths per axis: measured on the rendered runners after
#: taking off the mean and the gait-locked part (side, oblique, front and rear clips alike).
_WHITE = {L.LEFT_SHOULDER: 0.007, L.LEFT_ELBOW: 0.009, L.LEFT_WRIST: 0.012, L.LEFT_HIP: 0.012, L.LEFT_KNEE: 0.02,
          L.LEFT_ANKLE: 0.03, L.LEFT_HEEL: 0.03, L.LEFT_FOOT_INDEX: 0.03}  # fmt: skip
_WHITE_HEAD = 0.0045
#: The same for the arm that the trunk hides, where the model guesses.
_WHITE_FAR = {L.LEFT_ELBOW: 0.035, L.LEFT_WRIST: 0.065}
#: Noise correlated over 0.25 s, as a share of the white one (autocorrelation there is 0.1 to 0.3 after 2 frames).
_SLOW = 0.5
#: Median visibilities in side and oblique clips: the hidden arm and leg.
_HIDDEN = {L.LEFT_ELBOW: 0.12, L.LEFT_WRIST: 0.25, L.LEFT_PINKY: 0.25, L.LEFT_INDEX: 0.25, L.LEFT_THUMB: 0.25,
           L.LEFT_KNEE: 0.75, L.LEFT_ANKLE: 0.9, L.LEFT_HEEL: 0.85, L.LEFT_FOOT_INDEX: 0.85}  # fmt: skip


@dataclass(frozen=True)
class Flaws:
    """What goes wrong between a runner and the landmarks.

    ``noise`` scales MediaPipe's measured noise; ``dropout`` is the share of frames lost in stretches of 0.04 to 0.4 s;
    ``swaps`` the number of exchanges of both arms, and of both legs, a minute, 0.04 to 1 s each.
    """

    noise: float = 1.0
    dropout: float = 0.0
    swaps: float = 0.0


NONE = Flaws(noise=0.0)


@dataclass(frozen=True, eq=False)
class Take:
    """What the camera gave, and the truth.

    Attributes
    ----------
    series : PoseSeries
        As an estimator would give it.
    clean : PoseSeries
        The same without flaws.
    motion : Motion
        The runner in the treadmill room.
    left, right : ndarray
        True initial contacts of each foot, s.
    swapped : ndarray of bool, shape (T, 2)
        Frames in which arms (0) or legs (1) were exchanged.
    """

    series: PoseSeries
    clean: PoseSeries
    motion: Motion
    left: Floats
    right: Floats
    swapped: NDArray[np.bool_] = field(repr=False)


def record(
    runner: Runner,
    camera: Camera,
    seconds: float = 60.0,
    fps: float = 30.0,
    flaws: Flaws = NONE,
    variability: float = 0.0,
    other: Runner | None = None,
    mix: Callable[[Floats], Floats] | None = None,
    change: Change | None = None,
    orbit: Callable[[Floats], Floats] | None = None,
    seed: int = 1,
) -> Take:
    """Film a runner.

    Parameters
    ----------
    variability : float
        1 gives the stride-to-stride spread of a real runner (trunk SD 1.2 degrees, stride time CV 1.1 %).
    other, mix : Runner, callable
        Cross-fade to another runner of the same skeleton at equal gait phase: ``mix(time)`` is its weight, 0 to 1.
    change : callable
        Applied last to the landmarks in the room, with the times: ``change(time, points)``.
    orbit : callable
        Degrees by which the camera has gone around the runner at each time, added to its azimuth.
    """
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * fps)) / fps
    weight = mix(time) if mix is not None else np.zeros_like(time)
    period = runner.period + weight * ((other.period if other else 0.0) - runner.period)
    rate = 1 / period * (1 + variability * 0.011 * _wander(rng, time, runner.period))
    phase = np.concatenate([[0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 / fps)])
    points = runner.at(phase)
    if other is not None:
        points += weight[:, None, None] * (other.at(phase) - points)
    if variability:
        points = _vary(rng, time, points, runner.period, variability)
    if change is not None:
        points = change(time, points)
    motion = Motion(time, points)
    clean = camera.project(motion) if orbit is None else _orbiting(camera, motion, orbit(time))
    series, swapped = spoil(clean, camera, flaws, rng)
    return Take(
        series, clean, motion, _times(runner, "left", phase, time), _times(runner, "right", phase, time), swapped
    )


def _orbiting(camera: Camera, motion: Motion, degrees: Floats) -> PoseSeries:
    """Between views from cameras half a degree apart, interpolated: closer than a hundredth of a pixel."""
    stops = np.arange(np.floor(degrees.min() * 2), np.ceil(degrees.max() * 2) + 2) / 2
    views = [replace(camera, azimuth=camera.azimuth + stop).project(motion) for stop in stops]
    place = np.clip((degrees - stops[0]) * 2, 0, len(stops) - 1.001)
    lower, share, frame = place.astype(int), (place % 1)[:, None, None], np.arange(len(degrees))
    mixed = {
        name: (1 - share) * np.stack([getattr(v, name) for v in views])[lower, frame]
        + share * np.stack([getattr(v, name) for v in views])[lower + 1, frame]
        for name in ("xy", "world")
    }
    return replace(views[0], **mixed)


def spoil(
    clean: PoseSeries, camera: Camera, flaws: Flaws, rng: np.random.Generator
) -> tuple[PoseSeries, NDArray[np.bool_]]:
    """Make a perfect series as imperfect as an estimator's."""
    far = far_side(camera)
    visibility = _visibility(clean, camera, far, rng)
    torso = float(np.nanmedian(np.linalg.norm(clean.xy[:, L.LEFT_SHOULDER] - clean.xy[:, L.LEFT_HIP], axis=1)))
    count, rate = len(clean), clean.rate
    slow = gaussian_filter1d(rng.standard_normal((count, landmarks.COUNT, 2)), 0.25 / 2 * rate, axis=0)
    slow /= slow.std(axis=0)
    white = rng.standard_normal((count, landmarks.COUNT, 2))
    xy = clean.xy + flaws.noise * torso * white_noise(far)[:, None] * (white + _SLOW * slow)
    swapped = np.column_stack([_stretches(rng, clean.time, flaws.swaps * clean.time[-1] / 60, 1.0) for _ in range(2)])
    series = exchange(replace(clean, xy=xy, visibility=visibility), swapped)
    if flaws.dropout:
        lost = _stretches(rng, clean.time, flaws.dropout * clean.time[-1] / 0.2, 0.4)
        series = forget(series, lost)
    return series, swapped


def exchange(series: PoseSeries, swapped: NDArray[np.bool_]) -> PoseSeries:
    """Left and right arms (column 0) and legs (column 1) exchanged: everything goes with the place, as an estimator
    that takes the left arm for the right one sees it as well as before."""
    xy, world, visibility = series.xy.copy(), series.world.copy(), series.visibility.copy()
    for column, limb in enumerate((ARM, LEG)):
        ours = np.array([*limb, *(MIRROR[i] for i in limb)])
        here, there = np.ix_(swapped[:, column], ours), np.ix_(swapped[:, column], MIRROR[ours])
        for values in (xy, world, visibility):
            values[here] = values[there]
    return replace(series, xy=xy, world=world, visibility=visibility)


def forget(series: PoseSeries, lost: NDArray[np.bool_]) -> PoseSeries:
    """Frames in which nobody was found."""
    gone = lambda values, nothing: np.where(lost.reshape(-1, *[1] * (values.ndim - 1)), nothing, values)  # noqa: E731
    return replace(
        series,
        xy=gone(series.xy, np.nan),
        world=gone(series.world, np.nan),
        visibility=gone(series.visibility, 0.0),
        presence=gone(series.presence, 0.0),
    )


def far_side(camera: Camera) -> list[int]:
    """Landmarks of the arm and leg that the trunk hides: those away from a camera within 45 degrees of the side."""
    across = np.sin(np.radians(camera.azimuth))
    if abs(across) < np.sin(np.radians(45)):
        return []
    left = [*ARM[1:], *LEG[1:]]
    return [int(MIRROR[i]) for i in left] if across > 0 else [int(i) for i in left]


def white_noise(far: list[int]) -> Floats:
    """(33,) standard deviation of the white noise, torso lengths."""
    spread = np.full(landmarks.COUNT, _WHITE_HEAD)
    for left, value in _WHITE.items():
        spread[[left, MIRROR[left]]] = value
    for left in (L.LEFT_PINKY, L.LEFT_INDEX, L.LEFT_THUMB):
        spread[[left, MIRROR[left]]] = _WHITE[L.LEFT_WRIST]
    for left, value in _WHITE_FAR.items():
        spread[[i for i in (left, MIRROR[left]) if i in far]] = value
    return spread


def _visibility(clean: PoseSeries, camera: Camera, far: list[int], rng: np.random.Generator) -> Floats:
    """MediaPipe's habits: near 1 for what faces the camera, little for the far arm and for wrists before the trunk."""
    level = np.where(np.isnan(clean.xy[..., 0]), 0.0, 0.98)
    for left, value in _HIDDEN.items():
        level[:, [i for i in (int(left), int(MIRROR[left])) if i in far]] = value
    if np.cos(np.radians(camera.azimuth)) < -np.cos(np.radians(45)):
        level[:, [L.LEFT_WRIST, L.RIGHT_WRIST]] = 0.2
    noise = 0.02 * rng.standard_normal(level.shape)
    return np.where(level > 0, np.clip(level + noise, 0.0, 1.0), 0.0)


def _stretches(rng: np.random.Generator, time: Floats, number: float, longest: float) -> NDArray[np.bool_]:
    """Frames of about ``number`` stretches of 0.04 s to ``longest``, at least 1 s apart."""
    chosen = np.zeros(len(time), dtype=bool)
    for start in rng.uniform(1.0, time[-1] - 2.0, round(number)):
        stop = start + rng.uniform(0.04, longest)
        if not chosen[(time >= start - 1.0) & (time < stop + 1.0)].any():
            chosen |= (time >= start) & (time < stop)
    return chosen


def _wander(rng: np.random.Generator, time: Floats, period: float) -> Floats:
    """Standard deviation 1, one value a stride (AR(1) of 0.3, as strides have), smooth in between."""
    knots = np.arange(-2, time[-1] / period + 3)
    values = rng.standard_normal(len(knots))
    for i in range(1, len(values)):
        values[i] = 0.3 * values[i - 1] + np.sqrt(1 - 0.09) * values[i]
    smooth = np.asarray(CubicSpline(knots * period, values)(time))
    return (smooth - smooth.mean()) / smooth.std()


def _vary(rng: np.random.Generator, time: Floats, points: Floats, period: float, amount: float) -> Floats:
    """Natural spread of trunk, neck and arms from stride to stride (method 2.3: motion capture)."""

    draw = lambda spread: amount * spread * _wander(rng, time, period)  # noqa: E731
    points = lean(points, draw(1.2))
    points = tilt(points, draw(0.62))
    points = turn_head(points, draw(1.0))
    return raise_arms(points, draw(1.5), draw(1.5))


def _times(runner: Runner, side: str, phase: Floats, time: Floats) -> Floats:
    loops = np.arange(-1, phase[-1] / runner.strides + 1)
    all_phases = (runner.contacts(side)[None] + runner.strides * loops[:, None]).ravel()
    inside = all_phases[(all_phases >= 0) & (all_phases <= phase[-1])]
    return np.interp(inside, phase, time)
