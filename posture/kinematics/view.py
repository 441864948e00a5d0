"""Where the camera stands: side, front, rear or oblique; its yaw; and which way the runner faces (method 1.1).

The runner's apparent width (hips, shoulders) against the apparent depth (legs' reach, nose) gives the yaw, by
medians over about a stride, because running itself turns the shoulder line by 30 degrees. Width alone does not do:
shoulders measure 0.5 to 1.0 torso lengths in the skeletons of different sources, and an arcsine turns that into
30 degrees; the ratio of two lengths across and along the runner holds for all of them with one set of constants.
What sticks out forwards (nose, toes, knees) gives the direction.
"""

from __future__ import annotations

import numpy as np

from posture.kinematics import geometry
from posture.kinematics.types import View, ViewKind
from posture.landmarks import MIRROR, L
from posture.midpoints import trunk_length
from posture.series import Floats, Ints, PoseSeries
from posture.viewpoints import Side, ViewName

#: Hip and shoulder width over torso length seen from the front: five real frontal clips and one rendered, each
#: within 8 %, MediaPipe full model.
HIP_RATIO = 0.37
SHOULDER_RATIO = 0.69
#: Seen from the side, over torso length: the usual distance between the ankles fore and aft, and of the nose
#: ahead of the ears. 46 motion-capture skeletons: 0.7 to 1.4 and 0.14 to 0.28; MediaPipe on real runners: 0.8 to
#: 1.1 and 0.11 to 0.15.
STRIDE_RATIO = 1.05
NOSE_RATIO = 0.22
#: Seen from the side, over torso length: how far nose, toes and knees stick out forwards. MediaPipe on 25 real runners
#: from the side: 0.11 to 0.16, 0.15 to 0.33, 0.17 to 0.27.
FORWARD_RATIOS = (0.14, 0.22, 0.24)
#: Degrees (method 1.1).
SIDE_UP_TO = 20.0
FRONT_FROM = 60.0
#: A stretch keeps the clip's kind until it is this far beyond a boundary, degrees: a camera that stands at the
#: boundary must not chop the clip.
HYSTERESIS = 8.0
#: Width of the windows, s: at least a stride of running or walking.
WINDOW = 1.5

#: Kinds of view by number, as arrays of numbers are compared ten times as fast as arrays of words.
_NAMES = (ViewKind.FRONT, ViewKind.OBLIQUE, ViewKind.REAR, ViewKind.SIDE, ViewKind.UNKNOWN)
_FRONT, _OBLIQUE, _REAR, _SIDE, _UNKNOWN = range(len(_NAMES))


def find_view(series: PoseSeries, prior: ViewName | None = None) -> View:
    """Find the view of each frame and of the clip.

    Parameters
    ----------
    series : PoseSeries
        Clean poses; world landmarks, face and feet may be missing.
    prior : {'left', 'right', 'front', 'rear'}, optional
        The user's word on which side of the runner faces the camera; overrides kind and facing.

    Returns
    -------
    View
        ``kind`` is ``UNKNOWN`` where shoulders and hips were never seen together.

    Examples
    --------
    >>> from posture.checkup.truth import shipped_runner
    >>> series = shipped_runner()
    >>> view = find_view(series)
    >>> view.kind, view.near, abs(view.yaw) < 10.0
    (<ViewKind.SIDE: 'side'>, 'left', True)
    >>> find_view(series, prior="rear").kind
    <ViewKind.REAR: 'rear'>
    """
    hip, shoulder, legs, nose, toes, knees = _offsets(series)
    width, signed = _widths(hip, shoulder)
    yaw = _yaw(width, _depth(width, legs, nose))
    forward = _forward(nose, toes, knees)
    if prior is not None:
        return _given(prior, yaw, signed, forward)
    kind = _kinds(yaw, signed)
    most = _most(kind)
    kind = _with_hysteresis(kind, most, yaw, signed)
    clip_kind = _NAMES[most]
    turned = (kind == _SIDE) | (kind == _OBLIQUE)
    facing = np.where(turned & np.isfinite(forward), np.sign(np.nan_to_num(forward)), 0).astype(int)
    usable = kind != _UNKNOWN
    own = kind == most
    clip_facing = int(np.sign(facing[own].sum())) if most in (_SIDE, _OBLIQUE) else 0
    agreeing = own & (facing == clip_facing)
    return View(
        kind=clip_kind,
        yaw=float(np.median(yaw[own])) if clip_kind != ViewKind.UNKNOWN else float("nan"),
        near=_near(clip_facing),
        facing=clip_facing,
        frame_kind=np.array(_NAMES)[kind],
        frame_yaw=_signed_yaw(signed, forward, clip_facing),
        frame_facing=facing,
        confidence=float(agreeing.sum() / max(usable.sum(), 1)),
    )


