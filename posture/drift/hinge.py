"""The hinge contrast: level up to some block of the run, rising after it.

Kendall's tau is weak for drift that starts late (method 3.2.4), so a hinge is tried at every onset and the best
one judged against its distribution under long memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.drift.blocks import block_medians
from posture.drift.shapes import along, ramps
from posture.series import Floats

#: Long memory under which the contrast is calibrated: the strongest of method 3.1.
MEMORY = 0.35
#: Strides per block in the calibration; 50 move the quantiles by less than 0.01.
CALIBRATION_STRIDES = 10

#: Upper tail probabilities of the table below.
LEVELS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
#: Number of blocks to the value that the statistic exceeds with those probabilities.
#: Made by ``{k: critical_values(k, 400_000, seed=k) for k in (6, 7, 8)}``.
CRITICAL: dict[int, tuple[float, ...]] = {
    6: (0.5780, 0.8073, 0.8859, 0.9298, 0.9619, 0.9747, 0.9828, 0.9895, 0.9928),
    7: (0.5484, 0.7717, 0.8542, 0.9032, 0.9414, 0.9591, 0.9710, 0.9810, 0.9860),
    8: (0.5263, 0.7429, 0.8278, 0.8797, 0.9230, 0.9435, 0.9579, 0.9714, 0.9782),
}


def hinge_statistic(medians: Floats) -> Floats:
    """Largest correlation, in size, of the block medians with a hinge over all candidate onsets.

    A hinge is level up to a block and rises by one per block after it; onsets run from the first block to
    the third last. The correlation is the standardised hinge: its t is ``r * sqrt((K - 2) / (1 - r**2))``.

    Parameters
    ----------
    medians : ndarray, shape (..., K)

    Returns
    -------
    ndarray, shape (...)
        0 to 1.
    """
    centred = medians - medians.mean(axis=-1, keepdims=True)
    size = np.linalg.norm(centred, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.abs(along(_hinges(medians.shape[-1]), centred)).max(axis=-1) / size
    statistic: Floats = np.where(size > 0, r, 0.0)
    return statistic


def _hinges(count: int) -> Floats:
    return ramps(count, count - 1, least=2, to_end=True)[0]


def critical_values(count: int, series: int, seed: int) -> Floats:
    """Values that the statistic exceeds with probability ``LEVELS`` when long memory is all there is.

    Parameters
    ----------
    count : int
        Blocks.
    series : int
        Simulated runs.
    seed : int

    Returns
    -------
    ndarray, shape (len(LEVELS),)
    """
    rng = np.random.default_rng(seed)
    strides = count * CALIBRATION_STRIDES
    batches = [min(20_000, series - start) for start in range(0, series, 20_000)]
    found = [hinge_statistic(block_medians(fractional_noise(rng, batch, strides, MEMORY), count)) for batch in batches]
    values: Floats = np.quantile(np.concatenate(found), 1.0 - np.array(LEVELS))
    return values


def hinge_p(medians: Floats) -> Floats:
    """P of the hinge contrast, by interpolation of log p in the table.

    Parameters
    ----------
    medians : ndarray, shape (..., K)
        K is one of the table's keys.

    Returns
    -------
    ndarray, shape (...)
        0.001 at least: beyond the table nothing is extrapolated. 1 below its weakest level.
    """
    critical = CRITICAL[medians.shape[-1]]
    statistic = hinge_statistic(medians)
    log_p = np.interp(statistic, critical, np.log(LEVELS))
    p: Floats = np.where(statistic < critical[0], 1.0, np.exp(log_p))
    return p


def fractional_noise(rng: np.random.Generator, series: int, strides: int, memory: float) -> NDArray[np.float64]:
    """Long-memory noise, FD(0, d, 0), of unit variance.

    Parameters
    ----------
    rng : Generator
    series, strides : int
        Shape of the result.
    memory : float
        d, 0 (white) to below 0.5.

    Returns
    -------
    ndarray, shape (series, strides)
        Exact in its covariances (circulant embedding; Davies and Harte 1987).
    """
    lag = np.arange(1, strides + 1)
    covariance = np.concatenate([[1.0], np.cumprod((lag - 1 + memory) / (lag - memory))])
    circle = np.concatenate([covariance, covariance[-2:0:-1]])
    power = np.maximum(np.fft.rfft(circle).real, 0.0)
    shape = (series, power.size)
    wave = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    wave[:, [0, -1]] = np.sqrt(2.0) * wave[:, [0, -1]].real
    noise = np.fft.irfft(wave * np.sqrt(power * circle.size / 2.0), n=circle.size, axis=1)
    return noise[:, :strides]
