"""Simulated strides with known truth: noise of every memory, the shapes that drift has in people, and recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from posture.drift.blocks import StrideSeries, fifths, outliers
from posture.drift.contrasts import contrasts
from posture.drift.critical import chance
from posture.drift.longmemory import fractional_noise
from posture.drift.measure import ends_of, over_run
from posture.drift.noise import COARSE_ODDS, REMEMBERED, coarse_blocks, even_blocks, fine_blocks, remembered
from posture.drift.scan import scan
from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metrics, View, ViewKind
from posture.settings import DriftSettings
from posture.strides.types import Gait, Strides

STRIDE_TIME = 0.7
#: The rate's bootstrap is not what is simulated.
NO_WARM_UP = DriftSettings(warmup_share=0.0, resamples=100)

#: Metric to its level and stride-to-stride SD, in its unit: measured on motion capture (m; review 2.3) or assumed (a).
SIDE = {
    "trunk_lean": (5.0, 1.2),  # m
    "ear_hip": (8.0, 0.8),  # m
    "neck_incl": (18.0, 1.6),  # a: trunk and ear-hip together
    "shrug_v": (0.4, 0.012),  # a: 6 mm
    "wrist_h": (0.30, 0.020),  # m
    "upper_arm_amp": (50.0, 4.7),  # m
    "elbow_rom": (36.0, 4.0),  # a: as upper_arm_amp in proportion
}
FRONT = {
    "weave": (0.33, 0.030),  # a: as the hand's place
    "wrist_width": (0.60, 0.028),  # m
    "wrist_h": (0.30, 0.020),  # m
    "lat_lean": (-1.4, 0.62),  # m
    "shoulder_obliquity": (-2.7, 0.84),  # m
    "arm_asym": (10.0, 5.0),  # a
}
#: The exploratory metrics of the side view, controlled by themselves.
EXPLORATORY = {
    "neck_trunk": (13.0, 1.8),  # a
    "head_fwd": (0.1, 0.014),  # a
    "head_pitch": (20.0, 2.0),  # a
    "protraction": (-0.08, 0.012),  # a
    "elbow_flex": (90.0, 2.05),  # m
    "upper_arm": (-34.0, 2.4),  # a: half the spread of its swing
    "wrist_h_p95": (0.55, 0.024),  # a: as wrist_h
    "wrist_ap_amp": (0.87, 0.04),  # a
    "wrist_trunk_d": (0.1, 0.02),  # a
    "cadence": (174.3, 1.95),  # m: stride time CV 1.12 %
    "vert_osc": (0.17, 0.018),  # m: 0.9 cm
}
Family = Mapping[str, tuple[float, float]]


def noise(kind: str, shape: tuple[int, int], seed: int) -> np.ndarray:
    """Stride noise of unit variance, one run a row.

    Parameters
    ----------
    kind : str
        ``white``, ``AR`` or ``FD`` with its memory, or ``growing`` (AR .3, its SD from 1 to 3 times).
    shape : tuple of int
        Runs and strides.
    seed : int
    """
    rng = np.random.default_rng(seed)
    name, _, strength = kind.partition(" ")
    if name == "FD":
        return fractional_noise(rng, *shape, float(strength))
    phi = 0.3 if name == "growing" else float(strength or 0.0)
    settled = 300
    shocks = rng.standard_normal((shape[0], shape[1] + settled)) * np.sqrt(1 - phi**2)
    steady = lfilter([1.0], [1.0, -phi], shocks, axis=1)[:, settled:]
    return steady * np.linspace(1.0, 3.0, shape[1]) / 2.0 if name == "growing" else steady


def ramp(begin: float, end: float = 1.0) -> Callable[[np.ndarray], np.ndarray]:
    """Rises from one share of the run to another by one."""
    return lambda place: np.clip((place - begin) / (end - begin), 0.0, 1.0)


def box(begin: float, end: float = 2.0) -> Callable[[np.ndarray], np.ndarray]:
    """One between two shares of the run."""
    return lambda place: 1.0 * ((place >= begin) & (place < end))


#: Shape to its size in degrees of trunk lean and its course over the run.
SHAPES: Mapping[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = MappingProxyType(
    {
        "nothing": (0.0, box(2.0)),
        "ramp, all the run": (5.0, ramp(0.0)),
        "ramp from 60 %": (5.0, ramp(0.6)),
        "step at 30 %": (5.0, box(0.3)),
        "step at 50 %": (5.0, box(0.5)),
        "step at 75 %": (5.0, box(0.75)),
        "slump from 40 to 70 %": (5.0, box(0.4, 0.7)),
        "bump": (6.0, lambda place: np.clip(1.0 - np.abs(place - 0.5) / 0.3, 0.0, None)),
        "three waves": (3.0, lambda place: np.sin(6.0 * np.pi * place)),
        "collapse in the last 5 %": (8.0, box(0.95)),
        "collapse in the last 10 %": (8.0, box(0.9)),
        "first 8 % higher": (6.0, box(-1.0, 0.08)),
    }
)


def course(shape: str, strides: int) -> np.ndarray:
    """A shape in degrees, one value a stride."""
    size, along = SHAPES[shape]
    return size * along(np.linspace(0.0, 1.0, strides))


def recording(
    values: Mapping[str, np.ndarray], yaw: np.ndarray | None = None, start: np.ndarray | None = None
) -> tuple[Strides, View, Metrics]:
    """Strides as the stride stage hands them on; metrics that are not simulated are withheld."""
    count = next(iter(values.values())).size
    yaw = np.zeros(count) if yaw is None else yaw
    start = STRIDE_TIME * np.arange(count) if start is None else start
    table = pd.DataFrame(
        {"start": start, "end": start + STRIDE_TIME, "kept": True, "yaw": yaw, "cadence": 171.0, **values}
    )
    time = np.array([0.0, start[-1] + STRIDE_TIME])
    frames = np.full(2, ViewKind.SIDE.value), np.zeros(2), np.ones(2, dtype=int)
    view = View(ViewKind.SIDE, float(np.median(yaw)), "right", 1, *frames, 1.0)
    withheld = {name: "Not simulated." for name in METRICS if name not in values}
    return (
        Strides(table, Gait.RUNNING, "simulated", 1.0, {}),
        view,
        Metrics(time, {name: np.zeros(2) for name in values}, withheld, frozenset()),
    )


@dataclass(frozen=True)
class Judged:
    """(runs,) each: what the procedure makes of one metric, before control over several."""

    p: np.ndarray
    p_lasting: np.ndarray
    p_passing: np.ndarray
    changed: np.ndarray
    came_and_went: np.ndarray

    def found(self, level: float) -> np.ndarray:
        """Whether there would be a drift or an episode, were the metric beyond chance."""
        lasting = (self.p_lasting < level) & self.changed
        found: np.ndarray = lasting | ((self.p_passing < level) & self.came_and_went)
        return found


def judge(metric: str, values: np.ndarray) -> Judged:
    """The procedure for many runs of one metric, shape (runs, strides); in full only where anything may be found."""
    known = METRICS[metric]
    p = chances(values)
    judged = Judged(p, p.copy(), np.ones(p.size), np.zeros(p.size, dtype=bool), np.zeros(p.size, dtype=bool))
    time = STRIDE_TIME * np.arange(values.shape[1])
    for run in np.flatnonzero(p < 0.1):
        value = values[run][~outliers(values[run])]
        first = last = fifths(value.size)
        found = scan(value, first // 2)
        first, last = ends_of(found.change, value.size, first, last)
        result = over_run(known, StrideSeries(time[: value.size], value), found, first, last, NO_WARM_UP)
        judged.p[run], judged.p_lasting[run] = result.p, result.p_lasting
        judged.changed[run] = abs(result.change) > result.mdc
        if result.episode:
            judged.p_passing[run], judged.came_and_went[run] = result.episode.p, True
    return judged


def chances(values: np.ndarray) -> np.ndarray:
    """P of the best shape of many runs at once, outliers and events left in."""
    strides = values.shape[1]
    fine, coarse = fine_blocks(strides), coarse_blocks(strides)
    remember = remembered(values, fine) > REMEMBERED
    p = np.empty(len(values))
    for chosen, blocks, odds in ((~remember, fine, 1.0), (remember, coarse, COARSE_ODDS)):
        if chosen.any():
            p[chosen] = np.minimum(
                odds * chance(blocks, contrasts(blocks).strongest(even_blocks(values[chosen], blocks))), 1.0
            )
    return p
