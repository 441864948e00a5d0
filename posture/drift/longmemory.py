"""Long memory: strides that resemble each other over minutes, and what that does to the levels of blocks of strides.

FD(0, d, 0) noise stands for it (Hosking 1981; method 3.1): white for d = 0, and never forgetting as d nears 0.5.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from posture.series import Floats

#: The strongest memory of strides that tests are calibrated under (method 3.1).
STRONGEST = 0.35


def autocovariance(lags: int, memory: float) -> Floats:
    """Of FD(0, d, 0) with unit variance, shape (lags,), from lag 0 on."""
    lag = np.arange(1, lags)
    return np.concatenate([[1.0], np.cumprod((lag - 1 + memory) / (lag - memory))])


def block_correlation(blocks: int, length: int, memory: float) -> Floats:
    """Correlation between the means of consecutive blocks of ``length`` strides, shape (blocks, blocks)."""
    strides = autocovariance(blocks * length, memory)
    within = np.arange(1 - length, length)
    apart = np.abs(np.arange(blocks)[:, None] * length + within)
    means = (strides[apart] * (length - np.abs(within))).sum(axis=1)
    correlation: Floats = linalg.toeplitz(means / means[0])
    return correlation


@cache
def whitener(blocks: int, length: int, memory: float) -> Floats:
    """Matrix that makes block means under that memory uncorrelated, each of variance one: shape (blocks, blocks)."""
    root = np.linalg.cholesky(block_correlation(blocks, length, memory))
    matrix: Floats = linalg.solve_triangular(root, np.eye(blocks), lower=True)
    return matrix


def without_level(white: Floats) -> Floats:
    """The same matrix for blocks whose level is taken out, by least squares: shape (blocks, blocks)."""
    level = white.sum(axis=1) / np.linalg.norm(white.sum(axis=1))
    freed: Floats = white - np.outer(level, level @ white)
    return freed


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
    covariance = autocovariance(strides + 1, memory)
    circle = np.concatenate([covariance, covariance[-2:0:-1]])
    power = np.maximum(np.fft.rfft(circle).real, 0.0)
    shape = (series, power.size)
    wave = rng.standard_normal(shape) + 1j * rng.standard_normal(shape)
    wave[:, [0, -1]] = np.sqrt(2.0) * wave[:, [0, -1]].real
    noise = np.fft.irfft(wave * np.sqrt(power * circle.size / 2.0), n=circle.size, axis=1)
    return noise[:, :strides]
