"""OpenPose JSON, also as other estimators write it (RTMLib, Sports2D, Pose2Sim, AlphaPose's ``--format open``)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.importers.files import check_count, needed_rate, read_json
from posture.importers.layouts import BY_COUNT
from posture.importers.people import Person, people_series
from posture.series import PoseSeries

#: Files of a folder that are looked at to know its format: others may lie there, too.
FIRST_FILES = 20
#: What a record may call its frame.
_FRAME = ("frame", "frame_id", "frame_index", "frame_number")


def read_openpose(path: Path, fps: float | None, size: tuple[int, int] | None = None) -> tuple[PoseSeries, ...]:
    """Read what OpenPose writes with ``--write_json``: ``{"people": [{"pose_keypoints_2d": [x, y, c, ...]}]}``.

    BODY_25 by 25 keypoints a person, COCO by 17, HALPE by 26.

    Parameters
    ----------
    path : Path
        The folder of per-frame files (``clip_000000000012_keypoints.json``, with leading zeros or without; the last
        number that differs from name to name is the frame, missing numbers are frames without people; other JSON files
        are left out), or one file with one such record, a list of them, or one for each frame's name or number.
    fps : float or None
        Frames per second; the format holds no times.
    size : tuple of int, optional
        Width and height of the picture, pixels; the format does not hold them.

    Returns
    -------
    tuple of PoseSeries
        Everyone, first the person whose track is largest and most confident. Confidence is taken as visibility.

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
    return people_series(path, frames, np.arange(len(frames)) / rate, size)


def is_openpose(content: Any) -> bool:
    """Whether a JSON file is a record of OpenPose, or holds several of them."""
    return any(_is_record(record) for record in _records(content))


def _is_record(record: Any) -> bool:
    return isinstance(record, dict) and "people" in record


def _records(content: Any) -> list[Any]:
    """One record, a list of them, or one for each name, in the file itself or one level down."""
    if isinstance(content, list) or _is_record(content):
        return content if isinstance(content, list) else [content]
    if not isinstance(content, dict):
        return []
    lists = (value for value in content.values() if isinstance(value, list) and any(map(_is_record, value)))
    return next(lists, list(content.values()))


def _folder(path: Path) -> dict[int, tuple[Path, Any]]:
    files = [(file, read_json(file)) for file in path.glob("*.json")]
    records = [(file, record) for file, record in files if _is_record(record)]
    numbers = _numbers([file.stem for file, _ in records])
    return dict(zip(numbers, records, strict=True))


def _numbers(names: list[str]) -> list[int]:
    """The frame of each file: the last number in the names that is another in each, else their order.

    Examples
    --------
    >>> _numbers(["run2_9_keypoints_2d", "run2_10_keypoints_2d"]), _numbers(["b", "a"])
    ([9, 10], [1, 0])
    """
    found = [[int(number) for number in re.findall(r"\d{1,15}", name)] for name in names]
    for place in range(1, min(map(len, found), default=0) + 1):
        numbers = [each[-place] for each in found]
        if len(set(numbers)) == len(names):
            return numbers
    order = sorted(range(len(names)), key=lambda i: (found[i], names[i]))
    return [order.index(i) for i in range(len(names))]


def _single(path: Path) -> dict[int, tuple[Path, Any]]:
    content = read_json(path)
    records = _records(content)
    if isinstance(content, dict) and list(content.values()) == records:
        named = {name: record for name, record in content.items() if _is_record(record)}
        numbers, records = _numbers(list(named)), list(named.values())
    else:
        numbers = _own_numbers(records)
    return {number: (path, record) for number, record in zip(numbers, records, strict=True)}


def _own_numbers(records: list[Any]) -> list[int]:
    """The frame that each record names, else their order."""
    own = [next((r[k] for k in _FRAME if isinstance(r, dict) and k in r), None) for r in records]
    whole = [number for number in own if type(number) is int]
    return whole if len(set(whole)) == len(records) else list(range(len(records)))


def _people(path: Path, record: Any) -> list[Person]:
    found = []
    try:
        for person in record["people"]:
            points = np.asarray(person["pose_keypoints_2d"], dtype=float).reshape(-1, 3)
            if len(points):
                found.append(Person(points, int(np.ravel(person.get("person_id", -1))[0])))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise PostureError(f"{path}: not an OpenPose file: no 'people' with 'pose_keypoints_2d'.") from error
    for one in found:
        if len(one.points) not in BY_COUNT:
            raise PostureError(
                f"{path}: {len(one.points)} keypoints a person; known are BODY_25 (25), COCO (17), HALPE (26) and "
                "MediaPipe (33)."
            )
    return found
