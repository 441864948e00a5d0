"""OpenPose BODY_25 JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from posture.errors import PostureError
from posture.pose.imports.people import runner_series
from posture.series import Floats, PoseSeries


def read_openpose(path: Path, fps: float, size: tuple[int, int] | None = None) -> PoseSeries:
    """Read what OpenPose writes with ``--write_json``.

    Parameters
    ----------
    path : Path
        The folder of per-frame files (``clip_000000000012_keypoints.json``; the number in the name is the frame,
        missing numbers are frames without a file), or one such file, or one file with a list of such records.
    fps : float
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
        If there is no such file, or one is not OpenPose BODY_25.
    """
    records = _folder(path) if path.is_dir() else _single(path)
    if not records:
        raise PostureError(f"{path}: the folder holds no OpenPose file (*.json); give the folder of --write_json.")
    first, last = min(records), max(records)
    frames: list[list[Floats]] = []
    identities: list[list[int]] = []
    for number in range(first, last + 1):
        people = records.get(number, (path, {"people": []}))
        parsed = _people(*people)
        frames.append([points for points, _ in parsed])
        identities.append([identity for _, identity in parsed])
    return runner_series(frames, np.arange(len(frames)) / fps, size, identities)


def _folder(path: Path) -> dict[int, tuple[Path, Any]]:
    """Records by frame number: the last number in the file's name."""
    records: dict[int, tuple[Path, Any]] = {}
    for order, file in enumerate(sorted(path.glob("*.json"))):
        numbers = re.findall(r"\d+", file.stem)
        records[int(numbers[-1]) if numbers else order] = (file, load_json(file))
    return records


def _single(path: Path) -> dict[int, tuple[Path, Any]]:
    content = load_json(path)
    return {i: (path, record) for i, record in enumerate(content if isinstance(content, list) else [content])}


def _people(path: Path, record: Any) -> list[tuple[Floats, int]]:
    """Keypoints (25, 3) and identity of each person in a frame."""
    try:
        found = []
        for person in record["people"]:
            points = np.asarray(person["pose_keypoints_2d"], dtype=float).reshape(-1, 3)
            if len(points) == 0:
                continue
            if len(points) != 25:
                raise PostureError(
                    f"{path}: {len(points)} keypoints a person where BODY_25 has 25; "
                    "run OpenPose with its default model."
                )
            found.append((points, int(np.ravel(person.get("person_id", [-1]))[0])))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise PostureError(f"{path}: not an OpenPose file: no 'people' with 'pose_keypoints_2d'.") from error
    return found


def load_json(path: Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    PostureError
        If it cannot be read or is not JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PostureError(f"{path}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise PostureError(f"{path}: not a valid JSON file; export the keypoints again.") from error
