"""What the near leg does at landing, in the air and at push-off, stride by stride (method 1.6)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from posture.kinematics.registry import LEGS
from posture.series import Floats, PoseSeries
from posture.strides.contacts import Contacts
from posture.strides.grouping import at_phases
from posture.strides.types import Gait

#: Who walks does not land.
LANDS = (str(Gait.RUNNING), str(Gait.SLOW_MOTION))
#: Moments from toe-off to the next contact at which the leg in the air is looked at, shares of that time.
_SWING = np.linspace(0.0, 1.0, 33)
_AT_ONCE = np.zeros(1)


def landing_columns(
    values: Mapping[str, Floats], series: PoseSeries, table: pd.DataFrame, contacts: Contacts
) -> dict[str, Floats]:
    """Every metric of the legs, one value a stride, and the times of the contacts.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (T,)
        Frames of the metrics that are not withheld.
    series : PoseSeries
        For the times of the frames.
    table : DataFrame
        Strides with their ``gait``.
    contacts : Contacts
        Of the same strides.

    Returns
    -------
    dict of str to ndarray, shape (S,)
        By metric id, and ``contact`` and ``toe_off`` in seconds; NaN where an event was not seen.
    """
    runs = np.where(table["gait"].isin(LANDS), 0.0, np.nan)
    # The events are read off all points: what the frames at them are not believed for, their times are not either.
    ahead = values.get("overstride", np.full(len(series.time), np.nan))
    begin, end = (
        event + runs + 0.0 * _largest(ahead, series, event, event, _AT_ONCE) for event in (contacts.begin, contacts.end)
    )
    stride = (table["end"] - table["start"]).to_numpy(float)
    moments = {
        "contact": (begin, begin, _AT_ONCE),
        "toe_off": (end, end, _AT_ONCE),
        "swing": (end, begin + stride, _SWING),
    }
    found = {"contact": begin, "toe_off": end, **_times(end - begin, stride)}
    for id, metric in LEGS.items():
        if id not in values:
            found[id] = np.full(len(table), np.nan)
        elif metric.reduction in moments:
            found[id] = _largest(values[id], series, *moments[metric.reduction])
    return found


def _times(contact: Floats, stride: Floats) -> dict[str, Floats]:
    """Both feet are taken to stay equally long on the ground: the camera's side shows one of them."""
    return {
        "contact_time": 1e3 * contact,
        "flight_time": 1e3 * (stride / 2 - contact),
        "duty_factor": 100.0 * contact / stride,
    }


def _largest(values: Floats, series: PoseSeries, first: Floats, last: Floats, phase: Floats) -> Floats:
    """(S,) largest value between two moments of each stride; NaN where either is not known, or a cut lies between."""
    if not len(first):
        return np.zeros(0)
    known = np.isfinite(first) & np.isfinite(last) & (last <= series.time[-1])
    first, last = (np.where(known, moment, series.time[0]) for moment in (first, last))
    own, other = (series.segment[np.searchsorted(series.time, moment)] for moment in (first, last))
    largest: Floats = at_phases(values, series.time, first, last, phase).max(axis=1)
    return np.where(known & (own == other), largest, np.nan)
