"""COCO-17 and HALPE-26 keypoints as AlphaPose and MMPose write them."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.importers.files import check_count, needed_rate, read_json
from posture.importers.people import Person, people_series
from posture.series import PoseSeries


def read_keypoints(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read a JSON file of COCO-17 or HALPE-26 keypoints; the number of keypoints tells which.

    Accepted layouts:

    - AlphaPose: a list with one record a person, ``{"image_id": "12.jpg", "keypoints": [x, y, c, ...]}``; the last
      number in ``image_id`` is the frame. ``idx`` or ``track_id``, if there, identifies the person.
    - MMPose: a list with one record a frame, ``{"frame_id": 12, "instances": [{"keypoints": [[x, y], ...],
      "keypoint_scores": [c, ...]}]}``, alone or under ``instance_info``. ``track_id`` identifies the person.

    Parameters
    ----------
    path : Path
    fps : float or None
        Frames per second; the formats hold no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; the formats do not hold them.

    Returns
    -------
    tuple of PoseSeries
        Everyone, first the person whose track is largest and most confident. Confidence is taken as visibility.

    Raises
    ------
    PostureError
        If the frame rate is missing, or the file has another layout or number of keypoints.
    """
    rate = needed_rate(path, fps)
    content = read_json(path)
    records: Any = content.get("instance_info") if isinstance(content, dict) else content
    try:
        frames = _mmpose(records) if "instances" in records[0] else _alphapose(records)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise PostureError(
            f"{path}: not a keypoint file of AlphaPose or MMPose; each record needs 'image_id' and 'keypoints', "
            "or 'frame_id' and 'instances'."
        ) from error
    odd = next((len(p.points) for people in frames.values() for p in people if len(p.points) not in (17, 26)), None)
    if odd is not None:
        raise PostureError(f"{path}: {odd} keypoints a person; known are COCO (17) and HALPE (26).")
    first, last = min(frames), max(frames)
    check_count(path, last - first + 1)
    every = [frames.get(n, []) for n in range(first, last + 1)]
    return people_series(path, every, np.arange(len(every)) / rate, size)


def _alphapose(records: Any) -> dict[int, list[Person]]:
    frames: dict[int, list[Person]] = defaultdict(list)
    for record in records:
        number = int(re.findall(r"\d+", str(record["image_id"]))[-1])
        points = np.asarray(record["keypoints"], dtype=float).reshape(-1, 3)
        frames[number].append(Person(points, _identity(record)))
    return frames


def _mmpose(records: Any) -> dict[int, list[Person]]:
    frames: dict[int, list[Person]] = {}
    for order, record in enumerate(records):
        people = []
        for instance in record["instances"]:
            points = np.asarray(instance["keypoints"], dtype=float)[:, :2]
            scores = np.asarray(instance["keypoint_scores"], dtype=float)
            people.append(Person(np.column_stack([points, scores]), _identity(instance)))
        frames[int(record.get("frame_id", order))] = people
    return frames


def _identity(record: Any) -> int:
    value = record.get("track_id", record.get("idx", -1))
    return int(np.ravel(value)[0]) if value is not None else -1
