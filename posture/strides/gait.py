"""Running, walking or slow motion, stride by stride, from what the legs and arms do and how long a stride takes.

The main evidence is mechanical and needs no ground: a runner's hips are lowest under mid-stance and highest in
flight, when the feet are furthest apart; a walker's are highest in mid-stance and lowest in double support
(Cavagna's bouncing ball and inverted pendulum). It holds at any playback speed and beside any camera motion that
does not follow the steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture.kinematics.geometry import bend, nan_median
from posture.kinematics.types import View, ViewKind
from posture.landmarks import MIRROR, Landmark
from posture.midpoints import midpoint, trunk_length
from posture.series import Floats, PoseSeries
from posture.strides.clock import FASTEST, read_clock, read_walking_clock
from posture.strides.grouping import HARMONICS, Grouping
from posture.strides.segment import MEDIAN_STRIDES, reject
from posture.strides.signals import near_side
from posture.strides.types import FEW_STRIDES, Clock, Gait

L = Landmark

#: Stride times in life, s (method 1.5): of running, sprinters included, and of walking.
RUNNING = (FASTEST, 1.2)
WALKING = (0.8, 1.6)
#: Stride time below which a gait looks like running, s: nobody walks at more than 140 steps a minute for long.
FASTEST_WALK = 0.85
#: Below this share of agreement the order of bounce and legs says nothing.
CLEAR = 0.3
#: Mean elbow flexion of running and of walking, degrees: about a right angle against hanging arms (review 2.1).
ELBOW = (60.0, 45.0)
#: Largest knee flexion of the stride, degrees: walkers reach 60 with a spread of 6 (two of which are granted),
#: runners 80 to 120.
KNEE = (82.0, 72.0)
#: Rise and fall of the hips with each step, torso lengths, for want of a side view: running 6 to 10 cm, walking 4 to 5
#: (motion-captured walkers: 0.04 to 0.08), torso 50 cm. Who runs away from the camera shrinks, and bounces less.
BOUNCE = (0.13, 0.07)
#: A bounce below this is noise or lost to a camera that follows, and its order against the legs with it.
LEAST_BOUNCE = 0.06
#: Spread of one stride's duration beyond which nobody runs steadily, share: runners' own is 1 to 3 % (method 2.3), and
#: marks on poorly seen feet add 5. Told from so many pairs of strides on.
UNEVEN, LEAST_PAIRS = 0.055, 5
#: Two strides are of one gait if their durations differ by no more than this share.
ALIKE = 0.2
#: Up to this yaw, degrees, bends and fore-aft motion are seen well enough to be evidence.
SAGITTAL = 45.0


@dataclass(frozen=True, eq=False)
class _Evidence:
    """What speaks for running, by stride; NaN where not seen."""

    order: Floats
    elbow: Floats
    knee: Floats
    bounce: Floats
    head: Floats
    duration: Floats

    def score(self) -> Floats:
        """Above zero for running, below for walking; mechanics count twice."""
        total: Floats = (
            2.0 * _vote(self.order, CLEAR, -CLEAR)
            + _vote(self.elbow, *ELBOW)
            + _vote(self.knee, *KNEE)
            + np.where(np.isfinite(self.knee) | np.isfinite(self.elbow), 0, _vote(self.bounce, *BOUNCE))
            + np.where(self.duration < FASTEST_WALK, 1, 0)
        )
        return total


def _vote(values: Floats, running: float, walking: float) -> NDArray[np.int_]:
    with np.errstate(invalid="ignore"):
        return np.where(values >= running, 1, np.where(values <= walking, -1, 0))


def judge_gait(series: PoseSeries, view: View, table: pd.DataFrame, group: Grouping) -> tuple[Gait, Clock]:
    """Tell the gait of each stride and of the clip, and how the clip plays; strides of another gait are rejected.

    Parameters
    ----------
    series : PoseSeries
    view : View
    table : DataFrame
        Strides; gets the column ``gait``, and rejections, in place.
    group : Grouping
        Of the same strides.

    Returns
    -------
    gait : Gait
        Running or slow motion if ten strides of it are kept, else the most frequent.
    clock : Clock
    """
    if not len(table):
        table["gait"] = pd.Series(dtype=str)
        return Gait.NONE, Clock.unknown()
    evidence = _evidence(series, view, group, table["segment"].to_numpy())
    kept = table["kept"].to_numpy()
    clock = _clock(evidence, kept)
    gaits = _by_stride(evidence, clock)
    table["gait"] = gaits
    if not kept.any():
        return Gait.NONE, Clock.unknown()
    main = _main(gaits[kept])
    if main is Gait.RUNNING and _wanders(table[kept]):
        main, gaits = Gait.UNSURE, np.where(gaits == Gait.RUNNING, str(Gait.UNSURE), gaits)
        table["gait"] = gaits
    usual = float(table.loc[kept & (gaits == main), "duration"].median())
    # A stride whose legs were hidden belongs to the gait around it if its duration fits.
    alike = (gaits == Gait.UNSURE) & (np.abs(table["duration"].to_numpy() / usual - 1) <= ALIKE)
    table.loc[alike, "gait"] = str(main)
    for other in Gait:
        if other is not main:
            reject(table, (table["gait"] == other).to_numpy(), _refusal(other, main))
    return main, Clock.unknown() if main is Gait.UNSURE and not clock.fast else clock


def _wanders(table: pd.DataFrame) -> bool:
    """Whether strides that follow each other are as uneven as those of somebody who steps, stops and turns."""
    start, end, duration = (table[name].to_numpy(float) for name in ("start", "end", "duration"))
    follows = start[1:] - end[:-1] < ALIKE * duration[:-1]
    change = (np.diff(duration) / duration[1:])[follows]
    return len(change) >= LEAST_PAIRS and float(np.sqrt(np.mean(change**2) / 2)) > UNEVEN


def _clock(evidence: _Evidence, kept: NDArray[np.bool_]) -> Clock:
    """The clock by the gait that more strides show; strides too quick for any gait doubt it alone."""
    score, duration = evidence.score(), evidence.duration
    runs, walks = (kept & which for which in (score > 0, score < 0))
    if not (runs.any() or walks.any()):
        runs = kept & (duration < FASTEST)
    if np.count_nonzero(walks) > np.count_nonzero(runs):
        return read_walking_clock(duration[walks])
    return read_clock(duration[runs], evidence.head[runs]) if runs.any() else Clock.right()


def _refusal(other: Gait, main: Gait) -> str:
    if other is Gait.UNSURE:
        return f"not clearly {main}"
    return f"{other}, where most of the clip is {main}"


def _main(gaits: NDArray[np.str_]) -> Gait:
    names, counts = np.unique(gaits, return_counts=True)
    number = dict(zip(names, counts, strict=True))
    for gait in (Gait.RUNNING, Gait.SLOW_MOTION):
        if number.get(str(gait), 0) >= FEW_STRIDES:
            return gait
    return Gait(str(names[np.argmax(counts)]))


def _by_stride(evidence: _Evidence, clock: Clock) -> NDArray[np.str_]:
    score, life = evidence.score(), evidence.duration / clock.factor
    return np.select(
        [
            (score > 0) & (life >= RUNNING[0]) & (life <= RUNNING[1]),
            (score < 0) & (life >= WALKING[0]) & (life <= WALKING[1]),
        ],
        [str(Gait.SLOW_MOTION if clock.slow else Gait.RUNNING), str(Gait.WALKING)],
        str(Gait.UNSURE),
    )


def _around(values: Floats, segment: NDArray[np.int_]) -> Floats:
    """Median of each stride and its neighbours within the segment: one stride's evidence alone is noisy."""
    half = MEDIAN_STRIDES // 2
    padded = np.pad(values, half, constant_values=np.nan)
    home = np.pad(segment, half, mode="edge")
    own = sliding_window_view(home, MEDIAN_STRIDES) == segment[:, None]
    return nan_median(np.where(own, sliding_window_view(padded, MEDIAN_STRIDES), np.nan))


