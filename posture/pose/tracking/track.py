"""From one person's detections to the box that the pose stage crops along."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

from posture.pose.tracking.association import Track
from posture.pose.types import BoxTrack
from posture.series import Floats

#: Number of detections to either side whose reach a box takes in: legs and arms swing between two detector passes, and
#: the crops along a track are to hold all of their swing.
NEIGHBOURS = 5


def box_track_of(person: Track, time: Floats, size: tuple[int, int]) -> BoxTrack:
    """Boxes around all that the person reaches, over the detector passes.

    A box stands around the trunk's middle and reaches, in trunk lengths, as far as any landmark reached within
    `NEIGHBOURS` detections; so it moves and grows with the body, not with every step.

    Parameters
    ----------
    person : Track
        In the upright frame.
    time : ndarray, shape (K,)
        Seconds of the passes.
    size : tuple of int
        Width and height of the upright frame.
    """
    found = np.zeros(time.size, dtype=bool)
    found[person.passes] = True
    box = np.full((time.size, 4), np.nan)
    box[found] = _reaches(person)
    return BoxTrack(time, box, found, size)


def _reaches(person: Track) -> Floats:
    middle = np.stack([s.middle for s in person.detections])
    seen = np.stack([s.box for s in person.detections])
    torso = np.array([s.torso for s in person.detections])
    # A step in size is a cut or an approach; a single odd trunk length is an error.
    scale = median_filter(torso, size=3, mode="nearest")[:, None] if torso.size >= 3 else torso[:, None]
    out = np.concatenate([middle - seen[:, :2], seen[:, 2:] - middle], axis=1) / scale
    reach = np.stack([out[max(i - NEIGHBOURS, 0) : i + NEIGHBOURS + 1].max(axis=0) for i in range(len(out))])
    return np.concatenate([middle - reach[:, :2] * scale, middle + reach[:, 2:] * scale], axis=1)
