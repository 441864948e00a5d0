"""Stretches that are not steady running: a hand on the rail, at the face, at a phone; standing."""

from __future__ import annotations

from posture.kinematics.types import Metrics, View
from posture.series import PoseSeries
from posture.strides.types import Event


def find_events(series: PoseSeries, view: View, metrics: Metrics | None = None) -> tuple[Event, ...]:
    """Find the stretches to cut out."""
    return ()
