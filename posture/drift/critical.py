"""What the best shape reaches by chance: its distribution under long memory, for every number of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from posture.drift.blocks import HAMPEL_WINDOW, outliers
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
        noise = _noise(rng, min(batch, series - start), blocks * SHORT_BLOCK)
        found.append(shapes.strongest(even_blocks(noise, blocks)))
    values: Floats = np.quantile(np.concatenate(found), 1.0 - np.array(LEVELS))
    return values


def _noise(rng: np.random.Generator, series: int, strides: int) -> Floats:
    """Long memory, with outliers dropped as those of a run are: shape (series, strides).

    What is left is less spread out within a block and no less between blocks: without this the 0.5 % level would be
    passed by 0.7 % (21 blocks).
    """
    noise = fractional_noise(rng, series, strides + strides // 20 + HAMPEL_WINDOW, STRONGEST)
    kept_first = np.argsort(outliers(noise), axis=-1, kind="stable")
    return np.take_along_axis(noise, kept_first[:, :strides], axis=-1)


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


#: Number of blocks to the correlations that are passed with those probabilities; also where the weighing of shapes
#: bends.
#: Made by ``{k: critical_values(k, 100_000 if k < 50 else 40_000, seed=k) for k in CRITICAL}``.
CRITICAL: Mapping[int, tuple[float, ...]] = {
    6: (0.8812, 0.9429, 0.9661, 0.9785, 0.9876, 0.9916, 0.9942, 0.9964, 0.9976, 0.9984),
    7: (0.8554, 0.9225, 0.9498, 0.9667, 0.9801, 0.9858, 0.9899, 0.9933, 0.9952, 0.9968),
    8: (0.8319, 0.9039, 0.9334, 0.9535, 0.9705, 0.9785, 0.9839, 0.9890, 0.9915, 0.9935),
    9: (0.8110, 0.8869, 0.9191, 0.9413, 0.9608, 0.9702, 0.9775, 0.9842, 0.9873, 0.9904),
    10: (0.7927, 0.8714, 0.9052, 0.9287, 0.9511, 0.9626, 0.9712, 0.9792, 0.9837, 0.9867),
    11: (0.7775, 0.8574, 0.8931, 0.9178, 0.9414, 0.9546, 0.9648, 0.9737, 0.9794, 0.9823),
    12: (0.7623, 0.8451, 0.8810, 0.9068, 0.9319, 0.9460, 0.9565, 0.9670, 0.9730, 0.9763),
    13: (0.7497, 0.8327, 0.8701, 0.8972, 0.9229, 0.9370, 0.9487, 0.9610, 0.9675, 0.9735),
    14: (0.7366, 0.8218, 0.8601, 0.8877, 0.9144, 0.9300, 0.9420, 0.9546, 0.9619, 0.9685),
    15: (0.7259, 0.8119, 0.8501, 0.8787, 0.9061, 0.9217, 0.9357, 0.9490, 0.9565, 0.9636),
    16: (0.7164, 0.8024, 0.8412, 0.8698, 0.8985, 0.9152, 0.9292, 0.9436, 0.9524, 0.9597),
    17: (0.7070, 0.7931, 0.8328, 0.8618, 0.8910, 0.9074, 0.9217, 0.9365, 0.9442, 0.9511),
    18: (0.6973, 0.7849, 0.8247, 0.8546, 0.8845, 0.9021, 0.9165, 0.9326, 0.9406, 0.9493),
    20: (0.6831, 0.7712, 0.8123, 0.8429, 0.8735, 0.8912, 0.9054, 0.9225, 0.9325, 0.9408),
    21: (0.6747, 0.7630, 0.8044, 0.8354, 0.8659, 0.8848, 0.8991, 0.9174, 0.9275, 0.9366),
    22: (0.6660, 0.7533, 0.7952, 0.8271, 0.8583, 0.8771, 0.8934, 0.9105, 0.9204, 0.9295),
    25: (0.6393, 0.7260, 0.7689, 0.8009, 0.8339, 0.8541, 0.8704, 0.8887, 0.9004, 0.9112),
    28: (0.6157, 0.7015, 0.7442, 0.7773, 0.8117, 0.8329, 0.8494, 0.8691, 0.8816, 0.8901),
    32: (0.5878, 0.6701, 0.7129, 0.7461, 0.7813, 0.8022, 0.8209, 0.8420, 0.8558, 0.8706),
    36: (0.5623, 0.6408, 0.6824, 0.7155, 0.7506, 0.7731, 0.7924, 0.8142, 0.8295, 0.8453),
    40: (0.5398, 0.6167, 0.6570, 0.6899, 0.7265, 0.7494, 0.7691, 0.7932, 0.8107, 0.8215),
    45: (0.5146, 0.5862, 0.6254, 0.6586, 0.6938, 0.7166, 0.7377, 0.7604, 0.7743, 0.7911),
    50: (0.4919, 0.5602, 0.5975, 0.6292, 0.6647, 0.6890, 0.7102, 0.7340, 0.7522, 0.7639),
    57: (0.4643, 0.5276, 0.5634, 0.5933, 0.6276, 0.6511, 0.6697, 0.6932, 0.7102, 0.7236),
    62: (0.4482, 0.5070, 0.5419, 0.5712, 0.6024, 0.6224, 0.6413, 0.6636, 0.6807, 0.6931),
    65: (0.4417, 0.4996, 0.5322, 0.5616, 0.5950, 0.6166, 0.6357, 0.6610, 0.6731, 0.6891),
    75: (0.4212, 0.4782, 0.5103, 0.5374, 0.5691, 0.5904, 0.6065, 0.6341, 0.6480, 0.6649),
    85: (0.4066, 0.4607, 0.4925, 0.5196, 0.5518, 0.5733, 0.5917, 0.6133, 0.6265, 0.6407),
    110: (0.3739, 0.4244, 0.4538, 0.4789, 0.5086, 0.5275, 0.5462, 0.5681, 0.5850, 0.5992),
    160: (0.3320, 0.3761, 0.4022, 0.4257, 0.4531, 0.4719, 0.4889, 0.5120, 0.5281, 0.5404),
}
