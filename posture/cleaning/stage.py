"""The steps of cleaning in their order."""

from __future__ import annotations

import numpy as np

from posture.cleaning import filter as low
from posture.cleaning import gaps, masks
from posture.cleaning.report import CleaningReport
from posture.landmarks import COUNT, MIRROR, Landmark
from posture.series import PoseSeries
from posture.settings import CleaningSettings

L = Landmark
_LEFT = (L.LEFT_EYE, L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST, L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE,
         L.LEFT_HEEL, L.LEFT_FOOT_INDEX)  # fmt: skip
#: Landmarks that metrics use; the others are masked and put on their side, nothing more.
USED = (L.NOSE, *_LEFT, *(Landmark(int(MIRROR[i])) for i in _LEFT))
_SLOW = {L.NOSE, L.LEFT_EYE, L.RIGHT_EYE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_HIP,
         L.RIGHT_HIP}  # fmt: skip


def clean(series: PoseSeries, settings: CleaningSettings) -> tuple[PoseSeries, CleaningReport]:
    """Mask, repair, bridge and smooth the poses of a clip."""
    xy = series.xy.astype(float, copy=True)
    outside = masks.out_of_frame(series)
    hidden = masks.hidden(series.visibility, series.segment, settings) & ~outside
    was = np.isfinite(xy[..., 0])
    xy[outside | hidden] = np.nan
    cutoff = low.cutoff_for(series.rate)
    filled = np.zeros(COUNT, dtype=int)
    for i in USED:
        before = np.isfinite(xy[:, i, 0])
        xy[:, i] = gaps.fill(series.time, xy[:, i], series.segment, 0.2 if i in _SLOW else 0.1)
        filled[i] = np.count_nonzero(np.isfinite(xy[:, i, 0])) - np.count_nonzero(before)
        xy[:, i] = low.low_pass(xy[:, i], series.segment, series.rate, cutoff)
    report = CleaningReport(
        frames=len(series),
        without_runner=int(np.count_nonzero(~series.seen)),
        hidden=np.count_nonzero(hidden & was, axis=0),
        out_of_frame=np.count_nonzero(outside & was, axis=0),
        outliers=np.zeros(COUNT, dtype=int),
        filled=filled,
        missing=np.count_nonzero(np.isnan(xy[..., 0]), axis=0),
        arm_swaps=0, arm_swap_frames=0, leg_swaps=0, leg_swap_frames=0, side_changes_left=0,
        rate=series.rate, cutoff=cutoff,
    )  # fmt: skip
    return series.with_xy(xy), report
