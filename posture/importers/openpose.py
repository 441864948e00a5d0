"""OpenPose JSON, also as other estimators write it (RTMLib, Sports2D, Pose2Sim, AlphaPose's ``--format open``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.importers.files import check_count, needed_rate, read_json
from posture.importers.layouts import BY_COUNT
from posture.importers.people import Person, runner_series
from posture.series import PoseSeries


def read_openpose(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> PoseSeries:
    """Read what OpenPose writes with ``--write_json``: ``{"people": [{"pose_keypoints_2d": [x, y, c, ...]}]}``.

    BODY_25 by 25 keypoints a person, COCO by 17, HALPE by 26.

    Parameters
    ----------
    path : Path
        The folder of per-frame files (``clip_000000000012_keypoints.json``; the last number in the name is the
        frame, missing numbers are frames without people), or one file with one such record or a list of them.
    fps : float or None
        Frames per second; the format holds no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; the format does not hold them.

    Returns
    -------
    PoseSeries
        Of the runner: the person whose track is largest and most confident. Confidence is taken as visibility.

    Raises
    ------
    PostureError
        If the frame rate is missing, or a file is not OpenPose JSON or of an unknown number of keypoints.
    """
    rate = needed_rate(path, fps)
    records = _folder(path) if path.is_dir() else _single(path)
    if not records:
        raise PostureError(f"{path}: the folder holds no OpenPose file (*.json); give the folder of --write_json.")
    first, last = min(records), max(records)
    check_count(path, last - first + 1)
    frames = [_people(*records[n]) if n in records else [] for n in range(first, last + 1)]
    return runner_series(frames, np.arange(len(frames)) / rate, size)


def _folder(path: Path) -> dict[int, tuple[Path, Any]]:
    records: dict[int, tuple[Path, Any]] = {}
    for order, file in enumerate(sorted(path.glob("*.json"))):
        numbers = re.findall(r"\d+", file.stem)
        records[int(numbers[-1]) if numbers else order] = (file, read_json(file))
    return records


def _single(path: Path) -> dict[int, tuple[Path, Any]]:
    content = read_json(path)
    return {i: (path, record) for i, record in enumerate(content if isinstance(content, list) else [content])}


def _people(path: Path, record: Any) -> list[Person]:
    found = []
    try:
        for person in record["people"]:
            points = np.asarray(person["pose_keypoints_2d"], dtype=float).reshape(-1, 3)
            if len(points):
                found.append(Person(points, int(np.ravel(person.get("person_id", -1))[0])))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise PostureError(f"{path}: not an OpenPose file: no 'people' with 'pose_keypoints_2d'.") from error
    for one in found:
        if len(one.points) not in BY_COUNT:
            raise PostureError(
                f"{path}: {len(one.points)} keypoints a person; known are BODY_25 (25), COCO (17) and HALPE (26)."
            )
    return found