def _near(facing: int) -> Side | None:
    if facing == 0:
        return None
    return "left" if facing < 0 else "right"


def _offsets(series: PoseSeries) -> Floats:
    """Usual places of landmarks against each other around each frame, torso lengths.

    Returns
    -------
    ndarray, shape (6, T)
        To the right of the picture: the right hip and the right shoulder from the left ones, the ankles from each
        other (unsigned), nose from ears, toes from heels, knees from the line between hip and ankle.
    """
    x = series.xy[:, :, 0]
    hip, shoulder = (x[:, MIRROR[left]] - x[:, left] for left in (L.LEFT_HIP, L.LEFT_SHOULDER))
    legs = np.abs(x[:, L.LEFT_ANKLE] - x[:, L.RIGHT_ANKLE])
    nose = x[:, L.NOSE] - _either(x[:, L.LEFT_EAR], x[:, L.RIGHT_EAR])
    toes = _either(
        x[:, L.LEFT_FOOT_INDEX] - x[:, L.LEFT_HEEL],
        x[:, L.RIGHT_FOOT_INDEX] - x[:, L.RIGHT_HEEL],
    )
    knees = _either(
        x[:, L.LEFT_KNEE] - 0.5 * (x[:, L.LEFT_HIP] + x[:, L.LEFT_ANKLE]),
        x[:, L.RIGHT_KNEE] - 0.5 * (x[:, L.RIGHT_HIP] + x[:, L.RIGHT_ANKLE]),
    )
    offsets = np.stack((hip, shoulder, legs, nose, toes, knees))
    offsets /= geometry.rolling_median(trunk_length(series.xy), series.time, series.segment, WINDOW)
    return geometry.rolling_median(offsets, series.time, series.segment, WINDOW)


def _widths(hip: Floats, shoulder: Floats) -> tuple[Floats, Floats]:
    """Share of the full frontal width, unsigned; and signed, + where the runner's right is right in the picture."""
    hip, shoulder = hip / HIP_RATIO, shoulder / SHOULDER_RATIO
    return 0.5 * (np.abs(hip) + np.abs(shoulder)), 0.5 * (hip + shoulder)


def _depth(width: Floats, legs: Floats, nose: Floats) -> Floats:
    """Share of the full sagittal depth; where neither legs nor face are seen, what the width leaves."""
    legs, nose = legs / STRIDE_RATIO, np.abs(nose) / NOSE_RATIO
    # Legs that stand still or are hidden say nothing about the view.
    still = ~(legs >= nose / 2)
    depth = np.where(np.isnan(nose), legs, np.where(still, nose, (2.0 * legs + nose) / 3.0))
    unseen = np.sqrt(np.clip(1.0 - width**2, 0.0, 1.0))
    return np.where(np.isnan(depth), unseen, depth)


def _yaw(width: Floats, depth: Floats) -> Floats:
    """Degrees: by the width near a side view, by the ratio of width and depth towards a frontal one.

    Near 0 degrees the arcsine of a small width hardly feels the runner's build; near 90 the ratio does not.
    """
    by_width = np.degrees(np.arcsin(np.clip(width, 0.0, 1.0)))
    by_ratio = np.degrees(np.arctan2(width, depth))
    share = np.clip((by_ratio - SIDE_UP_TO) / (FRONT_FROM - SIDE_UP_TO), 0.0, 1.0)
    return (1.0 - share) * by_width + share * by_ratio


