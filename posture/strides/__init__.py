"""Clean poses and metrics to strides: segmentation, gait, events and one value per stride and metric."""

from posture.strides.events import find_events
from posture.strides.gait import slow_motion_words
from posture.strides.reduce import PhaseCurve, phase_curve, stride_table, without_times
from posture.strides.segment import find_strides
from posture.strides.types import FEW_STRIDES, Event, EventKind, Gait, Strides

__all__ = [
    "FEW_STRIDES",
    "Event",
    "EventKind",
    "Gait",
    "PhaseCurve",
    "Strides",
    "find_events",
    "find_strides",
    "phase_curve",
    "slow_motion_words",
    "stride_table",
    "without_times",
]
