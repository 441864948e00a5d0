"""Recorded poses played at another speed, sampled at another rate, cut, and followed by a camera that moves.

What slow motion does to a video it does to its poses: more frames of the same movement, each with the estimator's own
fresh noise. So poses that were cleaned of their noise are put on another clock, and noise is added again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from posture import landmarks
from posture.cleaning import clean
from posture.landmarks import L
from posture.series import Floats, PoseSeries
from posture.settings import CleaningSettings
from tests.proving_ground.recording import white_noise

#: Where the five cuts of a clip begin, shares of a stride: none of them is a good one.
CUTS = (0.0, 0.23, 0.41, 0.64, 0.87)

#: Visibility below which a landmark is a guess (method 4).
_GUESSED = 0.5


@dataclass(frozen=True, eq=False)
class Played:
    """Poses of a clip as it plays, and the truth on its clock.

    Attributes
    ----------
    series : PoseSeries
        As an estimator would give it.
    phase : ndarray, shape (T,)
        True gait cycles at each frame.
    factor : float
        How many times slower than life it plays.
    """

    series: PoseSeries
    phase: Floats
    factor: float

    @property
    def cycles(self) -> float:
        """Gait cycles that the clip shows; the last frame stands for the time until the next."""
        return float((self.phase[-1] - self.phase[0]) * len(self.phase) / (len(self.phase) - 1))

    @property
    def period(self) -> float:
        """Stride time on the clip's clock, s."""
        return float((self.series.time[-1] - self.series.time[0]) / (self.phase[-1] - self.phase[0]))


@dataclass(frozen=True, eq=False)
class Source:
    """A real-time recording with its true phase, ready to be played.

    Attributes
    ----------
    series : PoseSeries
        Cleaned; one segment.
    phase : ndarray, shape (T,)
        True gait cycles.
    """

    series: PoseSeries
    phase: Floats

    @classmethod
    def of(cls, series: PoseSeries, phase: Floats) -> Source:
        """From poses as estimated."""
        return cls(clean(series, CleaningSettings(far_arm_visibility=0.0, visibility=0.0))[0], phase)

    def play(
        self,
        start: float,
        cycles: float,
        *,
        factor: float = 1.0,
        rate: float = 30.0,
        pan: float = 0.0,
        shrink: float = 1.0,
        noise: float = 1.0,
        seed: int = 0,
    ) -> Played:
        """A clip of ``cycles`` strides from phase ``start`` on.

        Parameters
        ----------
        start, cycles : float
            Gait cycles.
        factor : float
            How many times slower than life it plays.
        rate : float
            Frames per second of the clip.
        pan : float
            Torso lengths a second by which the camera runs ahead of the runner, on the clip's clock.
        shrink : float
            Size of the picture against the recording's.
        noise : float
            Of MediaPipe's own.
        """
        rng = np.random.default_rng(seed)
        life = self.series.time
        begin, end = (float(np.interp(p, self.phase, life)) for p in (start, start + cycles))
        count = max(round((end - begin) * factor * rate), 3)
        clock = np.arange(count) / rate
        at = begin + clock / factor
        xy = _at(life, self.series.xy, at)
        torso = float(np.nanmedian(np.linalg.norm(xy[:, L.LEFT_SHOULDER] - xy[:, L.LEFT_HIP], axis=1)))
        xy += noise * torso * self._noise()[:, None] * rng.standard_normal(xy.shape)
        xy[..., 0] -= pan * torso * clock[:, None]
        nearest = np.clip(np.searchsorted(life, at), 0, len(life) - 1)
        size = (round(self.series.size[0] * shrink), round(self.series.size[1] * shrink))
        # A camera that moves ahead of the runner has a picture as wide as its way.
        room = 0 if not pan else round(2 * abs(pan) * torso * float(clock[-1]) * shrink)
        xy[..., 0] += room / 2 / shrink
        series = PoseSeries(
            clock,
            xy * shrink,
            self.series.world[nearest],
            self.series.visibility[nearest],
            self.series.presence[nearest],
            np.zeros(count, dtype=int),
            (size[0] + room, size[1]),
        )
        return Played(series, np.interp(at, life, self.phase), factor)

    def _noise(self) -> Floats:
        """(33,) MediaPipe's, torso lengths; more for the arm that it guesses."""
        usual = np.median(self.series.visibility, axis=0)
        return white_noise([i for i in range(landmarks.COUNT) if usual[i] < _GUESSED])


def _at(life: Floats, xy: Floats, at: Floats) -> Floats:
    """Points between the frames, smoothly; not seen where the nearest frame was not."""
    count = len(at)
    moved = np.full((count, landmarks.COUNT, 2), np.nan)
    for i in range(landmarks.COUNT):
        seen = np.isfinite(xy[:, i, 0])
        if seen.sum() < 4:
            continue
        spline = CubicSpline(life[seen], xy[seen, i])
        hidden = np.interp(at, life, (~seen).astype(float)) > 0.5
        moved[:, i] = np.where(hidden[:, None], np.nan, spline(at))
    return moved


def holed(series: PoseSeries, lost: int = 10, of: int = 30) -> PoseSeries:
    """Without the last ``lost`` of every ``of`` frames: each piece is a segment of its own, as after a gap in time."""
    return series.take(np.arange(len(series)) % of < of - lost)


def versions(source: Source, *, thinning: int = 1, cycles: tuple[float, ...] = (2, 3, 5)) -> Iterator[Played]:
    """Slowed 1 to 10 times, at 15 to 60 frames/s, still and panned, at five cuts; every ``thinning``-th of them."""
    cases = [
        (factor, long, rate, pan, cut)
        for factor in (1, 2, 3, 4, 6, 8, 10)
        for long in cycles
        for rate in (15, 20, 30, 60)
        for pan in (0.0, 0.5)
        for cut in CUTS
    ]
    for number, (factor, long, rate, pan, cut) in enumerate(cases):
        if number % thinning == 0:
            # Elsewhere in the recording each time, so that not one moment of it decides.
            start = 3 + number % 17 + cut
            yield source.play(start, long, factor=factor, rate=rate, pan=pan / factor, seed=number)
