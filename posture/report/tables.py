"""The analysis folder's files, each written in one step; ``analysis.json`` last, since it says that all is there."""

from __future__ import annotations

import json

from posture.analysis import Analysis
from posture.analysis.dictionary import columns
from posture.analysis.record import plain_record
from posture.report.figures import overview
from posture.storage.files import replacing
from posture.storage.folder import AnalysisFolder


def write_tables(analysis: Analysis, folder: AnalysisFolder) -> None:
    """Write tables, plot and record.

    Parameters
    ----------
    analysis : Analysis
    folder : AnalysisFolder

    Raises
    ------
    PostureError
        If the disk is full or the folder cannot be written; files that were there stay as they were.
    """
    # Through an open file: the library that writes it takes no name that is not UTF-8.
    with replacing(folder.frames) as temporary, temporary.open("wb") as file:
        analysis.metrics.to_parquet(file, index=False)
    with replacing(folder.strides) as temporary:
        analysis.segmented.table.to_csv(temporary, index=False, float_format="%.6g")
    with replacing(folder.columns) as temporary:
        temporary.write_text(json.dumps(columns(analysis), indent=1, ensure_ascii=False), encoding="utf-8")
    with replacing(folder.plot) as temporary:
        overview.metrics_over_time(analysis, temporary)
    with replacing(folder.record) as temporary:
        text = json.dumps(plain_record(analysis), indent=1, ensure_ascii=False, allow_nan=False)
        # JSON writes bytes of a path that are no text in just this way.
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")
