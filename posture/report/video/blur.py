"""Faces made unrecognisable before any picture is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from posture.landmarks import BONES, Landmark
from posture.midpoints import trunk_length
from posture.opencv import cv2
from posture.report.drawing.marks import Image
from posture.report.video.moment import moment
from posture.series import Floats, PoseSeries
from posture.video.decode import Frame

if TYPE_CHECKING:
    from posture.analysis import Analysis

#: Landmarks of the face and the ears.
_HEAD = slice(0, 11)
#: Trunk lengths from the middle of the face to beyond crown and chin: a head is about 0.45 trunk lengths high.
_HEAD_RADIUS = 0.42
#: Least radius in units of the spread of the head's own landmarks, for bodies bent towards the camera.
_HEAD_SPREAD = 2.2
#: Half the width of what stays clear around each bone, trunk lengths.
_LIMB = 0.16
#: Longest time over which a head that was not seen is taken to have moved straight on, s.
_BRIDGED = 0.3
#: Blocks across the shorter side of a blurred picture, at most.
_BLOCKS = 24
#: Least side of a block, radii of the head: three across a head; the head itself becomes one flat disc beside them.
_HEAD_BLOCK = 0.75


def kept_pictures(analysis: Analysis) -> Callable[[Frame], Image]:
    """What gives the picture of a frame that may be drawn on and kept: with the face blurred if the user wishes so."""
    blur = FaceBlur(analysis.recording.series) if analysis.settings.report.face_blur else None

    def kept(frame: Frame) -> Image:
        image = frame.rgb if frame.rgb.flags.writeable else frame.rgb.copy()
        if blur:
            blur.apply(image, frame.time)
        return image

    return kept


class FaceBlur:
    """Leaves nothing sharp but the runner's body below the head.

    Everything around the runner is blurred as well, since others may stand there. In a picture in which the
    runner's head was not seen nothing stays sharp.

    Parameters
    ----------
    series : PoseSeries
        In the clip's own time.
    """

    def __init__(self, series: PoseSeries) -> None:
        self._series = series
        head = series.xy[:, _HEAD]
        seen = np.isfinite(head).any(axis=(1, 2))
        self._seen_times = series.time[seen]
        self._middles = np.nanmean(head[seen], axis=1)
        spread = np.nanmax(np.linalg.norm(head[seen] - self._middles[:, None], axis=2), axis=1, initial=0.0)
        trunk = trunk_length(series.xy)
        self._trunk = float(np.nanmedian(trunk)) if np.isfinite(trunk).any() else 0.2 * series.size[1]
        self._radii = np.maximum(_HEAD_SPREAD * spread, _HEAD_RADIUS * self._trunk)
        self._block = _HEAD_BLOCK * float(np.median(self._radii) if self._radii.size else _HEAD_RADIUS * self._trunk)

    def apply(self, image: Image, time: float) -> None:
        """Blur a picture of this time, in place."""
        high, wide = image.shape[:2]
        scale = 1 / max(min(high, wide) / _BLOCKS, self._block)
        small = cv2.resize(
            image, (max(round(wide * scale), 1), max(round(high * scale), 1)), interpolation=cv2.INTER_AREA
        )
        blurred = cv2.resize(small, (wide, high), interpolation=cv2.INTER_LINEAR)
        hidden = np.full((high, wide), 255, np.uint8)
        head = self._head(time)
        seen = moment(self._series, time)
        if head is not None and seen is not None:
            self._clear_body(hidden, seen[0])
            x, y, radius = head
            cv2.circle(hidden, (round(x), round(y)), round(radius), 255, cv2.FILLED)
        cv2.copyTo(blurred, hidden, image)
        if head is not None:
            _fill(image, *head)

    def _head(self, time: float) -> tuple[float, float, float] | None:
        """Middle and radius of the head, or None where it is not known."""
        times = self._seen_times
        if not times.size:
            return None
        after = int(np.searchsorted(times, time))
        near = [i for i in (after - 1, after) if 0 <= i < times.size]
        if min(abs(times[i] - time) for i in near) > _BRIDGED:
            return None
        x, y = (float(np.interp(time, times[near], self._middles[near, axis])) for axis in (0, 1))
        # Between two places the whole way from one to the other may hold the head.
        way = float(np.linalg.norm(self._middles[near[-1]] - self._middles[near[0]]))
        return x, y, float(self._radii[near].max()) + (way if abs(times[near[0]] - time) > 1e-3 else 0.0)

    def _clear_body(self, hidden: Image, points: Floats) -> None:
        width = max(round(2 * _LIMB * self._trunk), 1)
        for a, b in BONES:
            if a >= Landmark.LEFT_SHOULDER and b >= Landmark.LEFT_SHOULDER and np.isfinite(points[[a, b]]).all():
                start, end = (tuple(round(float(value)) for value in points[i]) for i in (a, b))
                cv2.line(hidden, start, end, 0, width)
        trunk = points[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, Landmark.LEFT_HIP]]
        if np.isfinite(trunk).all():
            cv2.fillConvexPoly(hidden, np.round(trunk).astype(np.int32), 0)


def _fill(image: Image, x: float, y: float, radius: float) -> None:
    """A disc in its own mean colour: what is only blurred keeps dark eyes and a mouth, and is still found as a face."""
    disc = np.zeros(image.shape[:2], np.uint8)
    cv2.circle(disc, (round(x), round(y)), round(radius), 255, cv2.FILLED)
    if disc.any():
        image[disc > 0] = np.round(cv2.mean(image, disc)[:3])
