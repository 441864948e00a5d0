"""Runs of any length and course, composed of the poses of one real runner under one bend.

A person's strides differ. So the clip is not looped as it is: wherever two of its frames are nearly as alike as the
two that close its best loop, play may go on from either, by chance. What the clip is too short to show stays out of
it: wander over minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from posture import drift
from posture.drift.types import DriftResult
from posture.landmarks import ARM, LEG, MIRROR, L
from posture.seen import Seen, see
from posture.series import CameraMotion, Floats, Ints, PoseSeries
from posture.settings import DriftSettings, Settings
from tests.proving_ground.footage import Footage, vars_of
from tests.simulated import box, ramp

#: Where the run goes from unbent (0) to bent (1), by share of the run.
COURSES: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "ramp": ramp(0.33, 0.83),
        "step": box(0.5),
        "late": ramp(0.6, 0.9),
        "episode": box(0.4, 0.65),
    }
)
#: When each begins.
ONSETS = {"ramp": 0.33, "step": 0.5, "late": 0.6, "episode": 0.4}
#: A run begins fresh: nothing of it is warm-up.
SETTINGS = Settings(drift=DriftSettings(warmup_share=0.0))

#: A jump may be worse than the best loop by this factor, and goes at least so far, s.
_WORSE, _FAR = 1.3, 0.5
#: What is compared to find alike frames, and how much speed counts beside place.
_BODY = [int(i) for i in (*ARM, *(MIRROR[i] for i in ARM), *LEG, *(MIRROR[i] for i in LEG))]
_SPEED = 3.0
#: The best loop holds at least this share of the clip.
_LOOP = 0.6


@dataclass(frozen=True, eq=False)
class Jumps:
    """How a clip can be played without end.

    Attributes
    ----------
    begin, end : int
        Frames of the best loop: ``end`` looks like ``begin``.
    misfit : float
        Of those two, trunk lengths.
    onward : dict of int to tuple of int
        Frames that look like a frame.
    """

    begin: int
    end: int
    misfit: float
    onward: dict[int, tuple[int, ...]]


def find_jumps(plain: PoseSeries, trunk: float) -> Jumps:
    """The best loop and every place from where play may go on elsewhere."""
    alike = _misfits(plain, trunk)
    count = len(plain)
    place = np.arange(count)
    ahead = place[None, :] - place[:, None]
    loops = np.where(ahead >= _LOOP * count, alike, np.inf)
    begin, end = (int(i) for i in np.unravel_index(loops.argmin(), loops.shape))
    worst = _WORSE * float(alike[begin, end])
    inside = (place >= begin) & (place < end)
    usable = (alike <= worst) & (np.abs(ahead) >= _FAR * plain.rate) & inside[:, None] & inside[None, :]
    onward = {int(i): tuple(int(j) for j in np.flatnonzero(usable[i])) for i in np.flatnonzero(usable.any(axis=1))}
    return Jumps(begin, end, float(alike[begin, end]), onward)


def _misfits(plain: PoseSeries, trunk: float) -> Floats:
    """How unlike two frames are in place and speed of arms and legs, trunk lengths; infinite where not seen."""
    hip = (plain.xy[:, L.LEFT_HIP] + plain.xy[:, L.RIGHT_HIP]) / 2
    place = ((plain.xy - hip[:, None])[:, _BODY] / trunk).reshape(len(plain), -1)
    place = np.concatenate([place, hip / trunk], axis=1)
    features = np.concatenate([place, _SPEED * np.gradient(place, axis=0)], axis=1)
    apart: Floats = np.abs(features[:, None] - features[None]).mean(axis=-1)
    return np.where(np.isfinite(apart), apart, np.inf)


def play(jumps: Jumps, frames: int, seed: int) -> Ints:
    """Frames of the clip in the order in which they are played, shape (frames,)."""
    rng = np.random.default_rng(seed)
    order = np.empty(frames, dtype=int)
    frame = jumps.begin
    settled = 0
    for i in range(frames):
        order[i] = frame
        frame += 1
        settled += 1
        if frame >= jumps.end:
            frame, settled = jumps.begin, 0
        elif settled > 1 and frame in jumps.onward and rng.random() < 0.5:
            frame, settled = int(rng.choice(jumps.onward[frame])), 0
    return order


@dataclass(frozen=True, eq=False)
class Take:
    """A composed run.

    Attributes
    ----------
    seen : PoseSeries
        As the model saw it.
    true : PoseSeries
        The unbent frames' landmarks, bent.
    amount : ndarray, shape (T,)
        Of the bend.
    """

    seen: PoseSeries
    true: PoseSeries
    amount: Floats


def composed(
    footage: Footage, kind: str, course: Callable[[Floats], Floats], most: float, seconds: float, seed: int
) -> Take:
    """A run in which a bend grows to an amount along a course."""
    plain = footage.plain
    order = play(find_jumps(plain, footage.body.trunk), round(seconds * plain.rate), seed)
    amounts = np.array([amount for amount in footage.amounts(kind) if amount <= most])
    wanted = most * course(np.linspace(0.0, 1.0, order.size))
    seen, true = (
        _between([find(kind, float(amount)) for amount in amounts], amounts, wanted, order)
        for find in (footage.seen, footage.true)
    )
    return Take(seen, true, wanted)


def _between(choices: list[PoseSeries], amounts: Floats, wanted: Floats, order: Ints) -> PoseSeries:
    """Frames in an order, each with its amount: between two that were estimated its poses lie on the line."""
    columns = [vars_of(series) for series in choices]
    place = np.interp(wanted, amounts, np.arange(amounts.size))
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, amounts.size - 1)
    taken = {}
    for name in ("xy", "world", "visibility", "presence"):
        column = np.stack([each[name] for each in columns])
        share = (place - below).reshape(-1, *[1] * (column.ndim - 2))
        near, far = column[below, order], column[above, order]
        # An amount that was estimated needs no neighbour, which may not have been found in this frame.
        taken[name] = np.where(share == 0, near, near + share * (far - near))
    time = np.arange(order.size) / choices[0].rate
    return replace(choices[0], **taken, time=time, segment=np.zeros(order.size, dtype=int))


def seen_run(series: PoseSeries) -> Seen:
    """Everything between poses and strides."""
    return see(series, CameraMotion.unknown(series.size), SETTINGS)


def judged(seen: Seen) -> dict[str, DriftResult]:
    """What is said of every metric's change."""
    return drift.assess(seen.segmented, seen.view, seen.measured, camera=None, settings=SETTINGS.drift)
