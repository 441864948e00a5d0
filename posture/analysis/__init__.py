"""The result of one run: in memory, as a record, and completed by what other cameras saw."""

from posture.analysis.result import Analysis, Comparison

__all__ = ["Analysis", "Comparison"]
