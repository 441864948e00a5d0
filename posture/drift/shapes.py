"""The shapes a drift can take: level, then a rise, then level again or not."""

from __future__ import annotations

from functools import cache

import numpy as np

from posture.series import Floats


@cache
def ramps(points: int, steps: int, least: int, to_end: bool) -> tuple[Floats, Floats]:
    """Every ramp that begins and ends on a grid over the run.

    Parameters
    ----------
    points : int
        Points of the run, evenly spaced.
    steps : int
        The run is cut into so many equal steps, at whose edges ramps begin and end.
    least : int
        Steps that a ramp lasts at least.
    to_end : bool
        Whether all rise to the end of the run (hinges), or may level off before it.

    Returns
    -------
    shapes : ndarray, shape (C, points)
        Centred and of length one, so that a product with a centred series is its best size.
    begins : ndarray, shape (C,)
        Where each begins, as a share of the run.
    """
    edge = np.arange(steps + 1)
    begin, end = (grid.ravel() for grid in np.meshgrid(edge, edge[-1:] if to_end else edge, indexing="ij"))
    usable = end - begin >= least
    begin, end = begin[usable], end[usable]
    place = np.linspace(0.0, steps, points)
    shape = np.clip((place - begin[:, None]) / (end - begin)[:, None], 0.0, 1.0)
    shape -= shape.mean(axis=1, keepdims=True)
    shape /= np.linalg.norm(shape, axis=1, keepdims=True)
    return shape, begin / steps


def along(shapes: Floats, values: Floats) -> Floats:
    """Size of each shape in each series, shape (..., C); shapes are centred, so the values need not be."""
    sizes: Floats = values @ shapes.T
    return sizes
