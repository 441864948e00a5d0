"""Strides of a clip that plays slower than life: measured in life's time, told on the clip's clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.strides.types import Clock, Strides

#: Columns of the stride table that are times, s.
TIMES = ["start", "end", "duration", "contact", "toe_off"]
#: Metrics that hang on the clip's clock being life's.
TIMED = ("cadence", "contact_time", "flight_time")


def on_clip_clock(strides: Strides, clock: Clock) -> Strides:
    """Strides that were found in poses whose times had been divided by the clock's factor.

    Parameters
    ----------
    strides : Strides
        In life's time.
    clock : Clock

    Returns
    -------
    Strides
        Times are the clip's. What hangs on the clock is left out: it is known as well as the factor and no better.
    """
    table = strides.table.assign(**dict.fromkeys(TIMED, np.nan))
    table[TIMES] *= clock.factor
    events = tuple(replace(e, start=e.start * clock.factor, end=e.end * clock.factor) for e in strides.events)
    return replace(strides, table=table, clock=clock, events=events)


def cadence_in_life(strides: Strides) -> tuple[float, float, float] | None:
    """Steps a minute in life, and between what they lie; None where the clock is not known well enough."""
    clock = strides.clock
    if not (clock.slow and clock.sure and len(strides.kept)):
        return None
    played = 120.0 / float(strides.kept["duration"].median())
    return played * clock.factor, played * clock.low, played * clock.high
