"""Changes that begin or end where the runner was not seen for long: between the clips of one run, above all.

Strides on either side of a gap resemble each other less than neighbours do, so a level that jumps there is no surprise.
Such a change must be beyond what two clips differ by themselves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.drift.blocks import BLOCK_STRIDES, StrideSeries
from posture.drift.difference import CLIP_STRIDES, difference_p
from posture.drift.scan import Scan, Stretch
from posture.series import Floats

#: Strides further apart than this have a gap between them, s: judgement, some forty strides. Clips whose times are not
#: known are joined without one, and judged as one recording.
GAP_S = 30.0


def beyond_borders(found: Scan, series: StrideSeries) -> Scan:
    """What happened in a run, with p raised where it may come from a gap.

    Parameters
    ----------
    found : Scan
        Of ``series.value``.
    series : StrideSeries

    Returns
    -------
    Scan
        Clips too short to be compared are judged as one recording.
    """
    borders = [0, *(np.flatnonzero(np.diff(series.time) > GAP_S) + 1).tolist(), len(series)]
    if len(borders) == 2:
        return found
    change = _beyond(found.change, series.value, borders)
    excursion = found.excursion and _beyond(found.excursion, series.value, borders)
    likeliest = min(stretch.p for stretch in (change, excursion) if stretch)
    return Scan(max(found.p, likeliest), change, excursion)


def _beyond(stretch: Stretch, value: Floats, borders: list[int]) -> Stretch:
    """P against the clips on either side of every gap that the stretch begins at, ends at or, as a ramp, crosses."""
    clips = zip(borders, borders[1:], borders[2:], strict=False)
    p = [
        difference_p(value[first:border], value[border:last])
        for first, border, last in clips
        if _meets(stretch, border) and min(border - first, last - border) >= CLIP_STRIDES
    ]
    return replace(stretch, p=max(stretch.p, *p)) if p else stretch


def _meets(stretch: Stretch, border: int) -> bool:
    if stretch.ramp and stretch.begin <= border <= stretch.end:
        return True
    return min(abs(stretch.begin - border), abs(stretch.end - border)) < BLOCK_STRIDES
