"""What several cameras saw of one run, as one analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from posture.analysis.result import Analysis


def complete(analysis: Analysis, other: Analysis) -> Analysis:
    """What one camera could not see of a run, taken from another one's recording of the same run.

    Every metric keeps the camera that it was measured with; nothing is measured from both. Strides of the other
    camera are further rows of the table, with the taken metrics only. Findings are not judged here.

    Parameters
    ----------
    analysis : Analysis
        Its view, poses and frames stay.
    other : Analysis
    """
    taken = [key for key in analysis.measured.withheld if key in other.rows or key in other.legs]
    if not taken:
        return analysis
    measured, added = analysis.measured, other.measured
    rows = _only(other.segmented.table, taken, set(other.measured.values) | set(other.rows) | set(other.legs))
    if len(analysis.segmented.table):
        rows["segment"] += int(analysis.segmented.table["segment"].max()) + 1
    table = pd.concat([analysis.segmented.table, rows], ignore_index=True).sort_values("start", ignore_index=True)
    return replace(
        analysis,
        measured=replace(
            measured,
            withheld={key: reason for key, reason in measured.withheld.items() if key not in taken},
            trend_only=measured.trend_only | (added.trend_only & set(taken)),
        ),
        segmented=replace(analysis.segmented, table=table.assign(stride=np.arange(len(table)))),
        drift={**analysis.drift, **{key: other.drift[key] for key in taken}},
    )


def _only(table: pd.DataFrame, taken: Sequence[str], measured: set[str]) -> pd.DataFrame:
    """Strides of another camera: their frames are not those of the analysis, their other metrics are not taken."""
    rows = table[table["kept"]].assign(first=-1, last=-1)
    rows[[column for column in table if column in measured and column not in taken]] = np.nan
    return rows
