"""Pose series to clean pose series: masks, swaps, outliers, gaps, filter."""
