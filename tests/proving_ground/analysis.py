"""Everything between the poses and the stride table, in the pipeline's order."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from posture import cleaning, kinematics, strides
from posture.kinematics import Metrics, View
from posture.series import PoseSeries
from posture.settings import Settings
from posture.strides import Strides


@dataclass(frozen=True, eq=False)
class Analysed:
    """What the stages made of a pose series."""

    series: PoseSeries
    report: cleaning.CleaningReport
    view: View
    metrics: Metrics
    strides: Strides

    @property
    def kept(self) -> pd.DataFrame:
        return self.strides.kept


def analyse(series: PoseSeries, prior: str | None = None) -> Analysed:
    settings = Settings()
    cleaned, report = cleaning.clean(series, settings.cleaning)
    view = kinematics.find_view(cleaned, prior)  # type: ignore[arg-type]
    metrics = kinematics.compute(cleaned, view)
    events = strides.find_events(cleaned, view)
    bounds = strides.find_strides(cleaned, view, settings.strides)
    table = strides.stride_table(cleaned, view, metrics, bounds, events)
    return Analysed(cleaned, report, view, metrics, table)
