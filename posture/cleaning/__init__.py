"""Pose series to clean pose series: masks, swaps, outliers, gaps, filter."""

from posture.cleaning.report import CleaningReport
from posture.cleaning.stage import clean

__all__ = ["CleaningReport", "clean"]
