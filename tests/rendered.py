"""Rendered runners with exact truth; the figures as a table."""

from __future__ import annotations

import pandas as pd

from posture.checkup.truth import Agreement, agreement, truth_series

__all__ = ["Agreement", "agreement", "table", "truth_series"]


def table(found: dict[str, Agreement]) -> str:
    """The figures as a table."""
    frame = pd.DataFrame({metric: vars(a) for metric, a in found.items()}).T
    return frame.to_string(float_format="%.3f")
