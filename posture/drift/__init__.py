"""Strides to drift: trend, size, noise floor, guard, onset."""

from posture.drift.compare import ClipStrides, compare
from posture.drift.speed import SpeedLog, read_speed_log
from posture.drift.stage import assess, fresh_and_end

__all__ = ["ClipStrides", "SpeedLog", "assess", "compare", "fresh_and_end", "read_speed_log"]
