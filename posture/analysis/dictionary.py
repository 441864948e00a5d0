"""What the columns of the tables mean, for whoever reads them without this program: ``columns.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posture.kinematics.registry import METRICS
from posture.kinematics.types import Metric

if TYPE_CHECKING:
    from posture.analysis.result import Analysis

#: Layout of columns.json, and of the tables that it tells of.
SCHEMA = 1
_UNIT = {
    "deg": "degrees",
    "torso": "trunk lengths (mid-shoulder to mid-hip)",
    "leg": "leg lengths (hip to knee to ankle)",
    "shoulder": "shoulder widths",
    "ms": "milliseconds",
    "%": "percent",
    "steps/min": "steps a minute",
    "SPARC": "spectral arc length, no unit",
}
_REDUCTION = {
    "mean": "mean over the stride",
    "amplitude": "peak to peak over the stride, of a fit of two harmonics",
    "p95": "95th percentile over the stride",
    "p05": "5th percentile over the stride",
    "share": "share of the stride's frames",
    "stride": "made once for the stride",
    "contact": "value at the near foot's initial contact",
    "toe_off": "value at the near foot's toe-off",
    "swing": "largest value while the near foot is in the air",
    "event": "time between events of the near foot",
}
#: Columns beside the metrics: unit, meaning.
_STRIDES = {
    "stride": ("", "number of the stride, from 0"),
    "segment": ("", "number of the stretch without a gap, from 0"),
    "start": ("s", "begin of the stride, in seconds of real life"),
    "end": ("s", "end of the stride, in seconds of real life"),
    "first": ("", "first frame of the stride, a row of frames.parquet; -1 for strides of another camera"),
    "last": ("", "frame behind the last one of the stride; -1 for strides of another camera"),
    "duration": ("s", "end less start"),
    "kept": ("", "whether the stride counts"),
    "reason": ("", "why it does not; empty where it does"),
    "valid_fraction": ("", "share of the stride's frames in which the runner was seen, 0 to 1"),
    "signal": ("", "what the stride was found in"),
    "view": ("", "where the camera stands during the stride"),
    "yaw": ("degrees", "of the camera: 0 is a pure side view, 90 a pure front or rear view"),
    "gait": ("", "running or walking"),
    "contact": ("s", "initial contact of the near foot in this stride, in seconds of real life; empty where not seen"),
    "toe_off": ("s", "toe-off that ends this contact, in seconds of real life; it may lie behind the stride's end"),
}
_FRAMES = {
    "time": ("s", "of the frame, in seconds of real life"),
    "segment": ("", "number of the stretch without a gap, from 0"),
}
#: Metrics that are made for a whole stride: what their column of single frames holds.
_SIGNALS = {
    "vert_osc": ("trunk lengths (mid-shoulder to mid-hip)", "height of mid-hip over its usual height", "higher"),
    "smooth": ("trunk lengths a second", "speed of the near wrist", "faster"),
}


def columns(analysis: Analysis) -> dict[str, Any]:
    """Name, unit, meaning, sign and source of every column, by file, in the order of the columns."""
    strides, frames = analysis.segmented.table.columns, analysis.metrics.columns
    return {
        "schema": SCHEMA,
        "strides.csv": [_of_strides(str(name), set(frames)) for name in strides],
        "frames.parquet": [_of_frames(str(name)) for name in frames],
    }


def _of_strides(name: str, frames: set[str]) -> dict[str, str]:
    metric = METRICS.get(name)
    if metric is None:
        return _plain(name, _STRIDES)
    told = _REDUCTION[metric.reduction]
    source = next((id for id in (name, metric.signal) if id in frames), "")
    return _metric(metric, f"{metric.plain} {told[:1].upper()}{told[1:]}{f' of {source}' if source else ''}.")


def _of_frames(name: str) -> dict[str, str]:
    metric = METRICS.get(name)
    if metric is None:
        return _plain(name, _FRAMES)
    if name in _SIGNALS:
        unit, meaning, positive = _SIGNALS[name]
        return {**_metric(metric, meaning), "unit": unit, "positive": positive}
    return _metric(metric, metric.plain)


def _metric(metric: Metric, meaning: str) -> dict[str, str]:
    return {
        "name": metric.id,
        "label": metric.label,
        "unit": _UNIT[metric.unit],
        "meaning": meaning,
        "positive": metric.positive,
        "source": metric.source,
    }


def _plain(name: str, known: dict[str, tuple[str, str]]) -> dict[str, str]:
    unit, meaning = known[name]
    return {"name": name, "label": "", "unit": unit, "meaning": meaning, "positive": "", "source": ""}
