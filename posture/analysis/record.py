"""The machine-readable result of a run, as ``analysis.json`` holds it."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from posture.analysis.result import Analysis
from posture.analysis.summary import Row
from posture.drift.types import DriftResult
from posture.kinematics.centimetres import centimetres
from posture.levels import Levels
from posture.rules import Finding, clearance, find_referral, leading
from posture.strides import Event
from posture.version import __version__

#: Layout of analysis.json.
SCHEMA = 1

_LIBRARIES = ("ai-edge-litert", "mediapipe", "opencv-contrib-python", "av", "numpy", "scipy", "pandas")


def record(analysis: Analysis) -> dict[str, Any]:
    """The machine-readable result; numbers that are not known are NaN here and null in the file."""
    recording, strides, run = analysis.recording, analysis.segmented, analysis.settings.run
    return {
        "schema": SCHEMA,
        "posture": __version__,
        "made": analysis.made.isoformat(timespec="seconds"),
        "clip": {
            "name": recording.name,
            "sha256": recording.sha256,
            "size": list(recording.series.size),
            "rate": recording.rate,
            "duration": recording.duration,
            "recorded": recording.recorded,
            "turned": recording.turn,
            "spans": [list(span) for span in recording.spans],
            "people": list(recording.people),
            "notes": list(recording.notes),
        },
        "settings": analysis.settings.model_dump(mode="json"),
        "provenance": {
            "estimator": recording.estimator,
            "model": recording.model,
            "python": platform.python_version(),
            "libraries": {name: _version(name) for name in _LIBRARIES},
            "seconds": dict(analysis.timings),
        },
        "about": {
            "runner": run.runner,
            "date": run.date.isoformat() if run.date else None,
            "note": run.note,
            "height_cm": analysis.settings.clip.height_cm,
        },
        "view": {
            "kind": analysis.view.kind.value,
            "yaw": analysis.view.yaw,
            "near": analysis.view.near,
            "confidence": analysis.view.confidence,
        },
        "cleaning": _plain(asdict(analysis.cleaning)),
        "events": TypeAdapter(tuple[Event, ...]).dump_python(strides.events, mode="json"),
        "strides": {
            "kept": len(strides.kept),
            "rejected": dict(strides.rejected),
            "gait": strides.gait.value,
            "signal": strides.signal,
            "slow_motion": strides.clock.factor,
            "slow_motion_range": [strides.clock.low, strides.clock.high],
            "clock_sure": strides.clock.sure,
        },
        "metrics": {name: _metric(row, analysis.settings.clip.height_cm) for name, row in analysis.rows.items()},
        "withheld": dict(analysis.measured.withheld),
        "drift": TypeAdapter(dict[str, DriftResult]).dump_python(dict(analysis.drift)),
        "levels": _levels(analysis.levels),
        "findings": TypeAdapter(tuple[Finding, ...]).dump_python(analysis.findings),
        "referral": asdict(referral) if (referral := find_referral(analysis.intake)) else None,
        "clearance": clearance(analysis.intake) or None,
        "leading": [finding.cause for finding in leading(analysis.findings, most=len(analysis.findings))],
        "upright": _upright(analysis),
    }


def _levels(levels: Levels) -> dict[str, Any]:
    """Where the posture lies among reference runners."""
    return {
        "reference": levels.reference,
        "from_start": levels.from_start,
        "reason": levels.reason,
        "patterns": {str(shape): asdict(pattern) for shape, pattern in levels.patterns.items()},
        "metrics": {id: {**asdict(level), "above": level.above} for id, level in levels.levels.items()},
    }


def _upright(analysis: Analysis) -> dict[str, Any] | None:
    """What the start of the run adds to the runner's own upright posture."""
    if analysis.upright is None:
        return None
    added = {id: {**asdict(each), "added": each.added, "beyond": each.beyond} for id, each in analysis.added.items()}
    return {"gait": analysis.upright.gait.value, "metrics": added}


def plain_record(analysis: Analysis) -> Any:
    """The machine-readable result as the file holds it."""
    return _without_nan(record(analysis))


def _metric(row: Row, height: float | None) -> dict[str, Any]:
    told = row.metric.unit == "torso" and not row.trend_only
    return {
        "label": row.metric.label,
        "unit": row.metric.unit,
        "level": row.level,
        "spread": row.spread,
        "strides": row.strides,
        "few_strides": row.few,
        "trend_only": row.trend_only,
        "floor": row.floor,
        "absolute_error": row.metric.absolute_error,
        "centimetres": asdict(centimetres(row.level, row.metric.absolute_error, height)) if height and told else None,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def _without_nan(value: Any) -> Any:
    """JSON has no NaN: what is not known is null."""
    if isinstance(value, dict):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
