"""What the best shape reaches by chance: its distribution under long memory, for every number of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from posture.drift.blocks import block_medians
from posture.drift.contrasts import contrasts
from posture.drift.longmemory import STRONGEST, fractional_noise
from posture.series import Floats

#: Strides in a block of the calibration; 4 and 10 move the quantiles by less than 0.01.
CALIBRATION_STRIDES = 5
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
        noise = fractional_noise(rng, min(batch, series - start), blocks * CALIBRATION_STRIDES, STRONGEST)
        found.append(shapes.strongest(block_medians(noise, blocks)))
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
#: Made by ``{k: critical_values(k, 100_000, seed=k) for k in CRITICAL}``.
CRITICAL: Mapping[int, tuple[float, ...]] = {
    6: (0.8562, 0.9188, 0.9448, 0.9621, 0.9767, 0.9838, 0.9891, 0.9930, 0.9949, 0.9965),
    7: (0.8255, 0.8936, 0.9226, 0.9431, 0.9617, 0.9718, 0.9782, 0.9847, 0.9889, 0.9914),
    8: (0.7984, 0.8706, 0.9022, 0.9246, 0.9457, 0.9576, 0.9669, 0.9762, 0.9805, 0.9845),
    9: (0.7749, 0.8498, 0.8837, 0.9079, 0.9315, 0.9451, 0.9556, 0.9665, 0.9728, 0.9776),
    10: (0.7555, 0.8312, 0.8665, 0.8917, 0.9174, 0.9323, 0.9445, 0.9591, 0.9651, 0.9700),
    11: (0.7359, 0.8140, 0.8500, 0.8769, 0.9035, 0.9192, 0.9313, 0.9459, 0.9535, 0.9598),
    12: (0.7202, 0.7990, 0.8359, 0.8635, 0.8909, 0.9069, 0.9225, 0.9373, 0.9480, 0.9532),
    14: (0.6919, 0.7712, 0.8098, 0.8390, 0.8686, 0.8859, 0.9013, 0.9175, 0.9270, 0.9362),
    17: (0.6576, 0.7370, 0.7772, 0.8068, 0.8387, 0.8569, 0.8728, 0.8914, 0.9030, 0.9117),
    20: (0.6299, 0.7092, 0.7498, 0.7813, 0.8136, 0.8333, 0.8506, 0.8687, 0.8804, 0.8926),
    25: (0.5941, 0.6726, 0.7133, 0.7447, 0.7786, 0.7998, 0.8174, 0.8379, 0.8512, 0.8618),
    32: (0.5573, 0.6331, 0.6738, 0.7058, 0.7407, 0.7613, 0.7810, 0.8023, 0.8180, 0.8315),
    40: (0.5253, 0.6002, 0.6402, 0.6733, 0.7087, 0.7302, 0.7493, 0.7722, 0.7873, 0.7996),
    50: (0.4952, 0.5680, 0.6076, 0.6400, 0.6761, 0.6987, 0.7184, 0.7424, 0.7583, 0.7725),
    65: (0.4626, 0.5324, 0.5707, 0.6017, 0.6377, 0.6604, 0.6806, 0.7064, 0.7229, 0.7384),
    85: (0.4312, 0.4978, 0.5350, 0.5665, 0.6010, 0.6238, 0.6439, 0.6671, 0.6816, 0.6978),
    110: (0.4032, 0.4664, 0.5032, 0.5336, 0.5675, 0.5891, 0.6103, 0.6349, 0.6487, 0.6633),
    160: (0.3657, 0.4255, 0.4598, 0.4887, 0.5221, 0.5442, 0.5646, 0.5877, 0.5993, 0.6139),
}
