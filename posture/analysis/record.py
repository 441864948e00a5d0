"""The machine-readable result of a run, as ``analysis.json`` holds it."""

from __future__ import annotations

import platform
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

import numpy as np
from pydantic import TypeAdapter

from posture.analysis.result import Analysis, Comparison
from posture.analysis.schema import (
    SCHEMA,
    AboutRecord,
    ClipRecord,
    ComparedRecord,
    ComparisonRecord,
    LevelsRecord,
    MetricRecord,
    ProvenanceRecord,
    Record,
    StridesRecord,
    UprightRecord,
    ViewRecord,
)
from posture.analysis.summary import Row
from posture.drift.types import DriftResult
from posture.kinematics.centimetres import centimetres
from posture.kinematics.types import View
from posture.levels import Levels
from posture.rules import Finding, clearance, find_referral, leading
from posture.settings import Settings
from posture.storage.recording import Recording
from posture.strides import Event, Strides
from posture.version import __version__

_LIBRARIES = ("ai-edge-litert", "mediapipe", "opencv-contrib-python", "av", "numpy", "scipy", "pandas")


def record(analysis: Analysis) -> Record:
    """The machine-readable result; numbers that are not known are NaN here and null in the file."""
    return {
        "schema": SCHEMA,
        "posture": __version__,
        "made": analysis.made.isoformat(timespec="seconds"),
        "clip": _clip(analysis.recording),
        "settings": analysis.settings.model_dump(mode="json"),
        "provenance": _provenance(analysis),
        "about": _about(analysis.settings),
        "view": _view(analysis.view),
        "cleaning": _plain(_fields(analysis.cleaning)),
        "events": TypeAdapter(tuple[Event, ...]).dump_python(analysis.segmented.events, mode="json"),
        "strides": _strides(analysis.segmented),
        "metrics": {
            name: _metric(row, analysis.settings.clip.height_cm)
            for name, row in (analysis.rows | analysis.legs).items()
        },
        "withheld": dict(analysis.measured.withheld),
        "drift": TypeAdapter(dict[str, DriftResult]).dump_python(dict(analysis.drift)),
        "levels": _levels(analysis.levels),
        "findings": TypeAdapter(tuple[Finding, ...]).dump_python(analysis.findings),
        "referral": _fields(referral) if (referral := find_referral(analysis.intake)) else None,
        "clearance": clearance(analysis.intake) or None,
        "leading": [finding.cause for finding in leading(analysis.findings, most=len(analysis.findings))],
        "upright": _upright(analysis),
        "live": [dict(event) for event in analysis.recording.events],
    }


def _clip(recording: Recording) -> ClipRecord:
    return {
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
    }


def _provenance(analysis: Analysis) -> ProvenanceRecord:
    return {
        "estimator": analysis.recording.estimator,
        "model": analysis.recording.model,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "seconds": dict(analysis.timings),
    }


def _about(settings: Settings) -> AboutRecord:
    return {
        "runner": settings.run.runner,
        "date": settings.run.date.isoformat() if settings.run.date else None,
        "note": settings.run.note,
        "height_cm": settings.clip.height_cm,
    }


def _view(view: View) -> ViewRecord:
    return {"kind": view.kind.value, "yaw": view.yaw, "near": view.near, "confidence": view.confidence}


def _strides(strides: Strides) -> StridesRecord:
    return {
        "kept": len(strides.kept),
        "rejected": dict(strides.rejected),
        "gait": strides.gait.value,
        "signal": strides.signal,
        "slow_motion": strides.clock.factor,
        "slow_motion_range": [strides.clock.low, strides.clock.high],
        "clock_sure": strides.clock.sure,
    }


def comparison_record(comparison: Comparison, sentence: str) -> ComparisonRecord:
    """Two clips held against each other, machine-readable; what neither measured is left out.

    Parameters
    ----------
    comparison : Comparison
    sentence : str
        The answer in words.
    """
    told = {id: result for id, result in comparison.drift.items() if np.isfinite(result.change)}
    found: ComparisonRecord = {
        "schema": SCHEMA,
        "posture": __version__,
        "sentence": sentence,
        "first": _compared(comparison.fresh),
        "second": _compared(comparison.tired),
        "same_camera": comparison.same_camera,
        "drift": TypeAdapter(dict[str, DriftResult]).dump_python(told),
        "apart": dict(comparison.apart),
        "findings": TypeAdapter(tuple[Finding, ...]).dump_python(comparison.findings),
    }
    return cast(ComparisonRecord, _without_nan(found))


def _compared(analysis: Analysis) -> ComparedRecord:
    found = record(analysis)
    return {
        "clip": found["clip"],
        "about": found["about"],
        "view": found["view"],
        "strides": found["strides"],
        "provenance": found["provenance"],
        "referral": found["referral"],
    }


def _levels(levels: Levels) -> LevelsRecord:
    """Where the posture lies among reference runners."""
    return {
        "reference": levels.reference,
        "from_start": levels.from_start,
        "reason": levels.reason,
        "patterns": {str(shape): _fields(pattern) for shape, pattern in levels.patterns.items()},
        "metrics": {id: {**_fields(level), "above": level.above} for id, level in levels.levels.items()},
    }


def _upright(analysis: Analysis) -> UprightRecord | None:
    """What the start of the run adds to the runner's own upright posture."""
    if analysis.upright is None:
        return None
    added = {id: {**_fields(each), "added": each.added, "beyond": each.beyond} for id, each in analysis.added.items()}
    return {"gait": analysis.upright.gait.value, "metrics": added}


def plain_record(analysis: Analysis) -> Record:
    """The machine-readable result as the file holds it."""
    return cast(Record, _without_nan(record(analysis)))


def _metric(row: Row, height: float | None) -> MetricRecord:
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
        "centimetres": _fields(centimetres(row.level, row.metric.absolute_error, height)) if height and told else None,
    }


def _fields(of: Any) -> Any:
    """All fields of a dataclass by name: that type is their schema."""
    return asdict(of)


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
