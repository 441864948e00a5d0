"""A periodogram by least squares of many signals at once, through gaps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from posture.series import Floats

#: Share of a window's samples in which a signal must be seen to count.
LEAST_SEEN = 0.5
#: Where sides are exchanged to and fro only what both sides share can tell; then it must explain so much more.
SHARED_ALONE = 0.85
#: Degree of the polynomial that takes out of the shared signals where the runner is in the picture.
WANDERING = 3
#: Squares that are none.
TINY = 1e-12
#: Rows solved at once where samples are missing, to bound memory.
BATCH = 512


@lru_cache(maxsize=64)
def waves(samples: int, length: float, periods: tuple[float, ...]) -> tuple[Waves, Waves]:
    """Those of the opposed and of the shared signals, for windows of ``length`` s and stride times, s."""
    phase = np.arange(samples) / samples * length / np.array(periods)[:, None]
    trend = np.linspace(-1, 1, samples) ** np.arange(WANDERING + 1)[:, None]
    return Waves.of(trend[:1], 2 * np.pi * phase), Waves.of(trend, 4 * np.pi * phase)


@dataclass(frozen=True, eq=False)
class Waves:
    """What is fitted to a window, for every period tried.

    Attributes
    ----------
    basis : ndarray, shape (P, Q + 2, W)
        A trend and a wave.
    trend : ndarray, shape (W, Q)
        The trend's orthogonal basis.
    cosine, sine : ndarray, shape (W, P)
        The wave's, orthogonal to the trend and to each other.
    """

    basis: Floats
    trend: Floats
    cosine: Floats
    sine: Floats

    @classmethod
    def of(cls, trend: Floats, angle: Floats) -> Waves:
        """From a trend (Q, W) and angles (P, W)."""
        known = len(trend)
        both = np.broadcast_to(trend, (len(angle), *trend.shape))
        basis = np.concatenate([both, np.cos(angle)[:, None], np.sin(angle)[:, None]], axis=1)
        orthogonal = np.linalg.qr(np.swapaxes(basis, 1, 2))[0]
        cosine, sine = (np.ascontiguousarray(orthogonal[:, :, known + k].T) for k in (0, 1))
        return cls(basis, orthogonal[0, :, :known], cosine, sine)


def explained_shares(opposed: Floats, shared: Floats, stride: Waves, step: Waves) -> Floats:
    """Share of the movement that each period explains, window by window.

    Parameters
    ----------
    opposed, shared : ndarray, shape (N, K, W)
        Windows of the signals; NaN where not seen.
    stride, step : Waves
        What is fitted to either kind.

    Returns
    -------
    ndarray, shape (N, P)
    """
    own, all_own = _power(opposed, stride)
    both, all_both = _power(shared, step)
    together: Floats = (own + both) / np.maximum(all_own + all_both, TINY)[:, None]
    return np.maximum(together, SHARED_ALONE * both / np.maximum(all_both, TINY)[:, None])


def _power(windows: Floats, waves: Waves) -> tuple[Floats, Floats]:
    """Squares beyond the trend that one wave explains, (N, P), and all of them, (N,), summed over (N, K, W) signals."""
    seen = np.isfinite(windows)
    whole = seen.all(axis=2)
    explained, total = np.zeros((*whole.shape, waves.cosine.shape[1])), np.zeros(whole.shape)
    if whole.any():
        explained[whole], total[whole] = _whole(windows[whole], waves)
    holed = (seen.mean(axis=2) >= LEAST_SEEN) & ~whole
    if holed.any():
        explained[holed], total[holed] = _holed(windows[holed], waves)
    return explained.sum(axis=1), total.sum(axis=1)


def _whole(values: Floats, waves: Waves) -> tuple[Floats, Floats]:
    """Squares explained (R, P) and all (R,) of signals seen in all samples: the same orthogonal waves for all."""
    rest = values - (values @ waves.trend) @ waves.trend.T
    return (rest @ waves.cosine) ** 2 + (rest @ waves.sine) ** 2, np.einsum("rw,rw->r", rest, rest)


def _holed(values: Floats, waves: Waves) -> tuple[Floats, Floats]:
    """The same of signals with gaps: normal equations of the samples that were seen."""
    seen = np.isfinite(values)
    filled = np.where(seen, values, 0.0)
    square = np.einsum("rw,rw->r", filled, filled)
    basis, known = waves.basis, waves.trend.shape[1]
    products = np.einsum("piw,pjw->pijw", basis, basis)
    explained, total = np.empty((len(values), len(basis))), np.empty(len(values))
    for begin in range(0, len(values), BATCH):
        part = slice(begin, begin + BATCH)
        gram = np.einsum("rw,pijw->rpij", seen[part].astype(float), products, optimize=True)
        right = np.einsum("rw,piw->rpi", filled[part], basis, optimize=True)
        total[part] = square[part] - _fit(gram[:, 0, :known, :known], right[:, 0, :known])
        explained[part] = _fit(gram, right) - (square - total)[part, None]
    return explained, total


def _fit(gram: Floats, right: Floats) -> Floats:
    """Squares that a least-squares fit explains; a hair of ridge keeps waves apart that the gaps make alike."""
    size = gram.shape[-1]
    eased = gram + 1e-6 * np.trace(gram, axis1=-2, axis2=-1)[..., None, None] * np.eye(size)
    explained: Floats = (right * np.linalg.solve(eased, right[..., None])[..., 0]).sum(axis=-1)
    return explained
