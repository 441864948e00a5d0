"""Hard cuts: where one shot ends and the next begins.

A cut changes the picture far more than anything just before and just after it, in its structure as well as in
its brightness. A running person or a panning camera changes many frames in a row; a flash or a light that is switched
changes brightness only, or comes back.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture.opencv import cv2
from posture.series import Floats

# Cells of the thumbnail along each side: coarse enough that noise and a runner's limbs average out.
_CELLS = 16
#: Numbers in a signature.
SIGNATURE = _CELLS**2
# Samples of the frame along each side of a cell; reading every pixel of a large frame costs more and tells no more.
_SAMPLES = 8

# A change is sudden if it is this many times the largest one around it.
_OUTLIER = 2.0
# Changes at these distances, in frames, are "around"; the next ones are left out so that a cut through a blended
# frame, of two changes in a row, still stands out.
_AROUND = (2, 6)
# Least change that can be a cut: mean grey levels of 255, and one minus the correlation of the thumbnails. Frame
# noise and the refresh of a compressed picture at its keyframes stay below both by a factor of five.
_MIN_LEVELS = 5.0
_MIN_STRUCTURE = 0.02


def signature(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Reduce a frame to a coarse grey thumbnail.

    Parameters
    ----------
    rgb : ndarray of uint8, shape (H, W, 3)
        The frame.

    Returns
    -------
    ndarray of float32, shape (256,)
        Mean grey levels, 0 to 255, row by row.
    """
    height, width = rgb.shape[:2]
    side = _CELLS * _SAMPLES
    sampled = np.ascontiguousarray(rgb[:: max(height // side, 1), :: max(width // side, 1)])
    grey = cv2.cvtColor(sampled, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(cv2.resize(grey, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA), dtype=np.float32).reshape(-1)


def find_cuts(signatures: NDArray[np.float32], time: Floats) -> NDArray[np.bool_]:
    """Find the first frame of each new shot.

    Parameters
    ----------
    signatures : ndarray, shape (T, 256)
        What `signature` gave for every frame.
    time : ndarray, shape (T,)
        Seconds, strictly increasing. Change is judged per step of the usual length, so lost frames are no cuts.

    Returns
    -------
    ndarray of bool, shape (T,)
        True on the first frame after a hard cut. A single strange frame, as of a flash, makes no cut.
    """
    cuts = np.zeros(time.shape[0], dtype=bool)
    if time.shape[0] < 3:
        return cuts
    step = np.diff(time)
    lost = np.maximum(step / np.median(step), 1.0)
    measures = np.stack(_change(signatures[:-1], signatures[1:]), axis=1)
    floor = np.maximum(_OUTLIER * _largest_around(measures / lost[:, None]), (_MIN_LEVELS, _MIN_STRUCTURE))
    sudden = (measures / lost[:, None] > floor).all(axis=1)
    edges = np.diff(sudden.astype(np.int8), prepend=0, append=0)
    first, after = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lasting = np.stack(_change(signatures[first], signatures[after]), axis=1)
    cuts[first[(lasting > floor[first]).all(axis=1)] + 1] = True
    return cuts


def _change(before: NDArray[np.float32], after: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Mean absolute difference, and one minus the correlation, of thumbnails row by row."""
    levels = np.abs(after - before).mean(axis=1)
    a, b = (x - x.mean(axis=1, keepdims=True) for x in (before, after))
    # One grey level of spread added: a uniform picture has no structure that could change.
    structure = 1 - ((a * b).mean(axis=1) + 1) / np.sqrt(((a**2).mean(axis=1) + 1) * ((b**2).mean(axis=1) + 1))
    return levels, structure


def _largest_around(values: Floats) -> Floats:
    """(N, M) largest value at the distances of ``_AROUND`` before and after each row, within the clip."""
    near, far = _AROUND
    padded = np.pad(values, ((far, far), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, far - near + 1, axis=0).max(axis=-1)
    n = values.shape[0]
    largest: Floats = np.maximum(windows[:n], windows[far + near : far + near + n])
    return largest
