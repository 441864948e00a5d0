"""What the best shape reaches by chance: its distribution under long memory, for every number of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from posture.drift.contrasts import contrasts
from posture.drift.longmemory import STRONGEST, fractional_noise
from posture.drift.noise import SHORT_BLOCK, even_blocks
from posture.series import Floats

#: Upper tail probabilities of the table below.
LEVELS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005)
#: Most values of a batch: bounds memory.
_BATCH = 20_000_000


def critical_values(blocks: int, series: int, seed: int) -> Floats:
    """Correlations with the best shape that are passed with probability ``LEVELS`` when there is only long memory.

    Parameters
    ----------
    blocks : int
    series : int
        Simulated runs.
    seed : int

    Returns
    -------
    ndarray, shape (len(LEVELS),)
    """
    rng = np.random.default_rng(seed)
    shapes = contrasts(blocks)
    batch = min(20_000, max(_BATCH // blocks**2, 100))
    found = []
    for start in range(0, series, batch):
        noise = fractional_noise(rng, min(batch, series - start), blocks * SHORT_BLOCK, STRONGEST)
        found.append(shapes.strongest(even_blocks(noise, blocks)))
    values: Floats = np.quantile(np.concatenate(found), 1.0 - np.array(LEVELS))
    return values


def chance(blocks: int, correlation: Floats | float) -> Floats:
    """P that the best of all shapes fits as well or better where nothing happened.

    Parameters
    ----------
    blocks : int
        6 to the largest key of ``CRITICAL``; between keys, by the logarithm of the number.
    correlation : float or ndarray, shape (...)

    Returns
    -------
    ndarray, shape (...)
        Interpolated in log p. 0.0005 at least: beyond the table nothing is extrapolated. 1 below its weakest level.
    """
    critical = _critical(blocks)
    log_p = np.interp(correlation, critical, np.log(LEVELS))
    p: Floats = np.where(np.asarray(correlation) < critical[0], 1.0, np.exp(log_p))
    return p


@cache
def _critical(blocks: int) -> Floats:
    columns = np.array(list(CRITICAL.values())).T
    return np.array([np.interp(np.log(blocks), np.log(list(CRITICAL)), column) for column in columns])


#: Number of blocks to the correlations that are passed with those probabilities.
#: Made by ``{k: critical_values(k, 100_000 if k < 50 else 40_000, seed=k) for k in CRITICAL}``.
CRITICAL: Mapping[int, tuple[float, ...]] = {
    6: (0.8664, 0.9284, 0.9537, 0.9695, 0.9820, 0.9879, 0.9915, 0.9950, 0.9966, 0.9976),
    7: (0.8378, 0.9053, 0.9336, 0.9529, 0.9698, 0.9780, 0.9836, 0.9889, 0.9916, 0.9939),
    8: (0.8133, 0.8855, 0.9158, 0.9375, 0.9576, 0.9675, 0.9747, 0.9826, 0.9862, 0.9892),
    9: (0.7916, 0.8658, 0.8984, 0.9216, 0.9435, 0.9558, 0.9650, 0.9754, 0.9810, 0.9846),
    10: (0.7708, 0.8486, 0.8825, 0.9073, 0.9310, 0.9444, 0.9557, 0.9654, 0.9713, 0.9769),
    11: (0.7546, 0.8337, 0.8692, 0.8947, 0.9200, 0.9348, 0.9471, 0.9586, 0.9658, 0.9727),
    12: (0.7390, 0.8195, 0.8558, 0.8830, 0.9094, 0.9240, 0.9356, 0.9497, 0.9576, 0.9629),
    13: (0.7247, 0.8064, 0.8433, 0.8705, 0.8980, 0.9139, 0.9277, 0.9420, 0.9520, 0.9598),
    14: (0.7122, 0.7943, 0.8327, 0.8606, 0.8886, 0.9060, 0.9197, 0.9336, 0.9428, 0.9509),
    15: (0.6996, 0.7829, 0.8216, 0.8509, 0.8798, 0.8965, 0.9108, 0.9260, 0.9354, 0.9428),
    16: (0.6884, 0.7720, 0.8117, 0.8407, 0.8702, 0.8881, 0.9022, 0.9187, 0.9289, 0.9364),
    17: (0.6785, 0.7626, 0.8024, 0.8321, 0.8631, 0.8810, 0.8961, 0.9128, 0.9242, 0.9343),
    18: (0.6705, 0.7541, 0.7940, 0.8247, 0.8555, 0.8738, 0.8891, 0.9053, 0.9162, 0.9251),
    20: (0.6532, 0.7370, 0.7781, 0.8099, 0.8411, 0.8609, 0.8777, 0.8954, 0.9075, 0.9171),
    22: (0.6380, 0.7220, 0.7635, 0.7947, 0.8265, 0.8460, 0.8636, 0.8828, 0.8952, 0.9054),
    25: (0.6192, 0.7037, 0.7454, 0.7776, 0.8108, 0.8315, 0.8482, 0.8679, 0.8800, 0.8938),
    28: (0.6034, 0.6876, 0.7297, 0.7617, 0.7956, 0.8163, 0.8331, 0.8531, 0.8662, 0.8762),
    32: (0.5840, 0.6672, 0.7097, 0.7432, 0.7778, 0.7988, 0.8178, 0.8379, 0.8498, 0.8619),
    36: (0.5682, 0.6515, 0.6942, 0.7281, 0.7647, 0.7855, 0.8052, 0.8241, 0.8350, 0.8490),
    40: (0.5545, 0.6373, 0.6797, 0.7130, 0.7480, 0.7707, 0.7897, 0.8109, 0.8244, 0.8357),
    45: (0.5390, 0.6216, 0.6634, 0.6976, 0.7337, 0.7552, 0.7744, 0.7980, 0.8116, 0.8223),
    50: (0.5260, 0.6072, 0.6497, 0.6837, 0.7190, 0.7407, 0.7611, 0.7845, 0.8032, 0.8162),
    57: (0.5113, 0.5906, 0.6330, 0.6667, 0.7036, 0.7258, 0.7443, 0.7697, 0.7846, 0.7992),
    65: (0.4947, 0.5742, 0.6170, 0.6519, 0.6889, 0.7130, 0.7322, 0.7549, 0.7754, 0.7896),
    75: (0.4796, 0.5576, 0.6005, 0.6354, 0.6710, 0.6942, 0.7152, 0.7346, 0.7493, 0.7612),
    85: (0.4667, 0.5432, 0.5841, 0.6181, 0.6541, 0.6777, 0.6994, 0.7230, 0.7360, 0.7549),
    110: (0.4402, 0.5136, 0.5540, 0.5881, 0.6239, 0.6479, 0.6696, 0.6927, 0.7115, 0.7221),
    160: (0.4032, 0.4745, 0.5155, 0.5482, 0.5869, 0.6098, 0.6319, 0.6566, 0.6707, 0.6860),
}