def _evidence(series: PoseSeries, view: View, group: Grouping, segment: NDArray[np.int_]) -> _Evidence:
    hip = midpoint(series.xy, L.LEFT_HIP, alone=True)
    torso = group.mean(trunk_length(series.xy, alone=True))
    facing, _, shift = near_side(view, slice(0, len(series)))
    limb = [series.xy[:, int(MIRROR[i]) if shift else i] for i in (L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE)]
    arm = [series.xy[:, int(MIRROR[i]) if shift else i] for i in (L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST)]
    sagittal = (np.abs(view.frame_yaw) <= SAGITTAL) & (view.frame_kind != ViewKind.UNKNOWN)
    from_side = np.where(group.mean(sagittal.astype(float)) > 0.5, 0.0, np.nan)
    ankle = facing * (limb[2] - hip)[:, 0]
    rise = group.harmonics(group.levelled(-hip[:, 1]))
    bounce = 2 * np.hypot(rise[:, 2], rise[:, 2 + HARMONICS]) / torso
    spread = np.full(len(ankle), np.nan)
    spread[group.frames] = (ankle[group.frames] - group.mean(ankle)[group.owner]) ** 2
    order = np.where(bounce >= LEAST_BOUNCE, _agreement(rise, group.harmonics(spread)) + from_side, np.nan)
    elbow = group.mean(bend(*arm)) + from_side
    knee = group.quantile(bend(*limb), 0.95) + from_side
    ear = group.harmonics(group.levelled(-midpoint(series.xy, L.LEFT_EAR, alone=True)[:, 1]))
    head = 2 * np.hypot(ear[:, 2], ear[:, 2 + HARMONICS]) / torso
    duration = group.end - group.start
    return _Evidence(*(_around(values, segment) for values in (order, elbow, knee, bounce, head, duration)))


def _agreement(a: Floats, b: Floats) -> Floats:
    """Cosine of the angle between the step-frequency parts of two fits: 1 in phase, -1 opposed."""
    step = [2, 2 + HARMONICS]
    norm = np.hypot(*a[:, step].T) * np.hypot(*b[:, step].T)
    cosine: Floats = (a[:, step] * b[:, step]).sum(axis=1) / np.where(norm > 0, norm, np.nan)
    return cosine
