"""Strides to drift: trend, size, noise floor, confounders, onset."""

from posture.drift.compare import ClipStrides, compare
from posture.drift.speed import SpeedLog, read_speed_log
from posture.drift.stage import assess, fresh_and_end
from posture.drift.upright import Added, Upright, added_to, upright_levels

__all__ = [
    "Added",
    "ClipStrides",
    "SpeedLog",
    "Upright",
    "added_to",
    "assess",
    "compare",
    "fresh_and_end",
    "read_speed_log",
    "upright_levels",
]
