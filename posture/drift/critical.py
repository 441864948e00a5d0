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
    6: (0.8765, 0.9390, 0.9631, 0.9765, 0.9864, 0.9908, 0.9935, 0.9962, 0.9974, 0.9982),
    7: (0.8492, 0.9179, 0.9457, 0.9638, 0.9777, 0.9842, 0.9885, 0.9929, 0.9947, 0.9962),
    8: (0.8263, 0.8993, 0.9298, 0.9504, 0.9677, 0.9757, 0.9819, 0.9873, 0.9902, 0.9924),
    9: (0.8056, 0.8817, 0.9140, 0.9365, 0.9572, 0.9675, 0.9752, 0.9823, 0.9864, 0.9897),
    10: (0.7872, 0.8658, 0.8995, 0.9239, 0.9460, 0.9587, 0.9679, 0.9770, 0.9814, 0.9849),
    11: (0.7708, 0.8523, 0.8876, 0.9131, 0.9369, 0.9508, 0.9606, 0.9699, 0.9756, 0.9805),
    12: (0.7566, 0.8394, 0.8757, 0.9021, 0.9281, 0.9423, 0.9536, 0.9645, 0.9708, 0.9753),
    13: (0.7432, 0.8267, 0.8643, 0.8911, 0.9170, 0.9329, 0.9450, 0.9566, 0.9638, 0.9691),
    14: (0.7318, 0.8165, 0.8540, 0.8814, 0.9091, 0.9247, 0.9385, 0.9519, 0.9596, 0.9660),
    15: (0.7195, 0.8055, 0.8448, 0.8728, 0.9016, 0.9174, 0.9300, 0.9437, 0.9515, 0.9579),
    16: (0.7083, 0.7953, 0.8346, 0.8634, 0.8923, 0.9089, 0.9230, 0.9382, 0.9473, 0.9556),
    17: (0.6996, 0.7863, 0.8268, 0.8565, 0.8856, 0.9033, 0.9177, 0.9337, 0.9428, 0.9503),
    18: (0.6920, 0.7790, 0.8191, 0.8490, 0.8799, 0.8966, 0.9114, 0.9260, 0.9353, 0.9438),
    20: (0.6759, 0.7642, 0.8054, 0.8360, 0.8666, 0.8855, 0.9000, 0.9166, 0.9270, 0.9354),
    22: (0.6587, 0.7469, 0.7887, 0.8206, 0.8527, 0.8716, 0.8875, 0.9045, 0.9140, 0.9270),
    25: (0.6333, 0.7203, 0.7631, 0.7953, 0.8275, 0.8484, 0.8656, 0.8841, 0.9005, 0.9081),
    28: (0.6107, 0.6958, 0.7375, 0.7711, 0.8043, 0.8258, 0.8442, 0.8627, 0.8753, 0.8876),
    32: (0.5813, 0.6629, 0.7056, 0.7392, 0.7744, 0.7952, 0.8138, 0.8368, 0.8490, 0.8616),
    36: (0.5561, 0.6352, 0.6770, 0.7112, 0.7469, 0.7691, 0.7884, 0.8110, 0.8276, 0.8421),
    40: (0.5345, 0.6104, 0.6508, 0.6835, 0.7189, 0.7408, 0.7616, 0.7852, 0.7994, 0.8148),
    45: (0.5093, 0.5807, 0.6198, 0.6520, 0.6873, 0.7106, 0.7304, 0.7528, 0.7695, 0.7862),
    50: (0.4870, 0.5549, 0.5921, 0.6232, 0.6571, 0.6778, 0.7012, 0.7260, 0.7408, 0.7602),
    57: (0.4604, 0.5219, 0.5576, 0.5873, 0.6200, 0.6417, 0.6621, 0.6861, 0.7049, 0.7200),
    65: (0.4361, 0.4940, 0.5282, 0.5564, 0.5891, 0.6114, 0.6308, 0.6539, 0.6676, 0.6894),
    75: (0.4169, 0.4735, 0.5060, 0.5335, 0.5662, 0.5852, 0.6019, 0.6226, 0.6382, 0.6505),
    85: (0.4011, 0.4557, 0.4866, 0.5120, 0.5420, 0.5621, 0.5811, 0.6044, 0.6180, 0.6321),
    110: (0.3707, 0.4195, 0.4491, 0.4740, 0.5028, 0.5220, 0.5389, 0.5624, 0.5806, 0.5886),
    160: (0.3279, 0.3726, 0.3994, 0.4227, 0.4500, 0.4678, 0.4864, 0.5065, 0.5208, 0.5338),
}
