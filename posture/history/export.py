"""A runner's history for other programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from posture.errors import PostureError
from posture.history.types import Kept
from posture.kinematics.registry import METRICS
from posture.storage.files import replacing
from posture.storage.spreadsheet import harmless


def write(runner: str, kept: Sequence[Kept], path: Path) -> None:
    """Write a history as JSON, all of it, or as CSV, one row a metric of an analysis; the ending decides.

    Raises
    ------
    PostureError
        If the ending is another one, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in (".csv", ".json"):
        raise PostureError(f"{path}: the ending decides the format; name a file that ends in .csv or .json.")
    with replacing(path, "--export") as temporary:
        if ending == ".json":
            told = {"runner": runner, "analyses": [_plain(asdict(one)) for one in kept]}
            temporary.write_text(
                json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False),
                encoding="utf-8",
                errors="backslashreplace",
            )
        else:
            harmless(_rows(runner, kept)).to_csv(temporary, index=False, float_format="%.6g")


def _rows(runner: str, kept: Sequence[Kept]) -> list[dict[str, Any]]:
    return [
        {
            "runner": runner,
            "when": one.when.isoformat(),
            "clip": one.clip,
            "view": one.view,
            "near": one.near,
            "strides": level.strides,
            "speed_kmh": one.speed_kmh,
            "note": one.note,
            "metric": key,
            "unit": METRICS[key].unit if key in METRICS else "",
            "level": level.level,
            "spread": level.spread,
            "change": level.change,
            "mdc": level.mdc,
            "status": level.status.value if level.status else "",
        }
        for one in kept
        for key, level in one.levels.items()
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value
