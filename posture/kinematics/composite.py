"""Indices over several metrics, from changes against the runner's own baseline (method 1.3 and 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from posture.series import Floats

#: Direction of each component in which arms and shoulders are held more tensely.
TENSION: Mapping[str, float] = {
    "upper_arm_amp": -1.0,
    "elbow_rom": -1.0,
    "shrug_v": -1.0,
    "elbow_flex": 1.0,
    "wrist_h": 1.0,
}
#: One of these must be beyond its MDC: a bent elbow or a high hand alone is style.
TENSION_CORE = frozenset({"upper_arm_amp", "elbow_rom", "shrug_v"})
#: Components beyond their MDC that an index needs.
TENSION_LEAST = 2
SLOUCH: Mapping[str, float] = {"neck_incl": 1.0, "ear_hip": 1.0, "trunk_lean": 1.0}


@dataclass(frozen=True, eq=False)
class Index:
    """A composite, one value a stride (or one in all).

    Attributes
    ----------
    value : ndarray
        In minimal detectable changes; NaN where no component is known.
    beyond : tuple of str
        Components whose median change is beyond their MDC in the index's direction.
    supported : bool
        Whether enough components, and the right ones, are.
    """

    value: Floats
    beyond: tuple[str, ...]
    supported: bool


def tension_index(changes: Mapping[str, Floats], mdcs: Mapping[str, float]) -> Index:
    """Mean of the direction-signed changes over their MDC.

    Parameters
    ----------
    changes : mapping of str to ndarray, shape (n,) or ()
        Change of each component against baseline, by metric id; components may be missing.
    mdcs : mapping of str to float
        In the metric's unit.

    Returns
    -------
    Index
        Supported with at least two components beyond their MDC, one of them arm swing, elbow swing or shrug.

    Examples
    --------
    >>> import numpy as np
    >>> changes = {"upper_arm_amp": np.array(-6.0), "elbow_rom": np.array(-8.0), "wrist_h": np.array(0.0)}
    >>> found = tension_index(changes, {"upper_arm_amp": 3.0, "elbow_rom": 4.0, "wrist_h": 0.05})
    >>> round(float(found.value), 2), found.beyond, found.supported
    (1.33, ('upper_arm_amp', 'elbow_rom'), True)
    """
    sizes = _sizes(changes, mdcs, TENSION)
    beyond = _beyond(sizes)
    return Index(_known_mean(sizes), beyond, len(beyond) >= TENSION_LEAST and not TENSION_CORE.isdisjoint(beyond))


def slouch_index(changes: Mapping[str, Floats], mdcs: Mapping[str, float], slumped: bool) -> Index:
    """Sum of the changes of neck, ear-hip and trunk inclination over their MDC.

    Parameters
    ----------
    changes, mdcs : mapping
        As in ``tension_index``; all three are needed.
    slumped : bool
        Whether the head pattern is one of ``head.SLUMPS``: a whole-body lean raises all three as well.

    Examples
    --------
    >>> import numpy as np
    >>> changes = {"neck_incl": np.array(8.0), "ear_hip": np.array(6.0), "trunk_lean": np.array(4.0)}
    >>> found = slouch_index(changes, {"neck_incl": 4.0, "ear_hip": 2.0, "trunk_lean": 2.0}, slumped=True)
    >>> float(found.value), found.supported
    (7.0, True)
    """
    sizes = _sizes(changes, mdcs, SLOUCH)
    if len(sizes) < len(SLOUCH):
        return Index(np.full(np.shape(next(iter(sizes.values()), np.nan)), np.nan), (), False)
    beyond = _beyond(sizes)
    total: Floats = np.sum(np.stack(list(sizes.values())), axis=0)
    return Index(total, beyond, slumped and bool(beyond))


def _sizes(
    changes: Mapping[str, Floats], mdcs: Mapping[str, float], directions: Mapping[str, float]
) -> dict[str, Floats]:
    return {i: sign * np.asarray(changes[i]) / mdcs[i] for i, sign in directions.items() if i in changes and i in mdcs}


def _beyond(sizes: Mapping[str, Floats]) -> tuple[str, ...]:
    known = {i: size[np.isfinite(size)] for i, size in sizes.items()}
    return tuple(i for i, size in known.items() if size.size and np.median(size) > 1.0)


def _known_mean(sizes: Mapping[str, Floats]) -> Floats:
    if not sizes:
        return np.array(np.nan)
    stacked = np.stack(list(sizes.values()))
    known = np.isfinite(stacked)
    count = known.sum(axis=0)
    mean: Floats = np.where(count > 0, np.where(known, stacked, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return mean
