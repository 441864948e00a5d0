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
    6: (0.8714, 0.9348, 0.9600, 0.9745, 0.9851, 0.9898, 0.9931, 0.9958, 0.9970, 0.9980),
    7: (0.8423, 0.9119, 0.9408, 0.9599, 0.9751, 0.9818, 0.9870, 0.9912, 0.9936, 0.9954),
    8: (0.8172, 0.8915, 0.9230, 0.9451, 0.9638, 0.9729, 0.9796, 0.9858, 0.9892, 0.9914),
    9: (0.7950, 0.8715, 0.9056, 0.9295, 0.9520, 0.9632, 0.9713, 0.9803, 0.9845, 0.9878),
    10: (0.7743, 0.8540, 0.8892, 0.9149, 0.9391, 0.9532, 0.9625, 0.9715, 0.9780, 0.9825),
    11: (0.7576, 0.8387, 0.8757, 0.9023, 0.9281, 0.9437, 0.9545, 0.9661, 0.9724, 0.9784),
    12: (0.7418, 0.8244, 0.8618, 0.8901, 0.9172, 0.9319, 0.9442, 0.9576, 0.9651, 0.9705),
    13: (0.7272, 0.8105, 0.8488, 0.8773, 0.9061, 0.9228, 0.9352, 0.9494, 0.9596, 0.9661),
    14: (0.7144, 0.7983, 0.8377, 0.8662, 0.8960, 0.9130, 0.9268, 0.9415, 0.9516, 0.9581),
    15: (0.7014, 0.7861, 0.8258, 0.8558, 0.8859, 0.9031, 0.9180, 0.9337, 0.9423, 0.9511),
    16: (0.6899, 0.7749, 0.8155, 0.8452, 0.8761, 0.8939, 0.9093, 0.9262, 0.9363, 0.9449),
    17: (0.6798, 0.7649, 0.8059, 0.8367, 0.8685, 0.8863, 0.9022, 0.9191, 0.9298, 0.9407),
    18: (0.6716, 0.7564, 0.7971, 0.8286, 0.8601, 0.8788, 0.8944, 0.9113, 0.9230, 0.9324),
    20: (0.6541, 0.7390, 0.7809, 0.8133, 0.8460, 0.8664, 0.8824, 0.9018, 0.9146, 0.9229),
    22: (0.6388, 0.7239, 0.7662, 0.7976, 0.8305, 0.8510, 0.8688, 0.8890, 0.9014, 0.9111),
    25: (0.6197, 0.7051, 0.7474, 0.7806, 0.8145, 0.8355, 0.8526, 0.8731, 0.8870, 0.8997),
    28: (0.6038, 0.6888, 0.7313, 0.7641, 0.7984, 0.8198, 0.8386, 0.8589, 0.8725, 0.8829),
    32: (0.5844, 0.6682, 0.7112, 0.7452, 0.7802, 0.8023, 0.8224, 0.8431, 0.8557, 0.8673),
    36: (0.5685, 0.6522, 0.6956, 0.7299, 0.7667, 0.7886, 0.8081, 0.8286, 0.8408, 0.8558),
    40: (0.5548, 0.6380, 0.6810, 0.7145, 0.7502, 0.7737, 0.7933, 0.8161, 0.8298, 0.8423),
    45: (0.5392, 0.6221, 0.6645, 0.6989, 0.7360, 0.7580, 0.7774, 0.8013, 0.8154, 0.8298),
    50: (0.5262, 0.6079, 0.6504, 0.6850, 0.7209, 0.7432, 0.7647, 0.7869, 0.8077, 0.8213),
    57: (0.5114, 0.5911, 0.6338, 0.6675, 0.7052, 0.7283, 0.7477, 0.7741, 0.7896, 0.8110),
    65: (0.4949, 0.5747, 0.6175, 0.6531, 0.6905, 0.7147, 0.7344, 0.7594, 0.7790, 0.7955),
    75: (0.4797, 0.5580, 0.6014, 0.6364, 0.6725, 0.6964, 0.7171, 0.7385, 0.7529, 0.7634),
    85: (0.4668, 0.5435, 0.5847, 0.6189, 0.6554, 0.6793, 0.7008, 0.7239, 0.7388, 0.7594),
    110: (0.4402, 0.5138, 0.5546, 0.5887, 0.6256, 0.6493, 0.6706, 0.6976, 0.7138, 0.7264),
    160: (0.4033, 0.4747, 0.5157, 0.5488, 0.5874, 0.6110, 0.6333, 0.6569, 0.6714, 0.6860),
}
