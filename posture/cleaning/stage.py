"""The steps of cleaning, in their order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.cleaning import masks, outliers, swaps
from posture.cleaning.filter import cutoff_for, low_pass
from posture.cleaning.gaps import interpolate_over_time
from posture.cleaning.report import CleaningReport
from posture.cleaning.torso import body_motion, torso_length
from posture.landmarks import ARM, LEG, MIRROR, Landmark
from posture.midpoints import midpoint
from posture.series import Floats, Ints, PoseSeries
from posture.settings import CleaningSettings

L = Landmark


def _both(*left: Landmark) -> tuple[Landmark, ...]:
    return tuple(side for i in left for side in (i, L(int(MIRROR[i]))))


_TRUNK_AND_HEAD = (L.NOSE, *_both(L.LEFT_EYE, L.LEFT_EAR, L.LEFT_SHOULDER, L.LEFT_HIP))
_ARMS = _both(L.LEFT_ELBOW, L.LEFT_WRIST)
_LEGS = _both(L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_HEEL, L.LEFT_FOOT_INDEX)

#: Landmarks that metrics use. The others (mouth, fingers, corners of the eyes) are masked and put on their
#: side, and otherwise left as they came.
USED = (*_TRUNK_AND_HEAD, *_ARMS, *_LEGS)

#: Left landmarks whose motion shows a swap; fingers and heel only repeat wrist and ankle.
_ARM_EVIDENCE = np.array([L.LEFT_SHOULDER, L.LEFT_ELBOW, L.LEFT_WRIST])
_LEG_EVIDENCE = np.array([L.LEFT_HIP, L.LEFT_KNEE, L.LEFT_ANKLE, L.LEFT_FOOT_INDEX])


def clean(series: PoseSeries, settings: CleaningSettings) -> tuple[PoseSeries, CleaningReport]:
    """Turn poses as estimated into poses that can be measured.

    In this order: exchanged sides are put back; points beyond the edge of the picture, points that are too
    little visible, outliers and impossible lengths are masked; short gaps are bridged; the rest
    is low-passed without lag. No point moves because of another segment; only the usual scatter and the usual
    arm length, which outliers are judged by, are the clip's. Gaps do not grow, but fewer than four points
    between two of them are dropped.

    Parameters
    ----------
    series : PoseSeries
        Poses as estimated, with true times.
    settings : CleaningSettings
        Visibility limits, gap limits, cutoff.

    Returns
    -------
    PoseSeries
        Same frames; visibility, presence and world follow their landmark where sides were put back.
    CleaningReport
        What was done, in frames per landmark.

    Notes
    -----
    Limits and their sources: method 4. Sides are put back before visibility is judged: in side view the far
    arm is always too little visible, and without it no swap of the near one could be noticed. Limbs and
    landmarks are treated one by one, which bounds the memory, so the clip needs no cutting into blocks.

    Examples
    --------
    >>> import numpy as np
    >>> from posture.checkup.truth import shipped_runner
    >>> from posture.landmarks import L
    >>> from posture.settings import CleaningSettings
    >>> series = shipped_runner()
    >>> series.xy[300, L.LEFT_ELBOW] += 200.0  # one wild guess
    >>> cleaned, report = clean(series, CleaningSettings())
    >>> bool(report.outliers[L.LEFT_ELBOW] >= 1), report.cutoff
    (True, 6.0)
    >>> bool(np.isfinite(cleaned.xy[300, L.LEFT_ELBOW]).all())
    True
    """
    torso, rate = torso_length(series), series.rate
    arms, legs = (_swaps(series, torso, evidence) for evidence in (_ARM_EVIDENCE, _LEG_EVIDENCE))
    series = _exchanged(series, arms.swapped, legs.swapped)
    estimated = np.isfinite(series.xy[..., 0])
    outside = masks.out_of_frame(series.xy, series.size)
    hidden = masks.hidden(series.visibility, series.segment, settings) & ~outside & estimated
    xy = np.where((outside | hidden)[..., None], np.nan, series.xy)
    visible = np.isfinite(xy[..., 0])
    if np.isfinite(rate):
        _drop_outliers(xy, series, torso)
    kept = np.isfinite(xy[..., 0])
    cutoff = cutoff_for(rate, settings.cutoff) if np.isfinite(rate) else float("nan")
    if np.isfinite(rate):
        _bridge_and_smooth(xy, series, settings, cutoff)
    report = CleaningReport(
        frames=len(series),
        without_runner=int(np.count_nonzero(~series.seen)),
        hidden=hidden.sum(axis=0),
        out_of_frame=(outside & estimated).sum(axis=0),
        outliers=(visible & ~kept).sum(axis=0),
        filled=(np.isfinite(xy[..., 0]) & ~kept).sum(axis=0),
        missing=np.isnan(xy[..., 0]).sum(axis=0),
        arm_swaps=arms.events,
        arm_swap_frames=int(arms.swapped.sum()),
        leg_swaps=legs.events,
        leg_swap_frames=int(legs.swapped.sum()),
        side_changes_left=arms.changes_left + legs.changes_left,
        rate=rate,
        cutoff=cutoff,
    )
    return series.with_xy(xy), report


def _bridge_and_smooth(xy: Floats, series: PoseSeries, settings: CleaningSettings, cutoff: float) -> None:
    """In place, landmark by landmark: short gaps bridged, the rest low-passed."""
    for i in USED:
        longest = settings.trunk_gap if i in _TRUNK_AND_HEAD else settings.limb_gap
        whole = interpolate_over_time(series.time, xy[:, i], series.segment, longest, 1 / series.rate)
        xy[:, i] = low_pass(series.time, whole, series.segment, series.rate, cutoff)


def _swaps(series: PoseSeries, torso: Floats, left: Ints) -> swaps.Repair:
    points = np.stack([series.xy[:, left], series.xy[:, MIRROR[left]]], axis=1)
    points[masks.out_of_frame(points, series.size)] = np.nan
    return swaps.find(series.time, points, series.segment, torso)


def _exchanged(series: PoseSeries, arms: masks.Mask, legs: masks.Mask) -> PoseSeries:
    """The series with left and right of whole limbs exchanged in the frames given."""
    if not (arms.any() or legs.any()):
        return series
    arrays = [a.copy() for a in (series.xy, series.world, series.visibility, series.presence)]
    for frames, limb in ((arms, ARM), (legs, LEG)):
        rows, left = np.flatnonzero(frames)[:, None], np.array(limb)
        both, other = np.concatenate([left, MIRROR[left]]), np.concatenate([MIRROR[left], left])
        for a in arrays:
            a[rows, both] = a[rows, other]
    xy, world, visibility, presence = arrays
    return replace(series, xy=xy, world=world, visibility=visibility, presence=presence)


def _drop_outliers(xy: Floats, series: PoseSeries, torso: Floats) -> None:
    """Set to NaN, in place, what cannot be right."""
    time, segment, rate = series.time, series.segment, series.rate
    moved = body_motion(series)
    for i in USED:
        xy[outliers.hampel(time, xy[:, i], torso, segment, rate), i] = np.nan
    for limit, group in ((outliers.TRUNK_SPEED, _TRUNK_AND_HEAD), (outliers.HAND_SPEED, _ARMS)):
        for i in group:
            xy[outliers.too_fast(time, xy[:, i] - moved, torso, segment, limit), i] = np.nan
    trunk = np.array(_both(L.LEFT_SHOULDER, L.LEFT_HIP))
    shoulders, hips = (midpoint(xy, left) for left in (L.LEFT_SHOULDER, L.LEFT_HIP))
    xy[np.flatnonzero(outliers.wrong_torso(shoulders, hips, torso))[:, None], trunk] = np.nan
    for shoulder, elbow in ((L.LEFT_SHOULDER, L.LEFT_ELBOW), (L.RIGHT_SHOULDER, L.RIGHT_ELBOW)):
        xy[outliers.long_arm(xy[:, shoulder], xy[:, elbow], torso), elbow] = np.nan
