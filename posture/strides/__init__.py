"""Metrics to strides: segmentation and per-stride values."""