def _signed_yaw(signed: Floats, forward: Floats, facing: int) -> Floats:
    """Degrees off the near side's pure view, + towards the runner's front, - towards the back.

    Unlike the unsigned yaw it passes a pure view evenly (0 at a side, 90 at the front, -90 at the back), so that a
    runner who slides past the camera is seen to turn.

    Parameters
    ----------
    signed : ndarray, shape (T,)
        Share of the full width, + where the runner's right is right in the picture: negative from the front.
    forward : ndarray, shape (T,)
        Share of the full depth, + to the right of the picture; NaN where nothing sticks out.
    facing : int
        Of the clip; from the front and from behind it is measured from the runner's right side.
    """
    by_width = np.degrees(np.arcsin(np.clip(-signed, -1.0, 1.0)))
    by_ratio = np.degrees(np.arctan2(-signed, np.where(np.isnan(forward), np.nan, (facing or 1) * forward)))
    turned = np.where(np.abs(by_ratio) > 90.0, np.sign(by_width) * 180.0 - by_width, by_width)
    off = np.minimum(np.abs(by_ratio), 180.0 - np.abs(by_ratio))
    share = np.clip((off - SIDE_UP_TO) / (FRONT_FROM - SIDE_UP_TO), 0.0, 1.0)
    return np.where(np.isnan(forward), by_width, (1.0 - share) * turned + share * by_ratio)


def _forward(*cues: Floats) -> Floats:
    """Share of the full depth by which nose, toes and knees stick out to the right; NaN where none is seen."""
    stacked = np.stack(cues)
    usual = (np.isfinite(stacked) * np.array(FORWARD_RATIOS)[:, None]).sum(axis=0)
    share: Floats = np.nansum(stacked, axis=0) / np.where(usual > 0, usual, np.nan)
    return share


def _either(left: Floats, right: Floats) -> Floats:
    """Mean of both where both are seen, else the one that is."""
    both = 0.5 * (left + right)
    return np.where(np.isfinite(both), both, np.where(np.isfinite(left), left, right))


def _kinds(yaw: Floats, signed: Floats) -> Ints:
    end = np.where(signed < 0, _FRONT, _REAR)
    with np.errstate(invalid="ignore"):
        kind = np.where(yaw <= SIDE_UP_TO, _SIDE, np.where(yaw < FRONT_FROM, _OBLIQUE, end))
    return np.where(np.isfinite(yaw), kind, _UNKNOWN)


def _most(kind: Ints) -> int:
    counts = np.bincount(kind, minlength=_UNKNOWN)[:_UNKNOWN]
    return int(np.argmax(counts)) if counts.any() else _UNKNOWN


def _with_hysteresis(kind: Ints, clip: int, yaw: Floats, signed: Floats) -> Ints:
    with np.errstate(invalid="ignore"):
        still = {
            _SIDE: yaw <= SIDE_UP_TO + HYSTERESIS,
            _OBLIQUE: (yaw >= SIDE_UP_TO - HYSTERESIS) & (yaw < FRONT_FROM + HYSTERESIS),
            _FRONT: (yaw >= FRONT_FROM - HYSTERESIS) & (signed < 0),
            _REAR: (yaw >= FRONT_FROM - HYSTERESIS) & (signed > 0),
            _UNKNOWN: np.zeros(yaw.shape, dtype=bool),
        }[clip]
    return np.where(still, clip, kind)


def _given(prior: ViewName, yaw: Floats, signed: Floats, forward: Floats) -> View:
    kind = {"front": ViewKind.FRONT, "rear": ViewKind.REAR}.get(prior, ViewKind.SIDE)
    facing = {"left": -1, "right": 1}.get(prior, 0)
    seen = np.isfinite(forward)
    agree = np.sign(forward[seen]) == facing if facing else np.ones(int(seen.sum()), dtype=bool)
    return View(
        kind=kind,
        yaw=float(geometry.nan_median(yaw)),
        near=_near(facing),
        facing=facing,
        frame_kind=np.full(yaw.shape, kind.value),
        frame_yaw=_signed_yaw(signed, forward, facing),
        frame_facing=np.full(yaw.shape, facing),
        confidence=float(agree.mean()) if agree.size else 0.0,
    )
