"""Clean poses and metrics to strides: segmentation, gait, events and one value per stride and metric."""

from posture.strides.events import find_events
from posture.strides.played import cadence_in_life, on_clip_clock
from posture.strides.reduce import PhaseCurve, clip_clock, phase_curve, stride_table, without_times
from posture.strides.segment import find_strides
from posture.strides.types import FEW_STRIDES, TORN, Clock, Event, EventKind, Gait, Strides

__all__ = [
    "FEW_STRIDES",
    "TORN",
    "Clock",
    "Event",
    "EventKind",
    "Gait",
    "PhaseCurve",
    "Strides",
    "cadence_in_life",
    "clip_clock",
    "find_events",
    "find_strides",
    "on_clip_clock",
    "phase_curve",
    "stride_table",
    "without_times",
]
