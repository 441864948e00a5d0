"""How long one cycle of a signal takes, locally, by autocorrelation.

The peak that counts as periodic is section 1.5 of the method.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from posture.series import Floats

#: An autocorrelation peak from which a window counts as periodic.
PERIODIC = 0.5
#: A shorter lag wins over its own multiples if its peak is at least this share of the highest one: a change of
#: pace within the window flattens the first peak, and no signal used here repeats within its own cycle.
FIRST_PEAK = 0.6
#: Length of the windows that follow the pace, in typical periods.
LOCAL_PERIODS = 6.0
#: Share of a window that has to overlap itself for a lag to be believed.
OVERLAP = 0.35


def autocorrelation(windows: Floats) -> Floats:
    """Autocorrelation of each row, NaN left out, normalised by the overlapping parts' own energy.

    Parameters
    ----------
    windows : ndarray, shape (n, w)

    Returns
    -------
    ndarray, shape (n, m)
        For lags 0 to m - 1, the lags at which at least ``OVERLAP`` of the window overlaps; 0 where nothing
        overlaps.

    Examples
    --------
    >>> import numpy as np
    >>> wave = np.sin(2 * np.pi * np.arange(200) / 20.0)[None]
    >>> correlation = autocorrelation(wave)[0]
    >>> bool(correlation[20] > 0.9), bool(correlation[10] < -0.9)
    (True, True)
    """
    width = windows.shape[1]
    lags = max(int((1 - OVERLAP) * width), 1)
    size = fft.next_fast_len(width + lags, real=True)
    mask = np.isfinite(windows)
    count = np.maximum(mask.sum(axis=1, keepdims=True), 1)
    filled = np.where(mask, windows, 0.0)
    centred = np.where(mask, filled - filled.sum(axis=1, keepdims=True) / count, 0.0)
    signal, energy, seen = (fft.rfft(a, size, axis=1) for a in (centred, centred**2, mask.astype(float)))
    product = fft.irfft(np.abs(signal) ** 2, size, axis=1)[:, :lags]
    # The energy of the earlier part lies at the positive lags, that of the later part at the negative ones.
    shared = fft.irfft(energy.conj() * seen, size, axis=1)
    early, late = shared[:, :lags], shared[:, -np.arange(lags)]
    norm = np.sqrt(np.maximum(early, 0.0) * np.maximum(late, 0.0))
    # A lag at which next to no energy overlaps says nothing, whatever its ratio.
    weak = norm <= OVERLAP * norm[:, :1]
    return np.where(weak, 0.0, product / np.where(weak, 1.0, norm))


def first_peak(correlation: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Lag and height of the first high peak of each row between two lags.

    Parameters
    ----------
    correlation : ndarray, shape (n, m)
    low, high : ndarray, shape (n,)
        Lags, frames.

    Returns
    -------
    lag : ndarray, shape (n,)
        Frames, with parabolic interpolation; NaN where there is no peak.
    height : ndarray, shape (n,)
        0 where there is no peak.

    Examples
    --------
    >>> import numpy as np
    >>> correlation = autocorrelation(np.sin(2 * np.pi * np.arange(200) / 20.0)[None])
    >>> lag, height = first_peak(correlation, np.array([10.0]), np.array([30.0]))
    >>> lag.round(1), bool(height[0] > 0.9)
    (array([20.]), True)
    """
    lags = np.arange(correlation.shape[1])
    if correlation.shape[1] < 3:
        return np.full(len(correlation), np.nan), np.zeros(len(correlation))
    rising = correlation[:, 1:-1] >= correlation[:, :-2]
    falling = correlation[:, 1:-1] > correlation[:, 2:]
    peak = np.pad(rising & falling, ((0, 0), (1, 1)))
    peak &= (lags >= low[:, None]) & (lags <= high[:, None])
    # Half a cycle away a swing opposes itself; a bump without that trough before it is no cycle.
    peak &= np.minimum.accumulate(correlation, axis=1) < 0
    highest = np.where(peak, correlation, 0.0).max(axis=1)
    chosen = np.argmax(peak & (correlation >= FIRST_PEAK * highest[:, None]), axis=1)
    found = highest > 0
    row = np.arange(len(correlation))
    middle = np.clip(chosen, 1, correlation.shape[1] - 2)
    lag = middle + parabola(*(correlation[row, middle + k] for k in (-1, 0, 1)))
    return np.where(found, lag, np.nan), np.where(found, correlation[row, middle], 0.0)


def parabola(before: Floats, at: Floats, after: Floats) -> Floats:
    """Offset of the vertex of the parabola through three equally spaced points, -0.5 to 0.5.

    Examples
    --------
    >>> import numpy as np
    >>> parabola(np.array([1.0]), np.array([2.0]), np.array([1.5])).round(3)
    array([0.167])
    """
    bend = before - 2 * at + after
    return np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, -1.0), 0.0).clip(-0.5, 0.5)


def _windows(signal: Floats, width: int) -> tuple[Floats, Floats]:
    """Half-overlapping windows, the last one flush with the end, and their middles."""
    width = min(width, len(signal))
    starts = np.arange(0, len(signal) - width + 1, max(width // 2, 1))
    if starts[-1] + width < len(signal):
        starts = np.append(starts, len(signal) - width)
    view = np.lib.stride_tricks.sliding_window_view(signal, width)
    return view[starts], starts + (width - 1) / 2


def local_period(signal: Floats, typical: Floats, reach: float) -> tuple[Floats, Floats]:
    """Period of one signal and its certainty, frame by frame, around a typical one: windows follow changes of pace.

    Parameters
    ----------
    signal : ndarray, shape (n,)
        NaN where not seen.
    typical : ndarray, shape (n,)
        Frames per cycle, near which the period is looked for.
    reach : float
        How near, ratio.

    Returns
    -------
    period : ndarray, shape (n,)
        Frames per cycle; NaN where no period was found.
    strength : ndarray, shape (n,)
        Height of the autocorrelation peak, 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> signal = np.sin(2 * np.pi * np.arange(300) / 25.0)
    >>> period, strength = local_period(signal, typical=np.full(300, 24.0), reach=1.3)
    >>> float(period[150].round(1)), bool(strength[150] > 0.9)
    (25.0, True)
    """
    n = len(signal)
    windows, at = _windows(signal, int(LOCAL_PERIODS * np.median(typical)))
    around = typical[at.astype(int)]
    lag, strength = first_peak(autocorrelation(windows), around / reach, around * reach)
    found = np.isfinite(lag)
    if not found.any():
        return np.full(n, np.nan), np.zeros(n)
    frames = np.arange(n)
    return np.interp(frames, at[found], lag[found]), np.interp(frames, at, strength)
