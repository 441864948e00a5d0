"""Strides to drift: trend, size, noise floor, guard, onset."""

from posture.drift.stage import assess

__all__ = ["assess"]
