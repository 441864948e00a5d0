"""OpenPose's folder of JSON files, one a frame, of BODY_25."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from posture.landmarks import L
from posture.midpoints import midpoint
from posture.series import Floats, PoseSeries

#: BODY_25 in its order; the neck and the middle of the hips are made, the small toes are unknown.
_NECK, _MID_HIP, _COUNT = 1, 8, 25
_BODY_25 = {
    0: L.NOSE, 2: L.RIGHT_SHOULDER, 3: L.RIGHT_ELBOW, 4: L.RIGHT_WRIST, 5: L.LEFT_SHOULDER, 6: L.LEFT_ELBOW,
    7: L.LEFT_WRIST, 9: L.RIGHT_HIP, 10: L.RIGHT_KNEE, 11: L.RIGHT_ANKLE, 12: L.LEFT_HIP, 13: L.LEFT_KNEE,
    14: L.LEFT_ANKLE, 15: L.RIGHT_EYE, 16: L.LEFT_EYE, 17: L.RIGHT_EAR, 18: L.LEFT_EAR, 19: L.LEFT_FOOT_INDEX,
    21: L.LEFT_HEEL, 22: L.RIGHT_FOOT_INDEX, 24: L.RIGHT_HEEL,
}  # fmt: skip
ENDING = "_keypoints.json"


def write_openpose(series: PoseSeries, folder: Path, name: str) -> None:
    """Write ``NAME_000000000012_keypoints.json`` for each frame, as ``--write_json`` does; pixels, y down.

    Visibility is the confidence; a point that was not seen is three zeros, a frame without the runner has no people.

    Parameters
    ----------
    series : PoseSeries
    folder : Path
        Empty.
    name : str
        Begins the names of the files.
    """
    values, seen = _keypoints(series), series.seen
    for frame in range(len(series)):
        flat = [round(float(value), 4) for value in values[frame].ravel()]
        people = [{"person_id": [-1], "pose_keypoints_2d": flat}] if seen[frame] else []
        text = json.dumps({"version": 1.3, "people": people}, separators=(",", ":"))
        (folder / f"{name}_{frame:012d}{ENDING}").write_text(text, encoding="utf-8")


def _keypoints(series: PoseSeries) -> Floats:
    """(T, 25, 3) x, y and confidence."""
    found = np.zeros((len(series), _COUNT, 3))
    for number, landmark in _BODY_25.items():
        found[:, number] = np.column_stack([series.xy[:, landmark], series.visibility[:, landmark]])
    for number, left in ((_NECK, L.LEFT_SHOULDER), (_MID_HIP, L.LEFT_HIP)):
        surest = np.minimum(series.visibility[:, left], series.visibility[:, left + 1])
        found[:, number] = np.column_stack([midpoint(series.xy, left), surest])
    # A place that is believed at all must not read as "not seen".
    found[..., 2] = np.clip(np.where(np.isnan(found[..., 2]), 1.0, found[..., 2]), 0.001, 1.0)
    found[~np.isfinite(found).all(axis=2)] = 0.0
    made = [*_BODY_25, _NECK, _MID_HIP]
    found[:, [i for i in range(_COUNT) if i not in made]] = 0.0
    return found
